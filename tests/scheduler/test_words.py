"""Times as people write them, read on Friday 20 November 2026 at three in the afternoon."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.words import mentions_time, read_when
from scheduler.zones import find_zone, known_zone

FRIDAY = datetime(2026, 11, 20, 15)  # noqa: DTZ001  a wall clock


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("明天下午三点", "11-21 15:00"),
        ("下周五晚上七点", "11-27 19:00"),
        ("后天上午10点半", "11-22 10:30"),
        ("大后天中午", "11-23 12:00"),
        ("周四晚7点", "11-26 19:00"),
        ("周五下午五点", "11-20 17:00"),
        ("周五上午九点", "11-27 09:00"),
        ("11月26日19:30", "11-26 19:30"),
        ("26号下午两点一刻", "11-26 14:15"),
        ("我想约下周二下午4点可以吗", "11-24 16:00"),
        ("一月三号上午九点", "01-03 09:00"),
        ("今晚八点", "11-20 20:00"),
        ("昨天下午三点", "11-19 15:00"),
        ("Thursday 7pm", "11-26 19:00"),
        ("next Friday at 10am", "11-27 10:00"),
        ("Friday 7pm", "11-20 19:00"),
        ("Friday 10am", "11-27 10:00"),
        ("tomorrow at 3", "11-21 15:00"),
        ("the day after tomorrow 9am", "11-22 09:00"),
        ("26 November 19:30", "11-26 19:30"),
        ("Thursday 26 November, 7pm", "11-26 19:00"),
        ("Nov 26 at half past seven", "11-26 19:30"),
        ("quarter to 8 pm on Tuesday", "11-24 19:45"),
        ("I could do Thursday at 7 pm or so", "11-26 19:00"),
        ("in two days at noon", "11-22 12:00"),
        ("this evening", "11-20 19:00"),
        ("yesterday 3pm", "11-19 15:00"),
        ("how about 25/11 at 19:00", "11-25 19:00"),
    ],
)
def test_a_day_and_a_time(text: str, meant: str) -> None:
    assert mentions_time(text)
    read = read_when(text, FRIDAY)
    assert read is not None
    assert read.day is not None
    assert read.starts(read.day)[0].strftime("%m-%d %H:%M") == meant


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("next Friday", "11-27"),
        ("下周五", "11-27"),
        ("周五", "11-20"),
        ("25 Nov", "11-25"),
        ("周末", "11-21"),
    ],
)
def test_only_a_day(text: str, day: str) -> None:
    read = read_when(text, FRIDAY)
    assert read is not None
    assert read.day is not None
    assert read.day.strftime("%m-%d") == day
    assert read.minutes == ()


@pytest.mark.parametrize(
    ("text", "first"), [("三点", 15), ("7pm", 19), ("上午十点", 10), ("half past seven", 19)]
)
def test_only_a_time(text: str, first: int) -> None:
    read = read_when(text, FRIDAY)
    assert read is not None
    assert read.day is None
    assert read.minutes[0] // 60 == first


@pytest.mark.parametrize(
    "text", ["不知道", "I have a cold", "2月30日下午三点", "", "x" * 500, "我在店里卖鞋"]
)
def test_no_time_at_all(text: str) -> None:
    assert read_when(text, FRIDAY) is None


@settings(deadline=None)
@given(st.text(max_size=150))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    read_when(text, FRIDAY)
    find_zone(text)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("我在伦敦", "Europe/London"),
        ("I'm in New York", "America/New_York"),
        ("I live in San Francisco", "America/Los_Angeles"),
        ("Europe/Paris", "Europe/Paris"),
        ("UTC+8", "Etc/GMT-8"),
        ("东八区", "Etc/GMT-8"),
        ("西五区", "Etc/GMT+5"),
        ("Mars", ""),
        ("火星", ""),
        ("UTC+99", ""),
    ],
)
def test_zones(text: str, zone: str) -> None:
    assert find_zone(text) == zone
    assert not zone or known_zone(zone) is not None


def test_a_zone_name_from_outside_cannot_leave_the_database() -> None:
    assert known_zone("../../etc/passwd") is None
    assert known_zone("/etc/passwd") is None
    assert known_zone("Nowhere/City") is None
