"""A batch of many conversations costs as many statements as a batch of few."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from tests.storage.store import Store, arrival, opened, pressed, said


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """Collect the statements sent to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    yield sent
    event.remove(store.engine, "before_cursor_execute", note)


def cost(store: Store, size: int) -> dict[str, int]:
    """Return how many statements each turn of the opening costs for so many conversations at once."""
    conversations = [store.new_interview(name=f"Number {n}", email="n@example.com") for n in range(size)]
    turns = {
        "open": opened(),
        "consent": pressed("consent:yes"),
        "details": pressed("details:right"),
        "practice": pressed("practice:no"),
        "answer": said("I sold shoes for three years and learned to listen first, then to offer."),
    }
    costs = {}
    for name, happened in turns.items():
        with counted(store) as sent:
            store.batch.run([arrival(one, name, happened) for one in conversations])
        costs[name] = len(sent)
    return costs


def test_statements_do_not_grow_with_the_batch(store: Store) -> None:
    cost(store, 1)  # so that the job pack is read before
    few, many = cost(store, 2), cost(store, 64)
    assert many == few
    assert max(many.values()) <= 12


def test_an_odd_number_costs_a_few_more_and_not_one_each(store: Store) -> None:
    """Rows go out in powers of two: 50 are 32 and 16 and 2."""
    cost(store, 1)
    few, many = cost(store, 2), cost(store, 50)
    assert all(many[turn] <= 3 * few[turn] for turn in few)
