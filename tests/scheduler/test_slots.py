"""What may be offered, for any hours, zone and moment: within hours, ahead of time, with a free place, and repeatable."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from scheduler.holidays import UnknownCountry, check_country, day_kind
from scheduler.slots import (
    Busy,
    DayKind,
    Hours,
    Taken,
    a_few,
    cells,
    find_slot,
    nearest,
    offer,
    open_spans,
    parse_span,
)

ZONES = [
    "Asia/Shanghai",
    "Pacific/Tongatapu",  # +13
    "Pacific/Apia",  # +13
    "Etc/GMT+12",
    "Pacific/Pago_Pago",  # -11
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "Asia/Kathmandu",  # +5:45
    "America/St_Johns",
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
moments = st.integers(
    int(datetime(2023, 12, 20, tzinfo=UTC).timestamp()), int(datetime(2032, 3, 5, tzinfo=UTC).timestamp())
).map(float)
leap_days = st.integers(0, 86_400).map(lambda s: datetime(2028, 2, 28, tzinfo=UTC).timestamp() + s)
changes = st.integers(-86_400, 86_400).map(lambda s: datetime(2026, 3, 29, 1, tzinfo=UTC).timestamp() + s)
spans = st.sampled_from(
    ["09:00-12:00", "13:30-18:00", "19:00-21:00", "22:00-02:00", "00:00-24:00", "23:45-00:15"]
)
hours_ = st.builds(
    Hours,
    minutes=st.sampled_from([15, 20, 30, 45, 60, 90]),
    step=st.sampled_from([15, 30, 45, 60]),
    weekdays=st.lists(spans, max_size=2).map(tuple),
    evenings=st.lists(spans, max_size=1).map(tuple),
    weekends=st.lists(spans, max_size=2).map(tuple),
    notice_minutes=st.sampled_from([0, 1, 60, 1440]),
    horizon_days=st.integers(1, 6),
    capacity=st.integers(1, 3),
)


def kind_of(day: date) -> DayKind:
    if day.day == 1:
        return DayKind.HOLIDAY
    return DayKind.WEEKEND if day.weekday() > 4 else DayKind.WORK


@st.composite
def occupied(draw: st.DrawFn, now: float) -> tuple[list[Taken], list[Busy]]:
    def when() -> tuple[float, float]:
        begin = now + draw(st.integers(-8, 400)) * 900.0
        return begin, begin + draw(st.sampled_from([900.0, 1800.0, 2700.0, 5400.0]))

    taken = [Taken(draw(st.integers(0, 2)), *when()) for _ in range(draw(st.integers(0, 12)))]
    return taken, [Busy(*when()) for _ in range(draw(st.integers(0, 4)))]


@settings(deadline=None)
@given(hours_, zones, zones, st.one_of(moments, leap_days, changes), st.data())
def test_every_offer_can_be_kept(
    hours: Hours, zone: ZoneInfo, shown_in: ZoneInfo, now: float, choice: st.DataObject
) -> None:
    taken, busy = choice.draw(occupied(now))
    days = offer(hours, kind_of, zone, shown_in, now, taken, busy)
    assert days == offer(hours, kind_of, zone, shown_in, now, list(taken), list(busy))
    starts = [slot.start for day in days for slot in day.slots]
    assert starts == sorted(set(starts))
    for day in days:
        for slot in day.slots:
            assert datetime.fromtimestamp(slot.start, shown_in).date() == day.day
            assert now + hours.notice_minutes * 60 <= slot.start <= now + hours.horizon_days * 86_400
            assert slot.end - slot.start == hours.minutes * 60
            assert _within_hours(hours, zone, slot.start, slot.end)
            touched = set(cells(slot.start, slot.end))
            assert not any(touched & set(cells(one.start, one.end)) for one in busy)
            full = {one.place for one in taken if touched & set(cells(one.start, one.end))}
            assert set(range(hours.capacity)) - full


def _within_hours(hours: Hours, zone: ZoneInfo, start: float, end: float) -> bool:
    first = datetime.fromtimestamp(start, zone).date()
    return any(
        begin <= start and end <= finish
        for day in (first - timedelta(days=1), first)
        for begin, finish in open_spans(hours, kind_of(day), day, zone)
    )


@settings(deadline=None)
@given(hours_, zones, moments)
def test_wall_clock_of_every_slot_is_inside_what_hr_wrote(hours: Hours, zone: ZoneInfo, now: float) -> None:
    """The same thing said without the code's own spans: on the wall clock, outside changes of daylight saving."""
    for day in offer(hours, kind_of, zone, zone, now):
        for slot in day.slots:
            begin, finish = (datetime.fromtimestamp(one, zone) for one in (slot.start, slot.end))
            if begin.utcoffset() != finish.utcoffset() or begin.fold:
                continue
            minute = begin.hour * 60 + begin.minute
            written = {*hours.weekdays, *hours.evenings, *hours.weekends}
            length = hours.minutes
            assert any(
                (start <= minute and minute + length <= end)
                or (start <= minute + 1440 and minute + 1440 + length <= end)
                for start, end in map(parse_span, written)
            )


