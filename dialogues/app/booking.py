"""Carries out what an interview wants of the calendar: finds, holds, books, closes, and reminds while it is true.

Every result goes back as an event. Each effect may be carried out twice: the store counts a request once, and the
event has the effect's own name. The clock may be put back; what the candidate has already lived through is over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from dialogues.app.diary import SECOND_ROUND, Diary, free_days, free_slot, open_diary
from dialogues.bookings import Appointment, Bookings, PlannedReminder, Wanted
from dialogues.core.effects import (
    AwaitDay,
    CloseBooking,
    ConfirmSlot,
    Effect,
    FindSlots,
    FindZone,
    HoldSlot,
    Remind,
)
from dialogues.core.events import (
    Booked,
    DayAwaited,
    Event,
    Reminded,
    SlotHeld,
    SlotsFound,
    SlotTaken,
    Unbooked,
    ZoneFound,
)
from dialogues.core.interview import Interview, Phase
from dialogues.ports import Interviews, Packs
from scheduler.reminders import CHANNEL_LIMITS, Which, plan, still_true
from scheduler.slots import (
    OfferedDay,
    Slot,
    a_few,
    all_slots,
    find_slot,
    nearest,
)
from scheduler.words import When, read_when
from scheduler.zones import find_zone, known_zone

HOLD_SECONDS = 600.0
_NEAR = 3
_FRESH_SECONDS = 5.0
"""How long the days found for a newcomer serve the next one; a time is looked at again when it is chosen."""
_DAY_SECONDS = 86_400.0
_AWAY_SECONDS = 600.0
"""How late "nobody came" may be found out; later, it was we who were away."""
Caused = tuple[int, Event] | None


class Sources(Struct, frozen=True):
    """What booking needs of the rest of the house. `link` is where an appointment's calendar file is."""

    bookings: Bookings
    interviews: Interviews
    packs: Packs
    words_of: Callable[[int, Sequence[int]], list[str]]
    clock: Callable[[], float]
    link: Callable[[Appointment], str]


class _Asking(Struct):
    """Whose calendar is asked about."""

    state: Interview
    diary: Diary
    zone: ZoneInfo
    now: float
    own: Appointment | None


