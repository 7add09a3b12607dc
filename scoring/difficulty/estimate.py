"""How able somebody is on one competency, and how sure we are: an expected-a-posteriori estimate.

Model. Ability theta and item difficulty b share one logit scale. An answer of level L (0-10) to an item with
difficulty b and discrimination a is taken as

    L / 10  ~  Normal( sigmoid(a * (theta - b)),  sd ),    sd^2 = (standard_error / 10)^2 + 0.12^2

The second part of sd is what a person varies from answer to answer however well we measured it. The prior is
Normal(prior_mean, prior_sd); the posterior is summed on a fixed grid from -4 to 4. For a given sd the
likelihood ratio is monotone in L, so a better answer never lowers the estimate.

Pure: this module reads no clock and nothing outside its arguments. Sums are exact (fsum) and results rounded
to six decimals: neither the order of the questions nor the machine's mathematics library can change a bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import exp, fsum, sqrt
from operator import mul

from msgspec import Struct

GRID: tuple[float, ...] = tuple((i - 20) / 5 for i in range(41))
ANSWER_SD = 0.12
PRIOR_SD = 1.2

# A fixed quadrature for a standard normal: -3 to 3 in steps of a half.
_Z: tuple[float, ...] = tuple((i - 6) / 2 for i in range(13))
_Z_WEIGHTS: tuple[float, ...] = tuple(exp(-z * z / 2) for z in _Z)


class Observation(Struct, frozen=True, gc=False):
    """One scored answer: the item's two parameters, the level 0-10 and its standard error (0-10 scale)."""

    difficulty: float
    discrimination: float
    level: float
    standard_error: float


class Ability(Struct, frozen=True, gc=False):
    """An ability in logits (0: scores 5 on a question of difficulty 0) and its standard error."""

    theta: float
    standard_error: float


def sigmoid(x: float) -> float:
    """Return the logistic function of x, safe for any finite x."""
    if x < 0:
        e = exp(x)
        return e / (1 + e)
    return 1 / (1 + exp(-x))


def answer_variance(standard_error: float) -> float:
    """Return sd squared of the observation model for a level with this standard error (0-10 scale)."""
    return (standard_error / 10) ** 2 + ANSWER_SD**2


@lru_cache(maxsize=4096)
def _log_likelihood(observation: Observation) -> tuple[float, ...]:
    """Return the log likelihood on the grid, up to a constant."""
    a, b = observation.discrimination, observation.difficulty
    y = observation.level / 10
    scale = -0.5 / answer_variance(observation.standard_error)
    return tuple(scale * (y - sigmoid(a * (theta - b))) ** 2 for theta in GRID)


@lru_cache(maxsize=256)
def _log_prior(mean: float, sd: float) -> tuple[float, ...]:
    return tuple(-0.5 * ((theta - mean) / sd) ** 2 for theta in GRID)


def estimate(
    observations: Sequence[Observation], prior_mean: float = 0.0, prior_sd: float = PRIOR_SD
) -> Ability:
    """Return the posterior mean and standard deviation of ability.

    No observations give the prior as the grid sees it. The order of observations does not matter to the bit.
    """
    rows = [_log_prior(prior_mean, prior_sd)]
    rows += [_log_likelihood(observation) for observation in observations]
    logs = list(map(fsum, zip(*rows, strict=True)))
    top = max(logs)
    mean, sd = _moments([exp(value - top) for value in logs], GRID)
    return Ability(mean, sd)


def _moments(weights: Sequence[float], values: Sequence[float]) -> tuple[float, float]:
    """Return the weighted mean and standard deviation, rounded to six decimals."""
    total = fsum(weights)
    mean = fsum(map(mul, weights, values)) / total
    variance = fsum(map(mul, weights, [(value - mean) ** 2 for value in values])) / total
    return round(mean, 6) + 0.0, round(sqrt(variance), 6)


def expected_level(ability: Ability) -> tuple[float, float]:
    """Return the level (0-10) to expect on a question of difficulty 0, and its standard error.

    The moments of 10 * sigmoid(theta) with theta normal around the estimate and discrimination 1;
    what a single answer varies is left out.
    """
    levels = [10 * sigmoid(ability.theta + z * ability.standard_error) for z in _Z]
    return _moments(_Z_WEIGHTS, levels)
