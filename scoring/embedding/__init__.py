"""Optional: how close two texts are in meaning, by a small embedding model that runs on this machine.

The built-in scorer works without it and gives the same levels on every machine; with it, answers that are compared
with a reference answer gain from paraphrase (docs/decisions/0013 has the figures). What a model says is stored with
the score as a number, so that nothing has to ask a model twice. A model never sees who wrote an answer.
"""

from scoring.embedding.port import Embedder, EmbedderMissing
from scoring.embedding.small import SmallEmbedder

__all__ = ["Embedder", "EmbedderMissing", "SmallEmbedder"]
