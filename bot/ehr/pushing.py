"""Turns `PushResult` effects into steps for every connection, and follows a person's decision with the next steps.

The effect stands in the outbox from the interview's own transaction; here it becomes rows of steps, in one transaction
for many, and only then is it settled: a crash in between makes the same steps again, which changes nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from dialogues.core.effects import Effect, PushResult
from dialogues.core.interview import Interview
from ehr_connector.delivery.ports import Ledger, Push
from ehr_connector.delivery.sending import only_for
from ehr_connector.delivery.steps import ERASE, Planned, plan_steps
from ehr_connector.mapping.model import Config, NextStep
from ehr_connector.model import Capability

NEXT = "next"
"""The connection whose steps are carried out here: notices, offers, reminders."""
_DAY = 86_400.0


class Pushes:
    """Carries `PushResult`. `erasing` are the connections that want to hear of an erasure."""

    def __init__(
        self,
        config: Config,
        capabilities: dict[str, frozenset[Capability]],
        interview: Callable[[int], Interview | None],
        ledger: Ledger,
        ring: Callable[[], None],
    ) -> None:
        self._config = config
        self._capabilities = capabilities
        self._interview = interview
        self._ledger = ledger
        self._ring = ring
        self._waiting: list[tuple[list[Push], asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def carry(self, conversation: int, effect: Effect) -> None:
        """Make the steps of a push durable."""
        assert isinstance(effect, PushResult)
        state = await asyncio.to_thread(self._interview, conversation)
        if state is None:
            return
        pushes = self.plan(state, conversation, effect)
        if not pushes:
            return
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        self._waiting.append((pushes, future))
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._write())
        await future

    async def _write(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting, []
            pushes = [push for some, _ in taken for push in some]
            try:
                await asyncio.to_thread(self._ledger.add, pushes, time.time())
            except Exception as error:  # noqa: BLE001
                # each effect's own runner tries it again
                for _, future in taken:
                    if not future.done():  # whoever waited may have been stopped meanwhile
                        future.set_exception(error)
                continue
            for _, future in taken:
                if not future.done():
                    future.set_result(None)
        self._ring()

    def plan(self, state: Interview, conversation: int, effect: PushResult) -> list[Push]:
        """Return the pushes an effect asks for."""
        number = _number(effect.key)
        pushes = []
        for one in self._config.connections:
            if not only_for(one, state.pack):
                continue
            steps = self._steps(one.name, effect.cause) or plan_steps(one.mapping, effect.cause)
            if effect.cause != "erased" or steps[0].kind == ERASE:
                pushes.append(Push(one.name, state.application, conversation, number, effect.cause, steps))
        following = self._following(state) if effect.cause == "decided" else []
        if following:
            pushes.append(Push(NEXT, state.application, conversation, number, effect.cause, following))
        return pushes

    def _steps(self, connection: str, cause: str) -> list[Planned]:
        erasing = Capability.ERASE in self._capabilities.get(connection, frozenset())
        return [Planned(ERASE)] if cause == "erased" and erasing else []

    def _following(self, state: Interview) -> list[Planned]:
        outcome = state.decision.outcome if state.decision is not None else ""
        return [
            Planned(step.name, (), step.days * _DAY)
            for step in steps_after(self._config.next_steps, outcome, state.pack)
        ]


def steps_after(steps: Sequence[NextStep], outcome: str, job: str) -> list[NextStep]:
    """Return the configured steps that follow an outcome, for a job."""
    return [step for step in steps if step.after == outcome and (not step.jobs or job in step.jobs)]


def _number(key: str) -> int:
    """Return a push's number: the event's, and its place among that event's effects."""
    seq, _, place = key.rpartition(":")[2].partition(".")
    return int(seq) * 32 + int(place or 0)
