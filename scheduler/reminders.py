"""When a person is reminded of an appointment, and whether a reminder that comes late is still true. Pure.

The plan is made when the appointment is booked and stored with it, so that moving or cancelling it takes the plan
back in the same transaction. A reminder that could only come at night, or that the channel could not carry, is
never planned.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

HOUR = 3600.0
_MINUTE = 60.0
_NIGHT_BEGINS, _NIGHT_ENDS = 22, 8
_REHEARSAL = 10 * _MINUTE
_NUDGE_SHARE = 0.4
_LEAST_BEFORE = 20 * _MINUTE


class Which(StrEnum):
    """What a reminder says: tomorrow, in an hour, in ten minutes (the rehearsal opens), now, are you there, missed."""

    DAY = "day"
    HOUR = "hour"
    SOON = "soon"
    BEGIN = "begin"
    NUDGE = "nudge"
    MISSED = "missed"


class Limits(Struct, frozen=True):
    """What a channel lets us send unasked: for so many seconds after the person wrote, so many messages."""

    seconds: float = float("inf")
    messages: int = 1000


CHANNEL_LIMITS = {"wechat": Limits(48 * HOUR, 5), "wecom": Limits(48 * HOUR, 5)}
"""Channels that stop us from writing to whoever has not written for a while."""
_NEEDED_MOST = (Which.BEGIN, Which.SOON, Which.HOUR, Which.DAY, Which.NUDGE, Which.MISSED)
_LATE = {
    Which.DAY: 6 * HOUR,
    Which.HOUR: 30 * _MINUTE,
    Which.SOON: 8 * _MINUTE,
    Which.BEGIN: 10 * _MINUTE,
    Which.NUDGE: 6 * _MINUTE,
    Which.MISSED: 12 * HOUR,
}
"""How late each may come and still be true; `missed` says what is over, so it may come late."""


class Planned(Struct, frozen=True):
    """One reminder and when it is due."""

    which: Which
    due: float


def plan(
    start: float,
    now: float,
    zone: ZoneInfo,
    wait_minutes: int = 15,
    limits: Limits | None = None,
    last_heard: float | None = None,
    with_people: bool = False,
) -> tuple[Planned, ...]:
    """Return the reminders of an appointment, by time. Rounds with people need nobody to open or to wait.

    `last_heard` is when the person last wrote on a channel with limits; the most needed reminders come first.
    """
    wanted = [(Which.DAY, start - 24 * HOUR), (Which.HOUR, start - HOUR)]
    if not with_people:
        wait = wait_minutes * _MINUTE
        wanted += [
            (Which.SOON, start - _REHEARSAL),
            (Which.BEGIN, start),
            (Which.NUDGE, start + wait * _NUDGE_SHARE),
            (Which.MISSED, start + wait),
        ]
    awake = (_at_day(which, due, start, zone) for which, due in wanted)
    planned = [one for one in awake if one is not None and one.due > now]
    return _carried(planned, limits or Limits(), now if last_heard is None else last_heard)


def _at_day(which: Which, due: float, start: float, zone: ZoneInfo) -> Planned | None:
    """Move a reminder out of the night; those near the hour the person chose come as they are."""
    if which not in (Which.DAY, Which.HOUR):
        return Planned(which, due)
    woken = after_night(due, zone)
    if woken == due:
        return Planned(which, due)
    least = 3 * HOUR if which is Which.DAY else _LEAST_BEFORE
    return Planned(which, woken) if woken <= start - least else None


def after_night(due: float, zone: ZoneInfo) -> float:
    """Return this time, or eight in the morning after it when it falls into the night there."""
    there = datetime.fromtimestamp(due, zone)
    if _NIGHT_ENDS <= there.hour < _NIGHT_BEGINS:
        return due
    morning = there.replace(hour=_NIGHT_ENDS, minute=0, second=0, microsecond=0)
    if there.hour >= _NIGHT_BEGINS:
        morning += timedelta(days=1)
    return morning.timestamp()


def _carried(planned: list[Planned], limits: Limits, last_heard: float) -> tuple[Planned, ...]:
    """Return those that the channel carries, the most needed ones when it carries only a few."""
    possible = [one for one in planned if one.due - last_heard <= limits.seconds]
    possible.sort(key=lambda one: _NEEDED_MOST.index(one.which))
    return tuple(sorted(possible[: limits.messages], key=lambda one: (one.due, one.which)))


def still_true(which: Which, due: float, start: float, now: float, zone: ZoneInfo) -> bool:
    """Say whether a reminder that was due then may be sent now: neither stale, nor early, nor in the night."""
    if now - due > _LATE[which] or now < due - _MINUTE:
        return False
    if which in (Which.DAY, Which.HOUR):
        awake = _NIGHT_ENDS <= datetime.fromtimestamp(now, zone).hour < _NIGHT_BEGINS
        return awake and now <= start - _LEAST_BEFORE
    return which is not Which.SOON or now < start
