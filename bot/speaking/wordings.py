"""What of a message may be read out: the question as its pack, or our own phrases, put it. Nothing else is ever spoken.

A message to a candidate may begin with a word about their last answer. Only a text that is known beforehand is looked
for in it, so that no word of a person reaches a voice, wherever that voice may be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from dialogues.app.languages import Language
from dialogues.core.effects import SayKind
from dialogues.core.pack import Pack

ASKING = frozenset({SayKind.QUESTION.value, SayKind.TASK.value, SayKind.FOLLOWUP.value})
"""The kinds of messages that ask something."""
_PHRASES = ("practice.question", "booking.which_zone")
_FOLLOWING = "follow."


class Wording(Struct, frozen=True):
    """A text to be read out, and its language."""

    text: str
    language: str


class Wordings:
    """The texts of the packs' versions, by language."""

    def __init__(self, languages: Mapping[str, Language]) -> None:
        self._languages = languages
        self._known: dict[tuple[str, str], dict[str, list[str]]] = {}

    def find(self, pack: Pack, message: str, first: str) -> Wording | None:
        """Return the longest known text in a message, `first` naming the likeliest language; None for none."""
        key = (pack.name, pack.version)
        if key not in self._known:
            self._known[key] = {code: self._texts(pack, code) for code in self._languages}
        known = self._known[key]
        for language in (first, *(one for one in known if one != first)):
            for text in known.get(language, ()):
                if text in message:
                    return Wording(text, language)
        return None

    def _texts(self, pack: Pack, language: str) -> list[str]:
        return sorted({*_asked(pack, language), *self._phrased(language)}, key=len, reverse=True)

    def _phrased(self, language: str) -> Iterable[str]:
        for name, variants in self._languages[language].catalog.phrases.items():
            if name in _PHRASES or name.startswith(_FOLLOWING):
                yield from (one for one in variants if "{" not in one)


def _asked(pack: Pack, language: str) -> Iterable[str]:
    for question in pack.questions:
        yield from filter(None, (question.text.get(language, ""),))
        yield from filter(None, question.followups.get(language, {}).values())
