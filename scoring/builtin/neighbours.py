"""Which question of a pack an answer speaks of: this one, or clearly another.

An answer to another question may share many words with this one's rubric. What tells the two apart is not how much it
shares but that it shares far more with the other question. Only the texts of the pack are compared: nothing is learned
from answers.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import lru_cache
from math import sqrt

from msgspec import Struct

from scoring.builtin.plain import plain
from scoring.builtin.terms import terms_of
from scoring.lexicon import Lexicon

# A term that is not listed as common tells as much as this.
_RARE = 10


class Neighbours(Struct, frozen=True):
    """For every term how much it tells, squared, and the places of the questions that hold it; each question's size."""

    holders: dict[str, tuple[int, tuple[int, ...]]]
    sizes: tuple[int, ...]


class TextsKey:
    """Texts and a lexicon as a dictionary key."""

    __slots__ = ("lexicon", "texts")

    def __init__(self, texts: tuple[str, ...], lexicon: Lexicon) -> None:
        self.texts = texts
        self.lexicon = lexicon

    def __hash__(self) -> int:
        return hash((self.texts, self.lexicon.language))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TextsKey) and self.lexicon is other.lexicon and self.texts == other.texts


@lru_cache(maxsize=64)
def neighbours_of(key: TextsKey) -> Neighbours:
    """Return the questions ready for comparing, one text each: all a rubric says of it."""
    holders: dict[str, list[int]] = {}
    sizes = []
    for place, text in enumerate(key.texts):
        terms = _terms(TextsKey((text,), key.lexicon))
        sizes.append(sum(_square(term, key.lexicon) for term in terms))
        for term in terms:
            holders.setdefault(term, []).append(place)
    found = {term: (_square(term, key.lexicon), tuple(places)) for term, places in holders.items()}
    return Neighbours(found, tuple(sizes))


def nearness(terms: AbstractSet[str], neighbours: Neighbours, lexicon: Lexicon) -> list[int]:
    """Return for each question, in thousandths, the cosine of its terms and these; rare ones count most."""
    shared = [0] * len(neighbours.sizes)
    known = terms & neighbours.holders.keys()
    size = _weight(terms - known, lexicon)
    for term in known:
        square, places = neighbours.holders[term]
        size += square
        for place in places:
            shared[place] += square
    return [
        round(1000 * part / sqrt(size * own)) if part else 0
        for part, own in zip(shared, neighbours.sizes, strict=True)
    ]


def strangeness(
    terms: AbstractSet[str], function_words: int, neighbours: Neighbours, lexicon: Lexicon
) -> tuple[int, int]:
    """Return in thousandths how many of an answer's words none of the questions has, and how telling its words are.

    `function_words` is how many different ones it has; they are strange to no question and tell nothing. Figures are no
    words; of Chinese the words are the characters.
    """
    said = terms if lexicon.spaced else {term for term in terms if len(term) == 1 or term.isascii()}
    words = {term for term in said if not term[0].isdigit()}
    total = len(words) + function_words
    if not total:
        return 0, 0
    return 1000 * len(words - neighbours.holders.keys()) // total, 10 * _weight(words, lexicon) // total


@lru_cache(maxsize=1024)
def _terms(key: TextsKey) -> tuple[str, ...]:
    (text,) = key.texts
    return tuple(sorted({term.lstrip("!~") for term in terms_of(plain(text), key.lexicon)}))


def _weight(terms: AbstractSet[str], lexicon: Lexicon) -> int:
    common = terms & lexicon.telling.keys()
    return _RARE**2 * (len(terms) - len(common)) + sum([_square(term, lexicon) for term in common])


def _square(term: str, lexicon: Lexicon) -> int:
    return int(lexicon.telling.get(term, _RARE) ** 2)
