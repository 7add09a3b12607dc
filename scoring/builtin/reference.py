"""How much of a reference answer an answer says, where no key points are given.

A reference is read part by part (a list's items, a sentence's clauses). What all its parts share, such as the word
that every item of a list ends with, says little about any of them and counts by the square of how rare it is.
The first words of a part that are said count most: few people repeat a whole reference. Half of the figure is the
same for the reference as a whole, which forgives a reference cut in odd places. In languages with spaces it also counts
how alike the two are word for word, the question's words included: who says much else has said it less well. The
shares are whole thousandths; square roots are the only other arithmetic, exact everywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from math import fsum, sqrt

from msgspec import Struct

from scoring.builtin.plain import plain
from scoring.builtin.terms import counted_words, terms_of
from scoring.lexicon import Lexicon
from scoring.rubric.model import Exemplar

# What a term counts of its weight, in hundredths: meant by a near-synonym, or under the opposite negation.
_MEANT, _TURNED = 60, 70
# The weight of a term that stands in one part; divisible by small squares.
_WEIGHT = 3600


class Part(Struct, frozen=True):
    """A part of a reference: its terms with their weights."""

    weights: dict[str, int]
    total: int


class Reference(Struct, frozen=True):
    """A reference answer: its parts, all its terms together, and how often each word stands in it."""

    level: float
    text: str
    parts: tuple[Part, ...]
    whole: Part
    words: dict[str, int]


def reference_of(exemplar: Exemplar, asked: frozenset[str], lexicon: Lexicon) -> Reference:
    """Return a reference answer ready for comparing; words of the question count only when nothing else is there."""
    text = plain(exemplar.text)
    new = [terms_of(part, lexicon) - asked for part in lexicon.part_break.split(text)]
    parts = [terms for terms in new if terms] or [terms_of(text, lexicon)]
    shared = Counter(term for terms in parts for term in terms)
    return Reference(
        exemplar.level,
        exemplar.text,
        tuple(_part({term: _WEIGHT // shared[term] ** 2 for term in sorted(terms)}) for terms in parts),
        _part(dict.fromkeys(sorted(shared), _WEIGHT)),
        dict(counted_words(text, lexicon)),
    )


def said_of(reference: Reference, terms: AbstractSet[str]) -> tuple[int, int, int]:
    """Return how much of the reference the terms say, in thousandths: its parts lifted, its whole lifted, both as they are."""
    sizes = [sqrt(part.total) for part in reference.parts]
    shares = [_share(part, terms) for part in reference.parts]
    whole = _share(reference.whole, terms)
    parts = _mean(map(_lifted, shares), sizes)
    return round(1000 * parts), round(1000 * _lifted(whole)), round(500 * (_mean(shares, sizes) + whole))


def likeness(reference: Reference, words: Mapping[str, int]) -> int:
    """Return the cosine of the two counts of words, in thousandths."""
    shared = sum(count * reference.words.get(word, 0) for word, count in words.items())
    size = sum(c * c for c in words.values()) * sum(c * c for c in reference.words.values())
    return round(1000 * shared / sqrt(size)) if size else 0


def _part(weights: dict[str, int]) -> Part:
    return Part(weights, sum(weights.values()))


def _mean(shares: Iterable[float], sizes: Sequence[float]) -> float:
    return fsum(size * share for size, share in zip(sizes, shares, strict=True)) / (fsum(sizes) or 1)


def _share(part: Part, terms: AbstractSet[str]) -> float:
    """Return the share of a part that is said."""
    said = sum(weight * _said(term, terms) for term, weight in part.weights.items())
    return said / (100 * part.total) if part.total else 0.0


def _lifted(share: float) -> float:
    """Return a share lifted: the first words count most."""
    root = sqrt(share)
    return (2 * root + sqrt(root)) / 3


def _said(term: str, terms: AbstractSet[str]) -> int:
    """Return in hundredths how far a term is said."""
    if term in terms:
        return 100
    if f"~{term}" in terms:
        return _MEANT
    opposite = term[1:] if term[0] == "!" else f"!{term}"
    if opposite in terms:
        return _TURNED
    return _MEANT * _TURNED // 100 if f"~{opposite}" in terms else 0
