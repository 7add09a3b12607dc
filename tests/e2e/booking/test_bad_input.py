"""What people and machines get wrong about a time, one by one: the real core, record and calendar, under our own clock."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.calendars import CalendarSync, Shown
from dialogues.app.outcome import Message
from dialogues.core.events import Chosen, Decided, Outcome
from dialogues.core.interview import Ask, Phase
from dialogues.ports import Arrival
from scheduler.calendars.server import CalendarServer, Unreachable
from storage import tables
from storage.agenda import BookingDesk
from storage.calendars import Calendars
from tests.e2e.booking.victim import ANNA, Folder
from tests.e2e.booking.world import Person, World, check_agreement
from tests.storage.conftest import NewDatabase
from tests.storage.store import PACK

SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY = datetime(2026, 11, 6, 10, tzinfo=SHANGHAI).timestamp()
HOUR, DAY = 3600.0, 86_400.0


@pytest.fixture
def world(new_url: NewDatabase) -> Iterator[World]:
    made = World(new_url("sqlite"), FRIDAY)
    yield made
    assert check_agreement(made) == []
    made.store.close()


def at_offer(world: World, number: int = 1) -> Person:
    person = Person(world, number, random.Random(number))
    person.zone = "Asia/Shanghai"
    person.to_offer()
    return person


def interviewed(world: World) -> Person:
    """Return somebody whose interview is over, with every question left out."""
    person = at_offer(world)
    person.tap("practice:no")
    while world.state(person.conversation).phase is not Phase.FINISHED:
        prompt = world.state(person.conversation).prompt
        asked = prompt is not None and prompt.ask is Ask.QUESTIONS
        person.tap("questions:none" if asked else "do:skip")
    return person


def say(person: Person, text: str) -> str:
    """Have somebody write; return all that is said back."""
    said = person.world.say(person.conversation, f"t{person.world.now}{text}", text)
    return "\n".join(message.text for message in said)


def values(messages: list[Message], prefix: str) -> list[str]:
    return [value for message in messages for _, value in message.buttons if value.startswith(prefix)]


def shown(start: float) -> str:
    return datetime.fromtimestamp(start, SHANGHAI).strftime("%m-%d %H:%M")


def booked_rows(world: World) -> int:
    b = tables.booking.c
    with world.store.engine.connect() as connection:
        counted = select(func.count()).select_from(tables.booking).where(b.status == "booked")
        return int(connection.execute(counted).scalar_one())


def test_a_taken_slot_brings_the_three_nearest_others(world: World) -> None:
    BookingDesk(world.store.engine).set_rule(PACK, "capacity", "1")
    first, second = at_offer(world, 1), at_offer(world, 2)
    for person in (first, second):
        person.tap("day:2026-11-09")
    wanted = datetime(2026, 11, 9, 15, tzinfo=SHANGHAI).timestamp()
    first.tap(f"slot:{int(wanted)}")
    answer = second.tap(f"slot:{int(wanted)}")
    assert "no longer free" in answer[-1].text
    near = [shown(float(value.removeprefix("slot:"))) for value in values(answer, "slot:")]
    # 45 minutes each, so that the starts half an hour before and after overlap with what is held
    assert near == ["11-09 13:30", "11-09 14:00", "11-09 16:00"]
    first.tap("book:yes")
    assert first.booked() == wanted
    second.tap(values(answer, "slot:")[0])
    second.tap("book:yes")
    assert shown(second.booked()) == "11-09 13:30"


@pytest.mark.parametrize("text", ["yesterday at 3pm", "2026-11-01 15:00", "today at 9am"])
def test_a_past_date_is_said_to_be_over(world: World, text: str) -> None:
    person = at_offer(world)
    assert "That time is over" in say(person, text)
    assert booked_rows(world) == 0


def test_an_unknown_zone_is_asked_for_again_and_one_of_a_device_is_left_out(world: World) -> None:
    person = Person(world, 1, random.Random(1))
    person.zone = "Mars/Olympus_Mons"
    person.to_offer()
    assert "Beijing time" in person.tap("book:days")[-1].text
    person.tap("book:zone")
    assert "didn't recognise that time zone" in say(person, "Olympus Mons")
    assert "London time" in say(person, "London")


def test_next_friday_on_a_friday_is_in_a_week(world: World) -> None:
    person = at_offer(world)
    answer = say(person, "next Friday at 9:30")
    assert "Friday 13 November, 09:30" in answer, answer
    person.tap("book:yes")
    assert shown(person.booked()) == "11-13 09:30"
    assert "Friday 6 November, 19:00" in say(at_offer(world, 2), "Friday 7pm")


def test_two_taps_at_once_book_one_time(world: World) -> None:
    person = at_offer(world)
    person.tap("day:2026-11-09")
    wanted = [datetime(2026, 11, 9, hour, tzinfo=SHANGHAI).timestamp() for hour in (14, 16)]
    turn = world.state(person.conversation).turn
    both = [
        Arrival(person.conversation, "web", f"at-once-{n}", Chosen(world.now, f"slot:{int(start)}", turn))
        for n, start in enumerate(wanted)
    ]
    said = world._after(world.store.batch.run(both))
    assert len([message for message in said if "Shall I book it" in message.text]) == 1
    turn = world.state(person.conversation).turn
    both = [
        Arrival(person.conversation, "web", f"yes-{n}", Chosen(world.now, "book:yes", turn)) for n in (1, 2)
    ]
    said = world._after(world.store.batch.run(both))
    assert [bool(re.search("Booked:", message.text)) for message in said].count(True) == 1
    assert booked_rows(world) == 1
    assert person.booked() == wanted[1], "the last tap counts"


def test_yesterdays_keyboard_leads_to_what_is_free_now(world: World) -> None:
    person = at_offer(world)
    old = values(person.tap("day:2026-11-07"), "slot:")
    world.now += 2 * DAY
    answer = person.tap(old[0])
    assert "That time is over" in answer[-1].text
    assert values(answer, "day:")[0] == "day:2026-11-08"
    assert "That time is over" in person.tap("day:2026-11-07")[-1].text


def test_a_clock_put_back_by_an_hour_offers_nothing_that_is_over(world: World) -> None:
    person = at_offer(world)
    before = [float(one.removeprefix("slot:")) for one in values(person.tap("day:2026-11-06"), "slot:")]
    world.now -= HOUR
    again = [float(one.removeprefix("slot:")) for one in values(person.tap("day:2026-11-06"), "slot:")]
    assert again == before
    person.tap(f"slot:{int(again[0])}")
    person.tap("book:yes")
    assert person.booked() == again[0]


def test_bookings_go_on_while_the_calendar_server_is_down(world: World, tmp_path: Path) -> None:
    BookingDesk(world.store.engine).set_rule(PACK, "interviewers", ANNA)
    calendars = Calendars(world.store.engine, world.store.sealer)
    calendars.connect(ANNA, "https://calendar.example.com/anna/")
    down, told = True, list[str]()
    (tmp_path / "anna").mkdir()
    folder = Folder(tmp_path / "anna")

    def open_server(_: str) -> CalendarServer:
        if down:
            raise Unreachable("ConnectionRefusedError")
        return folder  # type: ignore[return-value]

    sync = CalendarSync(
        calendars,
        lambda _: Shown("job", "candidate", "company", ""),
        lambda owner, phrase, _: told.append(f"{owner} {phrase}"),
        clock=lambda: world.now,
        open_server=open_server,
    )
    person = interviewed(world)
    world.send(person.conversation, "decided", Decided(world.now, "Anna", Outcome.SECOND_ROUND, "", ANNA))
    start = person.choose()
    assert start > 0
    one = calendars.all()[0]
    for _ in range(3):
        assert not sync.sync(one)
        world.now += 300
    assert told == [f"{ANNA} calendar.down"]
    down = False
    assert sync.sync(one)
    assert [entry.start for entry in folder.entries(0, 0)] == [start]
