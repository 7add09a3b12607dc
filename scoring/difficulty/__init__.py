"""How able, what next, when to stop: the adaptive part of an interview. Pure."""

from scoring.difficulty.estimate import Ability, Observation, estimate, expected_level
from scoring.difficulty.next_question import Item, choose
from scoring.difficulty.stop import precise_enough

__all__ = ["Ability", "Item", "Observation", "choose", "estimate", "expected_level", "precise_enough"]
