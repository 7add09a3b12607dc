"""What the scorer asks of an embedding model."""

from __future__ import annotations

from typing import Protocol


class EmbedderMissing(Exception):
    """The model is not installed, or not for this machine; the message says what to do."""


class Embedder(Protocol):
    """Compares texts. Equal texts give equal numbers on one machine; not to the bit on all machines."""

    @property
    def name(self) -> str:
        """Return name and version of the model; it becomes part of the scorer's version."""
        ...

    def closeness(self, text: str, other: str) -> int:
        """Return the cosine of the texts' embeddings in thousandths; 1000 means the same."""
        ...
