"""What every voice keeps to: what it is given, what it gives, and how it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

MAX_LETTERS = 3_000
"""Letters of a text that is read out; no question is so long."""
MAX_SECONDS = 300.0
MAX_BYTES = 16 << 20
"""Bytes of a reply; five minutes of uncompressed sound are less."""


class NotSpoken(Exception):
    """There is no recording; `code` says why: the text, the voice on this machine, or the endpoint."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
