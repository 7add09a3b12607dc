"""Talks to one calendar on a CalDAV server (RFC 4791) with the library `caldav`: busy time in, appointments out.

Every call may take seconds or fail with Unreachable; callers run it where nobody waits. Knows nothing of who is
interviewed: it carries what `ics` wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import caldav as library
from caldav.lib.error import DAVError, NotFoundError
from icalendar import Calendar as ICalendar
from msgspec import Struct

from scheduler.calendars.ics import number_of, uid_of

caldav: Any = library  # its own types call its classes objects
_TIMEOUT = 10


class Unreachable(Exception):
    """The calendar server did not answer as it should; the text is the error's name, without address or password."""


class Address(Struct, frozen=True):
    """Where a calendar is, and as whom to come."""

    url: str
    user: str = ""
    password: str = ""


class Entry(Struct, frozen=True):
    """One entry of a calendar. `number` names one of our own appointments, 0 any other."""

    uid: str
    start: float
    end: float
    number: int = 0
    sequence: int = 0


def parse_address(text: str) -> Address:
    """Read "https://user:password@server/path/"; ValueError says what is wrong."""
    parts = urlsplit(text.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("a calendar's address looks like https://name:password@calendar.example.com/anna/")
    place = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    url = urlunsplit((parts.scheme, place, parts.path or "/", parts.query, ""))
    return Address(url, unquote(parts.username or ""), unquote(parts.password or ""))


class CalendarServer:
    """One calendar on a server."""

    def __init__(self, address: Address, timeout: int = _TIMEOUT) -> None:
        self._address = address
        self._timeout = timeout

    @contextmanager
    def _open(self) -> Iterator[Any]:
        address = self._address
        try:
            client = caldav.DAVClient(
                url=address.url,
                username=address.user or None,
                password=address.password or None,
                timeout=self._timeout,
            )
            with client:
                yield client.calendar(url=address.url)
        except (DAVError, OSError, ValueError) as error:
            # the library's network errors are OSErrors; a server that answers nonsense fails in parsing
            raise Unreachable(type(error).__name__) from None

    def entries(self, start: float, end: float) -> list[Entry]:
        """Return what stands in the calendar in this time, repeated entries one by one."""
        window = {"start": datetime.fromtimestamp(start, UTC), "end": datetime.fromtimestamp(end, UTC)}
        with self._open() as calendar:
            found = calendar.search(event=True, expand=True, **window)
            return [entry for one in found for entry in _entries(one.data)]

    def put(self, written: bytes) -> None:
        """Write an appointment, over an earlier version of it."""
        with self._open() as calendar:
            event = caldav.Event(calendar.client, data=written.decode(), parent=calendar)
            event.save(increase_seqno=False)  # the number is ours to count

    def remove(self, number: int) -> None:
        """Take an appointment out; nothing happens when it is gone already."""
        with self._open() as calendar:
            try:
                calendar.get_event_by_uid(uid_of(number)).delete()
            except NotFoundError:
                return


def _entries(text: str) -> Iterator[Entry]:
    components: list[Any] = list(ICalendar.from_ical(text).walk("VEVENT"))
    for event in components:
        if event.get("STATUS") == "CANCELLED" or event.get("TRANSP") == "TRANSPARENT":
            continue
        uid, begin = str(event.get("UID", "")), event.start
        yield Entry(
            uid=uid,
            start=_instant(begin),
            end=_instant(event.end),
            number=number_of(uid) or 0,
            sequence=int(event.get("SEQUENCE", 0)),
        )


def _instant(moment: date | datetime) -> float:
    """Return an instant; a whole day, or a time without zone, is taken as UTC."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), UTC)
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
