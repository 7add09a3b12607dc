"""When a competency has been asked about enough. Pure.

Three reasons to stop between the plan's limits: the estimate is precise, it is already clear on which side
of the required level the person stands, or the plan allows no more questions.
"""

from __future__ import annotations

from math import log

from scoring.difficulty.estimate import Ability

# One-sided 95%: beyond this many standard errors the side of the required level is settled.
_SETTLED = 1.645


def required_theta(required_level: float) -> float:
    """Return the ability whose expected level on a question of difficulty 0 is `required_level` (0-10)."""
    share = min(max(required_level / 10, 0.01), 0.99)
    return log(share / (1 - share))


def side_settled(ability: Ability, required_level: float) -> bool:
    """Say whether the ability is above or below the required level with 95% certainty."""
    return abs(ability.theta - required_theta(required_level)) > _SETTLED * ability.standard_error


def precise_enough(
    ability: Ability, asked: int, minimum: int, maximum: int, target_se: float, required_level: float
) -> bool:
    """Say whether to stop asking about a competency.

    `target_se` is in logits. Fewer than `minimum` questions never stop, `maximum` always does.
    """
    if asked >= maximum:
        return True
    if asked < minimum:
        return False
    return ability.standard_error <= target_se or side_settled(ability, required_level)
