"""What a conversation left in the record besides its messages."""

from __future__ import annotations

from msgspec import Struct


class StoredEffect(Struct):
    """An effect as it was stored; a message's rendered text is `words`."""

    seq: int
    key: str
    kind: str
    words: str
