"""From a reading to a score: the whole computation, in numbers that stand in the score's `features`.

The model never gives a number. Each key point earns by its degree; the elements of a complete answer count as
far as points are made, so that a well-told story about something else is no answer:

    level = 8 x rising(points) + 2 x elements x trusted,    rising(x) = (x + root x) / 2
    trusted = min(1, 0.2 + 2.7 x rising(points))

`points` is the share earned, by weight; `elements` the share of those expected. A kind without elements rests on
its points alone, 10 x rising(points).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum, sqrt

from msgspec.structs import replace

from scoring.llm.reading import Reading, Trouble
from scoring.model import Degree, Finding, Score, ScorerId
from scoring.rubric.elements import EXPECTED
from scoring.rubric.model import Element, KeyPoint, Kind, Rubric

VERSION = "1"
NAME = "llm"

# What a point earns, in thousandths. Where the question asks what one did, one's own example is the full answer.
_TOLD = {Degree.MENTIONED: 500, Degree.EXPLAINED: 850, Degree.DEMONSTRATED: 1000}
_ARGUED = {Degree.MENTIONED: 600, Degree.EXPLAINED: 1000, Degree.DEMONSTRATED: 1000}
_ASKS_FOR_DEEDS = frozenset({Kind.BEHAVIOURAL, Kind.MANAGEMENT, Kind.INTRODUCTION})
_POINTS_PART, _ELEMENTS_PART = 8.0, 2.0
_ELEMENTS_ALWAYS, _ELEMENTS_WITH_POINTS = 0.2, 2.7
# What separates two fair raters of the same answer: an assumption, as for the built-in scorer.
_RATER_ERROR = 1.5
_ENOUGH_UNITS = 60
# Levels by which the two scorers may differ before a person is asked to look.
DISAGREEMENT = 2.5


def score_of(
    reading: Reading, rubric: Rubric, points: tuple[KeyPoint, ...], first: Score, model: str
) -> Score:
    """Return the score of a reading; `first` is the built-in scorer's, for comparison."""
    features = _features(reading, rubric, points, first)
    features |= disagreement(features)
    error = error_of(features)
    return Score(
        level=level_of(features),
        standard_error=error,
        confidence=confidence_of(error),
        findings=_findings(reading, points),
        elements=tuple(element for element in Element if element in reading.elements),
        features=features,
        rubric=rubric.version,
        scorer=ScorerId(name=f"{NAME}:{model}", version=VERSION),
    )


def is_ours(scorer: ScorerId) -> bool:
    """Say whether a score was computed here, by this version."""
    return scorer.name.startswith(f"{NAME}:") and scorer.version == VERSION


def recompute(score: Score) -> Score:
    """Return the score with level, error and confidence computed afresh from its features, without a model."""
    fresh = {name: value for name, value in score.features.items() if name not in ("disputed", "gap")}
    fresh |= disagreement(fresh)
    error = error_of(fresh)
    in_order = {name: fresh[name] for name in score.features if name in fresh} | fresh
    return replace(
        score, level=level_of(fresh), standard_error=error, confidence=confidence_of(error), features=in_order
    )


def taken_over(first: Score, trouble: Trouble) -> Score:
    """Return the built-in scorer's score, which says why there is none of the model's."""
    return replace(first, features={**first.features, f"llm.{trouble}": 1.0})


def trouble_in(score: Score) -> Trouble | None:
    """Return why the built-in scorer stands in for the model, or None."""
    return next((trouble for trouble in Trouble if f"llm.{trouble}" in score.features), None)


def level_of(features: Mapping[str, float]) -> float:
    """Return the level 0-10, to one decimal."""
    made = _rising(_share(features))
    if "elements.share" not in features:
        return round(10.0 * made, 1)
    trusted = min(1.0, _ELEMENTS_ALWAYS + _ELEMENTS_WITH_POINTS * made)
    parts = (_POINTS_PART * made, _ELEMENTS_PART * trusted * features["elements.share"] / 1000)
    return round(min(10.0, fsum(parts)), 1)


def error_of(features: Mapping[str, float]) -> float:
    """Return the level's standard error: raters' own, a short answer, dropped points, and a gap beyond the bound."""
    short = max(0.0, 1 - features["length"] / _ENOUGH_UNITS)
    beyond = max(0.0, features.get("gap", 0.0) - DISAGREEMENT)
    total = fsum(value for name, value in features.items() if name.endswith(".weight")) or 1.0
    doubts = [
        (_POINTS_PART * features[f"{name.removesuffix('.dropped')}.weight"] / total / 2) ** 2
        for name in sorted(features)
        if name.endswith(".dropped")
    ]
    return round(sqrt(fsum([_RATER_ERROR**2, short**2, beyond**2, *doubts])), 2)


def confidence_of(standard_error: float) -> float:
    """Return 0-1: one for a level without error, a half when the error is two levels."""
    return round(1 / (1 + (standard_error / 2) ** 2), 2)


def disagreement(features: Mapping[str, float]) -> dict[str, float]:
    """Return `gap`, the distance to the built-in scorer's level, and `disputed` when it is beyond both errors."""
    if "builtin.level" not in features:
        return {}
    gap = round(abs(level_of(features) - features["builtin.level"]), 1)
    joint = sqrt(features["builtin.error"] ** 2 + _RATER_ERROR**2)
    return {"gap": gap} | ({"disputed": 1.0} if gap > max(DISAGREEMENT, joint) else {})


def _features(
    reading: Reading, rubric: Rubric, points: tuple[KeyPoint, ...], first: Score
) -> dict[str, float]:
    expected = EXPECTED[rubric.kind]
    credit = _TOLD if rubric.kind in _ASKS_FOR_DEEDS else _ARGUED
    features = {"length": first.features.get("length", float(_ENOUGH_UNITS))}
    if expected:
        features["elements.share"] = float(1000 * len(reading.elements) // len(expected))
    degrees = {mark.point: mark.degree for mark in reading.marks}
    for point in points:
        features[f"point.{point.id}.weight"] = float(point.weight)
        features[f"point.{point.id}.credit"] = float(credit.get(degrees.get(point.id, Degree.ABSENT), 0))
        if point.id in reading.dropped:
            features[f"point.{point.id}.dropped"] = 1.0
    if first.level is not None:
        features |= {"builtin.level": first.level, "builtin.error": first.standard_error}
    return features


def _findings(reading: Reading, points: tuple[KeyPoint, ...]) -> tuple[Finding, ...]:
    marks = {mark.point: mark for mark in reading.marks}
    return tuple(
        Finding(point.id, mark.degree, mark.start, mark.end, 1.0)
        if (mark := marks.get(point.id))
        else Finding(point.id, Degree.ABSENT)
        for point in points
    )


def _share(features: Mapping[str, float]) -> float:
    """Return what the points earn of what they could, 0-1."""
    names = sorted(name.removesuffix(".weight") for name in features if name.endswith(".weight"))
    total = fsum(features[f"{name}.weight"] for name in names)
    earned = fsum(features[f"{name}.weight"] * features[f"{name}.credit"] for name in names)
    return earned / (1000 * total) if total else 0.0


def _rising(share: float) -> float:
    return (share + sqrt(share)) / 2
