"""A rubric made ready for one language: what each key point's wordings say that the question does not.

Compiling takes about a millisecond and scoring less, so compiled rubrics are kept. The cache looks up by
version and language and then compares the rubric itself: it can save time, never change a score.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from scoring.builtin.echo import Recital, recital_of, shingles
from scoring.builtin.neighbours import Neighbours, TextsKey, neighbours_of
from scoring.builtin.plain import plain
from scoring.builtin.reference import Reference, reference_of
from scoring.builtin.spelling import Slips, slips_of
from scoring.builtin.terms import terms_of
from scoring.evidence import Wording
from scoring.lexicon import Lexicon
from scoring.rubric.model import Exemplar, KeyPoint, Kind, Rubric

# Exemplars from this level on are models of what a good answer says.
GOOD_LEVEL = 7.0
# What exemplars of these levels, from and below, are called in a score's features.
_FAIR_LEVEL = 4.0
MODELS = (("good", GOOD_LEVEL, 11.0), ("fair", _FAIR_LEVEL, GOOD_LEVEL), ("weak", 0.0, _FAIR_LEVEL))
# How telling a term is that no list calls common.
RARE = 10
# What finding a term counts: said, or meant by a near-synonym. A pack lists a point's synonyms itself, so that
# a general one counts little there. Integers, so that sums are exact in any order.
SAID, MEANT = 10, 3
# How far a wording is trusted whose terms are so telling together; in between evenly more. Two Chinese characters
# make three terms.
_TRUST = {True: ((10, 775), (20, 925), (30, 1000)), False: ((30, 800), (50, 925), (70, 1000))}


class Sized(Struct, frozen=True):
    """A wording of a key point, and in thousandths how far finding all of it tells that the point is made."""

    wording: Wording
    trust: int


class Point(Struct, frozen=True):
    """A key point: its own text first, then each synonym. `first` is the number of its first wording in the rubric."""

    id: str
    weight: float
    wordings: tuple[Sized, ...]
    first: int


class Model(Struct, frozen=True):
    """An exemplar as the terms it says that the question does not, and as runs of text to recognise a copy."""

    level: float
    wording: Wording
    shingles: frozenset[str]


class Compiled(Struct, frozen=True):
    """A rubric in one language.

    `known` is every term of question, points and exemplars; `vocabulary` what points and good exemplars say
    that the question does not. `holders` are for every term the wordings that hold it, by number, with its weight there.
    `place` is the question's own among the `neighbours` and their texts, `around`.
    """

    kind: Kind
    spaced: bool
    question: frozenset[str]
    points: tuple[Point, ...]
    holders: dict[str, tuple[tuple[int, int], ...]]
    models: tuple[Model, ...]
    references: tuple[Reference, ...]
    vocabulary: Wording
    known: dict[str, int]
    known_size: int
    numbers: frozenset[str]
    slips: Slips
    recital: Recital
    neighbours: Neighbours
    around: tuple[str, ...]
    place: int


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
    question = plain(rubric.text.get(language, ""))
    asked = terms_of(question, lexicon)
    points = [point for point in rubric.key_points if point.text.get(language)]
    exemplars = [exemplar for exemplar in rubric.exemplars if exemplar.lang == language]
    compiled = _points(points, asked, lexicon)
    models = tuple(_model(exemplar, asked, lexicon) for exemplar in exemplars)
    said = {term for point in compiled for sized in point.wordings for term in sized.wording.terms}
    said |= {term for model in models if model.level >= GOOD_LEVEL for term in model.wording.terms}
    models = tuple(_telling_apart(model, said, lexicon) for model in models)
    every = asked | said | {term for model in models for term in model.wording.terms}
    known = {term: telling(term, lexicon) for term in sorted(map(bare, every))}
    return Compiled(
        kind=rubric.kind,
        spaced=lexicon.spaced,
        question=asked,
        points=compiled,
        holders=_holders(compiled),
        models=models,
        references=() if compiled else tuple(reference_of(e, asked, lexicon) for e in exemplars),
        vocabulary=weighed(said, lexicon),
        known=known,
        known_size=sum(weight**2 for weight in known.values()),
        numbers=frozenset(lexicon.number.findall(question)),
        slips=slips_of(every, lexicon.ordinary),
        recital=recital_of([point.text[language] for point in points], lexicon),
        neighbours=neighbours_of(TextsKey(rubric.around.get(language, ()), lexicon)),
        around=rubric.around.get(language, ()),
        place=rubric.place,
    )


def _points(points: Iterable[KeyPoint], asked: frozenset[str], lexicon: Lexicon) -> tuple[Point, ...]:
    found: list[Point] = []
    first = 0
    for point in points:
        wordings = _wordings(point, asked, lexicon)
        found.append(Point(point.id, point.weight, wordings, first))
        first += len(wordings)
    return tuple(found)


def _holders(points: Iterable[Point]) -> dict[str, tuple[tuple[int, int], ...]]:
    """Return where each term counts: to look every wording up in an answer is what takes longest."""
    found: dict[str, list[tuple[int, int]]] = {}
    for point in points:
        for number, sized in enumerate(point.wordings, point.first):
            for term, weight in sized.wording.weights.items():
                found.setdefault(term, []).append((number, weight))
    return {term: tuple(places) for term, places in found.items()}


def bare(term: str) -> str:
    """Return the term without a mark: speaking against something is speaking of it."""
    return term.lstrip("!~")


def unmarked(terms: Iterable[str]) -> frozenset[str]:
    """Return what is said for or against something, without what is only meant."""
    return frozenset([term[1:] if term[0] == "!" else term for term in terms if term[0] != "~"])


def telling(term: str, lexicon: Lexicon) -> int:
    """Return how telling a term is, 1 (everybody says it) to 10."""
    return lexicon.telling.get(bare(term), RARE)


def weighed(terms: Iterable[str], lexicon: Lexicon) -> Wording:
    """Return the terms as a wording in which each counts by how telling it is."""
    return _wording({term: telling(term, lexicon) for term in terms})


def _wording(weights: Mapping[str, int]) -> Wording:
    said = {term: SAID * weights[term] for term in sorted(weights)}
    meant = {f"~{term}": MEANT * weights[term] for term in sorted(weights)}
    return Wording(said | meant, sum(said.values()))


def _wordings(point: KeyPoint, asked: frozenset[str], lexicon: Lexicon) -> tuple[Sized, ...]:
    texts = (point.text[lexicon.language], *point.synonyms.get(lexicon.language, ()))
    found = [terms_of(plain(text), lexicon) - _either(asked) for text in texts]
    # a wording of which a single character is left would be found everywhere
    least = 1 if lexicon.spaced else 2
    kept = [terms for terms in found if len(terms) >= least or _latin(terms)]
    return tuple(Sized(_wording(dict.fromkeys(terms, 1)), _trust(terms, lexicon)) for terms in kept)


def _trust(terms: frozenset[str], lexicon: Lexicon) -> int:
    """Return less than a thousand for a short wording, and for a common one: it may be said by chance."""
    size = sum(10 + telling(term, lexicon) for term in terms) // 2
    before = (0, 0)
    for step in _TRUST[lexicon.spaced]:
        if size < step[0]:
            return before[1] + (step[1] - before[1]) * (size - before[0]) // (step[0] - before[0])
        before = step
    return before[1]


def _latin(terms: frozenset[str]) -> bool:
    return any(term.isascii() for term in terms)


def _either(terms: frozenset[str]) -> frozenset[str]:
    """Return the terms with and without a negation."""
    return terms | {f"!{term}" for term in terms}


def _telling_apart(model: Model, good: set[str], lexicon: Lexicon) -> Model:
    """Return a weak exemplar without the words that points and good exemplars hold too; others as they are."""
    if model.level >= _FAIR_LEVEL:
        return model
    return replace(model, wording=weighed(model.wording.terms - good, lexicon))


def _model(exemplar: Exemplar, asked: frozenset[str], lexicon: Lexicon) -> Model:
    new = terms_of(plain(exemplar.text), lexicon) - _either(asked)
    return Model(exemplar.level, weighed(new, lexicon), shingles(exemplar.text, lexicon))
