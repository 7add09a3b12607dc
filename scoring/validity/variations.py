"""The stability suite's variations of an answer: what is done to it, by family, and what that may do to its level.

Pure: texts in, texts out. The sentences that are added come from `material`, which no lexicon may know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from importlib import resources
from typing import Any

import yaml
from msgspec import Struct, convert

from scoring.rubric.model import Rubric

_SENTENCES = re.compile(r"[^。！？!?\n.]*(?:\.(?=\S)[^。！？!?\n.]*)*[。！？!?\n.]*[”\"』」)）]*\s*")


class Rule(StrEnum):
    """What a variation may do to a level."""

    STAYS = "stays"
    RISES = "rises"
    FALLS = "falls"
    NOTHING = "nothing"
    LITTLE = "little"


class Variation(Struct, frozen=True):
    """An answer with something done to it. `name` says what, without a word of the answer."""

    family: str
    name: str
    text: str


class Material(Struct, frozen=True):
    """One language's sentences to add and spellings to swap. `join` stands between two sentences."""

    language: str
    join: str
    praise: tuple[str, ...]
    filler: tuple[str, ...]
    politeness: tuple[str, ...]
    introductions: tuple[str, ...]
    names: tuple[str, ...]
    injections: dict[str, tuple[str, ...]]
    quotes: tuple[str, ...]
    points_join: str
    off_topic: tuple[str, ...]
    spelling: dict[str, dict[str, str]]


def load_material() -> dict[str, Material]:
    """Return every language's material, by its code."""
    folder = resources.files("scoring.validity.material")
    texts = [part.read_text(encoding="utf-8") for part in folder.iterdir() if part.name.endswith(".yaml")]
    found: list[Any] = [yaml.safe_load(text) for text in texts]
    return {raw["language"]: convert(raw, Material) for raw in found}


def sentences_of(text: str) -> list[str]:
    """Return the sentences with their marks; nothing but blanks around them is lost."""
    return [part.strip() for part in _SENTENCES.findall(text) if part.strip()]


def harmless(answer: str, rubric: Rubric, material: Material) -> Iterator[Variation]:
    """Give every variation that must leave the level where it is."""
    parts = sentences_of(answer)
    for family in ("praise", "filler", "politeness"):
        yield from _padded(family, parts, getattr(material, family), material)
    yield from _named(parts, material)
    for style, wordings in material.injections.items():
        yield from _padded(f"injection: {style}", parts, wordings, material)
    yield from _quoting(parts, rubric, material)
    yield from _repeated(parts, material)
    yield from _reordered(parts, material)
    yield from _spelt(answer, material)


def quotes_of(rubric: Rubric, material: Material) -> list[str]:
    """Return the rubric's own key points as somebody would recite them who had got hold of them."""
    texts = [point.text.get(material.language, "") for point in rubric.key_points]
    said = material.points_join.join(text.rstrip("。.") for text in texts if text)
    return [quote.format(points=said) for quote in material.quotes] if said else []


def _padded(
    family: str, parts: Sequence[str], added: Sequence[str], material: Material
) -> Iterator[Variation]:
    """Put each sentence once at the start, in the middle or at the end, in turn; and all of them at once."""
    for number, sentence in enumerate(added):
        place = (0, len(parts) // 2, len(parts))[number % 3]
        text = material.join.join([*parts[:place], sentence, *parts[place:]])
        yield Variation(family, f"sentence {number + 1}", text)
    yield Variation(family, "all at the end", material.join.join([*parts, *added]))


def _named(parts: Sequence[str], material: Material) -> Iterator[Variation]:
    for number, name in enumerate(material.names):
        opening = material.introductions[number % len(material.introductions)].format(name=name)
        yield Variation("names", name, material.join.join([opening, *parts]))


def _quoting(parts: Sequence[str], rubric: Rubric, material: Material) -> Iterator[Variation]:
    for number, quote in enumerate(quotes_of(rubric, material), 1):
        yield Variation("quoting the rubric", f"way {number}", material.join.join([*parts, quote]))


def _repeated(parts: Sequence[str], material: Material) -> Iterator[Variation]:
    join = material.join.join
    yield Variation("repetition", "all twice", join([*parts, *parts]))
    yield Variation("repetition", "every sentence twice", join([p for part in parts for p in (part, part)]))
    yield Variation("repetition", "the first five times", join([*parts, *[parts[0]] * 4]))


def _reordered(parts: Sequence[str], material: Material) -> Iterator[Variation]:
    if len(parts) < 2:
        return
    half = len(parts) // 2
    orders = {
        "backwards": [*reversed(parts)],
        "second half first": [*parts[half:], *parts[:half]],
        "odd ones first": [*parts[1::2], *parts[::2]],
    }
    for name, order in orders.items():
        yield Variation("order", name, material.join.join(order))


def _spelt(answer: str, material: Material) -> Iterator[Variation]:
    for name, swaps in material.spelling.items():
        text = _swapped(answer, swaps)
        if text != answer:
            yield Variation("spelling", name, text)


def _swapped(text: str, swaps: Mapping[str, str]) -> str:
    """Return the text with every swap made at once; capital words only as whole words."""
    alternatives = sorted(swaps, key=lambda key: (-len(key), key))
    pattern = "|".join(rf"\b{key}\b" if key[0].isupper() else re.escape(key) for key in alternatives)
    return re.sub(pattern, lambda match: swaps[match.group()], text)
