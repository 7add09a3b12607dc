"""When a competency has been asked about enough. Pure.

Three reasons to stop between the plan's limits: the estimate is precise, it is already clear on which side
of the required level the person stands, or the plan allows no more questions. The plan's minimum comes before
all of them.
"""

from __future__ import annotations

from functools import lru_cache

from scoring.difficulty.model import Ability, logit

_SETTLED = 1.04
"""One-sided 85%: beyond this many standard errors the side is called settled. Being surer costs more questions than
it makes right; `colloquy eval path --pack` shows both."""


@lru_cache(maxsize=1024)
def required_theta(required_level: float) -> float:
    """Return the ability whose expected level on a question of difficulty 0 is `required_level` (0-10)."""
    return logit(min(max(required_level / 10, 0.01), 0.99))


def clearness(ability: Ability, required_level: float) -> float:
    """Return how many standard errors lie between the ability and the required level, on either side."""
    return abs(ability.theta - required_theta(required_level)) / ability.standard_error


def precise_enough(
    ability: Ability, asked: int, minimum: int, maximum: int, target_se: float, required_level: float
) -> bool:
    """Say whether to stop asking about a competency.

    `target_se` is in logits. Fewer than `minimum` questions never stop, `maximum` always does.
    """
    if asked < minimum:
        return False
    if asked >= maximum:
        return True
    return ability.standard_error <= target_se or clearness(ability, required_level) > _SETTLED
