"""Cuts long texts where a reader would pause. Telegram counts UTF-16 units: an emoji is two."""

from __future__ import annotations

LIMIT = 4096
CAPTION = 1024
_PAUSES = ("\n\n", "\n", "。", "！", "？", ". ", "! ", "? ", "；", "; ", "，", ", ", " ")


def units(text: str) -> int:
    """Return the length as Telegram counts it."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def split_text(text: str, limit: int = LIMIT) -> list[str]:
    """Return the text in pieces of at most `limit` units, cut after a paragraph or a sentence where there is one.

    Nothing but blanks at the cuts is lost.
    """
    pieces = []
    rest = text.strip()
    while units(rest) > limit:
        head = _head(rest, limit)
        cut = _cut(head)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest] if rest else pieces


def _head(text: str, limit: int) -> str:
    """Return as much of the beginning as fits."""
    taken = 0
    for place, letter in enumerate(text):
        taken += 2 if letter > "\uffff" else 1
        if taken > limit:
            return text[:place]
    return text


def _cut(head: str) -> int:
    """Return where to cut: after the last pause of the strongest kind that leaves a piece worth sending."""
    for pause in _PAUSES:
        found = head.rfind(pause)
        if found >= len(head) // 3:
            return found + len(pause)
    return len(head)


def shorten(text: str, limit: int) -> str:
    """Return the text, or its beginning and an ellipsis."""
    return text if units(text) <= limit else _head(text, limit - 1).rstrip() + "…"
