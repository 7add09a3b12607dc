"""Writes appointments as iCalendar (RFC 5545, invitations by RFC 5546) with the library `icalendar`.

One appointment keeps one UID for ever; SEQUENCE grows whenever it is moved or cancelled, which is how calendars know
what is new. Must not contain more of a candidate than the caller put into title and note.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vText, vUri
from msgspec import Struct

SUFFIX = "@colloquy"
_PRODUCT = "-//Colloquy//Interviews//EN"
_ALARMS = (timedelta(hours=1), timedelta(minutes=10))


class Meeting(Struct, frozen=True):
    """What a calendar shows of an appointment. Times are instants; `zone` is the one it is written in."""

    number: int
    sequence: int
    start: float
    end: float
    zone: str
    title: str
    changed_at: float
    note: str = ""
    link: str = ""
    organizer: tuple[str, str] = ("", "")
    guests: tuple[tuple[str, str], ...] = ()
    cancelled: bool = False

    @property
    def uid(self) -> str:
        """Its name in every calendar."""
        return uid_of(self.number)


def uid_of(number: int) -> str:
    """Return the name of an appointment in every calendar."""
    return f"booking-{number}{SUFFIX}"


def number_of(uid: str) -> int | None:
    """Return the appointment that a UID names; None when it is not one of ours."""
    digits = uid.removeprefix("booking-").removesuffix(SUFFIX)
    return int(digits) if uid == f"booking-{digits}{SUFFIX}" and digits.isdigit() else None


def render_invitation(meeting: Meeting) -> bytes:
    """Return one appointment as an invitation, or as its cancellation."""
    return _render([meeting], "CANCEL" if meeting.cancelled else "REQUEST")


def render_entry(meeting: Meeting) -> bytes:
    """Return one appointment as a calendar server keeps it: without a method."""
    return _render([meeting], "")


def render_feed(meetings: Sequence[Meeting], name: str) -> bytes:
    """Return a calendar to subscribe to."""
    return _render(meetings, "PUBLISH", name)


def _render(meetings: Sequence[Meeting], method: str, name: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", timedelta(minutes=15), parameters={"VALUE": "DURATION"})
    for meeting in meetings:
        calendar.add_component(_event(meeting))
    for zone in sorted({meeting.zone for meeting in meetings}):
        calendar.add_component(_timezone(zone, [meeting for meeting in meetings if meeting.zone == zone]))
    return bytes(calendar.to_ical())


def _timezone(zone: str, meetings: Sequence[Meeting]) -> Timezone:
    """Return the rules of a zone for the years in question; all of history would be a hundred lines."""
    first = datetime.fromtimestamp(min(meeting.start for meeting in meetings), UTC).year
    last = datetime.fromtimestamp(max(meeting.end for meeting in meetings), UTC).year
    return Timezone.from_tzid(zone, first_date=date(first - 1, 1, 1), last_date=date(last + 2, 1, 1))


def _event(meeting: Meeting) -> Event:
    zone = ZoneInfo(meeting.zone)
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", datetime.fromtimestamp(meeting.changed_at, UTC))
    event.add("dtstart", datetime.fromtimestamp(meeting.start, zone))
    event.add("dtend", datetime.fromtimestamp(meeting.end, zone))
    event.add("summary", meeting.title)
    event.add("status", "CANCELLED" if meeting.cancelled else "CONFIRMED")
    if meeting.note:
        event.add("description", meeting.note)
    if meeting.link:
        event.add("url", vUri(meeting.link))
    if meeting.organizer[1]:
        event.add("organizer", _address(*meeting.organizer))
    for guest in meeting.guests:
        event.add("attendee", _address(*guest, ROLE="REQ-PARTICIPANT", PARTSTAT="ACCEPTED"), encode=False)
    for before in () if meeting.cancelled else _ALARMS:
        event.add_component(_alarm(meeting, before))
    return event


def _address(name: str, email: str, **parameters: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    for key, value in ({"CN": name} | parameters).items():
        address.params[key] = vText(value)
    return address


def _alarm(meeting: Meeting, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", meeting.title)
    alarm.add("trigger", -before)
    return alarm
