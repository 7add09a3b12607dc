"""Checks the hours of a job pack: that the zone and the country are known, and that there is a time to book."""

from __future__ import annotations

from collections.abc import Iterator

from dialogues.app.pack_words import Complaint, Path, shorten, table
from scheduler.holidays import UnknownCountry, check_country
from scheduler.slots import parse_span
from scheduler.zones import known_zone

_SPANS = ("weekdays", "evenings", "weekends")


def check_booking(pack: dict[str, object]) -> Iterator[Complaint]:
    """Yield what is wrong with how times are booked."""
    booking = table(pack.get("booking"))
    zone, country = booking.get("timezone"), booking.get("country")
    if isinstance(zone, str) and known_zone(zone) is None:
        mend = "write one such as Asia/Shanghai or Europe/London"
        yield Complaint(("booking", "timezone"), f'"{shorten(zone)}" is not a time zone; {mend}')
    if isinstance(country, str) and not _is_known(country):
        mend = "write two letters such as CN, or a region such as GB-ENG"
        yield Complaint(("booking", "country"), f'the holidays of "{shorten(country)}" are not known; {mend}')
    for kind in ("interview", "second_round"):
        yield from _check_hours(table(booking.get(kind)), ("booking", kind))


def _is_known(country: str) -> bool:
    try:
        check_country(country)
    except UnknownCountry:
        return False
    return True


def _check_hours(hours: dict[str, object], path: Path) -> Iterator[Complaint]:
    minutes = hours.get("minutes", 45)
    for name in _SPANS:
        spans = hours.get(name)
        for nth, span in enumerate(spans if isinstance(spans, list) else ()):
            length = _length(span)
            if isinstance(minutes, int) and length is not None and length < minutes:
                yield Complaint(
                    (*path, name, nth),
                    f"no appointment of {minutes} minutes fits into {span}; make the span longer",
                )


def _length(span: object) -> int | None:
    """Return the minutes of a span; None for what the schema complains of."""
    try:
        start, end = parse_span(str(span))
    except ValueError:
        return None
    return end - start
