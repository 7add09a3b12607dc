"""The scorer that needs no key and no network; `scorer` says how it computes a level."""

from scoring.builtin.level import level_from_features
from scoring.builtin.scorer import BuiltinScorer

__all__ = ["BuiltinScorer", "level_from_features"]
