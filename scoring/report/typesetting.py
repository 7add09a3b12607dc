"""Typesetting with typst: one compiler a process, our templates, packaged fonts, no system fonts.

A document's content travels beside the template as JSON, never inside its source, so that nothing a
candidate wrote can be read as markup. The templates receive it through `sys.inputs`.
"""

from __future__ import annotations

import importlib.util
import json
import re
import threading
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    import typst

TEMPLATES: Final = Path(__file__).parent
Form = Literal["pdf", "png"]

# Chinese; emoji and the scripts of other languages, which somebody may write in an answer or be named in.
_FONT_PACKAGES: Final = ("noto_cjk_sans_otc", "manimgx_fonts")
_LONGEST_RUN: Final = 40
# Controls that no font shows, and those that turn the reading direction of the words after them.
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_UNBREAKABLE: Final = re.compile(f"([!-~\u00a0-\u02ff]{{{_LONGEST_RUN}}})(?=[!-~\u00a0-\u02ff])")

# A compiler is not safe to use from two threads at once; one also bounds the memory.
_one_at_a_time: Final = threading.Lock()


def typeset(
    template: str, content: dict[str, Any], verbatim: dict[str, str], form: Form, made_at: str
) -> bytes:
    """Return `template` set with `content`, words to be read, and `verbatim`, texts that must not be touched.

    `made_at` (ISO 8601) is the date in the file, so that equal content gives equal bytes.
    """
    printable = json.dumps(_printable(content), ensure_ascii=False)
    with _one_at_a_time:
        written = _compiler().compile(
            input=TEMPLATES / template,
            format=form,
            ppi=216.0,
            sys_inputs=verbatim | {"content": printable},
            timestamp=int(datetime.fromisoformat(made_at).timestamp()),
        )
    return _one_file(written)


@cache
def _compiler() -> typst.Compiler:
    # Not at the top: the compiler is an 80 MB library that a process which prints nothing should not load.
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=_font_folders())
    return typst.Compiler(root=str(TEMPLATES), font_paths=fonts, ignore_system_fonts=True)


def _font_folders() -> list[str]:
    found = [importlib.util.find_spec(package) for package in _FONT_PACKAGES]
    return [folder for spec in found if spec for folder in spec.submodule_search_locations or ()]


def _one_file(written: bytes | list[bytes] | None) -> bytes:
    if not isinstance(written, bytes):
        raise TypeError("the template made more or less than one file")
    return written


def _printable(content: Any) -> Any:
    """Return `content` with every text fit for paper: no control characters, no unbreakable runs."""
    match content:
        case str():
            # A zero-width space lets a line break within 3,000 letters without a blank.
            return _UNBREAKABLE.sub("\\1\u200b", _UNPRINTABLE.sub("", content))
        case dict():
            return {key: _printable(inner) for key, inner in content.items()}
        case list() | tuple():
            return [_printable(inner) for inner in content]
        case _:
            return content
