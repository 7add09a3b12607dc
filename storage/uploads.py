"""Documents that candidates sent: sealed whole, one row each, erased with their interview."""

from __future__ import annotations

import time

from sqlalchemy import Engine, insert, select

from storage import tables
from storage.engine import reading
from storage.ids import new_id
from storage.seal import Sealer


class Uploads:
    """Keeps documents."""

    def __init__(self, engine: Engine, sealer: Sealer) -> None:
        self._engine = engine
        self._sealer = sealer

    def keep(self, conversation: int, key: str, media_type: str, content: bytes) -> int:
        """Store a document and return its number; one with the same key is stored once.

        Returns 0, and keeps nothing, when the candidate was erased meanwhile.
        """
        row, t = new_id(), tables.upload
        sealed = self._sealer.seal_bytes(row, content)
        same = select(t.c.id).where(t.c.conversation == conversation, t.c.key == key)
        c = tables.conversation.c
        erased = select(c.id).where(c.id == conversation, c.phase == "erased")
        values = {"id": row, "conversation": conversation, "key": key, "media_type": media_type}
        with self._engine.begin() as connection:
            known: int | None = connection.execute(same).scalar()
            if known is not None:
                return known
            if connection.execute(erased).first() is not None:
                return 0
            connection.execute(
                insert(t), values | {"size": len(content), "at": time.time(), "sealed": sealed}
            )
        return row

    def read(self, upload: int) -> bytes | None:
        """Return a document's content; None after an erasure."""
        statement = select(tables.upload.c.sealed).where(tables.upload.c.id == upload)
        with reading(self._engine).connect() as connection:
            sealed = connection.execute(statement).scalar()
        return self._sealer.open_bytes(upload, sealed) if sealed is not None else None
