"""Appointments in the database. Implements `dialogues.ports.Bookings`: every method is one transaction of its own.

Nobody is ever doubled because a seat row is unique for (resource, place, cell), not because somebody looked first.
Reminders are outbox rows written with the appointment, so that moving or ending it takes them back at once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, delete, insert, or_, select, update

from dialogues.bookings import Appointment, PlannedReminder, Wanted
from scheduler.slots import CELL_SECONDS, Busy, Taken, cells
from storage import tables
from storage.alarms import forget_reminders, remember, tell_waiting
from storage.bulk import run_bulk
from storage.engine import reading
from storage.ids import new_id

_b, _s, _w = tables.booking.c, tables.booking_seat.c, tables.booking_wait.c
HELD, BOOKED, BEGUN = "held", "booked", "begun"
_SITTING = (HELD, BOOKED, BEGUN)
_ADD_SEATS = """
    INSERT INTO booking_seat (resource, place, cell, booking) VALUES {rows}
    ON CONFLICT (resource, place, cell) DO NOTHING"""


_sitting = (
    select(_s.resource, _s.place, _b.start, _b.finish)
    .join(tables.booking, _b.id == _s.booking)
    .where(_s.resource.in_(bindparam("resources", expanding=True)))
    .where(_s.cell.between(bindparam("first"), bindparam("last")))
    .where(_b.finish > bindparam("start"), _b.start < bindparam("end"))
    .where(or_(_b.status != HELD, _b.expires_at > bindparam("now")))
    .distinct()
)
_k = tables.booking_block.c
_blocked = select(_k.start, _k.finish).where(
    _k.resource.in_(bindparam("resources", expanding=True)),
    _k.finish > bindparam("start"),
    _k.start < bindparam("end"),
)


class SqlBookings:
    """The appointments."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)
        embedded = engine.dialect.name == "sqlite"
        self._turn: AbstractContextManager[object] = Lock() if embedded else nullcontext()
        # SQLite writes one at a time; threads that queue here are served in turn instead of asking again and again

    # Looking

    def occupied(
        self, resources: Sequence[str], start: float, end: float, now: float
    ) -> tuple[list[tuple[str, Taken]], list[Busy]]:
        window = {"start": start, "end": end}
        first, last = int(start // CELL_SECONDS), int(end // CELL_SECONDS)
        seats = {"resources": list(resources), "first": first, "last": last, "now": now, **window}
        with self._reading.connect() as connection:
            rows = connection.execute(_sitting, seats).all()
            blocked = connection.execute(_blocked, {"resources": [*resources, "all"], **window}).all()
        return [(row[0], Taken(row[1], row[2], row[3])) for row in rows], [
            Busy(row[0], row[1]) for row in blocked
        ]

    def current(self, conversation: int, kind: str) -> Appointment | None:
        with self._reading.connect() as connection:
            row = connection.execute(_booked(conversation, kind)).first()
        return appointment_of(row) if row is not None else None

    def by_id(self, booking: int) -> Appointment | None:
        with self._reading.connect() as connection:
            row = connection.execute(select(tables.booking).where(_b.id == booking)).first()
        return appointment_of(row) if row is not None else None

    def rule(self, job: str, name: str) -> str:
        r = tables.booking_rule.c
        with self._reading.connect() as connection:
            return connection.execute(select(r.value).where(r.job == job, r.name == name)).scalar() or ""

    # Changing

    def hold(self, wanted: Wanted, now: float) -> bool:
        with self._turn, self._engine.begin() as connection:
            if _same_request(connection, wanted) is not None:
                return True
            _let_go_of_holds(connection, wanted.conversation, wanted.kind)
            own = _current(connection, wanted)
            if own is not None and own.start == wanted.start:
                return True  # it is theirs already
            return _seat(connection, wanted, now, HELD) is not None

    def confirm(self, wanted: Wanted, now: float, reminders: Sequence[PlannedReminder]) -> Appointment | None:
        with self._turn, self._engine.begin() as connection:
            same = _same_request(connection, wanted)
            if same is not None and same.status == BOOKED:
                return appointment_of(same)
            own = _current(connection, wanted)
            if own is not None and own.start == wanted.start:
                _let_go_of_holds(connection, wanted.conversation, wanted.kind)
                return appointment_of(own)
            held = _held(connection, wanted)
            if held is None:
                _let_go_of_holds(connection, wanted.conversation, wanted.kind)
                held = _seat(connection, wanted, now, HELD)
            if held is None:
                return None
            made = self._book(connection, wanted, held, own, now)
            remember(connection, made, reminders, now)
        return made

    def _book(
        self, connection: Connection, wanted: Wanted, held: int, own: Row[Any] | None, now: float
    ) -> Appointment:
        values = {
            "start": wanted.start,
            "finish": wanted.end,
            "zone": wanted.zone,
            "status": BOOKED,
            "request": wanted.request,
            "people": ",".join(wanted.people),
            "updated_at": now,
        }
        if own is None:
            connection.execute(update(tables.booking).where(_b.id == held).values(**values))
            number = held
        else:
            number = own.id
            connection.execute(delete(tables.booking_seat).where(_s.booking == number))
            connection.execute(update(tables.booking_seat).where(_s.booking == held).values(booking=number))
            connection.execute(delete(tables.booking).where(_b.id == held))
            values |= {"sequence": own.sequence + 1, "changes": own.changes + 1}
            connection.execute(update(tables.booking).where(_b.id == number).values(**values))
            forget_reminders(connection, own.conversation, number)
            tell_waiting(connection, own, now)
        return appointment_of(connection.execute(select(tables.booking).where(_b.id == number)).one())

    def close(self, conversation: int, kind: str, how: str, request: str, now: float) -> Appointment | None:
        ended = None
        with self._turn, self._engine.begin() as connection:
            for row in connection.execute(_to_close(conversation, kind)).all():
                _end(connection, row, how, request, now)
                if row.status != HELD:
                    ended = connection.execute(select(tables.booking).where(_b.id == row.id)).one()
            if ended is None and how != "erased":
                again = select(tables.booking).where(_b.conversation == conversation, _b.request == request)
                ended = connection.execute(again).first()
            if how == "erased":
                connection.execute(delete(tables.booking_wait).where(_w.conversation == conversation))
        return appointment_of(ended) if ended is not None else None

    def await_day(self, conversation: int, job: str, kind: str, day: str, zone: str) -> None:
        with self._turn, self._engine.begin() as connection:
            known = select(_w.id).where(_w.conversation == conversation, _w.kind == kind, _w.day == day)
            found = connection.execute(known).scalar()
            if found is not None:
                again = update(tables.booking_wait).where(_w.id == found)
                connection.execute(again.values(told=False))
                return
            values = {"id": new_id(), "conversation": conversation, "job": job, "kind": kind}
            values |= {"day": day, "zone": zone, "told": False}
            connection.execute(insert(tables.booking_wait), values)

    def tidy(self, now: float, limit: int = 500) -> int:
        """Let go of what was held and never confirmed; return how many. Housekeeping: nothing depends on it."""
        expired = select(tables.booking).where(_b.status == HELD, _b.expires_at <= now).limit(limit)
        with self._turn, self._engine.begin() as connection:
            rows = connection.execute(expired).all()
            for row in rows:
                _drop(connection, row.id)
                tell_waiting(connection, row, now)
        return len(rows)


def appointment_of(row: Row[Any]) -> Appointment:
    """Return an appointment from its row."""
    return Appointment(
        id=row.id,
        conversation=row.conversation,
        application=row.application,
        job=row.job,
        kind=row.kind,
        start=row.start,
        end=row.finish,
        zone=row.zone,
        status=row.status,
        sequence=row.sequence,
        changes=row.changes,
        people=tuple(filter(None, row.people.split(","))),
        request=row.request,
    )


def _booked(conversation: int, kind: str) -> Any:
    return select(tables.booking).where(_b.conversation == conversation, _b.kind == kind, _b.status == BOOKED)


def _current(connection: Connection, wanted: Wanted) -> Row[Any] | None:
    statement = _booked(wanted.conversation, wanted.kind)
    if connection.dialect.name == "postgresql":
        statement = statement.with_for_update()
    return connection.execute(statement).first()


def _same_request(connection: Connection, wanted: Wanted) -> Row[Any] | None:
    statement = select(tables.booking).where(
        _b.conversation == wanted.conversation, _b.request == wanted.request, _b.status.in_((HELD, BOOKED))
    )
    return connection.execute(statement).first()


def _held(connection: Connection, wanted: Wanted) -> int | None:
    """Return this person's hold on the time, if nobody took the place when it expired."""
    statement = select(_b.id).where(
        _b.conversation == wanted.conversation,
        _b.kind == wanted.kind,
        _b.status == HELD,
        _b.start == wanted.start,
        select(_s.cell).where(_s.booking == _b.id).exists(),
    )
    if connection.dialect.name == "postgresql":
        statement = statement.with_for_update()
    found: int | None = connection.execute(statement).scalar()
    return found


def _let_go_of_holds(connection: Connection, conversation: int, kind: str) -> None:
    held = select(_b.id).where(_b.conversation == conversation, _b.kind == kind, _b.status == HELD)
    for number in connection.execute(held).scalars().all():
        _drop(connection, number)


def _drop(connection: Connection, number: int) -> None:
    connection.execute(delete(tables.booking_seat).where(_s.booking == number))
    connection.execute(delete(tables.booking).where(_b.id == number))


def _seat(connection: Connection, wanted: Wanted, now: float, status: str) -> int | None:
    """Give a place in every resource to a new appointment; None when one of them is full."""
    touched = list(cells(wanted.start, wanted.end))
    number = new_id()
    with connection.begin_nested() as attempt:
        _clear_expired(connection, wanted.resources, touched, now)
        for resource in wanted.resources:
            if not _sit(connection, resource, wanted.capacity, touched, number):
                attempt.rollback()
                return None
        connection.execute(insert(tables.booking), _new_booking(number, wanted, status, now))
    return number


def _clear_expired(
    connection: Connection, resources: Collection[str], touched: Collection[int], now: float
) -> None:
    """Take the places back that were held for too long."""
    held = (
        select(_s.booking)
        .join(tables.booking, _b.id == _s.booking)
        .where(_s.resource.in_(list(resources)), _s.cell.in_(list(touched)))
        .where(_b.status == HELD, _b.expires_at <= now)
        .distinct()
    )
    for number in connection.execute(held).scalars().all():
        _drop(connection, number)


def _sit(connection: Connection, resource: str, capacity: int, touched: list[int], number: int) -> bool:
    """Take the first place that is free in all cells; another process may be quicker, then the next one."""
    used_by = select(_s.place).where(_s.resource == resource, _s.cell.in_(touched)).distinct()
    used = set(connection.execute(used_by).scalars())
    for place in range(capacity):
        if place in used:
            continue
        rows = [(resource, place, cell, number) for cell in touched]
        if run_bulk(connection, _ADD_SEATS, rows) == len(rows):
            return True
        connection.execute(delete(tables.booking_seat).where(_s.booking == number, _s.resource == resource))
    return False


def _new_booking(number: int, wanted: Wanted, status: str, now: float) -> dict[str, object]:
    return {
        "id": number,
        "conversation": wanted.conversation,
        "application": wanted.application,
        "job": wanted.job,
        "kind": wanted.kind,
        "start": wanted.start,
        "finish": wanted.end,
        "zone": wanted.zone,
        "status": status,
        "sequence": 0,
        "changes": 0,
        "expires_at": wanted.until,
        "request": wanted.request,
        "people": ",".join(wanted.people),
        "created_at": now,
        "updated_at": now,
    }


def _to_close(conversation: int, kind: str) -> Any:
    statement = select(tables.booking).where(_b.conversation == conversation, _b.status.in_((HELD, BOOKED)))
    return statement.where(_b.kind == kind) if kind else statement


def _end(connection: Connection, row: Row[Any], how: str, request: str, now: float) -> None:
    if row.status == HELD:
        _drop(connection, row.id)
        return
    # the reminder that ends it is told after this is stored; whoever is killed in between tells it later
    forget_reminders(connection, row.conversation, row.id, spare=request.partition(":")[2])
    values = {"status": how, "request": request, "updated_at": now}
    if how != BEGUN:
        values["sequence"] = row.sequence + 1
        connection.execute(delete(tables.booking_seat).where(_s.booking == row.id))
    connection.execute(update(tables.booking).where(_b.id == row.id).values(**values))
    if how != BEGUN:
        tell_waiting(connection, row, now)
