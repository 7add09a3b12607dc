"""Samejima's graded response model: a level falls into one of a few ordered categories.

The chance of reaching category k or a higher one, for an item with difficulty b and discrimination a, is

    P(k) = sigmoid(steepness * a * (theta - b - t_k)),    t_k = logit(cut_k / 10)

so that the median level is 10 * sigmoid(theta - b): the scale keeps the meaning it has in `continuous`. A level
known with an error belongs to several categories: each counts with the share of Normal(level, standard_error)
between its cuts. One cut is the two-parameter logistic model. Both the logistic and the normal density are
log-concave, so a better level never lowers the estimate. Pure.

Source of the model: Samejima (1969), Psychometrika Monograph 17.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import erf, exp, inf, log, sqrt

from msgspec import Struct

from scoring.difficulty.model import GRID, Item, Observation, logit, sigmoid

CUTS = (2.0, 4.0, 6.0, 8.0)
STEEPNESS = 2.0
"""How sharply the levels of a pack's average question follow ability: fits `continuous` best in standard error."""


class Graded(Struct, frozen=True, gc=False):
    """The model above. `cuts` are the levels, strictly between 0 and 10, at which a category begins."""

    cuts: tuple[float, ...] = CUTS
    steepness: float = STEEPNESS

    def log_likelihood(self, observation: Observation) -> tuple[float, ...]:
        return _log_likelihood(self, observation)

    def information(self, item: Item, theta: float) -> float:
        slope = self.steepness * item.discrimination
        reached = [1.0, *self._reached(item, theta), 0.0]
        steps = [slope * p * (1 - p) for p in reached]
        shares = self.shares(item, theta)
        return sum((up - down) ** 2 / p for (up, down), p in zip(pairwise(steps), shares, strict=True))

    def success(self, item: Item, theta: float) -> float:
        levels = self.midpoints()
        return sum(level * p for level, p in zip(levels, self.shares(item, theta), strict=True)) / 10

    def shares(self, item: Item, theta: float) -> list[float]:
        """Return the chance of each category, lowest first; each is above 0."""
        slope = self.steepness * item.discrimination
        edges = [slope * (theta - item.difficulty - t) for t in _thresholds(self.cuts)]
        return [_between(high, low) for high, low in pairwise([inf, *edges, -inf])]

    def midpoints(self) -> list[float]:
        """Return the level in the middle of each category."""
        return [(low + high) / 2 for low, high in pairwise([0.0, *self.cuts, 10.0])]

    def _reached(self, item: Item, theta: float) -> list[float]:
        slope = self.steepness * item.discrimination
        return [sigmoid(slope * (theta - item.difficulty - t)) for t in _thresholds(self.cuts)]


@lru_cache(maxsize=64)
def _thresholds(cuts: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(logit(cut / 10) for cut in cuts)


def _between(high: float, low: float) -> float:
    """Return sigmoid(high) - sigmoid(low) without cancellation, for high > low."""
    if high == inf:
        return sigmoid(-low)
    if low == -inf:
        return sigmoid(high)
    return sigmoid(high) * sigmoid(-low) * (1 - exp(low - high))


def memberships(cuts: tuple[float, ...], level: float, standard_error: float) -> list[float]:
    """Return how much of Normal(level, standard_error) lies in each category; an error of 0 gives one category."""
    below = [_below(cut, level, standard_error) for cut in cuts]
    return [after - before for before, after in pairwise([0.0, *below, 1.0])]


def _below(cut: float, level: float, standard_error: float) -> float:
    if standard_error <= 0:
        return 1.0 if level < cut else 0.0
    return 0.5 * (1 + erf((cut - level) / (standard_error * sqrt(2))))


@lru_cache(maxsize=1024)
def _table(model: Graded, difficulty: float, discrimination: float) -> tuple[tuple[float, ...], ...]:
    """Return the chance of each category at every point of the grid: [category][point]."""
    item = Item("", difficulty, discrimination)
    return tuple(zip(*(model.shares(item, theta) for theta in GRID), strict=True))


@lru_cache(maxsize=4096)
def _log_likelihood(model: Graded, observation: Observation) -> tuple[float, ...]:
    weights = memberships(model.cuts, observation.level, observation.standard_error)
    table = _table(model, observation.difficulty, observation.discrimination)
    counted = [(weight, row) for weight, row in zip(weights, table, strict=True) if weight > 0]
    return tuple(log(sum(weight * row[at] for weight, row in counted)) for at in range(len(GRID)))
