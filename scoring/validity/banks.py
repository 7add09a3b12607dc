"""Synthetic banks of questions and simulated people for them, made from a seed and from nothing else.

The parameters of a synthetic bank are known exactly, which those of a real one never are: it shows what choosing
can gain at best. Answers are drawn once for every person and question, so that every way of asking meets the
same people with the same answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import accumulate
from math import exp
from random import Random
from statistics import NormalDist

from msgspec import Struct

from scoring.difficulty.graded import Graded
from scoring.difficulty.model import Item, Observation

_NORMAL = NormalDist()


class BankKind(StrEnum):
    """What the questions of a synthetic bank are like."""

    GRADED = "graded"
    TWO_PARAMETER = "two-parameter"
    EQUAL = "equal"


class Bank(Struct, frozen=True):
    """Questions with known parameters, and the model their answers follow."""

    items: tuple[Item, ...]
    model: Graded


class Person(Struct, frozen=True):
    """A simulated candidate: true ability, a seed as an interview has one, and the answer to every item."""

    theta: float
    seed: int
    answers: dict[str, Observation]


def synthetic_bank(kind: BankKind, size: int, seed: int) -> Bank:
    """Return a bank: difficulties Normal(0, 1), discriminations log-normal(0, 0.5) unless equal, paired by chance.

    The values are the quantiles of their distributions, so that no seed gives a better bank than another. Graded
    items have five categories of two levels each; those of the two-parameter bank are right or wrong.
    """
    rng = Random(f"bank:{kind}:{size}:{seed}")  # noqa: S311  a simulation must repeat
    cuts = (5.0,) if kind is BankKind.TWO_PARAMETER else (2.0, 4.0, 6.0, 8.0)
    spread = 0.0 if kind is BankKind.EQUAL else 0.5
    difficulties = shuffled_normals(size, rng)
    discriminations = [exp(spread * value) for value in shuffled_normals(size, rng)]
    pairs = zip(difficulties, discriminations, strict=True)
    items = tuple(Item(f"i{number:03}", b, a) for number, (b, a) in enumerate(pairs))
    return Bank(items, Graded(cuts, steepness=1.0))


def normal(rng: Random) -> float:
    """Return a standard normal number, the same on every version of Python."""
    return _NORMAL.inv_cdf(max(rng.random(), 1e-12))


def shuffled_normals(count: int, rng: Random) -> list[float]:
    """Return the quantiles of the standard normal distribution in an order of chance."""
    values = [_NORMAL.inv_cdf((number + 0.5) / count) for number in range(count)]
    rng.shuffle(values)
    return values


def simulated_people(bank: Bank, count: int, seed: int) -> list[Person]:
    """Return people with abilities Normal(0, 1), by quantiles, and their answers to the whole bank."""
    rng = Random(f"people:{seed}")  # noqa: S311  a simulation must repeat
    return [_person(bank, theta, rng) for theta in shuffled_normals(count, rng)]


def _person(bank: Bank, theta: float, rng: Random) -> Person:
    seed = rng.getrandbits(63)
    answers = {item.id: _answer(bank.model, item, theta, rng.random()) for item in bank.items}
    return Person(theta, seed, answers)


def _answer(model: Graded, item: Item, theta: float, chance: float) -> Observation:
    level = drawn(model.midpoints(), model.shares(item, theta), chance)
    return Observation(item.difficulty, item.discrimination, level, 0.0)


def drawn(values: Sequence[float], shares: Sequence[float], chance: float) -> float:
    """Return the value whose part of the shares, laid end to end, holds `chance` (0 to 1)."""
    ends = accumulate(shares)
    return next((value for value, end in zip(values, ends, strict=True) if chance < end), values[-1])
