"""The texts of one language: phrases by name, some with variants.

Which variant is said depends only on the key of the message, so the same message is always the same text;
questions take them in turn, so that the same words do not come twice running.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from msgspec import Struct

from dialogues.core.effects import Button, Line, Say

_ASK = "ask:turn-"
_LISTED = frozenset({"details.name", "details.email", "details.phone", "feedback.level"})
"""Lines that follow the line before without a space between; so do those of help."""


class AdverseWithoutPerson(ValueError):
    """A message that tells a candidate no was about to be rendered without the person who decided."""


class Catalog(Struct, frozen=True):
    """Phrase -> its variants. `adverse` are the phrases that only a person's decision may send."""

    language: str
    phrases: dict[str, tuple[str, ...]]
    adverse: frozenset[str] = frozenset()

    def phrase(self, name: str, key: str = "", /, **args: str) -> str:
        """Return a phrase with its arguments; KeyError for a phrase that does not exist."""
        variants = self.phrases[name]
        chosen = variants[_turn(key) % len(variants)] if len(variants) > 1 else variants[0]
        return chosen.format_map(args) if "{" in chosen else chosen


def _turn(key: str) -> int:
    number = key.removeprefix(_ASK)
    return int(number) if number != key and number.isdigit() else zlib.crc32(key.encode())


def render_line(catalog: Catalog, line: Line, key: str, profile: Mapping[str, str]) -> str:
    """Return the text of one line; details of the profile that are gone read as an empty string."""
    args = line.args
    if line.profile:
        args = args | {name: profile.get(name, "") for name in line.profile}
    return catalog.phrase(line.phrase, key, **args)


def render_say(catalog: Catalog, say: Say, profile: Mapping[str, str]) -> str:
    """Return the text of a message, a blank line between its lines' paragraphs.

    Raises AdverseWithoutPerson: no adverse message without a named person (invariant 4).
    """
    if not say.decided_by and any(line.phrase in catalog.adverse for line in say.lines):
        raise AdverseWithoutPerson(say.key)
    texts = [render_line(catalog, line, say.key, profile) for line in say.lines]
    return "\n".join(_spaced(say, texts))


def _spaced(say: Say, texts: list[str]) -> list[str]:
    """Put a blank line before every line but the members of a list (details, levels, help)."""
    spaced = texts[:1]
    for line, text in zip(say.lines[1:], texts[1:], strict=True):
        listed = line.phrase in _LISTED or line.phrase.startswith("help.")
        spaced.append(text if listed else "\n" + text)
    return spaced


def render_button(catalog: Catalog, button: Button, key: str) -> str:
    """Return a button's label."""
    return catalog.phrase(button.phrase, key, **button.args)
