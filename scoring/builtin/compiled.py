"""A rubric made ready for one language: what each key point's wordings say that the question does not.

Compiling takes about a millisecond and scoring less, so compiled rubrics are kept. The cache looks up by
version and language and then compares the rubric itself: it can save time, never change a score.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from scoring.builtin.plain import plain
from scoring.builtin.terms import PAIR_WEIGHT, terms_of, weight_of
from scoring.lexicon import Lexicon
from scoring.rubric.model import KeyPoint, Kind, Rubric

# Exemplars from this level on are models of what a good answer says.
GOOD_LEVEL = 7.0
_SHINGLE = {True: 5, False: 10}


class Point(Struct, frozen=True):
    """A key point: the terms of its own text first, then of each synonym, with weights."""

    id: str
    weight: float
    wordings: tuple[dict[str, int], ...]


class Reference(Struct, frozen=True):
    """An exemplar: its new terms, each of weight one, and its runs of text, to recognise a copy."""

    level: float
    terms: dict[str, int]
    shingles: frozenset[str]


class Compiled(Struct, frozen=True):
    """A rubric in one language. `known` is every term of question, points and exemplars."""

    kind: Kind
    question: frozenset[str]
    points: tuple[Point, ...]
    references: tuple[Reference, ...]
    vocabulary: dict[str, int]
    known: frozenset[str]


class RubricKey:
    """A rubric and a lexicon as a dictionary key: cheap to hash, equal only when truly equal."""

    __slots__ = ("lexicon", "rubric")

    def __init__(self, rubric: Rubric, lexicon: Lexicon) -> None:
        self.rubric = rubric
        self.lexicon = lexicon

    def __hash__(self) -> int:
        return hash((self.rubric.version, self.lexicon.language))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RubricKey) or self.lexicon is not other.lexicon:
            return False
        return self.rubric is other.rubric or self.rubric == other.rubric


@lru_cache(maxsize=1024)
def compile_rubric(key: RubricKey) -> Compiled:
    """Return the rubric ready for scoring answers in the lexicon's language."""
    rubric, lexicon = key.rubric, key.lexicon
    language = lexicon.language
    asked = terms_of(plain(rubric.text.get(language, "")), lexicon)
    asked |= {f"!{term}" for term in asked}
    points = tuple(
        Point(point.id, point.weight, _wordings(point, asked, lexicon))
        for point in rubric.key_points
        if point.text.get(language)
    )
    references = tuple(
        Reference(
            e.level,
            dict.fromkeys(sorted(terms_of(plain(e.text), lexicon) - asked), 1),
            shingles(e.text, lexicon),
        )
        for e in rubric.exemplars
        if e.lang == language
    )
    said = {t: w for p in points for wording in p.wordings for t, w in wording.items()}
    models = {t: w for r in references if r.level >= GOOD_LEVEL for t, w in r.terms.items()}
    known = asked | said.keys() | {t for r in references for t in r.terms}
    return Compiled(rubric.kind, asked, points, references, said | models, known)


def shingles(text: str, lexicon: Lexicon) -> frozenset[str]:
    """Return every run of ten characters (or five words) of the text, blanks and punctuation left out."""
    size = _SHINGLE[lexicon.spaced]
    units = "".join(c if c.isalnum() else " " for c in plain(text)).split()
    if lexicon.spaced:
        return frozenset(" ".join(units[i : i + size]) for i in range(len(units) - size + 1))
    joined = "".join(units)
    return frozenset(joined[i : i + size] for i in range(len(joined) - size + 1))


def _wordings(point: KeyPoint, asked: frozenset[str], lexicon: Lexicon) -> tuple[dict[str, int], ...]:
    texts = (point.text[lexicon.language], *point.synonyms.get(lexicon.language, ()))
    wordings = [_weighted(terms_of(plain(text), lexicon), asked) for text in texts]
    # a wording of which a single character is left would be found everywhere
    return tuple(wording for wording in wordings if sum(wording.values()) >= PAIR_WEIGHT)


def _weighted(terms: frozenset[str], asked: frozenset[str]) -> dict[str, int]:
    """Return the terms that the question does not hold, with their weights."""
    return {term: weight_of(term) for term in sorted(terms - asked)}
