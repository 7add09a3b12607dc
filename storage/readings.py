"""Readings of a model, kept in the database. Implements `scoring.llm.kept.Readings`.

A row holds a keyed hash, degrees and places: no word of the candidate's. Erasing an interview removes its rows.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, text

from dialogues.core.interview import Phase
from scoring.llm.kept import Spent
from scoring.llm.reading import Reading
from storage import tables
from storage.engine import reading as for_reading

_decode = msgspec.json.Decoder(Reading).decode
_encode = msgspec.json.Encoder().encode
_find = select(tables.llm_reading.c.key, tables.llm_reading.c.body).where(
    tables.llm_reading.c.key.in_(bindparam("keys", expanding=True))
)
_ADD = text(
    "INSERT INTO llm_spent (scope, calls, tokens) VALUES (:scope, :calls, :tokens) "
    "ON CONFLICT (scope) DO UPDATE SET calls = llm_spent.calls + :calls, tokens = llm_spent.tokens + :tokens"
)


class SqlReadings:
    """Keeps readings for ever, across restarts and between processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = for_reading(engine)

    def find(self, keys: Sequence[bytes]) -> Reading | None:
        with self._reading.connect() as connection:
            return _first(connection, keys)

    def keep(self, key: bytes, interview: int, reading: Reading) -> Reading:
        with self._engine.begin() as connection:
            if not _alive(connection, interview):
                return reading
            kept = _first(connection, [key])
            if kept is not None:
                return kept
            row = {"key": key, "conversation": interview, "body": _encode(reading), "at": time.time()}
            statement: Any = insert(tables.llm_reading).values(row)
            if connection.dialect.name == "postgresql":
                from sqlalchemy.dialects.postgresql import (
                    insert as insert_once,
                )  # here: only this one needs it

                statement = insert_once(tables.llm_reading).values(row).on_conflict_do_nothing()
            connection.execute(statement)
            return _first(connection, [key]) or reading

    def spend(self, scopes: Sequence[str], spent: Spent) -> None:
        rows = [{"scope": scope, "calls": spent.calls, "tokens": spent.tokens} for scope in sorted(scopes)]
        with self._engine.begin() as connection:
            connection.execute(_ADD, rows)

    def spent(self, scope: str) -> Spent:
        row = tables.llm_spent.c
        with self._reading.connect() as connection:
            found = connection.execute(select(row.calls, row.tokens).where(row.scope == scope)).first()
        return Spent(found.calls, found.tokens) if found is not None else Spent()

    def forget(self, interview: int) -> None:
        with self._engine.begin() as connection:
            forget_readings(connection, interview)


def forget_readings(connection: Connection, interview: int) -> None:
    """Remove the readings of an interview, in whose erasure's transaction this is called."""
    connection.execute(delete(tables.llm_reading).where(tables.llm_reading.c.conversation == interview))


def _alive(connection: Connection, interview: int) -> bool:
    """Say whether the interview was not erased, and keep it so until this transaction has ended."""
    row = tables.conversation.c
    statement = select(row.id).where(row.id == interview, row.phase != Phase.ERASED)
    if connection.dialect.name == "postgresql":
        statement = statement.with_for_update(read=True)
    return connection.execute(statement).first() is not None


def _first(connection: Connection, keys: Sequence[bytes]) -> Reading | None:
    """Return the reading under the first of the keys that has one."""
    rows = connection.execute(_find, {"keys": list(keys)})
    found = {bytes(row.key): row.body for row in rows}
    return next((_decode(found[key]) for key in keys if key in found), None)