@settings(deadline=None)
@given(hours_, zones, moments)
def test_booking_all_that_is_offered_fills_the_places_and_no_more(
    hours: Hours, zone: ZoneInfo, now: float
) -> None:
    taken: list[Taken] = []
    for _ in range(60):
        free = [slot for day in offer(hours, kind_of, zone, zone, now, taken) for slot in day.slots]
        if not free:
            break
        slot = free[0]
        used = {t.place for t in taken if set(cells(t.start, t.end)) & set(cells(slot.start, slot.end))}
        taken.append(Taken(min(set(range(hours.capacity)) - used), slot.start, slot.end))
    for one in taken:
        beside = [t for t in taken if set(cells(t.start, t.end)) & set(cells(one.start, one.end))]
        assert len({t.place for t in beside}) <= hours.capacity
        assert len([t for t in beside if t.place == one.place]) == 1


def test_daylight_saving_takes_an_hour_out_of_the_night() -> None:
    """London, 29 March 2026: 01:00 to 02:00 does not exist, so a night shift has one hour less."""
    hours = Hours(
        minutes=30,
        step=30,
        weekdays=("22:00-04:00",),
        weekends=("22:00-04:00",),
        notice_minutes=0,
        horizon_days=2,
    )
    zone = ZoneInfo("Europe/London")
    now = datetime(2026, 3, 28, 12, tzinfo=zone).timestamp()
    nights = offer(hours, lambda _: DayKind.WORK, zone, zone, now)
    shown = [
        datetime.fromtimestamp(slot.start, zone).strftime("%d %H:%M") for day in nights for slot in day.slots
    ]
    assert "29 00:30" in shown
    assert not any(time.startswith("29 01:") for time in shown)
    assert "29 03:30" in shown


def test_days_are_the_candidates_own() -> None:
    """Nine in the morning of Monday in Shanghai is Sunday evening in New York, thirteen hours behind."""
    hours = Hours(minutes=60, step=60, weekdays=("09:00-11:00",), notice_minutes=0, horizon_days=3)
    now = datetime(2026, 11, 20, 20, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
    days = offer(hours, kind_of, ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York"), now)
    assert [day.day for day in days] == [date(2026, 11, 22)]


@settings(deadline=None)
@given(hours_, zones, moments, st.integers(1, 5))
def test_a_few_times_are_free_ones_and_of_different_days(
    hours: Hours, zone: ZoneInfo, now: float, count: int
) -> None:
    days = offer(hours, kind_of, zone, zone, now)
    chosen = a_few(days, count)
    assert list(chosen) == sorted(set(chosen))
    assert len(chosen) <= count
    assert all(find_slot(days, slot.start) == slot for slot in chosen)
    on_offer = [day for day in days if day.slots]
    assert bool(chosen) == bool(on_offer)
    if len(on_offer) >= count:
        assert [day.day for day in on_offer[:count]] == [
            datetime.fromtimestamp(slot.start, zone).date() for slot in chosen
        ]


def test_a_few_times_are_early_in_the_middle_and_late() -> None:
    hours = Hours(minutes=60, step=60, weekdays=("09:00-12:00",), notice_minutes=0, horizon_days=5)
    zone = ZoneInfo("Asia/Shanghai")
    now = datetime(2026, 11, 16, 8, tzinfo=zone).timestamp()
    shown = [
        datetime.fromtimestamp(slot.start, zone).strftime("%d %H:%M")
        for slot in a_few(offer(hours, kind_of, zone, zone, now))
    ]
    assert shown == ["16 09:00", "17 10:00", "18 11:00"]
    one_day = offer(replace(hours, horizon_days=1), kind_of, zone, zone, now)[:1]
    assert [datetime.fromtimestamp(slot.start, zone).hour for slot in a_few(one_day)] == [9, 10, 11]


def test_a_full_day_is_listed_without_slots() -> None:
    hours = Hours(minutes=60, step=60, weekdays=("09:00-10:00",), notice_minutes=0, horizon_days=5)
    zone = ZoneInfo("Asia/Shanghai")
    now = datetime(2026, 11, 18, 20, tzinfo=zone).timestamp()
    first = offer(hours, kind_of, zone, zone, now)[0].slots[0]
    again = offer(hours, kind_of, zone, zone, now, [Taken(0, first.start, first.end)])
    assert again[0].slots == ()
    assert find_slot(again, first.start) is None
    assert nearest(again, first.start)[0].start > first.start


def test_holidays_and_days_to_make_up_for_them() -> None:
    assert day_kind("CN", date(2026, 10, 1)) is DayKind.HOLIDAY
    assert day_kind("CN", date(2026, 10, 4)) is DayKind.HOLIDAY  # the Sunday within the week of holidays
    assert day_kind("CN", date(2026, 10, 10)) is DayKind.WORK  # a Saturday worked to make up for them
    assert day_kind("CN", date(2026, 11, 21)) is DayKind.WEEKEND
    assert day_kind("US", date(2026, 7, 3)) is DayKind.HOLIDAY
    assert day_kind("", date(2026, 10, 1)) is DayKind.WORK
    check_country("GB-ENG")
    with pytest.raises(UnknownCountry, match="two letters"):
        check_country("Atlantis")


@pytest.mark.parametrize(
    "text", ["9-12", "09:00", "25:00-26:00", "09:60-10:00", "10:00-10:00", "24:00-02:00", "a:b-c:d"]
)
def test_a_span_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="09:00-12:00"):
        parse_span(text)
