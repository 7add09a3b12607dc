"""Where and when the appointments of a job take place as of now: its pack, what HR set over it, and what is taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from msgspec import Struct

from dialogues.bookings import Appointment, Bookings
from dialogues.core.pack import Appointments, Pack
from scheduler.holidays import day_kind
from scheduler.slots import DayKind, Hours, Occupied, OfferedDay, Slot, Taken, all_slots, offer
from scheduler.zones import known_zone

SECOND_ROUND = "second_round"
_DAY_SECONDS = 86_400.0


class Diary(Struct, frozen=True):
    """Where and when one kind of appointment of one job takes place, as of now."""

    job: str
    kind: str
    rules: Appointments
    hours: Hours
    capacity: int
    people: tuple[str, ...]

    @property
    def zone(self) -> ZoneInfo:
        """The company's zone."""
        return known_zone(self.rules.timezone) or ZoneInfo("UTC")

    @property
    def resources(self) -> tuple[str, ...]:
        """Whose time an appointment takes: every interviewer's, or a place of the job."""
        if self.kind == SECOND_ROUND:
            return tuple(f"person:{person}" for person in self.people)
        return (f"job:{self.job}",)

    def kind_of(self, day: date) -> DayKind:
        """Return the kind of a day where the company is."""
        return day_kind(self.rules.country, day)


def open_diary(pack: Pack, kind: str, bookings: Bookings) -> Diary | None:
    """Return where appointments of this kind are made; None when there is nothing to book, or nobody to meet."""
    rules = pack.booking
    hours = rules.hours(kind) if rules is not None else None
    if rules is None or hours is None:
        return None
    if kind == SECOND_ROUND:
        people = tuple(filter(None, bookings.rule(pack.name, "interviewers").split(",")))
        return Diary(pack.name, kind, rules, hours, 1, people) if people else None
    own = bookings.rule(pack.name, "capacity")
    capacity = int(own) if own.isdigit() else hours.capacity
    return Diary(pack.name, kind, rules, hours, capacity, ())


def free_days(
    diary: Diary, bookings: Bookings, shown_in: ZoneInfo, now: float, without: Appointment | None = None
) -> tuple[OfferedDay, ...]:
    """Return the days on offer. `without` is an appointment that would be given up for another time."""
    until = now + (diary.hours.horizon_days + 2) * _DAY_SECONDS
    found, busy = bookings.occupied(diary.resources, now - _DAY_SECONDS, until, now)
    taken = _in_the_way(diary, found, without)
    return offer(diary.hours, diary.kind_of, diary.zone, shown_in, now, taken, busy, diary.capacity)


def free_slot(
    diary: Diary, bookings: Bookings, start: float, now: float, without: Appointment | None = None
) -> Slot | None:
    """Return the slot that begins at this moment if it is on offer; as `free_days`, for one time only."""
    slot = next(
        (one for one in all_slots(diary.hours, diary.kind_of, diary.zone, now) if one.start == start), None
    )
    if slot is None:
        return None
    found, busy = bookings.occupied(diary.resources, slot.start, slot.end, now)
    return slot if Occupied(_in_the_way(diary, found, without), busy, diary.capacity).free(slot) else None


def _in_the_way(diary: Diary, found: Sequence[tuple[str, Taken]], without: Appointment | None) -> list[Taken]:
    """Return what fills places; a person has one place, whoever else takes part."""
    own = (without.start, without.end) if without is not None else None
    taken = [one for _, one in found if (one.start, one.end) != own or diary.capacity > 1]
    return [Taken(0, one.start, one.end) for one in taken] if diary.kind == SECOND_ROUND else taken