class BookingCarrier:
    """Carries booking effects out."""

    def __init__(self, sources: Sources) -> None:
        self._s = sources
        self._looks: dict[tuple[str, str, str], tuple[float, asyncio.Task[SlotsFound]]] = {}

    async def carry(self, conversation: int, effect: Effect) -> Caused:
        """Carry out one effect; return what it brought about."""
        if isinstance(effect, FindSlots) and effect.job:
            return conversation, await self._look_ahead(effect)
        return await asyncio.to_thread(self._carry, conversation, effect)

    async def _look_ahead(self, effect: FindSlots) -> Event:
        """Return the days that are free for a newcomer: one look serves all who ask within a few seconds."""
        asked, now = (effect.job, effect.version, effect.zone), self._s.clock()
        looked_at, look = self._looks.get(asked, (0.0, None))
        if look is None or not 0 <= now - looked_at < _FRESH_SECONDS or _failed(look):
            look = asyncio.get_running_loop().create_task(asyncio.to_thread(self._look, effect))
            self._looks[asked] = (now, look)
        found = await asyncio.shield(look)
        return replace(found, at=self._s.clock(), request=effect.request)

    def _look(self, effect: FindSlots) -> SlotsFound:
        now = self._s.clock()
        diary = open_diary(self._s.packs.pack(effect.job, effect.version), effect.kind, self._s.bookings)
        if diary is None:
            return SlotsFound(now, effect.request, trouble="none")
        days = free_days(diary, self._s.bookings, known_zone(effect.zone) or diary.zone, now)
        return _days_found(now, effect.request, days)

    def _carry(self, conversation: int, effect: Effect) -> Caused:
        event: Event | None
        match effect:
            case FindSlots():
                event = self.find(conversation, effect)
            case HoldSlot():
                event = self.hold(conversation, effect)
            case ConfirmSlot():
                event = self.confirm(conversation, effect)
            case CloseBooking():
                event = self.close(conversation, effect)
            case AwaitDay():
                event = self._await(conversation, effect)
            case FindZone():
                words = self._s.words_of(conversation, [effect.event])[0]
                event = ZoneFound(self._s.clock(), effect.request, find_zone(words))
            case Remind():
                event = self.remind(conversation, effect)
            case _:
                raise TypeError(type(effect).__name__)
        return None if event is None else (conversation, event)

    def _ask(self, conversation: int, kind: str, zone: str, since: float = 0.0) -> _Asking | None:
        state = self._s.interviews.interview(conversation)
        if state is None or state.phase is Phase.ERASED:
            return None
        diary = open_diary(self._s.packs.pack(state.pack, state.pack_version), kind, self._s.bookings)
        if diary is None:
            return None
        own = self._s.bookings.current(conversation, kind)
        shown_in = known_zone(zone) or diary.zone
        return _Asking(state, diary, shown_in, max(self._s.clock(), since), own)

    def _days(self, asking: _Asking) -> tuple[OfferedDay, ...]:
        return free_days(asking.diary, self._s.bookings, asking.zone, asking.now, asking.own)

    # Finding

    def find(self, conversation: int, effect: FindSlots) -> Event:
        """Return the days, the times of a day, or what the candidate's words mean by way of time."""
        asking = self._ask(conversation, effect.kind, effect.zone, effect.since)
        if asking is None:
            return SlotsFound(self._s.clock(), effect.request, trouble="none")
        days = self._days(asking)
        if effect.event:
            return self._read(conversation, effect, asking, days)
        if effect.few:
            times = tuple(slot.start for slot in a_few(days, effect.few))
            return replace(_days_found(asking.now, effect.request, days), times=times)
        if effect.day:
            return _times_of(asking, effect.request, days, date.fromisoformat(effect.day))
        return _days_found(asking.now, effect.request, days)

    def _read(
        self, conversation: int, effect: FindSlots, asking: _Asking, days: tuple[OfferedDay, ...]
    ) -> Event:
        words = self._s.words_of(conversation, [effect.event])[0]
        local = datetime.fromtimestamp(asking.now, asking.zone).replace(tzinfo=None)
        when = read_when(words, local)
        if when is None:
            return _days_found(asking.now, effect.request, days, "unread")
        if when.day is None:
            return self._read_time(conversation, effect, asking, days, when)
        if when.day < local.date():
            return _days_found(asking.now, effect.request, days, "past")
        if not when.minutes:
            return _times_of(asking, effect.request, days, when.day)
        return self._take_first(conversation, effect, asking, days, _meant(when, when.day, asking.zone))

    def _read_time(
        self,
        conversation: int,
        effect: FindSlots,
        asking: _Asking,
        days: tuple[OfferedDay, ...],
        when: When,
    ) -> Event:
        """Read a time without a day: of the day that was being looked at, or the first one that has it."""
        booking = asking.state.booking
        if booking is not None and booking.day:
            starts = _meant(when, date.fromisoformat(booking.day), asking.zone)
            return self._take_first(conversation, effect, asking, days, starts)
        for day in days:
            for start in _meant(when, day.day, asking.zone):
                if find_slot(days, start) is not None:
                    return self._take_first(conversation, effect, asking, days, (start,))
        return _days_found(asking.now, effect.request, days, "taken")

    def _take_first(
        self,
        conversation: int,
        effect: FindSlots,
        asking: _Asking,
        days: tuple[OfferedDay, ...],
        starts: tuple[float, ...],
    ) -> Event:
        """Hold the first of these times that is free; otherwise offer what is nearest."""
        request = f"{conversation}:{effect.key}"
        for start in starts:
            slot = find_slot(days, start)
            if slot is not None and self._held(conversation, asking, slot, request):
                return SlotHeld(self._s.clock(), effect.request, slot.start, slot.end)
        if starts[0] < asking.now:
            return _days_found(asking.now, effect.request, days, "past")
        day = datetime.fromtimestamp(starts[0], asking.zone).date()
        if not any(one.day == day for one in days):
            return _days_found(asking.now, effect.request, days, _why_not(asking, day))
        return _near(self._s.clock(), effect.request, days, starts[0])

    # Holding and booking

    def hold(self, conversation: int, effect: HoldSlot) -> Event:
        """Hold a time that is on offer; otherwise return the nearest ones that are."""
        asking = self._ask(conversation, effect.kind, effect.zone, effect.since)
        if asking is None:
            return SlotTaken(self._s.clock(), effect.request, effect.start)
        slot = free_slot(asking.diary, self._s.bookings, effect.start, asking.now, asking.own)
        if slot is not None and self._held(conversation, asking, slot, f"{conversation}:{effect.key}"):
            return SlotHeld(self._s.clock(), effect.request, slot.start, slot.end)
        rest = tuple(
            OfferedDay(day.day, tuple(one for one in day.slots if one.start != effect.start))
            for day in self._days(asking)
        )
        return _near(self._s.clock(), effect.request, rest, effect.start)

    def _held(self, conversation: int, asking: _Asking, slot: Slot, request: str) -> bool:
        wanted = _wanted(conversation, asking, slot, request)
        return self._s.bookings.hold(replace(wanted, until=asking.now + HOLD_SECONDS), asking.now)

    def confirm(self, conversation: int, effect: ConfirmSlot) -> Event:
        """Book the time held, or return the nearest ones when it has been given away."""
        asking = self._ask(conversation, effect.kind, effect.zone)
        if asking is None:
            return SlotTaken(self._s.clock(), effect.request, effect.start)
        length = asking.diary.hours.minutes * 60.0
        slot = Slot(effect.start, effect.start + length)
        made = None
        if slot.start > asking.now:
            wanted = _wanted(conversation, asking, slot, f"{conversation}:{effect.key}")
            made = self._s.bookings.confirm(wanted, asking.now, _reminders(asking, slot, effect))
        if made is None:
            return _near(self._s.clock(), effect.request, self._days(asking), effect.start)
        link = self._s.link(made)
        return Booked(
            self._s.clock(), effect.request, made.kind, made.id, made.sequence, made.start, made.end, link
        )

    def close(self, conversation: int, effect: CloseBooking) -> Event | None:
        """End appointments; only a cancellation is told."""
        request = f"{conversation}:{effect.key}"
        self._s.bookings.close(conversation, effect.kind, effect.how, request, self._s.clock())
        if effect.how != "cancelled":
            return None
        return Unbooked(self._s.clock(), effect.request, effect.kind)

    def _await(self, conversation: int, effect: AwaitDay) -> Event | None:
        asking = self._ask(conversation, effect.kind, effect.zone)
        if asking is None:
            return None
        zone = asking.zone.key
        self._s.bookings.await_day(conversation, asking.diary.job, effect.kind, effect.day, zone)
        return DayAwaited(self._s.clock(), effect.request, effect.day)

    # Reminding

    def remind(self, conversation: int, effect: Remind) -> Event | None:
        """Return the reminder if it is still true: the appointment stands unchanged and the moment is not over."""
        now = self._s.clock()
        if effect.which == "freed":
            return self._tell_freed(conversation, effect, now)
        made = self._s.bookings.by_id(effect.booking)
        if made is None or not _stands(made, effect, f"{conversation}:{effect.key}"):
            return None
        zone = known_zone(made.zone) or ZoneInfo("UTC")
        which = Which(effect.which)
        if which is Which.MISSED:
            return self._miss(conversation, effect, made, now)
        if not still_true(which, effect.due, made.start, now, zone):
            return None
        return Reminded(now, effect.which, made.kind, made.id, effect.sequence, made.start)

    def _miss(self, conversation: int, effect: Remind, made: Appointment, now: float) -> Event:
        """End an appointment nobody came to; when it was us who were away, that is another thing."""
        how = "missed" if now - effect.due <= _AWAY_SECONDS else "failed"
        how = how if made.status == "booked" else made.status  # it was ended before, and not told
        self._s.bookings.close(conversation, made.kind, how, f"{conversation}:{effect.key}", now)
        return Reminded(now, how, made.kind, made.id, effect.sequence, made.start)

    def _tell_freed(self, conversation: int, effect: Remind, now: float) -> Event | None:
        asking = self._ask(conversation, effect.kind, "")
        if asking is None or asking.own is not None or find_slot(self._days(asking), effect.start) is None:
            return None
        return Reminded(now, "freed", effect.kind, 0, 0, effect.start)


