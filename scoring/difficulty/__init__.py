"""How able, what next, when to stop: the adaptive part of an interview. Pure."""

from scoring.difficulty.estimate import estimate, expected_level
from scoring.difficulty.exposure import draw
from scoring.difficulty.model import Ability, Item, Observation
from scoring.difficulty.next_question import choose
from scoring.difficulty.start import Hint, JobLevel, Prior, job_prior, lean
from scoring.difficulty.stop import clearness, precise_enough

__all__ = [
    "Ability",
    "Hint",
    "Item",
    "JobLevel",
    "Observation",
    "Prior",
    "choose",
    "clearness",
    "draw",
    "estimate",
    "expected_level",
    "job_prior",
    "lean",
    "precise_enough",
]
