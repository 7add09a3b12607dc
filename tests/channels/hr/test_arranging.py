"""Appointments that several people have a say in: HR asks and the candidate agrees, rounds with people, waiting lists."""

from __future__ import annotations

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

from dialogues.bookings import Appointment
from storage.bookings import SqlBookings
from tests.channels.hr.bureau import Bureau, words
from tests.channels.hr.test_slots import _days, _pressable, book

SHANGHAI = ZoneInfo("Asia/Shanghai")
JOB = "sales-representative"


def appointment(bureau: Bureau, conversation: int, kind: str = "interview") -> Appointment | None:
    return SqlBookings(bureau.house.engine).current(conversation, kind)


async def times(bureau: Bureau, conversation: int, day: str) -> list[float]:
    """Let the candidate look at a day; return the times that are shown."""
    await bureau.press_as(conversation, f"day:{day}")

    def shown() -> bool:
        state = bureau.house.applications.interview(conversation)
        assert state is not None
        assert state.booking is not None
        return state.booking.day == day and state.booking.doing == ""

    await bureau._until(shown)
    state = bureau.house.applications.interview(conversation)
    assert state is not None
    assert state.booking is not None
    return list(state.booking.times)


async def take(bureau: Bureau, conversation: int, start: float, kind: str = "interview") -> None:
    """Let the candidate take a time and confirm it."""
    await bureau.press_as(conversation, f"slot:{int(start)}")
    await bureau._until(lambda: "book:yes" in _pressable(bureau, conversation))
    await bureau.press_as(conversation, "book:yes")

    def stands() -> bool:
        made = appointment(bureau, conversation, kind)
        return made is not None and made.start == start

    await bureau._until(stands)


async def test_a_time_hr_asks_for_is_taken_once_the_candidate_agrees(bureau: Bureau) -> None:
    anna = bureau.person("anna", "recruiter")
    conversation = await book(bureau, "Maya Thornton")
    before = appointment(bureau, conversation)
    assert before is not None
    day = datetime.fromtimestamp(before.start, SHANGHAI)
    other = await bureau.candidate("Otto Weber")
    await bureau.press_as(other, "consent:yes")
    await bureau._until(lambda: _days(bureau, other) != ())
    await bureau.press_as(other, "details:right")
    free = (await times(bureau, other, f"{day:%Y-%m-%d}"))[-1]
    wanted = datetime.fromtimestamp(free, SHANGHAI)
    asked = await bureau.ask(anna, f"/move Maya Thornton {wanted:%Y-%m-%d} {wanted:%H:%M}")
    assert "I have asked Maya Thornton" in words(asked)
    await bureau._until(lambda: "move:yes" in _pressable(bureau, conversation))
    unchanged = appointment(bureau, conversation)
    assert unchanged == before, "asked, not told"
    await bureau.press_as(conversation, "move:yes")
    await bureau._until(lambda: "book:yes" in _pressable(bureau, conversation))
    await bureau.press_as(conversation, "book:yes")
    assert "Maya Thornton moved to" in words(await bureau.notice(anna, "moved to"))
    moved = appointment(bureau, conversation)
    assert moved is not None
    assert (moved.id, moved.start) == (before.id, free)


async def test_a_second_round_is_offered_when_all_interviewers_are_free(bureau: Bureau) -> None:
    anna, bo = bureau.person("anna=Anna", "owner"), bureau.person("bo=Bo", "manager")
    await bureau.ask(anna, f"/interviewers {JOB} Anna Bo")
    assert "asks you to talk" in words(await bureau.notice(bo, "asks you to talk"))
    maya = await bureau.candidate("Maya Thornton")
    await bureau.finish(maya)
    await bureau.ask(anna, "/second_round Maya Thornton")
    await bureau._until(lambda: "day:" in _pressable(bureau, maya))
    day = next(day for day, count in _days(bureau, maya) if count > 2)  # not an evening with one time left
    first, second, *rest = await times(bureau, maya, day)
    busy = [("dentist", second, second + 3600)]
    bureau.server.booking.calendars.set_busy(bo.id, busy)  # as his own calendar says it
    assert await times(bureau, maya, (await _other_day(bureau, maya, day)))
    assert await times(bureau, maya, day) == [first, *rest], (
        "Bo is elsewhere, so nobody is asked for that time"
    )
    await take(bureau, maya, first, "second_round")
    assert "Maya Thornton booked" in words(await bureau.notice(anna, "booked"))
    for person in (anna, bo):
        listed = words(await bureau.ask(person, "/bookings"))
        assert "Maya Thornton" in listed
        assert "Talk with colleagues" in listed
    otto = await bureau.candidate("Otto Weber")
    await bureau.finish(otto)
    await bureau.ask(anna, "/second_round Otto Weber")
    await bureau._until(lambda: "day:" in _pressable(bureau, otto))
    assert await times(bureau, otto, day) == rest, "two people cannot meet two candidates at once"


async def _other_day(bureau: Bureau, conversation: int, day: str) -> str:
    """Return another day, so that the first one is looked up afresh."""
    return next(one for one, count in _days(bureau, conversation) if count and one != day)


async def test_who_waits_for_a_full_day_hears_of_a_free_place(bureau: Bureau) -> None:
    anna = bureau.person("anna", "owner")
    await bureau.ask(anna, f"/capacity {JOB} 1")
    maya = await book(bureau, "Maya Thornton")
    made = appointment(bureau, maya)
    assert made is not None
    start, end = (datetime.fromtimestamp(at, SHANGHAI) for at in (made.start, made.end))
    for span in (f"00:00-{start:%H:%M}", f"{end:%H:%M}-24:00"):
        assert "Nothing can be booked" in words(await bureau.ask(anna, f"/block {start:%Y-%m-%d} {span}"))
    otto = await bureau.candidate("Otto Weber")
    await bureau.press_as(otto, "consent:yes")
    await bureau._until(lambda: _days(bureau, otto) != ())
    await bureau.press_as(otto, "details:right")
    await bureau.press_as(otto, f"day:{start:%Y-%m-%d}")
    await bureau._until(lambda: "await:" in _pressable(bureau, otto))
    await bureau.press_as(otto, f"await:{start:%Y-%m-%d}")
    await bureau._until(lambda: "As soon as a place opens up" in bureau.said(bureau.application(otto))[-1])
    ticking = asyncio.get_running_loop().create_task(bureau.server.runner.tick_forever())
    await bureau.press_as(maya, "book:cancel")
    assert "cancelled the booking" in words(await bureau.notice(anna, "cancelled the booking"))
    await bureau._until(lambda: f"slot:{int(made.start)}" in _pressable(bureau, otto))
    ticking.cancel()
    await take(bureau, otto, made.start)
