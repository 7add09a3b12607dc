"""What HR sees and sets of the appointments: lists, blocked time, and what holds for a job over its pack."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, and_, delete, func, insert, select

from dialogues.bookings import Appointment
from storage import tables
from storage.bookings import BEGUN, BOOKED, appointment_of
from storage.engine import reading
from storage.ids import new_id

_b = tables.booking.c


def count_booked(engine: Engine) -> int:
    """Return how many appointments stand."""
    statement = select(func.count()).select_from(tables.booking).where(_b.status == BOOKED)
    with reading(engine).connect() as connection:
        return int(connection.execute(statement).scalar_one())


class BookingDesk:
    """What HR sees and sets of the appointments."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    def between(self, start: float, end: float, jobs: Sequence[str] | None) -> list[Appointment]:
        """Return the appointments of these jobs (None: of all) that begin in this time and stand, by time."""
        statement = (
            select(tables.booking)
            .where(_b.start >= start, _b.start < end, _b.status.in_((BOOKED, BEGUN, "missed")))
            .order_by(_b.start, _b.id)
        )
        if jobs is not None:
            statement = statement.where(_b.job.in_(list(jobs)))
        with self._reading.connect() as connection:
            return [appointment_of(row) for row in connection.execute(statement)]

    def block(self, resource: str, start: float, end: float, reference: str) -> None:
        """Let nothing take place in this time; the same reference blocks once."""
        k = tables.booking_block
        with self._engine.begin() as connection:
            connection.execute(delete(k).where(k.c.resource == resource, k.c.reference == reference))
            values = {"id": new_id(), "resource": resource, "source": "hr", "reference": reference}
            connection.execute(insert(k), {**values, "start": start, "finish": end})

    def unblock(self, resource: str, start: float, end: float) -> int:
        """Take back what HR blocked of this time; return how many."""
        k = tables.booking_block
        mine = and_(k.c.resource == resource, k.c.source == "hr", k.c.finish > start, k.c.start < end)
        with self._engine.begin() as connection:
            return connection.execute(delete(k).where(mine)).rowcount

    def set_rule(self, job: str, name: str, value: str) -> None:
        """Set something for a job over its pack; "" takes it back."""
        r = tables.booking_rule
        with self._engine.begin() as connection:
            connection.execute(delete(r).where(r.c.job == job, r.c.name == name))
            if value:
                connection.execute(insert(r), {"job": job, "name": name, "value": value})
