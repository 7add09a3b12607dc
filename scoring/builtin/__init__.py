"""The scorer that needs no key and no network; `scorer` says how it computes a level."""

from scoring.builtin.level import level_from_features
from scoring.builtin.scorer import BuiltinScorer
from scoring.embedding import SmallEmbedder

__all__ = ["BuiltinScorer", "level_from_features", "make_scorer"]


def make_scorer(*, embeddings: bool = False) -> BuiltinScorer:
    """Return the scorer, with a small model of meaning if wanted; EmbedderMissing when that cannot be loaded."""
    return BuiltinScorer(embedder=SmallEmbedder() if embeddings else None)
