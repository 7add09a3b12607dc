"""Carries out the next steps after a person's decision: each is a row with its own state, and stops no other.

Whatever reaches the candidate goes out in the name of the person who decided. An act is handed in under the step's own
name, so that one repeated after a crash happens once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from dialogues.core.events import CandidateEvent, HrWrote, OfferMade, StepDue
from dialogues.ports import Arrival
from ehr_connector.adapter import Adapter
from ehr_connector.delivery.ports import Lane
from ehr_connector.delivery.sending import Sent
from ehr_connector.delivery.steps import Step
from ehr_connector.faults import EhrFault, Misconfigured
from ehr_connector.mapping.model import NextStep
from ehr_connector.mapping.render import key_of
from ehr_connector.model import Link, Move
from ehr_connector.result import Result


class Following:
    """Takes the steps of the connection `next`."""

    def __init__(
        self,
        steps: dict[str, NextStep],
        result: Callable[[int], Result | None],
        submit: Callable[[Arrival], Any],
        adapters: dict[str, Adapter],
        stage_record: Callable[[str], str],
        link: Callable[[str, str, str], Link | None],
    ) -> None:
        self._steps = steps
        self._result = result
        self._submit = submit
        self._adapters = adapters
        self._stage_record = stage_record
        self._link = link

    async def take(self, lane: Lane, step: Step) -> Sent:
        """Take a step; nothing happens when the decision is another by now."""
        known = self._steps.get(step.kind)
        result = await asyncio.to_thread(self._result, lane.conversation)
        if known is None or result is None or result.decision is None:
            return Sent(code="not_any_more")
        if result.decision.outcome != known.after:
            return Sent(code="not_any_more")
        if known.kind == "talent_pool" and known.connection:
            return await self._pool(lane, known)
        text = words_of(known, result)
        await self._hand_in(lane, step, _event(known, text, result))
        return Sent()

    async def _hand_in(self, lane: Lane, step: Step, event: CandidateEvent) -> None:
        name = f"{lane.conversation}:next.{step.push}.{step.kind}"
        await self._submit(Arrival(lane.conversation, "self", name, event))

    async def _pool(self, lane: Lane, step: NextStep) -> Sent:
        adapter = self._adapters.get(step.connection)
        if adapter is None:
            raise Misconfigured("no_such_connection", field=step.connection)
        record = key_of(self._stage_record(step.connection), lane.application)
        link = await asyncio.to_thread(self._link, step.connection, lane.application, record)
        if link is None:
            raise EhrFault("no_record", field=step.connection)
        await adapter.set_stage(link.ref, Move(key_of("pool", lane.application), step.to))
        return Sent()


def words_of(step: NextStep, result: Result) -> str:
    """Return what a step says, in the candidate's language or the first there is."""
    language = result.candidate.language
    text = step.text.get(language) or next(iter(step.text.values()), step.name)
    decision = result.decision
    given = {
        "name": result.candidate.name,
        "job": result.pack.title,
        "company": result.pack.company,
        "by": decision.by if decision is not None else "",
    }
    for field, value in given.items():  # not format(): the text may hold any other braces
        text = text.replace("{" + field + "}", value)
    return text


def _event(step: NextStep, text: str, result: Result) -> CandidateEvent:
    assert result.decision is not None
    now, by = time.time(), result.decision.by
    match step.kind:
        case "notice":
            return HrWrote(at=now, by=by, text=text)
        case "offer":
            return OfferMade(at=now, by=by, text=text)
        case _:
            return StepDue(at=now, text=text)
