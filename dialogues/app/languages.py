"""Reads the language files: one under `dialogues/phrases`, and the scorer's lexicon of the same language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import resources

import yaml
from msgspec import Struct

from dialogues.core.catalog import Catalog
from dialogues.core.events import Answered
from dialogues.core.reading import MAX_ANSWER, foresee
from dialogues.core.tongue import Command, Cue, Dates, Ear, Foreseen, Tongue, plain
from dialogues.ports import Arrival
from scoring.lexicon import Lexicon, load_lexicons
from scoring.rubric.elements import answer_length, find_elements
from scoring.rubric.model import Element

_WORTH = 12
"""Characters from which a text is read ahead; shorter ones are commands and presses of buttons."""


class Note(Struct, frozen=True):
    """What was found in a text beforehand."""

    elements: frozenset[Element]
    length: int
    foreseen: Foreseen | None


class LexiconStructure(Struct, frozen=True):
    """The core's view of a lexicon, and the notes on texts that were read ahead."""

    lexicon: Lexicon
    noted: dict[str, Note]

    def foreseen(self, text: str) -> Foreseen | None:
        found = self.noted.get(text)
        return None if found is None else found.foreseen

    def find_elements(self, text: str) -> frozenset[Element]:
        found = self.noted.get(text)
        return find_elements(text, self.lexicon) if found is None else found.elements

    def length(self, text: str) -> int:
        found = self.noted.get(text)
        return answer_length(text, self.lexicon) if found is None else found.length

    def brief(self, units: int) -> bool:
        return units < self.lexicon.brief


class Language(Struct, frozen=True):
    """Everything of one language that a conversation needs."""

    tongue: Tongue
    catalog: Catalog


def read_ahead(arrival: Arrival, code: str, languages: Mapping[str, Language]) -> None:
    """Read a message, most likely of this language, while the stepping process is busy with others.

    What is found of its sort serves the jobs that speak all of our languages; others have it found by the step.
    """
    event = arrival.event
    if code in languages and isinstance(event, Answered) and _WORTH <= len(event.text) <= MAX_ANSWER:
        own = languages[code].tongue
        arrival.read_as = code
        arrival.elements = tuple(own.structure.find_elements(event.text))
        arrival.length = own.structure.length(event.text)
        others = [language.tongue for other, language in languages.items() if other != code]
        arrival.foreseen = foresee(event.text, (own, *others))


@contextmanager
def noted(arrivals: Sequence[Arrival], languages: Mapping[str, Language]) -> Iterator[None]:
    """Within the block, take what was read ahead of these texts as found."""
    structures = [language.tongue.structure for language in languages.values()]
    for arrival in arrivals:
        if arrival.read_as and isinstance(arrival.event, Answered):
            structure = languages[arrival.read_as].tongue.structure
            assert isinstance(structure, LexiconStructure)
            structure.noted[arrival.event.text] = Note(
                frozenset(arrival.elements), arrival.length, arrival.foreseen
            )
    try:
        yield
    finally:
        for structure in structures:
            assert isinstance(structure, LexiconStructure)
            structure.noted.clear()


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
    cues = {Cue(name): _ear(cue, raw, lexicon.spaced) for name, cue in _mapping(raw["cues"]).items()}
    if missing := set(Cue) - set(cues):
        raise ValueError(f"cues: {', '.join(sorted(missing))} missing")
    tongue = Tongue(
        code=code,
        name=str(raw["name"]),
        called=frozenset(_words(raw["called"])),
        letters=re.compile(str(raw["letters"])),
        function_words=frozenset(_words(raw["function_words"])),
        foreign_words=frozenset(_words(raw["foreign_words"])),
        polite=re.compile(str(raw["polite"])),
        introduces=re.compile(str(raw["introduces"])),
        comma=str(raw["comma"]),
        commands={},
        cues=cues,
        structure=LexiconStructure(lexicon, {}),
        dates=_dates(raw.get("dates")),
    )
    for name, spoken in _mapping(raw["commands"]).items():
        for words in _sequence(spoken):
            tongue.commands[plain(str(words), tongue)] = Command(name)
            tongue.commands[re.sub(r"[\W_]+", "", str(words).casefold())] = Command(name)
    tongue.commands.pop("", None)
    return tongue


def _dates(raw: object) -> Dates:
    """Read how days and times are written; a file without it gets the plain way."""
    if raw is None:
        return Dates()
    entry = _mapping(raw)
    wishes = {name: re.compile("|".join(_words(says))) for name, says in _mapping(entry["wishes"]).items()}
    return Dates(
        weekdays=tuple(_words(entry["weekdays"])),
        months=tuple(_words(entry["months"])),
        day=str(entry["day"]),
        slot=str(entry["slot"]),
        zone=str(entry["zone"]),
        zones={name: str(text) for name, text in _mapping(entry["zones"]).items()},
        wishes=wishes,
    )


def _ear(cue: object, raw: dict[str, object], spaced: bool) -> Ear:
    """Read a cue: a list of wordings, a map of wordings and what may stand `with` them, or `anywhere`.

    Wordings `anywhere` may say what every one of them `needs`, as words without which it need not be looked for.
    """
    entry = _mapping(cue) if isinstance(cue, dict) else {"says": cue}
    if "anywhere" in entry:
        needs = tuple(_words(entry.get("needs", [])))
        return Ear(says=re.compile("|".join(_words(entry["anywhere"]))), needs=needs)
    around = [*_words(raw["fillers"]), *_words(entry.get("with", []))]
    return Ear(says=_any_of(_words(entry["says"]), spaced), around=_any_of(around, spaced))


def _any_of(wordings: list[str], spaced: bool) -> re.Pattern[str]:
    """Return a pattern for any of the wordings, longer ones first; whole words where words are spaced."""
    joined = "|".join(sorted(wordings, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)" if spaced else joined)


def _words(value: object) -> list[str]:
    return [str(word) for word in _sequence(value)]


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
