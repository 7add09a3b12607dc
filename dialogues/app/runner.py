"""Carries out effects: scoring in worker processes, words for HR and the candidate, alarms.

Every result comes back as an event with the effect's own key, so that an effect carried out twice is counted
once. A failure is tried again with growing pauses, then given up where HR and the operator can see it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from dialogues.app.outcome import Work
from dialogues.core.effects import Effect, FetchDocument, Judge, JudgeCode, Transcribe, WakeAt
from dialogues.core.events import CodeJudged, DocumentLost, Event, Transcribed, Unscored, Woke
from dialogues.core.step import OURSELVES
from dialogues.ports import Arrival, Record

log = structlog.get_logger()

MAX_ATTEMPTS = 4
_LEASE = 60.0
_TICK = 1.0
_DUE_AT_ONCE = 200

Carrier = Callable[[int, Effect], Awaitable[tuple[int, Event] | None]]
"""Carries out one effect of a conversation; may return (conversation, event) that it brought about."""


class Retry(Exception):
    """The effect could not be carried out now; `code` says why, for the log and the dead letter."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Runner:
    """Runs effects as they come from batches, and those that are due in the record."""

    def __init__(
        self,
        record: Record,
        carriers: dict[type[Effect], Carrier],
        submit: Callable[[Arrival], Awaitable[object]],
        settle: Callable[[int], None],
    ) -> None:
        self._record = record
        self._carriers = {**carriers, WakeAt: self._wake}
        self._submit = submit
        self._settle = settle
        self._running: dict[int, asyncio.Task[None]] = {}

    def start(self, work: Work) -> None:
        """Carry out one effect; nothing happens when it is under way already."""
        if work.id not in self._running:
            self._launch(work.id, work.conversation, work.effect, attempts=0)

    def _launch(self, effect_id: int, conversation: int, effect: Effect, attempts: int) -> None:
        coroutine = self._carry_out(effect_id, conversation, effect, attempts)
        task = asyncio.get_running_loop().create_task(coroutine, name=f"effect-{effect_id}")
        self._running[effect_id] = task
        task.add_done_callback(lambda _: self._running.pop(effect_id, None))

    async def _carry_out(self, effect_id: int, conversation: int, effect: Effect, attempts: int) -> None:
        try:
            caused = await self._carriers[type(effect)](conversation, effect)
        except Retry as error:
            await self._try_later(effect_id, conversation, effect, attempts + 1, error.code)
            return
        except (
            Exception
        ) as error:  # an effect must never take the loop down; it is retried, then a dead letter
            log.exception("effect_failed", effect=type(effect).__name__, conversation=conversation)
            await self._try_later(effect_id, conversation, effect, attempts + 1, type(error).__name__)
            return
        if caused is None:
            self._settle(effect_id)
            return
        target, event = caused
        await self._hand_in(target, f"{conversation}:{effect.key}", event, effect_id)

    async def _hand_in(self, conversation: int, name: str, event: Event, settles: int) -> None:
        """Hand in what an effect brought about, and wait until it is durable; the lease brings it back if not."""
        arrival = Arrival(
            conversation=conversation, channel=OURSELVES, external_id=name, event=event, settles=settles
        )
        try:
            await self._submit(arrival)
        except Exception:  # whatever kept it from being written; other effects go on
            log.exception("effect_not_stored", caused=type(event).__name__, conversation=conversation)

    async def _try_later(
        self, effect_id: int, conversation: int, effect: Effect, attempts: int, code: str
    ) -> None:
        if attempts < MAX_ATTEMPTS:
            due = time.time() + 2.0**attempts
            await asyncio.to_thread(self._record.postpone, effect_id, due, attempts, code)
            return
        log.error("effect_given_up", effect=type(effect).__name__, conversation=conversation, code=code)
        event = _given_up(effect, code)
        if event is not None:  # first told, then buried: a crash between the two tells it again
            await self._hand_in(conversation, f"{conversation}:{effect.key}", event, 0)
        await asyncio.to_thread(self._record.bury, effect_id, code)

    async def _wake(self, conversation: int, effect: Effect) -> tuple[int, Event]:
        assert isinstance(effect, WakeAt)
        return conversation, Woke(at=time.time(), alarm=effect.alarm)

    async def stop(self) -> None:
        """Let go of what is under way; it is still in the record and is taken up again."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def tick_forever(self) -> None:
        """Take what is due from the record, once a second, until cancelled."""
        while True:
            try:
                due = await asyncio.to_thread(self._record.claim_due, time.time(), _LEASE, _DUE_AT_ONCE)
            except Exception:  # the database may be away for a moment; the next tick tries again
                log.exception("claim_failed")
                due = []
            for one in due:
                if one.id not in self._running:
                    self._launch(one.id, one.conversation, one.effect, one.attempts)
            await asyncio.sleep(_TICK)


def _given_up(effect: Effect, code: str) -> Event | None:
    """Return what the conversation is told of an effect that could not be carried out."""
    now = time.time()
    match effect:
        case Judge():
            return Unscored(at=now, answer=effect.answer, revision=effect.revision, code=code)
        case FetchDocument():
            return DocumentLost(at=now, code=code)
        case JudgeCode():
            return CodeJudged(at=now, answer=effect.answer, attempt=effect.attempt, checked=())
        case Transcribe():
            return Transcribed(at=now, heard=effect.heard, trouble="failed")
        case _:
            return None
