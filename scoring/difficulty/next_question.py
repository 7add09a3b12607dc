"""Which question to ask next: the one that would teach most, kept pleasant and not the same for everybody.

The worth of an item is its Fisher information about theta under the observation model of `estimate`,
averaged over where theta may be, times a pull towards an expected success of 70%. Among the items nearly as
good as the best, one is taken by a hash of the interview's seed and the item's id (randomesque exposure
control). Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, fsum

from msgspec import Struct

from scoring.difficulty.estimate import Ability, answer_variance, sigmoid

TARGET_SUCCESS = 0.7
_SUCCESS_WIDTH = 0.2
_TYPICAL_VARIANCE = answer_variance(1.2)
_BEST_FEW = 3
_NEARLY_AS_GOOD = 0.5
# Theta one standard error below, at and above the estimate, with the weights of a three-point rule.
_SPREAD: tuple[tuple[float, float], ...] = ((-1.0, 0.25), (0.0, 0.5), (1.0, 0.25))
_MASK = (1 << 64) - 1


class Item(Struct, frozen=True, gc=False):
    """A question as the choice sees it: difficulty and discrimination on the logit scale."""

    id: str
    difficulty: float
    discrimination: float


def information(item: Item, theta: float) -> float:
    """Return the Fisher information about theta of one answer: (d mean / d theta)^2 / variance."""
    p = sigmoid(item.discrimination * (theta - item.difficulty))
    slope = item.discrimination * p * (1 - p)
    return slope * slope / _TYPICAL_VARIANCE


def worth(item: Item, ability: Ability) -> float:
    """Return what asking the item is worth: expected information, pulled towards 70% success."""
    reach = ability.standard_error
    expected = fsum(weight * information(item, ability.theta + step * reach) for step, weight in _SPREAD)
    success = sigmoid(item.discrimination * (ability.theta - item.difficulty))
    return round(expected * exp(-0.5 * ((success - TARGET_SUCCESS) / _SUCCESS_WIDTH) ** 2), 9)


def _scatter(seed: int, item_id: str) -> int:
    """Return a 64-bit number from seed and id, the same on every machine (FNV-1a, then a final mix)."""
    value = 0xCBF29CE484222325
    for byte in f"{seed}:{item_id}".encode():
        value = ((value ^ byte) * 0x100000001B3) & _MASK
    value = ((value ^ (value >> 33)) * 0xFF51AFD7ED558CCD) & _MASK
    return value ^ (value >> 33)


def choose(candidates: Sequence[Item], ability: Ability, seed: int) -> str:
    """Return the id of the item to ask next.

    The order of candidates does not matter. ValueError when there are none.
    """
    if not candidates:
        raise ValueError("no question left to choose from")
    ranked = sorted(
        ((worth(item, ability), item.id) for item in candidates), key=lambda pair: (-pair[0], pair[1])
    )
    floor = ranked[0][0] * _NEARLY_AS_GOOD
    best = [item_id for value, item_id in ranked[:_BEST_FEW] if value >= floor]
    return min(best, key=lambda item_id: (_scatter(seed, item_id), item_id))
