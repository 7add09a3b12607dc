"""The rubric's own sentences in an answer: recited, not said. What is recited earns nothing; what stands around it does.

Key points are written for whoever scores. Nobody says a long one by chance word for word, so a stretch of the answer
that repeats most of one is taken out before anything else is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from msgspec import Struct

from scoring.builtin.plain import plain
from scoring.lexicon import Lexicon

_WORD = re.compile(r"[^\W_]+")
# Runs of this many words, or characters, are compared.
_RUN = {True: 5, False: 10}
_RECITED_RUN = {True: 3, False: 5}
# A text of fewer runs than this may be said by chance, unless half of all the rubric's texts are.
_TELLING_RUNS = 4
# Share of a text's runs, in tenths, that make a recital.
_MOST = 7
# So many other runs may stand between two of a recited stretch: a word or two changed.
_GAP = 6


class Recital(Struct, frozen=True):
    """A rubric's texts as runs of words or characters."""

    texts: tuple[frozenset[str], ...]
    spaced: bool


def recital_of(texts: Iterable[str], lexicon: Lexicon) -> Recital:
    """Return the texts made ready for finding them."""
    size = _RECITED_RUN[lexicon.spaced]
    runs = (frozenset(_runs(_units(plain(text), lexicon.spaced), lexicon.spaced, size)) for text in texts)
    return Recital(tuple(run for run in runs if run), lexicon.spaced)


def without_recital(answer: str, recital: Recital) -> str:
    """Return the answer (plain letters) of the same length, with what it recites blanked."""
    units = _units(answer, recital.spaced)
    runs = _runs(units, recital.spaced, _RECITED_RUN[recital.spaced])
    said = frozenset(runs)
    recited = [text for text in recital.texts if 10 * len(text & said) >= _MOST * len(text)]
    if 2 * len(recited) < len(recital.texts) or len(recited) < 2:
        recited = [text for text in recited if len(text) >= _TELLING_RUNS]
    letters = list(answer)
    for first, last in (stretch for text in recited for stretch in _stretches(runs, text)):
        start, end = units[first][1], units[last + _RECITED_RUN[recital.spaced] - 1][2]
        letters[start:end] = "\n" * (end - start)
    return "".join(letters)


def shingles(text: str, lexicon: Lexicon) -> frozenset[str]:
    """Return every run of ten characters (or five words) of the text, blanks and punctuation left out."""
    return frozenset(_runs(_units(plain(text), lexicon.spaced), lexicon.spaced, _RUN[lexicon.spaced]))


def _stretches(runs: list[str], text: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Give the first and the last run of every place where most of a text stands in one piece."""
    places = [at for at, run in enumerate(runs) if run in text]
    breaks = [n for n, (a, b) in enumerate(pairwise(places), 1) if b - a > _GAP]
    for start, stop in pairwise([0, *breaks, len(places)]):
        piece = places[start:stop]
        if 10 * len({runs[at] for at in piece}) >= _MOST * len(text):
            yield piece[0], piece[-1]


def _runs(units: list[tuple[str, int, int]], spaced: bool, size: int) -> list[str]:
    """Return every run of `size` units."""
    names = [unit[0] for unit in units]
    last = len(names) - size + 1
    if spaced:
        return [" ".join(names[at : at + size]) for at in range(last)]
    joined = "".join(names)
    return [joined[at : at + size] for at in range(last)]


def _units(text: str, spaced: bool) -> list[tuple[str, int, int]]:
    """Return the words, or without spaces the letters, of a text in plain letters, with their places."""
    if not spaced:
        return [(char, at, at + 1) for at, char in enumerate(text) if char.isalnum()]
    return [(word.group(), word.start(), word.end()) for word in _WORD.finditer(text)]
