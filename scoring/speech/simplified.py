"""Chinese as people of the mainland write it, whatever a model wrote. Simplified characters come out as they went in."""

from __future__ import annotations

import re
from functools import cache

from opencc import OpenCC

_BOOKISH = re.compile("(?<![专專原编編译譯论論遗遺土卓昭显顯名巨合拙所])著(?![名称稱作述者录錄])")
"""The particle of "換著喝", which OpenCC leaves alone; not that of books and fame (著名, 原著)."""


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def simplified(text: str) -> str:
    """Return a text in simplified characters."""
    plain: str = _converter().convert(text)
    return _BOOKISH.sub("着", plain)
