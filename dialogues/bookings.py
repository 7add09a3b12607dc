"""What the application needs of booking: the places that are given away and the reminders that go with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from scheduler.slots import Busy, Taken


class Appointment(Struct, frozen=True):
    """One appointment as it is stored. `people` are the ids of those who take part besides the candidate."""

    id: int
    conversation: int
    application: str
    job: str
    kind: str
    start: float
    end: float
    zone: str
    status: str
    sequence: int
    changes: int
    people: tuple[str, ...] = ()
    request: str = ""


class Wanted(Struct, frozen=True):
    """A time wanted for a conversation, and where it would take place: `resources` and how many fit in each.

    `request` names the effect: carried out twice, it is counted once. `until` is how long a time is held.
    """

    conversation: int
    application: str
    job: str
    kind: str
    start: float
    end: float
    zone: str
    request: str
    resources: tuple[str, ...]
    capacity: int
    until: float = 0.0
    people: tuple[str, ...] = ()


class PlannedReminder(Struct, frozen=True):
    """A reminder to be stored with an appointment."""

    which: str
    due: float


class Bookings(Protocol):
    """Appointments and what stands in their way. Every method is one transaction."""

    def occupied(
        self, resources: Sequence[str], start: float, end: float, now: float
    ) -> tuple[list[tuple[str, Taken]], list[Busy]]:
        """Return the places taken, by resource, and the times blocked for any of these resources."""
        ...

    def hold(self, wanted: Wanted, now: float) -> bool:
        """Keep a time free until `wanted.until`; False when it is taken. Lets go of what this person held before."""
        ...

    def confirm(self, wanted: Wanted, now: float, reminders: Sequence[PlannedReminder]) -> Appointment | None:
        """Book a time, or move the appointment there is to it, with its reminders; None when it is taken."""
        ...

    def close(self, conversation: int, kind: str, how: str, request: str, now: float) -> Appointment | None:
        """End the appointment of this kind, or all for "", and its reminders; return the last one ended."""
        ...

    def current(self, conversation: int, kind: str) -> Appointment | None:
        """Return the appointment of this kind that stands."""
        ...

    def by_id(self, booking: int) -> Appointment | None: ...

    def await_day(self, conversation: int, job: str, kind: str, day: str, zone: str) -> None:
        """Put somebody on the waiting list of a day, once."""
        ...

    def rule(self, job: str, name: str) -> str:
        """Return what HR set for a job over its pack, "" when nothing."""
        ...
