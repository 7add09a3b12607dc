"""Which question to ask next: the one that would teach most, kept pleasant and not the same for everybody.

The worth of an item is its Fisher information about theta, averaged over where theta may be, times a pull
towards an expected success of 70%, times a discount for each earlier question of its kind. Among the items nearly
as good as the best, one is taken by a hash of the interview's seed and the item's id (randomesque exposure
control for small banks; `exposure` has the limit for large ones). Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import exp, fsum

from scoring.difficulty.estimate import LIVE
from scoring.difficulty.exposure import scatter
from scoring.difficulty.model import Ability, Item, ResponseModel

TARGET_SUCCESS = 0.7
_SUCCESS_WIDTH = 0.3
_KIND_AGAIN = 0.9
_BEST_FEW = 3
_NEARLY_AS_GOOD = 0.6
# Theta one standard error below, at and above the estimate, with the weights of a three-point rule.
_SPREAD: tuple[tuple[float, float], ...] = ((-1.0, 0.25), (0.0, 0.5), (1.0, 0.25))


@lru_cache(maxsize=32768)
def _worth(item: Item, theta: float, error: float, model: ResponseModel) -> float:
    around = [(theta + step * error, weight) for step, weight in _SPREAD]
    expected = fsum(weight * model.information(item, at) for at, weight in around)
    success = fsum(weight * model.success(item, at) for at, weight in around)
    away = (success - TARGET_SUCCESS) / _SUCCESS_WIDTH
    return round(expected * exp(-0.5 * away * away), 9)


def worth(item: Item, ability: Ability, model: ResponseModel = LIVE) -> float:
    """Return what asking the item is worth: expected information, pulled towards 70% success.

    A tenth of a logit makes no difference to the choice, so the ability is rounded to that and worked out once.
    """
    return _worth(item, round(ability.theta, 1), round(ability.standard_error, 1), model)


def choose(
    candidates: Sequence[Item],
    ability: Ability,
    seed: int,
    asked_kinds: Sequence[str] = (),
    model: ResponseModel = LIVE,
    scattered: bool = True,
) -> str:
    """Return the id of the item to ask next; `asked_kinds` are the kinds of the questions so far.

    Where `draw` has limited the exposure already, `scattered` is false, and the best item is taken itself. The
    order of candidates does not matter. ValueError when there are none.
    """
    if not candidates:
        raise ValueError("no question left to choose from")
    theta, error = round(ability.theta, 1), round(ability.standard_error, 1)
    ranked = sorted(
        (-_worth(item, theta, error, model) * _KIND_AGAIN ** asked_kinds.count(item.kind), item.id)
        for item in candidates
    )
    if not scattered:
        return ranked[0][1]
    floor = ranked[0][0] * _NEARLY_AS_GOOD
    best = [item_id for value, item_id in ranked[:_BEST_FEW] if value <= floor]
    return min(best, key=lambda item_id: (scatter(seed, item_id), item_id))
