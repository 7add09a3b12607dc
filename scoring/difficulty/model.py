"""What the parts of the estimate speak of: answers, abilities, items, the grid, and what a response model must say.

A response model states how likely a level is for an ability. There are two: `continuous`, which interviews use,
and `graded` (Samejima), which is measured beside it and which banks of categories need. Pure.
"""

from __future__ import annotations

from math import exp, log
from typing import Protocol

from msgspec import Struct

GRID: tuple[float, ...] = tuple((i - 20) / 5 for i in range(41))
"""The abilities, in logits, on which every posterior is summed."""

TYPICAL_ERROR = 2.0
"""The standard error (0-10 scale) that a level will probably have, for questions that are not asked yet.

What the built-in scorer states of its levels of answers written blind; its own residuals are no smaller."""


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


class Item(Struct, frozen=True, gc=False):
    """A question as the choice sees it: its two parameters on the logit scale, and its kind."""

    id: str
    difficulty: float
    discrimination: float
    kind: str = ""


class ResponseModel(Protocol):
    """How levels come from ability. Values are hashable and equal when they say the same."""

    def __hash__(self) -> int: ...

    def log_likelihood(self, observation: Observation) -> tuple[float, ...]:
        """Return the log likelihood on the grid, up to a constant."""
        ...

    def information(self, item: Item, theta: float) -> float:
        """Return the Fisher information about theta of one answer."""
        ...

    def success(self, item: Item, theta: float) -> float:
        """Return the expected level as a share of 10."""
        ...


def sigmoid(x: float) -> float:
    """Return the logistic function of x, safe for any finite x."""
    if x < 0:
        e = exp(x)
        return e / (1 + e)
    return 1 / (1 + exp(-x))


def logit(share: float) -> float:
    """Return the inverse of `sigmoid` for 0 < share < 1."""
    return log(share / (1 - share))
