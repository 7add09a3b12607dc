"""The response model of live interviews: a level is a number, not a category.

    L / 10  ~  Normal( sigmoid(a * (theta - b)),  sd ),    sd^2 = (standard_error / 10)^2 + answer_sd^2

`answer_sd` is what is left when an answer has been measured perfectly: what a person varies from question to
question, and what an author's guess of difficulty and discrimination is off (decision 0014 has the figures).
For a given sd the likelihood ratio is monotone in L, so a better answer never lowers the estimate. Pure.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from scoring.difficulty.model import GRID, TYPICAL_ERROR, Item, Observation, sigmoid

ANSWER_SD = 0.15


class Continuous(Struct, frozen=True, gc=False):
    """The model above. `answer_sd` is a share of the scale: 0.15 is one and a half levels."""

    answer_sd: float = ANSWER_SD

    def variance(self, standard_error: float) -> float:
        """Return sd squared for a level with this standard error (0-10 scale)."""
        return (standard_error / 10) ** 2 + self.answer_sd**2

    def log_likelihood(self, observation: Observation) -> tuple[float, ...]:
        return _log_likelihood(self, observation)

    def information(self, item: Item, theta: float) -> float:
        p = sigmoid(item.discrimination * (theta - item.difficulty))
        slope = item.discrimination * p * (1 - p)
        return slope * slope / self.variance(TYPICAL_ERROR)

    def success(self, item: Item, theta: float) -> float:
        return sigmoid(item.discrimination * (theta - item.difficulty))


@lru_cache(maxsize=1024)
def expected_shares(difficulty: float, discrimination: float) -> tuple[float, ...]:
    """Return the expected level as a share of 10 on the grid."""
    return tuple(sigmoid(discrimination * (theta - difficulty)) for theta in GRID)


@lru_cache(maxsize=4096)
def _log_likelihood(model: Continuous, observation: Observation) -> tuple[float, ...]:
    y = observation.level / 10
    scale = -0.5 / model.variance(observation.standard_error)
    shares = expected_shares(observation.difficulty, observation.discrimination)
    return tuple([scale * (y - share) ** 2 for share in shares])