def _wanted(conversation: int, asking: _Asking, slot: Slot, request: str) -> Wanted:
    diary = asking.diary
    return Wanted(
        conversation=conversation,
        application=asking.state.application,
        job=diary.job,
        kind=diary.kind,
        start=slot.start,
        end=slot.end,
        zone=asking.zone.key,
        request=request,
        resources=diary.resources,
        capacity=diary.capacity,
        people=diary.people,
    )


def _reminders(asking: _Asking, slot: Slot, effect: ConfirmSlot) -> list[PlannedReminder]:
    planned = plan(
        slot.start,
        asking.now,
        asking.zone,
        asking.diary.rules.wait_minutes,
        CHANNEL_LIMITS.get(effect.channel),
        effect.heard_at,
        with_people=effect.kind == SECOND_ROUND,
    )
    return [PlannedReminder(one.which.value, one.due) for one in planned]


def _stands(made: Appointment, effect: Remind, request: str) -> bool:
    """Say whether the appointment is as it was when this was planned, or was ended by this very reminder before."""
    if made.status == "booked":
        return made.sequence == effect.sequence
    return made.status in ("missed", "failed") and made.request == request


def _meant(when: When, day: date, zone: ZoneInfo) -> tuple[float, ...]:
    return tuple(wall.replace(tzinfo=zone).timestamp() for wall in when.starts(day))


