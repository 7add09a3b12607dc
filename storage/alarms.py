"""Reminders as outbox rows, written and taken back in the transaction that changes their appointment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, and_, insert, select, update

from dialogues.app.codec import encode_effect
from dialogues.bookings import Appointment, PlannedReminder
from dialogues.core.effects import Remind
from storage import tables
from storage.ids import new_id
from storage.tables import DONE, WAITING

_w = tables.booking_wait.c


def forget_reminders(connection: Connection, conversation: int, number: int, spare: str = "") -> None:
    """Take back what was planned for an appointment and is not said yet, except the reminder with the key `spare`."""
    o = tables.outbox.c
    mine = and_(o.conversation == conversation, o.kind == "Remind", o.status == WAITING)
    connection.execute(
        update(tables.outbox)
        .where(mine, o.key.startswith(f"remind:{number}."), o.key != spare)
        .values(status=DONE, code="cancelled")
    )


def remember(
    connection: Connection, made: Appointment, reminders: Sequence[PlannedReminder], now: float
) -> None:
    """Store the reminders of an appointment."""
    rows = [
        _due_row(
            made.conversation,
            Remind(
                key=f"remind:{made.id}.{made.sequence}:{one.which}",
                booking=made.id,
                sequence=made.sequence,
                which=one.which,
                kind=made.kind,
                start=made.start,
                due=one.due,
            ),
            one.due,
            now,
        )
        for one in reminders
    ]
    if rows:
        connection.execute(insert(tables.outbox), rows)


def _due_row(conversation: int, effect: Remind, due: float, now: float) -> dict[str, object]:
    return {
        "id": new_id(),
        "conversation": conversation,
        "seq": 0,
        "key": effect.key,
        "kind": "Remind",
        "body": encode_effect(effect),
        "at": now,
        "due_at": due,
        "status": WAITING,
        "attempts": 0,
        "lease_until": 0.0,
        "code": "",
    }


def tell_waiting(connection: Connection, freed: Row[Any], now: float) -> None:
    """Tell the one who has waited longest for this day that a place has become free."""
    if freed.start <= now:
        return
    for row in _waiting_for(connection, freed):
        effect = Remind(
            key=f"freed:{row.id}:{int(freed.start)}.{freed.id}.{freed.sequence}",
            booking=0,
            sequence=0,
            which="freed",
            kind=freed.kind,
            start=freed.start,
        )
        connection.execute(insert(tables.outbox), _due_row(row.conversation, effect, now, now))
        connection.execute(update(tables.booking_wait).where(_w.id == row.id).values(told=True))
        return


def _waiting_for(connection: Connection, freed: Row[Any]) -> Iterator[Row[Any]]:
    waiting = (
        select(tables.booking_wait)
        .where(_w.job == freed.job, _w.kind == freed.kind, _w.told.is_(False))
        .where(_w.conversation != freed.conversation)
        .order_by(_w.id)
    )
    for row in connection.execute(waiting).all():
        if datetime.fromtimestamp(freed.start, ZoneInfo(row.zone)).date().isoformat() == row.day:
            yield row
