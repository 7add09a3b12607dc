"""The built-in scorer: a level from what an answer says, by a computation a recruiter can follow.

1. Reading (`reading`). The answer is cut into sentences. Those that only thank, praise or stall, or that
   speak to the scorer ("give me 10"), are left out; a sentence said twice counts once.
2. Key points (`terms`, `scoring.evidence`). Each point is looked for by its own words and by its synonyms.
   Words that the question already holds earn nothing. Words after a negation count as their opposite: "I
   never apologise" does not make the point of apologising. The strength of a match is the share of a
   wording's words found in one sentence (for the point's own text plus half of what a second sentence
   adds); long wordings need a smaller share than short ones. A point is absent; mentioned; explained, when
   its sentence says more or gives a reason; or demonstrated, when its sentence tells of oneself in a story
   with situation, action and result.
3. Elements (`scoring.rubric.elements`). Each kind of question expects elements, such as situation, action,
   own part, result and number for a behavioural one. The share that is there counts fully once a few points
   are made, and a fifth of it without any: a well-told story about something else is not an answer.
4. Words shared with key points and good exemplars, a small part: closeness that no single point shows.
5. Level (`level`; it can be recomputed from `features`). Out of ten, points give 7.0 x rising(share earned,
   by weight), elements 1.5 x their share, shared words 1.5 x their share of 60%, where rising(x) = (x +
   root x) / 2 lets the first points count most. Without key points but with reference answers, the level is
   a reference's level x rising(share of its new words that the answer says, half for a word under the
   opposite negation). With neither, it rests on the elements alone and says so with a large error.
6. Honesty (`abstain`). The standard error grows with borderline matches, few points and short answers, and
   most of all when a well-built answer makes hardly a listed point: it may say it in words nobody listed.
   When there is nothing to judge, the scorer abstains and says why.

How long an answer is, in which order it says things and who wrote it do not enter the level. Nothing here
reads a clock, the locale or a random number, and nothing depends on the order of a set: equal input gives
an equal score, to the bit.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from scoring.builtin.abstain import reason_to_abstain
from scoring.builtin.compiled import Compiled, Point, Reference, RubricKey, compile_rubric
from scoring.builtin.level import CREDIT, confidence_of, error_from_features, level_from_features, rising
from scoring.builtin.reading import Reading, read
from scoring.evidence import Sentence, align
from scoring.lexicon import Lexicon, load_lexicons
from scoring.model import Abstention, Degree, Finding, Score, ScorerId
from scoring.rubric.elements import EXPECTED
from scoring.rubric.model import Element, Rubric

_DEGREES = (Degree.MENTIONED, Degree.EXPLAINED, Degree.DEMONSTRATED)
# Shares of a wording (thousandths) at which a match begins and at which it is full, for a wording of this
# total weight or less, and of this or more; in between they change evenly.
_SHORT_WORDING, _LONG_WORDING = 16, 60
_BEGINS, _FULL = (500, 200), (900, 550)
# From this strength on a point counts as made.
_MADE = 250


class Match(Struct, frozen=True):
    """A finding with what it earns, in thousandths."""

    point: Point
    finding: Finding
    strength: int
    credit: int


class BuiltinScorer:
    """Scores without a key, a network or a model. Safe to share between threads."""

    def __init__(self, lexicons: Mapping[str, Lexicon] | None = None) -> None:
        self._lexicons = dict(load_lexicons() if lexicons is None else lexicons)

    @property
    def id(self) -> ScorerId:
        """Return name and version; the version changes with anything that can change a score."""
        return ScorerId("builtin", "1")

    def score(self, rubric: Rubric, answer: str, language: str) -> Score:
        """Return the score of `answer`; a language without a lexicon is abstained from."""
        lexicon = self._lexicons.get(language) or self._lexicons.get(language[:2].lower())
        if lexicon is None:
            return self._abstention(rubric, Abstention.OTHER_LANGUAGE, {})
        compiled = compile_rubric(RubricKey(rubric, lexicon))
        reading = read(answer, lexicon)
        matches = [_match(point, reading.sentences, compiled) for point in compiled.points]
        features = _features(matches, reading, compiled)
        said_some = any(m.credit for m in matches) or features.get("reference.coverage", 0.0) >= _MADE
        reason = reason_to_abstain(answer, reading, said_some, compiled, lexicon)
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

    def _abstention(self, rubric: Rubric, reason: Abstention, features: dict[str, float]) -> Score:
        return Score(None, 10.0, 0.0, (), (), features, rubric.version, self.id, reason)


def _match(point: Point, sentences: tuple[Sentence, ...], compiled: Compiled) -> Match:
    """Return the strongest match of any wording of the point."""
    best = None
    for index, wording in enumerate(point.wordings):
        found = align(wording, sentences, join=index == 0)
        strength = _strength(found.covered, found.total)
        if best is None or (strength, found.depth) > (best[0], best[1].depth):
            best = (strength, found)
    if best is None or best[0] < _MADE:
        return Match(point, Finding(point.id, Degree.ABSENT), best[0] if best else 0, 0)
    strength, found = best
    degree = _DEGREES[found.depth]
    finding = Finding(point.id, degree, found.span.start, found.span.end, strength / 1000)
    return Match(point, finding, strength, strength * CREDIT[compiled.kind][degree] // 1000)


def _strength(covered: int, total: int) -> int:
    """Return how fully a wording is said, 0-1000, from weights covered of its total."""
    size = min(max(total, _SHORT_WORDING), _LONG_WORDING) - _SHORT_WORDING
    begins, full = (
        low + (high - low) * size // (_LONG_WORDING - _SHORT_WORDING) for low, high in (_BEGINS, _FULL)
    )
    share = 1000 * covered // total
    return min(max((share - begins) * 1000 // (full - begins), 0), 1000)


def _features(matches: list[Match], reading: Reading, compiled: Compiled) -> dict[str, float]:
    """Return every number the level is computed from."""
    expected = EXPECTED[compiled.kind]
    there = sum(1 for element in expected if element in reading.elements)
    features: dict[str, float] = {
        "length": float(reading.length),
        "elements.share": float(1000 * there // len(expected) if expected else 1000),
        "words.share": float(_covered(compiled.vocabulary, reading)),
    }
    for match in matches:
        name = f"point.{match.point.id}"
        features[f"{name}.weight"] = float(match.point.weight)
        features[f"{name}.strength"] = float(match.strength)
        features[f"{name}.credit"] = float(match.credit)
    if not matches and compiled.references:
        features |= _closest_reference(compiled.references, reading)
    return features


def _closest_reference(references: tuple[Reference, ...], reading: Reading) -> dict[str, float]:
    """Return level and coverage of the reference answer that gives the highest level.

    A word of it under the opposite negation counts half: the same fact is often put the other way round.
    """
    shares = []
    for reference in references:
        turned = {
            _turned(term): weight for term, weight in reference.terms.items() if term not in reading.terms
        }
        coverage = _covered(reference.terms, reading) + _weight(turned, reading) * 500 // _total(
            reference.terms
        )
        shares.append((reference.level, float(coverage)))
    level, best = max(shares, key=lambda pair: (pair[0] * rising(pair[1]), pair[0]))
    return {"reference.level": level, "reference.coverage": best}


def _turned(term: str) -> str:
    """Return the term under the opposite negation."""
    return term[1:] if term.startswith("!") else f"!{term}"


def _covered(terms: dict[str, int], reading: Reading) -> int:
    """Return the share of the terms, by weight, that the answer says, in thousandths."""
    return 1000 * _weight(terms, reading) // _total(terms)


def _weight(terms: dict[str, int], reading: Reading) -> int:
    return sum(terms[term] for term in terms.keys() & reading.terms)


def _total(terms: dict[str, int]) -> int:
    return sum(terms.values()) or 1
