"""HR's side of the appointments, typed and pressed: seen, blocked, moved by asking, and limited."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from storage.bookings import SqlBookings
from tests.channels.hr.bureau import Bureau, values, words

SHANGHAI = ZoneInfo("Asia/Shanghai")


async def book(bureau: Bureau, name: str) -> int:
    """Let a candidate book the last day's first time that is on offer."""
    conversation = await bureau.candidate(name)
    bookings = SqlBookings(bureau.house.engine)

    async def until(what: str) -> None:
        await bureau._until(lambda: what in _pressable(bureau, conversation))

    await bureau.press_as(conversation, "consent:yes")
    await bureau._until(lambda: _days(bureau, conversation) != ())
    await bureau.press_as(conversation, "details:right")
    day = [day for day, count in _days(bureau, conversation) if count > 2][-1]
    await bureau.press_as(conversation, f"day:{day}")
    await until("slot:")
    slot = next(value for value in _pressable(bureau, conversation).split() if value.startswith("slot:"))
    await bureau.press_as(conversation, slot)
    await until("book:yes")
    await bureau.press_as(conversation, "book:yes")
    await bureau._until(lambda: bookings.current(conversation, "interview") is not None)
    await until("book:move")
    return conversation


def _days(bureau: Bureau, conversation: int) -> tuple[tuple[str, int], ...]:
    state = bureau.house.applications.interview(conversation)
    assert state is not None
    return state.booking.days if state.booking is not None else ()


def _pressable(bureau: Bureau, conversation: int) -> str:
    lines = bureau.house.story.lines(conversation, limit=500)
    return " ".join(value for _, value in next(line for line in reversed(lines) if not line.mine).buttons)


async def test_bookings_are_told_seen_and_moved_by_asking(bureau: Bureau) -> None:
    anna = bureau.person("anna", "recruiter")
    conversation = await book(bureau, "Maya Thornton")
    await bureau.notice(anna, "Maya Thornton booked")
    listed = await bureau.ask(anna, "/bookings")
    assert "Maya Thornton" in words(listed)
    move = next(value for value in values(listed) if value.startswith("move:"))
    assert "I have asked Maya Thornton" in words(await bureau.press(anna, move))
    await bureau._until(lambda: "move:keep" in _pressable(bureau, conversation))
    await bureau.press_as(conversation, "move:keep")
    assert "would rather keep" in words(await bureau.notice(anna, "would rather keep"))
    await bureau.write(conversation, "I need a quiet room, please")
    assert "quiet room" in words(await bureau.notice(anna, "quiet room"))
    assert "quiet room" in words(await bureau.ask(anna, "/bookings"))
    assert bureau.audits(bureau.application(conversation))[-1][1] == "asked_to_move"


async def test_a_time_that_cannot_be_offered_is_not_asked_for(bureau: Bureau) -> None:
    anna = bureau.person("anna", "recruiter")
    await book(bureau, "Maya Thornton")
    assert "cannot be booked" in words(await bureau.ask(anna, "/move Maya Thornton tomorrow at 3:17am"))
    await bureau.candidate("Otto Weber")
    assert "no booking" in words(await bureau.ask(anna, "/move Otto Weber"))


async def test_blocked_time_is_not_offered_and_who_is_booked_may_be_asked(bureau: Bureau) -> None:
    anna = bureau.person("anna", "recruiter")
    conversation = await book(bureau, "Maya Thornton")
    made = SqlBookings(bureau.house.engine).current(conversation, "interview")
    assert made is not None
    day = datetime.fromtimestamp(made.start, SHANGHAI)
    blocked = await bureau.ask(anna, f"/block {day:%Y-%m-%d}")
    assert "1 already booked" in words(blocked)
    assert f"move:{made.application}" in values(blocked)
    other = await bureau.candidate("Otto Weber")
    await bureau.press_as(other, "consent:yes")
    await bureau._until(lambda: _days(bureau, other) != ())
    await bureau.press_as(other, "details:right")
    await bureau.press_as(other, f"day:{day:%Y-%m-%d}")  # looked at afresh, whatever was looked up ahead
    await bureau._until(lambda: f"await:{day:%Y-%m-%d}" in _pressable(bureau, other))
    assert dict(_days(bureau, other))[f"{day:%Y-%m-%d}"] == 0
    assert "can book" in words(await bureau.ask(anna, f"/unblock {day:%Y-%m-%d}"))
    assert "/block tomorrow" in words(await bureau.ask(anna, "/block whenever"))
    hours = await bureau.ask(anna, f"/block {day + timedelta(days=1):%Y-%m-%d} 14:00-16:00")
    assert f"{day + timedelta(days=1):%m-%d} 14:00" in words(hours)


async def test_capacity_and_interviewers(bureau: Bureau) -> None:
    anna, bo = bureau.person("anna", "owner"), bureau.person("bo", "manager")
    assert "at most 3" in words(await bureau.ask(anna, "/capacity sales-representative 3"))
    assert "a number from 1" in words(await bureau.ask(anna, "/capacity sales-representative many"))
    bookings = SqlBookings(bureau.house.engine)
    assert bookings.rule("sales-representative", "capacity") == "3"
    assert "Anna, Bo" in words(await bureau.ask(anna, "/interviewers sales-representative nobody"))
    done = await bureau.ask(anna, f"/interviewers sales-representative anna {bo.name}")
    assert "the next round is with" in words(done)
    assert bookings.rule("sales-representative", "interviewers") == f"{anna.id},{bo.id}"
    assert "asks you to talk" in words(await bureau.notice(bo, "asks you to talk"))


async def test_a_calendar_is_connected_without_leaving_its_password_behind(bureau: Bureau) -> None:
    anna = bureau.person("anna", "recruiter")
    feed = words(await bureau.ask(anna, "/calendar"))
    assert ".ics" in feed
    assert "whole address" in words(await bureau.ask(anna, "/calendar my calendar"))
    secret = "https://anna:topsecret@calendar.example.com/anna/"
    assert "in step" in words(await bureau.ask(anna, f"/calendar {secret}"))
    assert bureau.server.booking.calendars.all()[0].address == secret
    await bureau._until(lambda: "topsecret" not in bureau.traces(anna))


async def test_readers_may_look_and_not_touch(bureau: Bureau) -> None:
    reader = bureau.person("rita", "reader")
    assert "no bookings" in words(await bureau.ask(reader, "/bookings"))
    for command in ("/block tomorrow", "/capacity sales-representative 3", "/move"):
        assert "role" in words(await bureau.ask(reader, command)).casefold()


async def test_the_day_is_told_in_the_morning(bureau: Bureau) -> None:
    anna = bureau.person("anna", "recruiter")
    conversation = await book(bureau, "Maya Thornton")
    bookings = SqlBookings(bureau.house.engine)
    made = bookings.current(conversation, "interview")
    assert made is not None
    midnight = datetime.fromtimestamp(time.time(), SHANGHAI).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    from sqlalchemy import update  # late: to put the appointment on today, which nobody may book any more

    from storage import tables

    with bureau.house.engine.begin() as connection:
        change = update(tables.booking).values(start=midnight.astimezone(UTC).timestamp() + 3600)
        connection.execute(change)
    bureau.server.booking.tell_today()
    assert "Maya Thornton" in words(await bureau.notice(anna, "Today's bookings"))
