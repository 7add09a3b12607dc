"""Readings of a model: one contract for the memory, SQLite and PostgreSQL; and what an erasure leaves of them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from scoring.llm.kept import Keyring, Readings, ReadingsInMemory, Spent
from scoring.llm.reading import Mark, Reading
from scoring.model import Degree
from scoring.rubric.model import Element
from storage import tables
from storage.readings import SqlReadings
from tests.scoring.rubrics import COMPLAINT
from tests.storage.conftest import NewDatabase
from tests.storage.store import Store, opened, pressed, said

READING = Reading((Mark("listens", Degree.EXPLAINED, 3, 9),), (Element.ACTION,), ("solves",))
OTHER = Reading()
KINDS = ["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, new_url: NewDatabase) -> Iterator[tuple[Readings, int]]:
    """Give a place for readings and the number of an interview."""
    if request.param == "memory":
        yield ReadingsInMemory(), 7
        return
    store = Store(new_url(request.param))
    yield SqlReadings(store.engine), store.new_interview(name="Ada")
    store.close()


class TestContract:
    def test_what_is_kept_is_found_under_any_of_its_keys(self, place: tuple[Readings, int]) -> None:
        readings, interview = place
        assert readings.find([b"a", b"b"]) is None
        assert readings.keep(b"b", interview, READING) == READING
        assert readings.find([b"a", b"b"]) == READING
        assert readings.find([b"c"]) is None

    def test_the_first_reading_wins_for_ever(self, place: tuple[Readings, int]) -> None:
        readings, interview = place
        with ThreadPoolExecutor(4) as pool:
            kept = list(pool.map(lambda one: readings.keep(b"k", interview, one), [READING, OTHER] * 6))
        assert set(kept) == {readings.find([b"k"])}

    def test_an_interview_is_forgotten_and_no_other(self, place: tuple[Readings, int]) -> None:
        readings, interview = place
        readings.keep(b"a", interview, READING)
        readings.forget(interview + 1)
        assert readings.find([b"a"]) == READING
        readings.forget(interview)
        assert readings.find([b"a"]) is None

    def test_what_was_spent_adds_up(self, place: tuple[Readings, int]) -> None:
        readings, _ = place
        assert readings.spent("day:1") == Spent()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: readings.spend(["day:1", "interview:7"], Spent(1, 350)), range(10)))
        readings.spend(["day:1"], Spent(2, 0))
        assert readings.spent("day:1") == Spent(12, 3500)
        assert readings.spent("interview:7") == Spent(10, 3500)


def test_an_erasure_takes_them_along_and_none_comes_after(store: Store) -> None:
    conversation, other = store.new_interview(name="Ada"), store.new_interview(name="Ben")
    readings = SqlReadings(store.engine)
    readings.keep(b"mine", conversation, READING)
    readings.keep(b"other", other, READING)
    store.hand_in(conversation, "open", opened())
    store.hand_in(conversation, "delete", said("/delete"))
    store.hand_in(conversation, "sure", pressed("delete:yes"))
    state = store.applications.interview(conversation)
    assert state is not None
    assert state.phase == "erased"
    assert readings.find([b"mine"]) is None
    assert readings.find([b"other"]) == READING
    assert readings.keep(b"late", conversation, READING) == READING
    assert readings.find([b"late"]) is None


def test_a_row_tells_nobody_what_was_written(store: Store) -> None:
    answer = "I listened until Wilhelmina had told me everything"
    conversation = store.new_interview(name="Ada")
    (key,) = Keyring([bytes(32)]).keys(COMPLAINT, "m", answer, "en")
    SqlReadings(store.engine).keep(key, conversation, READING)
    with store.engine.connect() as connection:
        row = connection.execute(select(tables.llm_reading)).one()
    assert b"Wilhelmina" not in row.body
    assert Keyring([b"another" * 5]).keys(COMPLAINT, "m", answer, "en") != [key]


def test_keys_differ_with_everything_a_reading_depends_on() -> None:
    ring = Keyring([bytes(32)])
    inputs = [
        (COMPLAINT, "m", "answer", "en"),
        (COMPLAINT, "m", "answer", "zh"),
        (COMPLAINT, "n", "answer", "en"),
        (COMPLAINT, "ma", "nswer", "en"),
        (COMPLAINT, "m", "answer ", "en"),
    ]
    keys = {ring.keys(*one)[0] for one in inputs}
    assert len(keys) == len(inputs)
    rotated = Keyring([bytes(range(32)), bytes(32)]).keys(*inputs[0])
    assert rotated[1] == ring.keys(*inputs[0])[0]
