"""Recordings that candidates spoke: sealed whole beside their documents, erased with their interview."""

from __future__ import annotations

from sqlalchemy import Engine, delete

from storage import tables
from storage.seal import Sealer
from storage.uploads import Uploads


class Recordings(Uploads):
    """Keeps recordings, and forgets the ones nobody agreed to."""

    def __init__(self, engine: Engine, sealer: Sealer) -> None:
        super().__init__(engine, sealer)
        self._tables = engine

    def forget(self, recording: int) -> None:
        """Delete a recording; nothing happens when it is gone."""
        with self._tables.begin() as connection:
            connection.execute(delete(tables.upload).where(tables.upload.c.id == recording))
