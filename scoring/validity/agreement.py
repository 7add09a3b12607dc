"""How well computed levels agree with people's: the statistics that `colloquy eval scores` prints.

Pure functions of plain sequences, all on the scale 0-10 unless said otherwise. Sums are exact (`fsum`), so the
figures do not depend on the order of a file. A statistic that does not exist (no variance, too few answers) is
None, never a number that looks like one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import combinations
from math import fsum, sqrt

from msgspec import Struct

# A third of the scale each: where people would put a poor, a middling and a good answer.
BANDS = (("low", 0.0, 10 / 3), ("middle", 10 / 3, 20 / 3), ("high", 20 / 3, 10.0))
# Fewer answers than this to one question say nothing about their order.
_FEWEST = 3


class Band(Struct, frozen=True):
    """Agreement where people gave a low, middle or high level.

    `bias10` is how much higher we are than people, `within_2` the share no more than two levels off.
    """

    n: int
    pearson: float | None
    mae10: float | None
    bias10: float | None
    within_2: float | None


class Agreement(Struct, frozen=True):
    """Agreement between two sets of levels. `qwk` is on the steps given; `mae10` on 0-10."""

    n: int
    pearson: float | None
    spearman: float | None
    qwk: float | None
    mae10: float | None
    bands: dict[str, Band]


def agreement(ours: Sequence[float], theirs: Sequence[float], steps: int) -> Agreement:
    """Return the agreement of our levels with people's; `steps` is how many values their scale has."""
    return Agreement(
        n=len(ours),
        pearson=_rounded(pearson(ours, theirs)),
        spearman=_rounded(spearman(ours, theirs)),
        qwk=_rounded(quadratic_kappa(in_steps(ours, steps), in_steps(theirs, steps), steps)),
        mae10=_rounded(_mean(abs(a - b) for a, b in zip(ours, theirs, strict=True))),
        bands=_bands(ours, theirs),
    )


def pearson(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Return the product-moment correlation, None when either side does not vary."""
    if len(xs) < 2:
        return None
    mean_x, mean_y = fsum(xs) / len(xs), fsum(ys) / len(ys)
    square_x = fsum((x - mean_x) ** 2 for x in xs)
    square_y = fsum((y - mean_y) ** 2 for y in ys)
    # levels that differ by less than this differ by rounding only
    if square_x < 1e-18 or square_y < 1e-18:
        return None
    together = fsum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return max(-1.0, min(1.0, together / (sqrt(square_x) * sqrt(square_y))))


def spearman(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Return the rank correlation; equal values share the mean of their ranks."""
    return pearson(_ranks(xs), _ranks(ys))


def quadratic_kappa(ours: Sequence[int], theirs: Sequence[int], steps: int) -> float | None:
    """Return Cohen's kappa with quadratic weights (Cohen 1968) of categories 0 to `steps` - 1."""
    if not ours or steps < 2:
        return None
    seen = fsum((a - b) ** 2 for a, b in zip(ours, theirs, strict=True)) / len(ours)
    mean_a, mean_b = fsum(ours) / len(ours), fsum(theirs) / len(theirs)
    spread = fsum((a - mean_a) ** 2 for a in ours) + fsum((b - mean_b) ** 2 for b in theirs)
    by_chance = spread / len(ours) + (mean_a - mean_b) ** 2
    return 1.0 - seen / by_chance if by_chance else None


def in_steps(levels: Iterable[float], steps: int) -> list[int]:
    """Return the levels 0-10 as the nearest of `steps` equal steps; halfway goes up."""
    return [min(steps - 1, max(0, int(level / 10 * (steps - 1) + 0.5 + 1e-9))) for level in levels]


def auc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """Return how often a positive is above a negative, ties half: the area under the ROC curve."""
    if not positives or not negatives:
        return None
    below = sorted(negatives)
    wins = sum(bisect_left(below, p) + bisect_right(below, p) for p in positives)
    return wins / (2 * len(positives) * len(below))


def within_questions(
    questions: Sequence[str], ours: Sequence[float], theirs: Sequence[float]
) -> dict[str, float | None]:
    """Return each question's own correlation; None with fewer than three answers or no variance in people's.

    Levels of ours that do not vary where people's do are a correlation of 0: nothing was told apart.
    """
    rows: dict[str, list[int]] = {}
    for at, question in enumerate(questions):
        rows.setdefault(question, []).append(at)
    return {
        question: _own_correlation([ours[i] for i in places], [theirs[i] for i in places])
        for question, places in rows.items()
    }


def between_people(raters: Sequence[Sequence[float | None]], steps: int) -> Agreement | None:
    """Return how well people agree: the mean over every pair of raters, of the answers both rated.

    `raters` has a row per answer; None where a person did not rate. None when no two people rated together.
    """
    widest = max((len(row) for row in raters), default=0)
    found = [
        agreement([a for a, _ in both], [b for _, b in both], steps)
        for one, other in combinations(range(widest), 2)
        if (both := _both(raters, one, other))
    ]
    if not found:
        return None
    return Agreement(
        n=max(pair.n for pair in found),
        pearson=_average(pair.pearson for pair in found),
        spearman=_average(pair.spearman for pair in found),
        qwk=_average(pair.qwk for pair in found),
        mae10=_average(pair.mae10 for pair in found),
        bands={name: _average_band([pair.bands[name] for pair in found]) for name, _, _ in BANDS},
    )


def mean_of_known(values: Iterable[float | None]) -> float | None:
    """Return the mean of the values that exist, rounded as every figure is."""
    return _average(values)


def _own_correlation(ours: Sequence[float], theirs: Sequence[float]) -> float | None:
    if len(ours) < _FEWEST or pearson(theirs, theirs) is None:
        return None
    return _rounded(pearson(ours, theirs) or 0.0)


def _both(raters: Sequence[Sequence[float | None]], one: int, other: int) -> list[tuple[float, float]]:
    pairs = ((row[one], row[other]) for row in raters if len(row) > max(one, other))
    return [(a, b) for a, b in pairs if a is not None and b is not None]


def _bands(ours: Sequence[float], theirs: Sequence[float]) -> dict[str, Band]:
    pairs = list(zip(ours, theirs, strict=True))
    return {
        name: _band([(a, b) for a, b in pairs if low <= b < high or (b == high == 10.0)])
        for name, low, high in BANDS
    }


def _band(pairs: list[tuple[float, float]]) -> Band:
    return Band(
        n=len(pairs),
        pearson=_rounded(pearson([a for a, _ in pairs], [b for _, b in pairs])),
        mae10=_rounded(_mean(abs(a - b) for a, b in pairs)),
        bias10=_rounded(_mean(a - b for a, b in pairs)),
        within_2=_rounded(_mean(float(abs(a - b) <= 2) for a, b in pairs)),
    )


def _average_band(bands: list[Band]) -> Band:
    return Band(
        n=max(band.n for band in bands),
        pearson=_average(band.pearson for band in bands),
        mae10=_average(band.mae10 for band in bands),
        bias10=_average(band.bias10 for band in bands),
        within_2=_average(band.within_2 for band in bands),
    )


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(values)
    return [(bisect_left(order, v) + bisect_right(order, v) + 1) / 2 for v in values]


def _mean(values: Iterable[float]) -> float | None:
    known = list(values)
    return fsum(known) / len(known) if known else None


def _average(values: Iterable[float | None]) -> float | None:
    return _rounded(_mean(value for value in values if value is not None))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
