"""The one writer of a process: a thread that gathers arrivals and steps them a batch at a time.

While one batch is being committed the next gathers; that is the whole of group commit. Everything a batch
brings about is handed back to the event loop once, after the commit.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog
from msgspec import Struct
from sqlalchemy.exc import IntegrityError, OperationalError

from dialogues.app.outcome import Outcome
from dialogues.app.pushing import Delivery
from dialogues.ports import Arrival, Record, Stale

log = structlog.get_logger()

MAX_BATCH = 256
_TRIES = 5
_PASSING = (Stale, OperationalError, IntegrityError)
"""What another try may mend; IntegrityError is an id that two processes came upon at once."""
SWEEP_SECONDS = 1.0
_SETTLE_SECONDS = 0.2


class Stored(Struct):
    """What a sender is told: the event is durable; `seq` is its number, 0 while it waits to be stepped."""

    seq: int


class Stepper(Protocol):
    """Steps or stores events in one transaction: a `Batch`, or the `Intake` of a process without worker."""

    def run(self, arrivals: Sequence[Arrival], settled: Sequence[int] = ()) -> Outcome: ...

    def catch_up(self) -> Outcome: ...


class Worker:
    """Owns the writer thread. `publish` is called on the event loop with the outcome of every batch.

    Every `sweep` seconds it looks for events that others stored or a crash left; 0 leaves them to others.
    """

    def __init__(
        self,
        batch: Stepper,
        record: Record,
        publish: Callable[[Outcome], None],
        sweep: float = SWEEP_SECONDS,
    ) -> None:
        self._batch = batch
        self._record = record
        self._publish = publish
        self._sweep_seconds = sweep
        self._loop: asyncio.AbstractEventLoop | None = None
        self._queue: deque[tuple[Arrival, asyncio.Future[Stored] | None]] = deque()
        self._settled: deque[int] = deque()
        self._deliveries: list[tuple[Delivery, asyncio.Future[None]]] = []
        self._ready = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def step_by(self, stepper: Stepper) -> None:
        """Have batches stepped by another than the one given first; call before `start`."""
        self._batch = stepper

    def start(self) -> None:
        """Start the writer thread; call from the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def stop(self) -> None:
        """Finish what has been handed in and end the thread."""
        with self._ready:
            self._stopping = True
            self._ready.notify()
        await asyncio.to_thread(self._thread.join, 10)

    def submit(self, arrival: Arrival) -> asyncio.Future[Stored]:
        """Hand in an event; the future is done when it is durable."""
        assert self._loop is not None, "start the worker first"
        future: asyncio.Future[Stored] = self._loop.create_future()
        self._enqueue(arrival, future)
        return future

    def settle(self, effect: int) -> None:
        """Mark an effect done together with the next batch, soon at the latest."""
        self._settled.append(effect)

    def delivered(self, delivery: Delivery) -> asyncio.Future[None]:
        """Note what became of a pushed message, together with others; the future is done when it is durable."""
        assert self._loop is not None, "start the worker first"
        future: asyncio.Future[None] = self._loop.create_future()
        with self._ready:
            self._deliveries.append((delivery, future))
            self._ready.notify()
        return future

    @property
    def backlog(self) -> int:
        """How many events are waiting for the writer."""
        return len(self._queue)

    @property
    def alive(self) -> bool:
        """Say whether the writer thread runs."""
        return self._thread.is_alive()

    def _enqueue(self, arrival: Arrival, future: asyncio.Future[Stored] | None) -> None:
        with self._ready:
            self._queue.append((arrival, future))
            self._ready.notify()

    def _run(self) -> None:
        swept = 0.0
        while True:
            taken, settled, deliveries = self._gather()
            if deliveries:
                self._deliver_all(deliveries)
            if taken:
                self._step([arrival for arrival, _ in taken], [future for _, future in taken], settled)
            elif settled:
                self._settle_all(settled)
            elif self._stopping and not deliveries:
                return
            if self._sweep_seconds and time.monotonic() - swept >= self._sweep_seconds:
                self._sweep()
                swept = time.monotonic()

    def _gather(
        self,
    ) -> tuple[
        list[tuple[Arrival, asyncio.Future[Stored] | None]],
        list[int],
        list[tuple[Delivery, asyncio.Future[None]]],
    ]:
        with self._ready:
            if not self._queue and not self._deliveries and not self._stopping:
                self._ready.wait(_SETTLE_SECONDS if self._settled else self._sweep_seconds or None)
            count = min(len(self._queue), MAX_BATCH)
            taken = [self._queue.popleft() for _ in range(count)]
            settled = list(self._settled)
            self._settled.clear()
            deliveries, self._deliveries = self._deliveries, []
        return taken, settled, deliveries

    def _deliver_all(self, deliveries: list[tuple[Delivery, asyncio.Future[None]]]) -> None:
        assert self._loop is not None
        try:
            self._record.delivered([(one.id, one.sent_as, one.code) for one, _ in deliveries])
        except Exception as error:  # the thread must outlive a database that is away; the senders try again
            log.exception("deliveries_not_noted", messages=len(deliveries))
            self._loop.call_soon_threadsafe(_fail, [future for _, future in deliveries], error)
        else:
            self._loop.call_soon_threadsafe(_finish, [future for _, future in deliveries])

    def _settle_all(self, settled: list[int]) -> None:
        try:
            self._record.settle(settled)
        except Exception:  # the thread must outlive a database that is away; their leases bring them back
            log.exception("settle_failed", effects=len(settled))

    def _sweep(self) -> None:
        outcome = self._try(self._batch.catch_up)
        if isinstance(outcome, Outcome) and (outcome.acknowledged or outcome.messages or outcome.work):
            assert self._loop is not None
            self._loop.call_soon_threadsafe(self._publish, outcome)

    def _step(
        self,
        arrivals: list[Arrival],
        futures: list[asyncio.Future[Stored] | None],
        settled: Sequence[int] = (),
    ) -> None:
        def run() -> Outcome:
            for arrival in arrivals:
                arrival.id = 0  # a try before this one may have given it a number
            return self._batch.run(arrivals, settled)

        assert self._loop is not None
        outcome = self._try(run)
        if isinstance(outcome, BaseException):
            self._settled.extend(settled)  # they go with the next batch
        if isinstance(outcome, BaseException) and not isinstance(outcome, _PASSING) and len(arrivals) > 1:
            for arrival, future in zip(arrivals, futures, strict=True):
                self._step([arrival], [future])  # what cannot be written must not stop the others
            return
        self._loop.call_soon_threadsafe(self._tell, arrivals, futures, outcome)

    def _try(self, run: Callable[[], Outcome]) -> Outcome | BaseException:
        for attempt in range(_TRIES):
            try:
                return run()
            except _PASSING as error:
                log.warning("batch_retried", attempt=attempt, error=type(error).__name__)
                failure: BaseException = error
                time.sleep(0.01 * 2**attempt)
            except (
                Exception
            ) as error:  # the thread must outlive a batch that cannot be written; senders are told
                log.exception("batch_failed")
                return error
        return failure

    def _tell(
        self,
        arrivals: list[Arrival],
        futures: list[asyncio.Future[Stored] | None],
        outcome: Outcome | BaseException,
    ) -> None:
        if isinstance(outcome, BaseException):
            for future in futures:
                if future is not None and not future.done():
                    future.set_exception(outcome)
            return
        seqs = {id(arrival): seq for arrival, seq in outcome.acknowledged}
        for arrival, future in zip(arrivals, futures, strict=True):
            if future is not None and not future.done():
                future.set_result(Stored(seq=seqs.get(id(arrival), 0)))
        self._publish(outcome)


def _finish(futures: list[asyncio.Future[None]]) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)


def _fail(futures: list[asyncio.Future[None]], error: Exception) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(error)
