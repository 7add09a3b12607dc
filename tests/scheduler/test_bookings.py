"""Appointments in the database: no place twice, no reminder of what is no more, and nothing twice when repeated."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from dialogues.bookings import PlannedReminder, Wanted
from storage import tables
from storage.bookings import SqlBookings
from tests.storage.conftest import NewDatabase
from tests.storage.store import Store

NOW = 1_800_000_000.0
START = NOW + 86_400
HOUR = 3600.0
REMINDERS = (PlannedReminder("hour", START - HOUR), PlannedReminder("soon", START - 600))


def wanted(conversation: int, start: float = START, **changes: Any) -> Wanted:
    values: dict[str, Any] = {
        "conversation": conversation,
        "application": f"a_{conversation}",
        "job": "sales",
        "kind": "interview",
        "start": start,
        "end": start + HOUR / 2,
        "zone": "Asia/Shanghai",
        "request": f"r{conversation}.{int(start)}",
        "resources": ("job:sales",),
        "capacity": 1,
        "until": NOW + 600,
    }
    return Wanted(**values | changes)


def confirm(bookings: SqlBookings, what: Wanted, now: float = NOW) -> Any:
    return bookings.confirm(what, now, REMINDERS)


def outbox(store: Store, conversation: int) -> dict[str, int]:
    o = tables.outbox.c
    with store.engine.connect() as connection:
        rows = connection.execute(
            select(o.key, o.status).where(o.conversation == conversation, o.kind == "Remind")
        )
        return {row.key: row.status for row in rows}


@pytest.fixture
def bookings(store: Store) -> SqlBookings:
    return SqlBookings(store.engine)


def test_held_then_booked_with_its_reminders(bookings: SqlBookings, store: Store) -> None:
    assert bookings.hold(wanted(1), NOW)
    assert not bookings.hold(wanted(2), NOW)
    made = confirm(bookings, wanted(1, request="confirm"))
    assert made.status == "booked"
    assert outbox(store, 1) == {f"remind:{made.id}.0:hour": 0, f"remind:{made.id}.0:soon": 0}
    again = confirm(bookings, wanted(1, request="confirm"))
    assert again == made
    assert len(outbox(store, 1)) == 2
    assert bookings.current(1, "interview") == made


def test_a_hold_that_ran_out_gives_its_place_away(bookings: SqlBookings) -> None:
    assert bookings.hold(wanted(1), NOW)
    assert not bookings.hold(wanted(2), NOW + 599)
    assert bookings.hold(wanted(2, until=NOW + 1300), NOW + 601)
    assert confirm(bookings, wanted(1, request="late"), NOW + 602) is None
    assert confirm(bookings, wanted(2, request="c"), NOW + 603) is not None


def test_a_hold_that_ran_out_is_still_good_if_nobody_came(bookings: SqlBookings) -> None:
    assert bookings.hold(wanted(1), NOW)
    assert confirm(bookings, wanted(1, request="c"), NOW + 5000) is not None


def test_overlapping_times_share_no_place(bookings: SqlBookings) -> None:
    assert confirm(bookings, wanted(1)) is not None
    assert confirm(bookings, wanted(2, START + HOUR / 4)) is None
    assert confirm(bookings, wanted(2, START + HOUR / 2)) is not None
    assert confirm(bookings, wanted(3, START + HOUR / 4, capacity=2)) is not None


def test_moving_keeps_the_number_and_takes_the_reminders_back(bookings: SqlBookings, store: Store) -> None:
    first = confirm(bookings, wanted(1))
    assert bookings.hold(wanted(1, START + HOUR, request="h2"), NOW)
    moved = confirm(bookings, wanted(1, START + HOUR, request="c2"))
    assert (moved.id, moved.sequence, moved.changes, moved.start) == (first.id, 1, 1, START + HOUR)
    statuses = outbox(store, 1)
    assert statuses[f"remind:{first.id}.0:hour"] == tables.DONE
    assert statuses[f"remind:{first.id}.1:hour"] == tables.WAITING
    assert confirm(bookings, wanted(2)) is not None, "the old place is free again"


def test_a_move_to_a_taken_time_leaves_the_old_one(bookings: SqlBookings) -> None:
    first = confirm(bookings, wanted(1))
    assert confirm(bookings, wanted(2, START + HOUR)) is not None
    assert confirm(bookings, wanted(1, START + HOUR, request="c2")) is None
    assert bookings.current(1, "interview") == first


def test_cancelling_frees_the_place_and_takes_the_reminders_back(bookings: SqlBookings, store: Store) -> None:
    made = confirm(bookings, wanted(1))
    ended = bookings.close(1, "interview", "cancelled", "x1", NOW)
    assert ended is not None
    assert (ended.status, ended.sequence) == ("cancelled", 1)
    assert bookings.close(1, "interview", "cancelled", "x1", NOW) == ended
    assert set(outbox(store, 1).values()) == {tables.DONE}
    assert bookings.current(1, "interview") is None
    assert confirm(bookings, wanted(2)) is not None
    assert bookings.by_id(made.id) == ended


def test_begun_keeps_the_place_but_no_reminder(bookings: SqlBookings, store: Store) -> None:
    confirm(bookings, wanted(1))
    bookings.close(1, "interview", "begun", "x", NOW)
    assert set(outbox(store, 1).values()) == {tables.DONE}
    assert not bookings.hold(wanted(2), NOW)


def test_who_waits_for_the_day_is_told_once(bookings: SqlBookings, store: Store) -> None:
    day = "2027-01-16"
    confirm(bookings, wanted(1))
    for conversation in (2, 3):
        bookings.await_day(conversation, "sales", "interview", day, "Asia/Shanghai")
        bookings.await_day(conversation, "sales", "interview", day, "Asia/Shanghai")
    bookings.await_day(4, "sales", "interview", "2027-01-17", "Asia/Shanghai")
    bookings.close(1, "interview", "cancelled", "x", NOW)
    assert [len(outbox(store, conversation)) for conversation in (2, 3, 4)] == [1, 0, 0]


def test_people_must_all_be_free(bookings: SqlBookings) -> None:
    both = {"resources": ("person:anna", "person:bo"), "kind": "second_round"}
    assert confirm(bookings, wanted(1, resources=("person:bo",), kind="second_round")) is not None
    assert confirm(bookings, wanted(2, **both)) is None
    assert confirm(bookings, wanted(3, resources=("person:anna",), kind="second_round")) is not None


def test_what_is_taken_is_seen_and_an_expired_hold_is_not(bookings: SqlBookings) -> None:
    confirm(bookings, wanted(1))
    bookings.hold(wanted(2, START + HOUR), NOW)
    taken, _ = bookings.occupied(("job:sales",), START - HOUR, START + 3 * HOUR, NOW)
    assert len(taken) == 2
    taken, _ = bookings.occupied(("job:sales",), START - HOUR, START + 3 * HOUR, NOW + 700)
    assert [one.start for _, one in taken] == [START]
    assert bookings.tidy(NOW + 700) == 1


@pytest.mark.parametrize("system", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_race_for_few_places(system: str, new_url: NewDatabase) -> None:
    """Sixty people, ten places, eight at a time: ten appointments, no place twice, nobody lost."""
    store = Store(new_url(system))
    bookings = SqlBookings(store.engine)

    def run(conversation: int) -> bool:
        what = wanted(conversation, START + 3600 * (conversation % 5), capacity=2)
        return bookings.hold(what, NOW) and confirm(
            bookings, wanted(conversation, what.start, capacity=2, request="c")
        )

    with ThreadPoolExecutor(8) as pool:
        won = sum(bool(result) for result in pool.map(run, range(1, 61)))
    assert won == 10
    assert store.count("booking") == 10
    assert store.count("booking_seat") == 20
    store.close()
