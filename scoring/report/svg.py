"""Small pieces of SVG: numbers, elements, and text broken to a width without measuring fonts.

Nothing of the report is known here.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from xml.sax.saxutils import escape, quoteattr

_ILLEGAL_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What stays on one line: a Chinese, Japanese or Korean character; a word, or a part of it up to a hyphen.
_EAST_ASIAN: Final = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
_UNITS: Final = re.compile(rf"[{_EAST_ASIAN}]|[^\s\-{_EAST_ASIAN}]*-|[^\s\-{_EAST_ASIAN}]+|\s+")
ELLIPSIS: Final = "…"


def number(value: float) -> str:
    """Return a coordinate with at most one decimal, so that equal pictures are equal bytes."""
    written = f"{value:.1f}".removesuffix(".0")
    return "0" if written == "-0" else written


def element(name: str, content: str = "", /, **attributes: str | float) -> str:
    """Return an element around `content`, which is SVG already; attribute values are escaped.

    `stroke_width` is written `stroke-width`, and `class_` is written `class`.
    """
    written = "".join(f" {_hyphened(key)}={_attribute(value)}" for key, value in attributes.items())
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _hyphened(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _attribute(value: str | float) -> str:
    return quoteattr(clean(value) if isinstance(value, str) else number(value))


def label(words: str, x: float, y: float, **attributes: str | float) -> str:
    """Return `words` as a text element whose baseline begins, centres or ends at (x, y)."""
    return element("text", escape(clean(words)), x=x, y=y, **attributes)


def clean(words: str) -> str:
    """Return `words` without the characters that XML cannot hold."""
    return _ILLEGAL_IN_XML.sub("", words)


def text_width(words: str, size: float) -> float:
    """Return about how wide `words` are set at `size`; a little generous, since the viewer picks the font."""
    return size * sum(_advance(character) for character in words)


def _advance(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in "iljtfI.,:;'|! ":
        return 0.3
    return 0.68 if character.isupper() or character in "mwMW%" else 0.56


def wrap(words: str, width: float, size: float, most: int = 3) -> list[str]:
    """Return `words` in at most `most` lines of about `width`; what is left over ends in an ellipsis."""
    lines = [""]
    for unit in _UNITS.findall(clean(words).strip()):
        if lines[-1] and not unit.isspace() and text_width(lines[-1] + unit, size) > width:
            lines.append("")
        lines[-1] += unit if lines[-1] or not unit.isspace() else ""
    kept = [line.rstrip() for line in lines[:most]]
    if len(lines) > most:
        kept[-1] += ELLIPSIS
    return [_shorten(line, width, size) for line in kept]


def _shorten(line: str, width: float, size: float) -> str:
    if text_width(line, size) <= width:
        return line
    while line and text_width(line + ELLIPSIS, size) > width:
        line = line.rstrip(ELLIPSIS)[:-1]
    return line + ELLIPSIS
