"""The plan of reminders: by day, on time, as the channel allows, and never stale."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.reminders import CHANNEL_LIMITS, Limits, Which, plan, still_true

HERE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> float:
    return datetime.strptime(text, "%m-%d %H:%M").replace(year=2026, tzinfo=HERE).timestamp()


def shown(start: str, now: str, **more: object) -> list[str]:
    planned = plan(at(start), at(now), HERE, **more)  # type: ignore[arg-type]
    return [f"{one.which} {datetime.fromtimestamp(one.due, HERE):%d %H:%M}" for one in planned]


def test_all_of_them() -> None:
    assert shown("11-25 19:00", "11-20 10:00") == [
        "day 24 19:00",
        "hour 25 18:00",
        "soon 25 18:50",
        "begin 25 19:00",
        "nudge 25 19:06",
        "missed 25 19:15",
    ]


def test_at_night_nobody_is_woken() -> None:
    assert shown("11-25 06:30", "11-20 10:00")[:2] == ["day 24 08:00", "soon 25 06:20"]
    assert shown("11-25 08:30", "11-20 10:00")[:2] == ["day 24 08:30", "hour 25 08:00"]
    assert shown("11-25 22:45", "11-20 10:00")[:2] == ["day 25 08:00", "hour 25 21:45"]
    assert shown("11-25 08:20", "11-20 10:00")[1] == "hour 25 08:00"
    assert still_true(Which.HOUR, at("11-25 08:00"), at("11-25 08:20"), at("11-25 08:00"), HERE)


def test_what_is_over_when_it_is_booked_is_not_planned() -> None:
    assert shown("11-20 19:00", "11-20 18:55") == ["begin 20 19:00", "nudge 20 19:06", "missed 20 19:15"]


def test_with_people_nobody_waits_in_the_chat() -> None:
    assert shown("11-25 15:00", "11-20 10:00", with_people=True) == ["day 24 15:00", "hour 25 14:00"]


def test_a_channel_that_closes_after_two_days() -> None:
    limits = CHANNEL_LIMITS["wechat"]
    assert shown("11-25 19:00", "11-20 10:00", limits=limits) == []
    assert shown("11-22 09:00", "11-20 10:00", limits=limits)[0] == "day 21 09:00"
    assert [one.split()[0] for one in shown("11-21 19:00", "11-20 10:00", limits=limits)] == [
        "day",
        "hour",
        "soon",
        "begin",
        "nudge",
    ]
    assert len(shown("11-21 19:00", "11-20 10:00", limits=Limits(messages=2))) == 2


@settings(deadline=None)
@given(
    st.integers(0, 60 * 24 * 14),
    st.integers(0, 60 * 24 * 14),
    st.sampled_from(["Asia/Shanghai", "Pacific/Tongatapu", "America/New_York"]),
)
def test_a_plan_is_ahead_and_true_when_due(booked: int, ahead: int, name: str) -> None:
    zone, now = ZoneInfo(name), at("11-01 00:00") + 60.0 * booked
    start = now + 60.0 * ahead
    planned = plan(start, now, zone)
    assert len({one.which for one in planned}) == len(planned)
    for one in planned:
        assert one.due > now
        assert still_true(one.which, one.due, start, one.due, zone)
        assert not still_true(one.which, one.due, start, one.due + 12 * 3600 + 1, zone)


def test_late_ones() -> None:
    start = at("11-25 19:00")
    assert still_true(Which.SOON, start - 600, start, start - 500, HERE)
    assert not still_true(Which.SOON, start - 600, start, start + 12 * 3600, HERE)
    assert not still_true(Which.HOUR, start - 3600, start, start - 900, HERE)
    assert not still_true(Which.DAY, at("11-24 19:00"), start, at("11-24 22:30"), HERE)
    assert still_true(Which.MISSED, start + 900, start, start + 6 * 3600, HERE)
    assert not still_true(Which.HOUR, start - 3600, start, start - 7200, HERE)  # the clock was put back
