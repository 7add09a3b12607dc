"""Which times may be offered: pure arithmetic on company hours, bookings and time zones.

    offer(hours, kind_of, zone, shown_in, now, taken, busy, capacity) -> one `OfferedDay` for each day with hours

Everything is worked out on instants (seconds since the epoch); wall clocks matter only where people wrote them: the
opening hours of a company, and the day a candidate sees. Must read no clock and no database: the same input gives
the same list.

A place is one seat that one appointment fills. Time is cut into cells of a quarter of an hour, which storage uses
for its unique constraint: an offered slot has a place that is free in every one of its cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

CELL_SECONDS = 900
_MINUTE = 60
_DAY_MINUTES = 1440


class DayKind(StrEnum):
    """What sort of day a date is where the company works."""

    WORK = "work"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


class Hours(Struct, frozen=True):
    """When one kind of appointment takes place. Spans are "HH:MM-HH:MM", past midnight when they end before they begin.

    `minutes` is the length, `step` the distance between two starts, both in minutes; `notice_minutes` is the least
    time before the start, `horizon_days` how far ahead one may book, `capacity` how many may take place at once.
    """

    minutes: int = 45
    step: int = 30
    weekdays: tuple[str, ...] = ("09:00-12:00", "13:30-18:00")
    evenings: tuple[str, ...] = ()
    weekends: tuple[str, ...] = ()
    notice_minutes: int = 60
    horizon_days: int = 7
    capacity: int = 1


class Taken(Struct, frozen=True):
    """A place that an appointment fills from `start` to `end`."""

    place: int
    start: float
    end: float


class Busy(Struct, frozen=True):
    """A time in which nothing may take place at all: blocked by HR, or a required person is elsewhere."""

    start: float
    end: float


class Slot(Struct, frozen=True, order=True):
    """A time that may be taken."""

    start: float
    end: float


class OfferedDay(Struct, frozen=True):
    """A day as the candidate sees it. No slots: all of them are taken, and one may wait for one to become free."""

    day: date
    slots: tuple[Slot, ...]


def cells(start: float, end: float) -> range:
    """Return the numbers of the cells that this time touches."""
    return range(int(start // CELL_SECONDS), int(-(-end // CELL_SECONDS)))


def parse_span(text: str) -> tuple[int, int]:
    """Return (start, end) in minutes after midnight, end above 1440 past midnight; ValueError says what is wrong."""
    begin, dash, finish = text.partition("-")
    start, end = parse_minute(begin), parse_minute(finish)
    if not dash or start is None or end is None or start in (end, _DAY_MINUTES):
        raise ValueError(f"“{text}” is not a time span; write one such as 09:00-12:00")
    return start, end if end > start else end + _DAY_MINUTES


def parse_minute(text: str) -> int | None:
    """Return "HH:MM" in minutes after midnight, 24:00 included; None for anything else."""
    hour, colon, minute = text.strip().partition(":")
    if not (colon and hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit()):
        return None
    total = int(hour) * 60 + int(minute)
    return total if len(minute) == 2 and int(minute) < 60 and total <= _DAY_MINUTES else None


def instant(day: date, minutes: int, zone: ZoneInfo) -> float:
    """Return when a wall clock shows so many minutes after midnight. What a clock skips counts as just after."""
    there = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minutes)
    return there.timestamp()


def open_spans(hours: Hours, kind: DayKind, day: date, zone: ZoneInfo) -> Iterator[tuple[float, float]]:
    """Yield when the company is open on a day, as instants."""
    spans: tuple[str, ...] = ()
    if kind is DayKind.WORK:
        spans = (*hours.weekdays, *hours.evenings)
    elif kind is DayKind.WEEKEND:
        spans = hours.weekends
    for text in spans:
        start, end = parse_span(text)
        yield instant(day, start, zone), instant(day, end, zone)


def all_slots(
    hours: Hours, kind_of: Callable[[date], DayKind], zone: ZoneInfo, now: float
) -> tuple[Slot, ...]:
    """Return every slot within hours, notice and horizon, in order, whether taken or not."""
    today = datetime.fromtimestamp(now, zone).date()
    first, last = now + hours.notice_minutes * _MINUTE, now + hours.horizon_days * 86_400.0
    found: dict[float, Slot] = {}
    for ahead in range(-1, hours.horizon_days + 2):  # yesterday's span may reach past midnight
        day = today + timedelta(days=ahead)
        for slot in _slots_of(hours, kind_of(day), day, zone):
            if first <= slot.start <= last:
                found[slot.start] = slot
    return tuple(found[start] for start in sorted(found))


@lru_cache(maxsize=4096)
def _slots_of(hours: Hours, kind: DayKind, day: date, zone: ZoneInfo) -> tuple[Slot, ...]:
    """Return the slots of a day's own spans; everybody who looks at the day is offered from the same ones."""
    return tuple(
        slot for begin, end in open_spans(hours, kind, day, zone) for slot in _cut(hours, begin, end)
    )


