"""Learning from HR: how the levels people give a competency differ from the computed ones, as a small straight map.

Every override is a label. People override what they disagree with, so labels alone would paint the scorer worse than
it is: levels that a person has seen and let stand count too, at a quarter, together never more than the overrides.

    level' = level + shift + tilt x (level - centre)

`shift` and `tilt` are drawn towards 0, the fewer labels the more; how strongly is chosen by leaving labels out in turn.
1 + tilt stays positive, so that a higher level can never become the lower one. Agreement before and after is Lin's
concordance (Lin 1989), which a wrong height lowers as much as a wrong order; "after" is measured on labels left out.
Pure: no clock, no chance, equal labels give an equal map to the bit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from math import fsum

from msgspec import Struct

LEAST_LABELS = 10
_STOOD_WEIGHT = 0.25
_STRENGTHS = (2.0, 5.0, 10.0, 20.0)
# What a tilt is measured against: two levels from the centre.
_TILT_SCALE = 4.0
_TILTS = (-0.9, 1.5)
# Digits kept: the map is stored, and must do the same everywhere for ever.
_DIGITS = 4


class Label(Struct, frozen=True):
    """The computed level of a competency, 0-10, and the one a person gave or, with `stood`, let stand."""

    computed: float
    given: float
    stood: bool = False


class Calibration(Struct, frozen=True, gc=False):
    """A map from computed levels to HR's, for one competency of one job.

    It holds only for levels of the scorer it was learned from. `agreed_*` are concordances, `off_*` mean absolute
    errors in levels, each before and after; `labels` and `stood` are how many of each it rests on.
    """

    job: str
    competency: str
    scorer: str
    version: str
    centre: float
    shift: float
    tilt: float
    labels: int
    stood: int
    agreed_before: float
    agreed_after: float
    off_before: float
    off_after: float

    @property
    def helps(self) -> bool:
        """Say whether HR's own levels are met better than by the computed ones."""
        return self.agreed_after > self.agreed_before and self.off_after < self.off_before


def calibrated_level(level: float, calibration: Calibration) -> float:
    """Return the level after calibration, 0-10 with one decimal; a higher level never gives a lower one."""
    moved = level + calibration.shift + calibration.tilt * (level - calibration.centre)
    return round(min(10.0, max(0.0, moved)), 1)


def fit_people(job: str, competency: str, scorer: str, labels: Sequence[Label]) -> Calibration | None:
    """Return the map these labels teach; None with fewer than ten overrides."""
    given = sum(not label.stood for label in labels)
    if given < LEAST_LABELS:
        return None
    weights = _weights(labels)
    sums = _sums(labels, weights)
    strength = _best_strength(labels, weights, sums)
    centre, shift, tilt = (round(value, _DIGITS) for value in sums.fit(strength))
    before, after = [label.computed for label in labels], _left_out(labels, weights, sums)
    people = [label.given for label in labels]
    return Calibration(
        job=job,
        competency=competency,
        scorer=scorer,
        version=_version(job, competency, scorer, centre, shift, tilt),
        centre=centre,
        shift=shift,
        tilt=tilt,
        labels=given,
        stood=len(labels) - given,
        agreed_before=round(concordance(before, people, weights), 2),
        agreed_after=round(concordance(after, people, weights), 2),
        off_before=round(_off(before, people, weights), 2),
        off_after=round(_off(after, people, weights), 2),
    )


def concordance(ours: Sequence[float], theirs: Sequence[float], weights: Sequence[float]) -> float:
    """Return Lin's concordance correlation coefficient, weighted; 0 when neither side varies."""
    total = fsum(weights)
    mean_a, mean_b = _mean(ours, weights, total), _mean(theirs, weights, total)
    spread_a = fsum(w * (a - mean_a) ** 2 for a, w in zip(ours, weights, strict=True)) / total
    spread_b = fsum(w * (b - mean_b) ** 2 for b, w in zip(theirs, weights, strict=True)) / total
    together = fsum(w * (a - mean_a) * (b - mean_b) for a, b, w in zip(ours, theirs, weights, strict=True))
    below = spread_a + spread_b + (mean_a - mean_b) ** 2
    return 2 * together / total / below if below else 0.0


def _weights(labels: Sequence[Label]) -> list[float]:
    stood = sum(label.stood for label in labels)
    each = min(_STOOD_WEIGHT, (len(labels) - stood) / stood) if stood else 0.0
    return [each if label.stood else 1.0 for label in labels]


class _Sums(Struct, frozen=True):
    """What a fit needs of the labels: sums over weight, level, its square, the change people made, and level x change.

    Leaving one label out is a subtraction, so that leaving each out inside leaving each out stays quick.
    """

    w: float
    wx: float
    wxx: float
    wr: float
    wxr: float

    def without(self, label: Label, weight: float) -> _Sums:
        w, x, r = weight, label.computed, label.given - label.computed
        return _Sums(self.w - w, self.wx - w * x, self.wxx - w * x * x, self.wr - w * r, self.wxr - w * x * r)

    def fit(self, strength: float) -> tuple[float, float, float]:
        """Return centre, shift and tilt: ridge regression of what people changed on the computed level."""
        centre = self.wx / self.w
        shift = self.wr / (self.w + strength)
        spread = max(0.0, self.wxx - centre * self.wx) + strength * _TILT_SCALE
        tilt = (self.wxr - centre * self.wr) / spread
        return centre, shift, min(_TILTS[1], max(_TILTS[0], tilt))


def _sums(labels: Sequence[Label], weights: Sequence[float]) -> _Sums:
    rows = [
        (w, label.computed, label.given - label.computed) for label, w in zip(labels, weights, strict=True)
    ]
    return _Sums(
        fsum(w for w, _, _ in rows),
        fsum(w * x for w, x, _ in rows),
        fsum(w * x * x for w, x, _ in rows),
        fsum(w * r for w, _, r in rows),
        fsum(w * x * r for w, x, r in rows),
    )


def _best_strength(labels: Sequence[Label], weights: Sequence[float], sums: _Sums) -> float:
    """Return the strength with the smallest squared error on labels left out one at a time."""
    pairs = list(zip(labels, weights, strict=True))

    def error(strength: float) -> float:
        return fsum(
            w * (_moved(label.computed, *sums.without(label, w).fit(strength)) - label.given) ** 2
            for label, w in pairs
        )

    return min(_STRENGTHS, key=error)


def _left_out(labels: Sequence[Label], weights: Sequence[float], sums: _Sums) -> list[float]:
    """Return each label's level from a map that never saw it, its strength chosen without it too."""
    found = []
    for at, (label, weight) in enumerate(zip(labels, weights, strict=True)):
        rest = sums.without(label, weight)
        others, theirs = [*labels[:at], *labels[at + 1 :]], [*weights[:at], *weights[at + 1 :]]
        found.append(_moved(label.computed, *rest.fit(_best_strength(others, theirs, rest))))
    return found


def _moved(level: float, centre: float, shift: float, tilt: float) -> float:
    return min(10.0, max(0.0, level + shift + tilt * (level - centre)))


def _mean(values: Sequence[float], weights: Sequence[float], total: float) -> float:
    return fsum(w * value for value, w in zip(values, weights, strict=True)) / total


def _off(ours: Sequence[float], theirs: Sequence[float], weights: Sequence[float]) -> float:
    gaps = [abs(a - b) for a, b in zip(ours, theirs, strict=True)]
    return _mean(gaps, weights, fsum(weights))


def _version(*parts: object) -> str:
    return "k" + hashlib.blake2b(repr(parts).encode(), digest_size=4).hexdigest()