def _failed(look: asyncio.Task[SlotsFound]) -> bool:
    return look.done() and (look.cancelled() or look.exception() is not None)


def _days_found(now: float, request: int, days: tuple[OfferedDay, ...], trouble: str = "") -> SlotsFound:
    listed = tuple((day.day.isoformat(), len(day.slots)) for day in days)
    if not any(count for _, count in listed) and not listed:
        trouble = "none"
    return SlotsFound(now, request, days=listed, trouble=trouble)


def _times_of(asking: _Asking, request: int, days: tuple[OfferedDay, ...], day: date) -> SlotsFound:
    listed = tuple((one.day.isoformat(), len(one.slots)) for one in days)
    found = next((one for one in days if one.day == day), None)
    if found is None or not found.slots:
        trouble = _why_not(asking, day) if found is None else "full"
        return SlotsFound(asking.now, request, days=listed, day=day.isoformat(), trouble=trouble)
    times = tuple(slot.start for slot in found.slots)
    return SlotsFound(asking.now, request, days=listed, day=day.isoformat(), times=times)


def _why_not(asking: _Asking, day: date) -> str:
    """Return why a day is not on offer: over, too far ahead, no longer in time, or closed."""
    today = datetime.fromtimestamp(asking.now, asking.zone).date()
    if day < today:
        return "past"
    if (day - today).days > asking.diary.hours.horizon_days:
        return "far"
    return "past" if day == today and _was_open(asking, day) else "closed"


def _was_open(asking: _Asking, day: date) -> bool:
    early = asking.now - _DAY_SECONDS
    slots = all_slots(asking.diary.hours, asking.diary.kind_of, asking.diary.zone, early)
    return any(datetime.fromtimestamp(slot.start, asking.zone).date() == day for slot in slots)


def _near(now: float, request: int, days: tuple[OfferedDay, ...], start: float) -> SlotTaken:
    return SlotTaken(now, request, start, tuple(slot.start for slot in nearest(days, start, _NEAR)))
