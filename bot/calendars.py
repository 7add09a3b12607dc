"""Calendars for everyone: files and feeds over HTTP, and people's own CalDAV calendars kept in step.

A calendar server that is down delays nobody: appointments are made here, and the next round catches up. Its owner
is told once, and again only after it has worked in between.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import Callable

import structlog
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from dialogues.bookings import Appointment
from scheduler.calendars.ics import Meeting, render_entry, render_feed, render_invitation
from scheduler.calendars.server import CalendarServer, Unreachable, parse_address
from storage.agenda import BookingDesk
from storage.bookings import SqlBookings
from storage.calendars import Calendars, Connected

log = structlog.get_logger()

_AHEAD = 60 * 86_400.0
_BEHIND = 86_400.0
_SIGNED = 24
_ICS = "text/calendar; charset=utf-8"


class Shown(Struct, frozen=True):
    """What calendars call an appointment: the job, the candidate, and who invites."""

    job: str
    candidate: str
    company: str
    link: str


Describe = Callable[[Appointment], Shown]
Tell = Callable[[str, str, dict[str, str]], None]
"""Tells a person of HR (by id) a phrase with its arguments."""


class CalendarFiles:
    """Addresses of calendar files, and the files."""

    def __init__(
        self,
        bookings: SqlBookings,
        desk: BookingDesk,
        calendars: Calendars,
        secret: bytes,
        address: str,
        describe: Describe,
        jobs_of: Callable[[str], tuple[str, ...] | None],
    ) -> None:
        self._bookings = bookings
        self._desk = desk
        self._calendars = calendars
        self._key = hashlib.sha256(b"calendar-file" + secret).digest()
        self._address = address
        self._describe = describe
        self._jobs_of = jobs_of

    def link(self, made: Appointment) -> str:
        """Return where the candidate finds an appointment's file; it stays the same when it is moved."""
        return f"{self._address}/calendar/{made.id}-{self._sign(made.id)}.ics"

    def feed_link(self, owner: str) -> str:
        """Return a fresh address at which a person of HR subscribes to their appointments."""
        return f"{self._address}/calendar/{self._calendars.new_feed(owner)}.ics"

    def _sign(self, number: int) -> str:
        return hmac.new(self._key, str(number).encode(), hashlib.sha256).hexdigest()[:_SIGNED]

    async def serve(self, request: Request) -> Response:
        """Answer with a file or a feed; what nobody may see is simply not there."""
        written = await asyncio.to_thread(self._render, str(request.path_params["name"]))
        if written is None:
            return Response("no such calendar", status_code=404)
        return Response(written, media_type=_ICS, headers={"Cache-Control": "no-store"})

    def _render(self, name: str) -> bytes | None:
        number, dash, signature = name.partition("-")
        if dash and number.isascii() and number.isdigit() and len(signature) == _SIGNED and len(number) < 20:
            signed = hmac.compare_digest(signature.encode(), self._sign(int(number)).encode())
            made = self._bookings.by_id(int(number)) if signed else None
            return render_invitation(self._meeting(made, for_candidate=True)) if made is not None else None
        owner = self._calendars.feed_owner(name)
        return self._feed(owner) if owner else None

    def _feed(self, owner: str) -> bytes:
        now = time.time()
        found = self._desk.between(now - _AHEAD, now + _AHEAD, self._jobs_of(owner))
        mine = [one for one in found if one.kind != "second_round" or owner in one.people]
        return render_feed([self._meeting(one) for one in mine], "Colloquy")

    def _meeting(self, made: Appointment, *, for_candidate: bool = False) -> Meeting:
        return meeting_of(made, self._describe(made), for_candidate=for_candidate)


def meeting_of(made: Appointment, shown: Shown, *, for_candidate: bool = False) -> Meeting:
    """Return an appointment as calendars show it; the candidate's own does not name the candidate."""
    title = shown.job if for_candidate else f"{shown.candidate} · {shown.job}"
    return Meeting(
        number=made.id,
        sequence=made.sequence,
        start=made.start,
        end=made.end,
        zone=made.zone,
        title=f"{shown.company} · {title}" if for_candidate else title,
        changed_at=time.time(),
        link=shown.link if for_candidate else "",
        cancelled=made.status not in ("booked", "begun"),
        organizer=(shown.company, "interviews@colloquy.invalid"),
    )


class CalendarSync:
    """Keeps people's own calendars in step: busy time in, appointments out."""

    def __init__(
        self,
        calendars: Calendars,
        describe: Describe,
        tell: Tell,
        clock: Callable[[], float] = time.time,
        open_server: Callable[[str], CalendarServer] | None = None,
    ) -> None:
        self._calendars = calendars
        self._describe = describe
        self._tell = tell
        self._clock = clock
        self._open = open_server or (lambda address: CalendarServer(parse_address(address)))

    async def sync_all(self) -> None:
        """Bring every calendar into step, one after the other."""
        for one in await asyncio.to_thread(self._calendars.all):
            await asyncio.to_thread(self.sync, one)

    def sync(self, one: Connected) -> bool:
        """Bring one calendar into step; False when its server did not answer."""
        now = self._clock()
        try:
            self._exchange(one, self._open(one.address), now)
        except Unreachable as error:
            log.warning("calendar_unreachable", calendar=one.id, error=str(error))
            if self._calendars.failed(one.id, now):
                self._tell(one.owner, "calendar.down", {})
            return False
        self._calendars.worked(one.id, now)
        return True

    def _exchange(self, one: Connected, server: CalendarServer, now: float) -> None:
        entries = server.entries(now - _BEHIND, now + _AHEAD)
        ours = {entry.number: entry for entry in entries if entry.number}
        busy = [(entry.uid, entry.start, entry.end) for entry in entries if not entry.number]
        self._calendars.set_busy(one.owner, busy)
        written = self._calendars.written(one.id)
        for made in self._calendars.appointments(one.owner, written.keys(), now):
            stands = made.status in ("booked", "begun")
            if not stands or one.owner not in made.people:
                server.remove(made.id)
                self._calendars.wrote(one.id, made.id, None)
            elif written.get(made.id) != made.sequence:
                server.put(render_entry(meeting_of(made, self._describe(made))))
                self._calendars.wrote(one.id, made.id, made.sequence)
            elif made.start > now:
                self._compare(one, made, ours.get(made.id) if made.id in ours else None, server)

    def _compare(self, one: Connected, made: Appointment, entry: object, server: CalendarServer) -> None:
        """Notice what its owner did to an appointment there: asked about, put back, never acted on unasked."""
        start = getattr(entry, "start", None)
        if start == made.start:
            return
        phrase = "calendar.deleted" if entry is None else "calendar.changed"
        self._tell(
            one.owner, phrase, {"name": self._describe(made).candidate, "application": made.application}
        )
        server.put(render_entry(meeting_of(made, self._describe(made))))
