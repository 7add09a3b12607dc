"""Which questions of a large bank are open to one candidate, so that no question is asked of most of them. Pure.

Every candidate draws a share of the bank by lot (a hash of the interview's seed and the question's id) and is
asked only from it, so a question can reach no more than that share of candidates: of any population, of any
ability, without calibration. The best questions of a random share are nearly as good as the best ones allowed
by Sympson and Hetter's limits, which need a simulation for every bank.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import floor
from typing import Protocol, TypeVar

_MASK = (1 << 64) - 1
_SPARE = 3
"""Questions beyond the most that may be asked, so that there is still a choice at the last one."""
_CHANCE = 0.85
"""Of the share allowed, how much is drawn: the observed share of a thousand candidates varies by luck."""


class Named(Protocol):
    """Something with an id."""

    @property
    def id(self) -> str:
        """Unique within the bank."""
        ...


_Named = TypeVar("_Named", bound=Named)


@lru_cache(maxsize=16384)
def _fingerprint(item_id: str) -> int:
    """Return 64 bits of an id, the same on every machine (FNV-1a)."""
    value = 0xCBF29CE484222325
    for byte in item_id.encode():
        value = ((value ^ byte) * 0x100000001B3) & _MASK
    return value


def scatter(seed: int, item_id: str) -> int:
    """Return a 64-bit number that looks random in seed and id, the same on every machine (splitmix64)."""
    value = (_fingerprint(item_id) + seed * 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


def open_count(size: int, most: int, exposure: float) -> int:
    """Return how many of `size` questions one candidate is to draw, when at most `most` are asked.

    `exposure` is the largest share of candidates that a question may reach. A bank too small for it gives as
    many as an interview needs.
    """
    if exposure >= 1:
        return size
    return min(size, max(floor(_CHANCE * exposure * size), most + _SPARE))


def draw(items: Sequence[_Named], most: int, exposure: float, seed: int) -> Sequence[_Named]:
    """Return the items open to the candidate with this seed, in the order given."""
    count = open_count(len(items), most, exposure)
    if count >= len(items):
        return items
    ranked = sorted(items, key=lambda item: (scatter(seed, item.id), item.id))
    drawn = {item.id for item in ranked[:count]}
    return [item for item in items if item.id in drawn]
