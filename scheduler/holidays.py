"""What sort of day a date is in a country: public holidays and make-up working days, from the library `holidays`."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Protocol, cast

import holidays as library

from scheduler.slots import DayKind

_DAY = timedelta(days=1)
_SATURDAY = 5
_LONGEST_REST = 12


class UnknownCountry(ValueError):
    """No calendar of public holidays is known under this name."""


class _Calendar(Protocol):
    weekend_workdays: set[date]

    def __contains__(self, day: object) -> bool: ...


@cache
def _calendar(country: str) -> _Calendar:
    name, _, region = country.partition("-")
    try:
        return cast("_Calendar", library.country_holidays(name, subdiv=region or None))
    except (NotImplementedError, KeyError):
        raise UnknownCountry(
            f"“{country}” is no country whose holidays are known; write two letters such as CN"
        ) from None


def check_country(country: str) -> None:
    """Raise UnknownCountry unless its holidays are known; "" means that there are none."""
    if country:
        _calendar(country)


def _rests(calendar: _Calendar, day: date) -> bool:
    if day in calendar:  # looking a date up makes its year known, with the days to make up for it
        return True
    return day.weekday() >= _SATURDAY and day not in calendar.weekend_workdays


@cache
def day_kind(country: str, day: date) -> DayKind:
    """Return the kind of a day. A weekend that touches a public holiday is part of that holiday."""
    if not country:
        return DayKind.WEEKEND if day.weekday() >= _SATURDAY else DayKind.WORK
    calendar = _calendar(country)
    if not _rests(calendar, day):
        return DayKind.WORK
    return DayKind.HOLIDAY if any(one in calendar for one in _rest_around(calendar, day)) else DayKind.WEEKEND


def _rest_around(calendar: _Calendar, day: date) -> list[date]:
    """Return the days off in a row that hold this one."""
    row = [day]
    for step in (-_DAY, _DAY):
        other = day + step
        while _rests(calendar, other) and abs(other - day) <= _LONGEST_REST * _DAY:
            row.append(other)
            other += step
    return row
