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
_TOLD = {Degree.ABSENT: 900, Degree.MENTIONED: 900, Degree.EXPLAINED: 950, Degree.DEMONSTRATED: 1000}
_ARGUED = {Degree.ABSENT: 900, Degree.MENTIONED: 900, Degree.EXPLAINED: 1000, Degree.DEMONSTRATED: 1000}
CREDIT: dict[Kind, dict[Degree, int]] = {
    kind: _TOLD if kind in {Kind.BEHAVIOURAL, Kind.MANAGEMENT, Kind.INTRODUCTION} else _ARGUED
    for kind in Kind
}
# The level's parts, fitted (docs/decisions/0013): key points, closeness to good and to fair exemplars, distance from
# weak ones, elements, numbers.
POINTS_PART, GOOD_PART, FAIR_PART, WEAK_PART, ELEMENTS_PART, NUMBERS_PART = 4.0, 8.6, 0.7, 2.1, 1.35, 1.25
# Distance from weak exemplars, elements and numbers count fully from this share of the points on, and this much
# without any: a well-told story about something else is not an answer.
_TRUSTED_FROM, _TRUSTED_LEAST = 0.3, 0.1
# A fit draws every level towards the middle; this takes them as far apart as people's levels are.
_MIDDLE, _SPREAD = 5.0, 1.12
# Above the first few people tell levels apart: what is more counts less and less; above the second a quarter, so that
# a point more can still be seen.
_HIGH, _TOP = 7.5, 10.0
# The most a short answer gets that speaks of something else.
_OFF_TOPIC = 1.0
# So many different numbers are all that counts.
_NUMBERS = 4
# What separates two fair raters of the same answer, measured for reference answers, assumed for key points.
_RATER_ERROR, _REFERENCE_ERROR = 2.0, 1.9
# A well-built answer in which hardly a point was found may have said it in words nobody listed: this much doubt.
_UNHEARD_ERROR = 2.0
_ENOUGH_UNITS = 60
# Without key points and references: a complete answer is at most this, and hardly known.
_ELEMENTS_ALONE, _ELEMENTS_ERROR = 8.0, 3.0
# What a reference answer's parts, its whole and speaking of the same thing count, of one; and the cosine, in
# thousandths, that says so fully.
_PARTS, _WHOLE, _TOPIC = 0.5, 0.4, 0.1
_ON_TOPIC = 300
# In languages with spaces: how much likeness word for word counts beside these, and how alike a good answer usually is.
_LIKENESS, _USUALLY_ALIKE = 0.5, 0.5
# Where a model tells how near the meaning is: what any two texts have in common for it, in thousandths, and how much
# the rest counts beside the words.
_UNRELATED, _MEANT = 800, 2.0


def level_from_features(features: Mapping[str, float]) -> float:
    """Return the level 0-10, to one decimal, from a score's features."""
    if "reference.level" in features:
        return round(features["reference.level"] * _reference_said(features), 1)
    if not _points(features):
        return round(_ELEMENTS_ALONE * features["elements.share"] / 1000, 1)
    made = points_share(features)
    trusted = _trusted(made)
    good, fair, weak = (_lifted(features[f"models.{name}"]) for name in ("good", "fair", "weak"))
    parts = (
        POINTS_PART * made,
        GOOD_PART * good,
        FAIR_PART * fair,
        WEAK_PART * trusted * (1 - weak * sqrt(1 - made)),
        ELEMENTS_PART * trusted * features["elements.share"] / 1000,
        NUMBERS_PART * trusted * min(_NUMBERS, features["numbers"]) / _NUMBERS,
    )
    level = _bent(_MIDDLE + _SPREAD * (fsum(parts) - _MIDDLE))
    return round(min(max(0.0, level), _OFF_TOPIC if "off_topic" in features else 10.0), 1)


def _bent(level: float) -> float:
    """Return a level with what is above `_HIGH` counting less and less, from `_TOP` on evenly less."""
    if level <= _HIGH:
        return level
    room, above = 10 - _HIGH, min(level, _TOP) - _HIGH
    slope = room / (above + room)
    slope *= slope
    return _HIGH + room * above / (above + room) + slope * (level - _HIGH - above)


def _reference_said(features: Mapping[str, float]) -> float:
    """Return how far an answer is as good as the reference, 0-1."""
    topic = min(1.0, features["topic.share"] / _ON_TOPIC)
    said = (_PARTS * features["reference.parts"] / 1000, _WHOLE * features["reference.whole"] / 1000)
    words = fsum((*said, _TOPIC * topic))
    if "reference.likeness" in features:
        alike = _LIKENESS * features["reference.likeness"] / 1000
        words = min(1.0, (words + alike) / (1 + _LIKENESS * _USUALLY_ALIKE))
    if "embedding.reference" not in features:
        return words
    meant = max(0.0, features["embedding.reference"] - _UNRELATED) / 1000
    return (words + _MEANT * meant) / (1 + _MEANT * (1000 - _UNRELATED) / 1000)


def error_from_features(features: Mapping[str, float]) -> float:
    """Return the level's standard error: raters' own, doubt about each point, how little was said or understood."""
    short = max(0.0, 1 - features["length"] / _ENOUGH_UNITS)
    if "reference.level" in features:
        return round(sqrt(_REFERENCE_ERROR * _REFERENCE_ERROR + short * short), 2)
    names = _points(features)
    if not names:
        return _ELEMENTS_ERROR
    unheard = _UNHEARD_ERROR * (1 - _trusted(points_share(features)))
    return round(sqrt(fsum(part * part for part in (_RATER_ERROR, short, unheard))), 2)


def confidence_of(standard_error: float) -> float:
    """Return 0-1: one for a level without error, a half when the error is two levels."""
    half = standard_error / 2
    return round(1 / (1 + half * half), 2)


def _trusted(made: float) -> float:
    """Return how far anything but the points counts, given the share of the points that is made."""
    return min(1.0, max(_TRUSTED_LEAST, made / _TRUSTED_FROM))


def _lifted(share: float) -> float:
    """Return a share in thousandths as 0-1, lifted: its power of three quarters."""
    x = share / 1000
    return sqrt(x * sqrt(x))


def points_share(features: Mapping[str, float]) -> float:
    """Return what the points earn of what they could, 0-1, by weight."""
    names = _points(features)
    total = fsum(features[f"point.{name}.weight"] for name in names)
    earned = fsum(features[f"point.{name}.weight"] * features[f"point.{name}.credit"] for name in names)
    return earned / total / 1000 if total else 0.0


def said_share(features: Mapping[str, float]) -> float:
    """Return how much of what was asked for is said, 0-1: of the reference where there is one, else of the points."""
    share = features.get("reference.share")
    return points_share(features) if share is None else share / 1000


def _points(features: Mapping[str, float]) -> list[str]:
    return sorted(key[6:-7] for key in features if key.startswith("point.") and key.endswith(".weight"))
