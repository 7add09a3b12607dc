"""What is known of a language, ready for matching. Immutable; nothing is read here.

Cues are matched in `folded` text: lower case and, for languages written with spaces, punctuation turned into
single spaces with one at each end, so that a whole word is found by looking for " word ".
"""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct

from scoring.rubric.model import Element

# Typed for each other so often that the difference says nothing: the one on the right stands for both. Lexicons hold
# only these, and texts are read with these.
MIXED_UP = str.maketrans("它她得地作帐象哪再", "他他的的做账像那在")
# What is looked up instead of searched for: words, or numbers that stand for one or two characters.
Keys = frozenset[str] | frozenset[int]


class Unit(StrEnum):
    """What the length of an answer is counted in."""

    CHARACTERS = "characters"
    WORDS = "words"


class Script(StrEnum):
    """The letters a language is written in."""

    HAN = "han"
    LATIN = "latin"


class Cues(Struct, frozen=True):
    """Wordings that show something.

    `words` are whole words, or in a language without spaces wordings of one or two characters; `keys` are
    the same as `keys_of` finds them. `pieces` are found anywhere in folded text. Where words are spaced, those
    of whole words are `phrases` by their first word, looked for only when that word is there; the others, and
    all of a language without spaces, are `loose`.
    """

    words: tuple[str, ...] = ()
    keys: Keys = frozenset()
    pieces: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    phrases: dict[str, tuple[str, ...]] = {}
    heads: frozenset[str] = frozenset()


class Lexicon(Struct, frozen=True):
    """One language. `groups` are wordings that mean much the same; `no_answer` is text without blanks and marks,
    `ordinary` are stems that are no slips of the pen, each between blanks: hardly ever looked at, and as one text a tenth
    of the size of a set.

    `brief` and `too_short` are in its unit, `negation_reach` in characters or content words. `patterns` are
    read in folded text, `unless_opening` and `aftermath` in the text itself, where no cue of an element stands.
    """

    language: str
    unit: Unit
    script: Script
    brief: int
    too_short: int
    stop: frozenset[str]
    negation: re.Pattern[str]
    not_negation: re.Pattern[str]
    clause_break: re.Pattern[str]
    negation_reach: int
    irregular: dict[str, str]
    filler: tuple[str, ...]
    to_the_scorer: tuple[str, ...]
    hopes: Cues
    hypothetical: Cues
    own_part: re.Pattern[str]
    shared: Cues
    number: re.Pattern[str]
    elements: tuple[tuple[Element, Cues], ...]
    patterns: tuple[tuple[Element, re.Pattern[str]], ...]
    unless_opening: tuple[tuple[Element, re.Pattern[str]], ...]
    aftermath: re.Pattern[str]
    groups: tuple[tuple[str, ...], ...] = ()
    part_break: re.Pattern[str] = re.compile(r"[;,.，。；、\n]+")
    no_answer: frozenset[str] = frozenset()
    telling: dict[str, int] = {}
    ordinary: str = ""
    beside: re.Pattern[str] = re.compile(r"(?!)")

    @property
    def spaced(self) -> bool:
        """Say whether words are separated by spaces."""
        return self.unit is Unit.WORDS


def keys_of(folded: str, spaced: bool) -> Keys:
    """Return the words of folded text; without spaces, a number for every character and every pair of them.

    Numbers, because making a set of pairs of characters as strings takes five times as long.
    """
    if spaced:
        return frozenset(folded.split())
    units = memoryview(folded.encode("utf-16-le", "surrogatepass"))
    whole = len(units) & ~3
    shifted = units[2 : 2 + ((len(units) - 2) & ~3)] if len(units) > 2 else units[:0]
    return frozenset(units.cast("H")).union(units[:whole].cast("I"), shifted.cast("I"))
