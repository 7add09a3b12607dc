"""Several processes on one PostgreSQL record; and a writer thread that nothing may end."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from dialogues.app.codec import encode_state
from dialogues.app.outcome import Outcome, Work
from dialogues.app.runner import MAX_ATTEMPTS, Retry, Runner
from dialogues.app.worker import Worker
from dialogues.core.effects import Effect, Judge
from dialogues.core.events import Unscored
from dialogues.core.step import step
from dialogues.ports import Arrival, Stale
from storage import tables
from tests.storage.conftest import NewDatabase
from tests.storage.stepping import messages, step_all
from tests.storage.store import Store, arrival, opened, said


@pytest.mark.postgres
def test_two_processes_stepping_the_same_conversations_lose_and_double_nothing(new_url: NewDatabase) -> None:
    store = Store(new_url("postgres"))
    conversations = [store.new_interview(name=f"Number {n}", email="n@example.com") for n in range(12)]
    store.batch.run([arrival(one, "open", opened()) for one in conversations])
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=step_all, args=(store.url, conversations, n)) for n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0]
    sent = Counter((one, text) for one, _, text in messages(conversations))
    heard = Counter(
        (one, line.text)
        for one in conversations
        for line in store.story.lines(one, limit=10_000)
        if line.mine and line.text.startswith("Message")
    )
    assert heard == sent
    with store.engine.connect() as connection:
        assert set(connection.execute(select(tables.inbox.c.status)).scalars()) == {1}
        texts = set(connection.execute(select(tables.text.c.id)).scalars())
        rows = {
            *connection.execute(select(tables.inbox.c.id)).scalars(),
            *connection.execute(select(tables.outbox.c.id)).scalars(),
            *connection.execute(select(tables.conversation.c.id)).scalars(),
        }
    assert texts <= rows  # no words that an erasure would not find
    for conversation in conversations:
        _check_replay(store, conversation)
    store.close()


def _check_replay(store: Store, conversation: int) -> None:
    state = store.applications.first_state(conversation)
    assert state is not None
    world = store.batch.world(state.pack, state.pack_version)
    for stored in store.story.events(conversation):
        state, _ = step(state, stored.event, world)  # type: ignore[arg-type]
    now = store.applications.interview(conversation)
    assert now is not None
    assert encode_state(state) == encode_state(now)
    seqs = [line.seq for line in store.story.lines(conversation, limit=10_000)]
    assert len(seqs) == len(set(seqs))


class Fake:
    """A batch that fails as it is told, and one that does as asked otherwise."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.stored: list[str] = []

    def run(self, arrivals: list[Arrival], settled: Sequence[int] = ()) -> Outcome:
        if self.failures:
            raise self.failures.pop(0)
        if any(one.external_id == "poison" for one in arrivals):
            raise ValueError("cannot be written")
        self.stored += [one.external_id for one in arrivals]
        return Outcome([(one, 7) for one in arrivals], [], [])

    def catch_up(self) -> Outcome:
        if self.failures:
            raise self.failures.pop(0)
        return Outcome([], [], [])

    def settle(self, effects: list[int]) -> None:
        raise OperationalError("UPDATE", {}, Exception("the database is away"))


@contextmanager
def working(fake: Fake, sweep: float = 0.01) -> Iterator[Worker]:
    worker = Worker(fake, fake, lambda _: None, sweep)  # type: ignore[arg-type]
    worker.start()
    try:
        yield worker
    finally:
        worker._stopping = True


class TestWriterThread:
    async def test_what_another_try_mends_is_tried_again(self) -> None:
        fake = Fake()
        with working(fake, sweep=0) as worker:
            fake.failures += [
                Stale(),
                OperationalError("x", {}, Exception()),
                IntegrityError("x", {}, Exception()),
            ]
            stored = await worker.submit(Arrival(1, "web", "a", said("x")))
            assert stored.seq == 7
            await worker.stop()

    async def test_what_cannot_be_written_is_refused_alone(self) -> None:
        fake = Fake()
        with working(fake) as worker:
            futures = [worker.submit(Arrival(1, "web", name, said("x"))) for name in ("a", "poison", "b")]
            done = await asyncio.gather(*futures, return_exceptions=True)
            assert [type(one).__name__ for one in done] == ["Stored", "ValueError", "Stored"]
            await worker.stop()

    async def test_it_outlives_a_database_that_is_away(self) -> None:
        fake = Fake(*[OperationalError("x", {}, Exception())] * 7, ValueError("odd"))
        with working(fake) as worker:
            worker.settle(1)
            for _ in range(500):
                await asyncio.sleep(0.01 if fake.failures else 0)
            stored = await worker.submit(Arrival(1, "web", "a", said("x")))
            assert stored.seq == 7
            assert worker.alive
            await worker.stop()


class TestRunner:
    async def test_a_score_given_up_is_told_before_it_is_buried(self) -> None:
        order: list[object] = []

        class Shelf:
            def bury(self, effect: int, code: str) -> None:
                order.append(("buried", effect, code))

            def postpone(self, effect: int, due_at: float, attempts: int, code: str) -> None:
                order.append(("postponed", attempts))

        async def submit(one: Arrival) -> None:
            await asyncio.sleep(0.01)  # durable only after a while
            assert isinstance(one.event, Unscored)
            order.append(("told", one.event.code))

        async def judge(conversation: int, effect: Effect) -> None:
            raise Retry("scorer_died")

        runner = Runner(Shelf(), {Judge: judge}, submit, lambda _: None)  # type: ignore[arg-type,dict-item]
        effect = Judge(key="judge:a1.1", answer="a1", revision=1, question="q", language="en", events=(3,))
        runner._launch(5, 1, effect, attempts=MAX_ATTEMPTS - 1)
        await asyncio.gather(*runner._running.values())
        assert order == [("told", "scorer_died"), ("buried", 5, "scorer_died")]
        runner.start(Work(id=6, conversation=1, effect=effect))
        await asyncio.gather(*runner._running.values())
        assert order[2:] == [("postponed", 1)]


@pytest.mark.postgres
def test_an_event_with_a_name_that_cannot_be_stored_stops_nobody_else(new_url: NewDatabase) -> None:
    """PostgreSQL refuses a zero byte in a text; it must cost only the message that carries it."""
    store = Store(new_url("postgres"))
    conversation = store.new_interview()
    bad = replace(arrival(conversation, "x", said("hello")), external_id="zero\0byte")
    with pytest.raises(Exception, match=r"NUL|0x00"):
        store.batch.run([bad, arrival(conversation, "open", opened())])
    assert store.count("inbox") == 0
    store.batch.run([arrival(conversation, "open", opened())])
    store.close()
