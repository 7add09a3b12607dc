"""The audit log: who did what to what, each row chained to the one before by its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection, Row, insert, select, text

from dialogues.ports import AuditRow
from storage import tables
from storage.ids import new_id

_LOCK = 7_306_091  # any constant: PostgreSQL's advisory lock for the end of the chain
_START = b"\0" * 32


def _hash(previous: bytes, row: AuditRow) -> bytes:
    parts = (repr(row.at), row.actor, row.action, row.target)
    return hashlib.sha256(previous + "\x1f".join(parts).encode()).digest()


def chain_head(connection: Connection) -> bytes:
    """Return the hash of the newest row; 32 zero bytes for an empty log."""
    newest = select(tables.audit.c.hash).order_by(tables.audit.c.id.desc()).limit(1)
    return connection.execute(newest).scalar() or _START


def append_audits(connection: Connection, rows: Sequence[AuditRow]) -> None:
    """Append rows at the end of the chain, inside the caller's transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    newest = connection.execute(
        select(tables.audit.c.id, tables.audit.c.hash).order_by(tables.audit.c.id.desc()).limit(1)
    ).first()
    last, previous = (newest.id, newest.hash) if newest else (0, _START)
    values = []
    for row in rows:
        link = _hash(previous, row)
        last = max(new_id(), last + 1)
        values.append(
            {
                "id": last,
                "at": row.at,
                "actor": row.actor,
                "action": row.action,
                "target": row.target,
                "previous": previous,
                "hash": link,
            }
        )
        previous = link
    connection.execute(insert(tables.audit), values)


def broken_link(connection: Connection) -> Row[tuple[int]] | None:
    """Return the first audit row that does not follow from the one before it; None when the chain is whole."""
    previous = _START
    for row in connection.execute(select(tables.audit).order_by(tables.audit.c.id)):
        audit = AuditRow(at=row.at, actor=row.actor, action=row.action, target=row.target)
        if row.previous != previous or row.hash != _hash(previous, audit):
            return row
        previous = row.hash
    return None
