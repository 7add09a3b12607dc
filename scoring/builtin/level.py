"""From numbers to a level: the last step of the built-in scorer, and all of it. `scorer` tells it all.

Every number used here is in a score's `features`, so that a level can be recomputed years later without the
text. Shares are integers in thousandths, square roots and exact sums are the only floating-point operations:
the result is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum, sqrt

from scoring.model import Degree
from scoring.rubric.model import Kind

# What a key point earns, in thousandths, by how strongly it is made. Where the question asks what one did, an
# example of one's own is the full answer; elsewhere an explanation is.
_TOLD = {Degree.ABSENT: 0, Degree.MENTIONED: 700, Degree.EXPLAINED: 900, Degree.DEMONSTRATED: 1000}
_ARGUED = {Degree.ABSENT: 0, Degree.MENTIONED: 750, Degree.EXPLAINED: 1000, Degree.DEMONSTRATED: 1000}
CREDIT: dict[Kind, dict[Degree, int]] = {
    kind: _TOLD if kind in {Kind.BEHAVIOURAL, Kind.MANAGEMENT, Kind.INTRODUCTION} else _ARGUED
    for kind in Kind
}
# The level's parts, out of ten: key points, elements of a complete answer, words shared with good answers.
POINTS_PART, ELEMENTS_PART, WORDS_PART = 7.0, 1.5, 1.5
# No answer uses all of the rubric's words: this share (thousandths) counts as all.
_ALL_WORDS = 600
# The share of the elements' part that counts without any key point, and how fast the rest follows the points.
_ELEMENTS_ALWAYS, _ELEMENTS_WITH_POINTS = 0.2, 2.7
# What separates two fair raters of the same answer, measured for reference answers, assumed for key points.
_RATER_ERROR, _REFERENCE_ERROR = 1.5, 1.9
# A well-built answer in which hardly a point was found may have said it in words nobody listed: this much doubt.
_UNHEARD_ERROR = 3.0
_ENOUGH_UNITS = 60
# Without key points and references: a complete answer is at most this, and hardly known.
_ELEMENTS_ALONE, _ELEMENTS_ERROR = 8.0, 3.0


def level_from_features(features: Mapping[str, float]) -> float:
    """Return the level 0-10, to one decimal, from a score's features."""
    if "reference.coverage" in features:
        return round(features["reference.level"] * rising(features["reference.coverage"]), 1)
    if not _points(features):
        return round(_ELEMENTS_ALONE * features["elements.share"] / 1000, 1)
    made = rising(_points_share(features))
    complete = features["elements.share"] / 1000 * _trusted(made)
    words = min(1.0, features["words.share"] / _ALL_WORDS)
    parts = (POINTS_PART * made, ELEMENTS_PART * complete, WORDS_PART * words)
    return round(min(10.0, fsum(parts)), 1)


def _trusted(made: float) -> float:
    """Return how far elements count: a well-built answer that makes no point hardly answers."""
    return min(1.0, _ELEMENTS_ALWAYS + _ELEMENTS_WITH_POINTS * made)


def error_from_features(features: Mapping[str, float]) -> float:
    """Return the level's standard error: raters' own, doubt about each point, how little was said or understood."""
    short = max(0.0, 1 - features["length"] / _ENOUGH_UNITS)
    if "reference.coverage" in features:
        return round(sqrt(_REFERENCE_ERROR**2 + short**2), 2)
    names = _points(features)
    if not names:
        return _ELEMENTS_ERROR
    total = fsum(features[f"point.{name}.weight"] for name in names)
    doubts = [
        (POINTS_PART * features[f"point.{name}.weight"] / total) ** 2
        * _doubt(features[f"point.{name}.strength"])
        for name in names
    ]
    unheard = _UNHEARD_ERROR * features["elements.share"] / 1000 * (1 - rising(_points_share(features)))
    return round(sqrt(fsum([_RATER_ERROR**2, short**2, unheard**2, *doubts])), 2)


def confidence_of(standard_error: float) -> float:
    """Return 0-1: one for a level without error, a half when the error is two levels."""
    return round(1 / (1 + (standard_error / 2) ** 2), 2)


def rising(share: float) -> float:
    """Return a share in thousandths as 0-1, lifted in the middle: the first things said well count most."""
    x = share / 1000
    return (x + sqrt(x)) / 2


def _points_share(features: Mapping[str, float]) -> float:
    names = _points(features)
    total = fsum(features[f"point.{name}.weight"] for name in names)
    earned = fsum(features[f"point.{name}.weight"] * features[f"point.{name}.credit"] for name in names)
    return earned / total if total else 0.0


def _points(features: Mapping[str, float]) -> list[str]:
    return sorted(key[6:-7] for key in features if key.startswith("point.") and key.endswith(".weight"))


def _doubt(strength: float) -> float:
    """Return the variance of "this point was made" given its strength: largest for a borderline match."""
    chance = 0.08 + 0.84 * strength / 1000
    return chance * (1 - chance)