def _cut(hours: Hours, begin: float, end: float) -> Iterator[Slot]:
    length, step = hours.minutes * _MINUTE, hours.step * _MINUTE
    start = begin
    while start + length <= end:
        yield Slot(start, start + length)
        start += step


class Occupied:
    """Which cells are full: made once, asked for every slot."""

    def __init__(self, taken: Iterable[Taken], busy: Iterable[Busy], capacity: int) -> None:
        self._capacity = capacity
        self._closed = {cell for one in busy for cell in cells(one.start, one.end)}
        self._places: dict[int, set[int]] = {}
        for one in taken:
            for cell in cells(one.start, one.end):
                self._places.setdefault(cell, set()).add(one.place)

    def free(self, slot: Slot) -> bool:
        """Say whether one place is free for the whole slot and nothing else is in the way."""
        used: set[int] = set()
        for cell in cells(slot.start, slot.end):
            if cell in self._closed:
                return False
            used |= self._places.get(cell, set())
        return any(place not in used for place in range(self._capacity))


def offer(
    hours: Hours,
    kind_of: Callable[[date], DayKind],
    zone: ZoneInfo,
    shown_in: ZoneInfo,
    now: float,
    taken: Sequence[Taken] = (),
    busy: Sequence[Busy] = (),
    capacity: int | None = None,
) -> tuple[OfferedDay, ...]:
    """Return the days that have hours, in the candidate's zone `shown_in`, each with its free slots."""
    occupied = Occupied(taken, busy, hours.capacity if capacity is None else capacity)
    days: dict[date, list[Slot]] = {}
    for slot in all_slots(hours, kind_of, zone, now):
        free = days.setdefault(datetime.fromtimestamp(slot.start, shown_in).date(), [])
        if occupied.free(slot):
            free.append(slot)
    return tuple(OfferedDay(day, tuple(free)) for day, free in sorted(days.items()))


def nearest(days: Iterable[OfferedDay], start: float, count: int = 3) -> tuple[Slot, ...]:
    """Return the free slots nearest to a time, in order of time."""
    free = sorted((slot for day in days for slot in day.slots), key=lambda s: (abs(s.start - start), s.start))
    return tuple(sorted(free[:count]))


def a_few(days: Iterable[OfferedDay], count: int = 3) -> tuple[Slot, ...]:
    """Return free slots to choose from at a glance: of the next days, one early, one in the middle, one late."""
    open_days = [day.slots for day in days if day.slots]
    if len(open_days) < count:
        free = [slot for slots in open_days for slot in slots]
        return tuple(free[place] for place in dict.fromkeys(_evenly(len(free), count)))
    return tuple(slots[_evenly(len(slots), count)[n]] for n, slots in enumerate(open_days[:count]))


def _evenly(length: int, count: int) -> list[int]:
    """Return `count` places from the first to the last of so many."""
    return [n * (length - 1) // max(count - 1, 1) for n in range(count)] if length else []


def find_slot(days: Iterable[OfferedDay], start: float) -> Slot | None:
    """Return the free slot that begins at this moment."""
    return next((slot for day in days for slot in day.slots if slot.start == start), None)
