"""How able somebody is on one competency, and how sure we are: an expected-a-posteriori estimate.

Ability theta and item difficulty share one logit scale. The prior is Normal(prior_mean, prior_sd), the likelihood
that of a response model; their product is summed on a fixed grid from -4 to 4.

Pure: this module reads no clock and nothing outside its arguments. Sums are exact (fsum) and results rounded
to six decimals: neither the order of the questions nor the machine's mathematics library can change a bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import exp, fsum, sqrt
from operator import mul

from scoring.difficulty.continuous import Continuous
from scoring.difficulty.model import GRID, Ability, Observation, ResponseModel, sigmoid

PRIOR_SD = 1.2
LIVE: ResponseModel = Continuous()
"""The model of real interviews."""

# A fixed quadrature for a standard normal: -3 to 3 in steps of a half.
_Z: tuple[float, ...] = tuple((i - 6) / 2 for i in range(13))
_Z_WEIGHTS: tuple[float, ...] = tuple(exp(-z * z / 2) for z in _Z)


@lru_cache(maxsize=256)
def _log_prior(mean: float, sd: float) -> tuple[float, ...]:
    return tuple(-0.5 * ((theta - mean) / sd) ** 2 for theta in GRID)


def posterior(
    observations: Sequence[Observation], prior_mean: float, prior_sd: float, model: ResponseModel
) -> list[float]:
    """Return the posterior on the grid, scaled so that its highest point is 1."""
    rows = [_log_prior(prior_mean, prior_sd)]
    rows += [model.log_likelihood(observation) for observation in observations]
    logs = list(map(fsum, zip(*rows, strict=True)))
    top = max(logs)
    return [exp(value - top) for value in logs]


def estimate(
    observations: Sequence[Observation],
    prior_mean: float = 0.0,
    prior_sd: float = PRIOR_SD,
    model: ResponseModel = LIVE,
) -> Ability:
    """Return the posterior mean and standard deviation of ability.

    No observations give the prior as the grid sees it. The order of observations does not matter to the bit.
    """
    mean, sd = _moments(posterior(observations, prior_mean, prior_sd, model), GRID)
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
