"""People's own calendars: where they are (sealed), what was written to them, and what they say is taken."""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Sequence

from msgspec import Struct
from sqlalchemy import Engine, delete, insert, or_, select, update

from dialogues.bookings import Appointment
from storage import tables
from storage.applications import hash_token
from storage.bookings import BEGUN, BOOKED, appointment_of
from storage.engine import reading
from storage.ids import new_id
from storage.seal import Sealer

_c, _e, _b = tables.calendar.c, tables.calendar_entry.c, tables.booking.c


class Connected(Struct, frozen=True):
    """A calendar that is kept in step; `owner` is the id of a person of HR."""

    id: int
    owner: str
    address: str
    failing_since: float


class Calendars:
    """The calendars."""

    def __init__(self, engine: Engine, sealer: Sealer) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._sealer = sealer

    def connect(self, owner: str, address: str) -> None:
        """Keep this calendar in step for a person, instead of any other; "" ends it."""
        with self._engine.begin() as connection:
            old = connection.execute(select(_c.id).where(_c.owner == owner)).scalar()
            if old is not None:
                connection.execute(delete(tables.text).where(tables.text.c.id == old))
                connection.execute(delete(tables.calendar_entry).where(_e.calendar == old))
                connection.execute(delete(tables.calendar).where(_c.id == old))
                self._drop_busy(connection, owner)
            if address:
                number = new_id()
                values = {"id": number, "owner": owner, "failing_since": 0.0, "told": False, "synced_at": 0.0}
                connection.execute(insert(tables.calendar), values)
                sealed = self._sealer.seal(number, address)
                connection.execute(insert(tables.text), {"id": number, "sealed": sealed})

    def _drop_busy(self, connection: object, owner: str) -> None:
        k = tables.booking_block
        mine = delete(k).where(k.c.resource == f"person:{owner}", k.c.source == "caldav")
        connection.execute(mine)  # type: ignore[attr-defined]

    def all(self) -> list[Connected]:
        """Return the calendars that are kept in step."""
        statement = select(tables.calendar, tables.text.c.sealed).join(tables.text, tables.text.c.id == _c.id)
        with self._reading.connect() as connection:
            return [
                Connected(row.id, row.owner, self._sealer.open(row.id, row.sealed), row.failing_since)
                for row in connection.execute(statement)
            ]

    def failed(self, calendar: int, now: float) -> bool:
        """Note that a calendar does not answer; True when its owner has not been told yet."""
        with self._engine.begin() as connection:
            row = connection.execute(select(_c.failing_since, _c.told).where(_c.id == calendar)).first()
            if row is None:
                return False
            since = row.failing_since or now
            change = update(tables.calendar).where(_c.id == calendar)
            connection.execute(change.values(failing_since=since, told=True))
        return not row.told

    def worked(self, calendar: int, now: float) -> None:
        """Note that a calendar is in step."""
        change = update(tables.calendar).where(_c.id == calendar)
        with self._engine.begin() as connection:
            connection.execute(change.values(failing_since=0.0, told=False, synced_at=now))

    def written(self, calendar: int) -> dict[int, int]:
        """Return appointment -> the sequence last written to a calendar."""
        statement = select(_e.booking, _e.sequence).where(_e.calendar == calendar)
        with self._reading.connect() as connection:
            return {row.booking: row.sequence for row in connection.execute(statement)}

    def wrote(self, calendar: int, booking: int, sequence: int | None) -> None:
        """Note what stands in a calendar now; None: nothing."""
        mine = (_e.calendar == calendar, _e.booking == booking)
        with self._engine.begin() as connection:
            connection.execute(delete(tables.calendar_entry).where(*mine))
            if sequence is not None:
                values = {"calendar": calendar, "booking": booking, "sequence": sequence, "etag": ""}
                connection.execute(insert(tables.calendar_entry), values)

    def appointments(self, owner: str, also: Collection[int], now: float) -> list[Appointment]:
        """Return a person's appointments that are not over, and these others whatever became of them."""
        standing = (_b.status.in_((BOOKED, BEGUN))) & (_b.finish > now)
        statement = select(tables.booking).where(or_(standing, _b.id.in_(list(also))))
        with self._reading.connect() as connection:
            found = [appointment_of(row) for row in connection.execute(statement)]
        return [one for one in found if owner in one.people or one.id in also]

    def set_busy(self, owner: str, busy: Sequence[tuple[str, float, float]]) -> None:
        """Replace what a person's calendar says is taken: (name of the entry, start, end)."""
        k = tables.booking_block
        rows = {f"{uid}/{int(start)}": (start, end) for uid, start, end in busy}
        with self._engine.begin() as connection:
            mine = (k.c.resource == f"person:{owner}", k.c.source == "caldav")
            known = {
                row.reference: (row.start, row.finish) for row in connection.execute(select(k).where(*mine))
            }
            gone = [name for name in known if known[name] != rows.get(name)]
            if gone:
                connection.execute(delete(k).where(*mine, k.c.reference.in_(gone)))
            fresh = [
                {
                    "id": new_id(),
                    "resource": f"person:{owner}",
                    "source": "caldav",
                    "reference": name,
                    "start": start,
                    "finish": end,
                }
                for name, (start, end) in rows.items()
                if known.get(name) != (start, end)
            ]
            if fresh:
                connection.execute(insert(k), fresh)

    def new_feed(self, owner: str) -> str:
        """Return the secret part of a fresh address to subscribe at; older ones end."""
        token, f = secrets.token_urlsafe(24), tables.calendar_feed
        with self._engine.begin() as connection:
            old = update(f).where(f.c.owner == owner, f.c.revoked_at.is_(None))
            connection.execute(old.values(revoked_at=time.time()))
            values = {"token_hash": hash_token(token), "owner": owner, "created_at": time.time()}
            connection.execute(insert(f), {**values, "revoked_at": None})
        return token

    def feed_owner(self, token: str) -> str:
        """Return whose feed this is, "" when there is none or it has ended."""
        f = tables.calendar_feed.c
        with self._reading.connect() as connection:
            row = connection.execute(
                select(f.owner, f.revoked_at).where(f.token_hash == hash_token(token))
            ).first()
        return row.owner if row is not None and row.revoked_at is None else ""
