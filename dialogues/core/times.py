"""How an appointment is put into words: days, times and zones in the candidate's language and zone. Reads no clock."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from dialogues.core.scene import Scene
from dialogues.core.tongue import Dates
from scheduler.zones import known_zone

_OTHERWISE = "Asia/Shanghai"


def zone_of(scene: Scene) -> ZoneInfo:
    """Return the zone the candidate thinks in: their own when it is known, else the company's."""
    booking = scene.pack.booking
    company = booking.timezone if booking is not None else _OTHERWISE
    return known_zone(scene.state.zone) or known_zone(company) or ZoneInfo("UTC")


def say_day(day: date, dates: Dates) -> str:
    """Return a day with its weekday."""
    return dates.day.format(
        weekday=dates.weekdays[day.weekday()], month=dates.months[day.month - 1], date=str(day.day)
    )


def say_clock(start: float, zone: ZoneInfo) -> str:
    """Return the time of day."""
    return datetime.fromtimestamp(start, zone).strftime("%H:%M")


def say_zone(zone: ZoneInfo, dates: Dates) -> str:
    """Return what people call a zone; fixed offsets are named as such."""
    if zone.key in dates.zones:
        return dates.zones[zone.key]
    if zone.key in ("UTC", "Etc/UTC", "Etc/GMT"):
        return "UTC"
    if zone.key.startswith("Etc/GMT"):  # the database counts these the other way round
        hours = zone.key.removeprefix("Etc/GMT")
        return f"UTC{hours.translate(str.maketrans('+-', '-+'))}"
    return dates.zone.format(city=zone.key.rpartition("/")[2].replace("_", " "))


def say_slot(scene: Scene, start: float, end: float = 0.0) -> str:
    """Return an appointment as it is confirmed: date, weekday, from when to when, and in which zone."""
    zone, dates = zone_of(scene), scene.tongue.dates
    return dates.slot.format(
        day=say_day(datetime.fromtimestamp(start, zone).date(), dates),
        start=say_clock(start, zone),
        end=say_clock(end or start + _length(scene), zone),
        zone=say_zone(zone, dates),
    )


def _length(scene: Scene) -> float:
    booking, pack = scene.state.booking, scene.pack.booking
    hours = pack.hours(booking.kind) if pack is not None and booking is not None else None
    return hours.minutes * 60.0 if hours is not None else 0.0
