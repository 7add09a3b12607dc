"""The built-in scorer: a level from what an answer says, by a computation a recruiter can follow.

1. Reading (`reading`, `belonging`, `echo`). The answer is cut into sentences. What recites the rubric, only thanks,
   praises or stalls, speaks to the scorer or of the application, or has nothing to do with the question is left out;
   a sentence said twice counts once.
2. Key points (`terms`, `compiled`, `scoring.evidence`). Each point is looked for by its own words and by its
   synonyms. Words that the question already holds earn nothing, words after a negation count as their opposite. How
   strongly a wording is said is the share of its words found in one sentence, from a third of them on; a single word
   is trusted less than a phrase, a common one less than a rare one. The next closest wording adds half of what is
   left. From 0.5 on a point counts as found: mentioned; explained, when its sentence says more or gives a reason; or
   demonstrated, when it tells of oneself in a story with situation, action and result.
3. Closeness to the exemplars: how much of the closest good one the answer says, of the closest fair one, and of what
   only weak ones say; rare words count more than common ones. A pack without exemplars lends its key points' words.
4. Elements (`scoring.rubric.elements`), the share of those the kind of question expects, and different numbers, up to
   four: the concrete sign of something done. Both count fully once three tenths of the points are made.
5. Level (`level`; it can be recomputed from `features`): a weighted sum of these, bent towards ten at the top. Without
   key points but with reference answers, the level is the reference's level x how much of it the answer says
   (`reference`). With neither, it rests on the elements alone and says so with a large error.
6. Honesty (`abstain`). The standard error grows with short answers and most of all when hardly a listed point is
   found: the answer may say it in words nobody listed. A short answer about something else gets at most level 1.
   When it is a long one, or there is nothing to judge, the scorer abstains and says why.

The order of sentences and who wrote the answer do not enter the level, nor does its length as such. Nothing here
reads a clock, the locale or a random number, and nothing depends on the order of a set: equal input gives an equal
score, to the bit. Only with an embedding model, which is off unless asked for, can machines differ in the last digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

from msgspec import Struct

from scoring.builtin.abstain import is_off_topic, reason_to_abstain
from scoring.builtin.compiled import MODELS, RARE, Compiled, Point, RubricKey, compile_rubric, unmarked
from scoring.builtin.level import CREDIT, confidence_of, error_from_features, level_from_features
from scoring.builtin.meanings import meanings_of
from scoring.builtin.neighbours import nearness, strangeness
from scoring.builtin.reading import Reading, read
from scoring.builtin.reference import Reference, likeness, said_of
from scoring.builtin.terms import counted_words, function_words
from scoring.embedding.port import Embedder
from scoring.evidence import Alignment, Wording, align
from scoring.lexicon import Lexicon, load_lexicons
from scoring.model import Abstention, Degree, Finding, Score, ScorerId
from scoring.rubric.elements import EXPECTED
from scoring.rubric.model import Element, Rubric

_VERSION = "6"
_DEGREES = (Degree.MENTIONED, Degree.EXPLAINED, Degree.DEMONSTRATED)
# So many characters of an answer a model hears, by whether words are spaced: enough to tell what it is about, and what a
# model reads in a seventh of a second.
_HEARD = {True: 500, False: 140}
# From this strength on, in thousandths, a point counts as made.
_MADE = 500
# Where no element is expected, all are there if key points are; with neither nothing is known, and the level is five.
_NONE_EXPECTED = {True: 1000.0, False: 625.0}
# The share of a wording, in thousandths, from which on its words say something of it.
_BEGINS = 350


class Match(Struct, frozen=True):
    """A finding with what it earns, in thousandths."""

    point: Point
    finding: Finding
    strength: int
    credit: int


class BuiltinScorer:
    """Scores without a key or a network, and without a model unless it is given one. Safe to share between threads."""

    def __init__(
        self, lexicons: Mapping[str, Lexicon] | None = None, embedder: Embedder | None = None
    ) -> None:
        self._embedder = embedder
        self._lexicons = dict(load_lexicons() if lexicons is None else lexicons)
        self._meanings = {language: meanings_of(lexicon) for language, lexicon in self._lexicons.items()}

    @property
    def id(self) -> ScorerId:
        """Return name and version; the version changes with anything that can change a score."""
        return ScorerId(
            "builtin", _VERSION if self._embedder is None else f"{_VERSION}+{self._embedder.name}"
        )

    def score(self, rubric: Rubric, answer: str, language: str) -> Score:
        """Return the score of `answer`; a language without a lexicon is abstained from."""
        lexicon = self._lexicons.get(language) or self._lexicons.get(language[:2].lower())
        if lexicon is None:
            return self._abstention(rubric, Abstention.OTHER_LANGUAGE, {})
        compiled = compile_rubric(RubricKey(rubric, lexicon))
        reading = read(answer, compiled, lexicon, self._meanings[lexicon.language])
        said = _said(reading, compiled)
        matches = [_match(point, reading, compiled, said) for point in compiled.points]
        features = _features(matches, reading, compiled, lexicon)
        features |= self._embedded(answer, reading, compiled)
        if is_off_topic(features, compiled, lexicon):
            features["off_topic"] = 1.0
        reason = reason_to_abstain(answer, reading, features, compiled, lexicon)
        if reason is not None:
            return self._abstention(rubric, reason, features)
        error = error_from_features(features)
        return Score(
            level=level_from_features(features),
            standard_error=error,
            confidence=confidence_of(error),
            findings=tuple(match.finding for match in matches),
            elements=tuple(element for element in Element if element in reading.elements),
            features=features,
            rubric=rubric.version,
            scorer=self.id,
        )

    def _embedded(self, answer: str, reading: Reading, compiled: Compiled) -> dict[str, float]:
        """Return what a model says of the meaning, where there is one: how close the answer is to its reference, or
        to its own question and the nearest other one of the pack.
        """
        if self._embedder is None or not reading.spoken:
            return {}
        if compiled.references and reading.terms:
            near = max(self._embedder.closeness(answer, reference.text) for reference in compiled.references)
            return {"embedding.reference": float(near)}
        if not compiled.points or len(compiled.around) < 2:
            return {}
        heard = reading.heard[: _HEARD[compiled.spaced]]
        nearest = [self._embedder.closeness(heard, text) for text in compiled.around]
        own = nearest.pop(compiled.place)
        return {"embedding.own": float(own), "embedding.other": float(max(nearest))}

    def _abstention(self, rubric: Rubric, reason: Abstention, features: dict[str, float]) -> Score:
        return Score(None, 10.0, 0.0, (), (), features, rubric.version, self.id, reason)


def _said(reading: Reading, compiled: Compiled) -> list[int]:
    """Return for every wording of the rubric how much of it the whole answer says, in its weights."""
    said = [0] * sum(len(point.wordings) for point in compiled.points)
    for term in reading.terms & compiled.holders.keys():
        for number, weight in compiled.holders[term]:
            said[number] += weight
    return said


def _match(point: Point, reading: Reading, compiled: Compiled, said: list[int]) -> Match:
    """Return the closest wording of the point; half of what the next closest one adds counts with it."""
    found = [
        (_strength(aligned, sized.trust), aligned)
        for at, sized in enumerate(point.wordings)
        # most are not said by the answer as a whole and need not be looked for sentence by sentence
        if 1000 * said[point.first + at] > _BEGINS * sized.wording.total
        for aligned in [align(sized.wording, reading.sentences, join=at == 0)]
    ]
    ranked = sorted(found, key=lambda pair: (-pair[0], -pair[1].depth, pair[1].span))
    if not ranked:
        return Match(point, Finding(point.id, Degree.ABSENT), 0, 0)
    first, *rest = [strength for strength, _ in ranked[:2]]
    strength = first + (1000 - first) * sum(rest) // 2000
    span, depth = ranked[0][1].span, ranked[0][1].depth
    degree = _DEGREES[depth] if strength >= _MADE else Degree.ABSENT
    credit = strength * CREDIT[compiled.kind][degree] // 1000
    place = (0, 0) if degree is Degree.ABSENT else (span.start, span.end)
    return Match(point, Finding(point.id, degree, *place, strength / 1000), strength, credit)


def _strength(found: Alignment, trust: int) -> int:
    """Return how fully a wording is said, 0-1000: a third of its words may stand anywhere."""
    share = 1000 * found.covered // found.total
    return max(0, share - _BEGINS) * trust // (1000 - _BEGINS)


def _features(
    matches: list[Match], reading: Reading, compiled: Compiled, lexicon: Lexicon
) -> dict[str, float]:
    """Return every number the level is computed from."""
    expected = EXPECTED[compiled.kind]
    there = sum(1 for element in expected if element in reading.elements)
    features: dict[str, float] = {
        "length": float(reading.length),
        "elements.share": float(1000 * there // len(expected)) if expected else _NONE_EXPECTED[bool(matches)],
        "topic.share": float(_topic(reading, compiled, lexicon)),
    } | _beside_others(reading, compiled, lexicon)
    for match in matches:
        name = f"point.{match.point.id}"
        features[f"{name}.weight"] = float(match.point.weight)
        features[f"{name}.strength"] = float(match.strength)
        features[f"{name}.credit"] = float(match.credit)
    if matches:
        features |= _closeness(reading, compiled)
        features["numbers"] = float(reading.numbers)
    elif compiled.references:
        features |= _closest_reference(compiled.references, reading, lexicon)
    return features


def _beside_others(reading: Reading, compiled: Compiled, lexicon: Lexicon) -> dict[str, float]:
    """Return how near the answer is to its own question, to the nearest other one of the pack and to the others on
    average, how many of its words are in none of them, and how telling its words are, all in thousandths.
    """
    near = nearness(reading.spoken, compiled.neighbours, lexicon)
    if len(near) < 2:
        return {}
    own = near.pop(compiled.place)
    functions = len(function_words(reading.heard, lexicon))
    strange, rare = strangeness(reading.spoken, functions, compiled.neighbours, lexicon)
    return {
        "topic.own": float(own),
        "topic.other": float(max(near)),
        "topic.others": float(sum(near) // len(near)),
        "topic.strange": float(strange),
        "topic.rare": float(rare),
    }


def _closeness(reading: Reading, compiled: Compiled) -> dict[str, float]:
    """Return how much of the closest good, fair and weak exemplar the answer says, in thousandths.

    Without a good exemplar the key points' own words stand for one; answers say less of that longer list.
    """
    shares = {
        name: [_share(m.wording, reading) for m in compiled.models if low <= m.level < high]
        for name, low, high in MODELS
    }
    shares["good"] = shares["good"] or [min(1000, _share(compiled.vocabulary, reading) * 12 // 10)]
    return {f"models.{name}": float(max(found, default=0)) for name, found in shares.items()}


def _closest_reference(
    references: tuple[Reference, ...], reading: Reading, lexicon: Lexicon
) -> dict[str, float]:
    """Return level and shares of the reference answer that gives the highest level."""
    words = counted_words(reading.heard, lexicon)
    found = [
        (reference.level, *said_of(reference, reading.terms), likeness(reference, words))
        for reference in references
    ]
    level, parts, whole, share, alike = max(found, key=lambda said: (said[0] * (said[1] + said[2]), said))
    features = {
        "reference.level": level,
        "reference.parts": float(parts),
        "reference.whole": float(whole),
        "reference.share": float(share),
    }
    return features | {"reference.likeness": float(alike)} if lexicon.spaced else features


def _topic(reading: Reading, compiled: Compiled, lexicon: Lexicon) -> int:
    """Return in thousandths how far answer and rubric speak of the same: the cosine of their terms, rare ones first."""
    if not compiled.known:
        return 0
    said, weight_of = unmarked(reading.terms), lexicon.telling.get
    shared = sum([compiled.known[term] ** 2 for term in said & compiled.known.keys()])
    size = sum([weight_of(term, RARE) ** 2 for term in said]) * compiled.known_size
    return round(1000 * shared / sqrt(size)) if size else 0


def _share(wording: Wording, reading: Reading) -> int:
    """Return the share of a wording that the answer says, in thousandths."""
    return 1000 * wording.said_by(reading.terms) // wording.total if wording.total else 0
