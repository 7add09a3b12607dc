"""Reads the language files: one under `dialogues/phrases`, and the scorer's lexicon of the same language."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

import yaml
from msgspec import Struct

from dialogues.core.catalog import Catalog
from dialogues.core.tongue import Command, Cue, Tongue, plain
from scoring.lexicon import Lexicon, load_lexicons
from scoring.rubric.elements import answer_length, find_elements
from scoring.rubric.model import Element


class LexiconStructure(Struct, frozen=True):
    """The core's view of a lexicon."""

    lexicon: Lexicon

    def find_elements(self, text: str) -> frozenset[Element]:
        return find_elements(text, self.lexicon)

    def length(self, text: str) -> int:
        return answer_length(text, self.lexicon)

    def brief(self, units: int) -> bool:
        return units < self.lexicon.brief


class Language(Struct, frozen=True):
    """Everything of one language that a conversation needs."""

    tongue: Tongue
    catalog: Catalog


@cache
def load_languages() -> dict[str, Language]:
    """Return the languages by code; ValueError names the file and the field that is wrong."""
    lexicons = load_lexicons()
    languages = {}
    for entry in sorted(resources.files("dialogues.phrases").iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".yaml"):
            raw = yaml.safe_load(entry.read_text(encoding="utf-8"))
            try:
                languages[raw["language"]] = _language(raw, lexicons)
            except (KeyError, TypeError, re.error, ValueError) as error:
                raise ValueError(f"{entry.name}: {error}") from error
    return languages


def _language(raw: dict[str, object], lexicons: dict[str, Lexicon]) -> Language:
    code = str(raw["language"])
    phrases = {name: _variants(text) for name, text in _mapping(raw["phrases"]).items()}
    adverse = frozenset(str(name) for name in _sequence(raw.get("adverse", [])))
    return Language(
        tongue=_tongue(code, raw, lexicons[code]),
        catalog=Catalog(language=code, phrases=phrases, adverse=adverse),
    )


def _tongue(code: str, raw: dict[str, object], lexicon: Lexicon) -> Tongue:
    tongue = Tongue(
        code=code,
        name=str(raw["name"]),
        letters=re.compile(str(raw["letters"])),
        function_words=frozenset(str(word) for word in _sequence(raw["function_words"])),
        polite=re.compile(str(raw["polite"])),
        commands={},
        cues={Cue(name): re.compile(str(cue)) for name, cue in _mapping(raw["cues"]).items()},
        structure=LexiconStructure(lexicon),
    )
    for name, spoken in _mapping(raw["commands"]).items():
        for words in _sequence(spoken):
            tongue.commands[plain(str(words), tongue)] = Command(name)
            tongue.commands[re.sub(r"[\W_]+", "", str(words).casefold())] = Command(name)
    tongue.commands.pop("", None)
    return tongue


def _variants(text: object) -> tuple[str, ...]:
    return tuple(str(one) for one in text) if isinstance(text, list) else (str(text),)


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"a map was expected, not {value!r:.40}")
    return {str(name): inner for name, inner in value.items()}


def _sequence(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"a list was expected, not {value!r:.40}")
    return value
