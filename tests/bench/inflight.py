"""Interviews that have begun: stepped by the product itself, or cloned from such a one where there are many."""

from __future__ import annotations

import time
from collections.abc import Sequence

from msgspec.structs import replace
from sqlalchemy import bindparam, insert, select, update

from bot.house import House
from dialogues.app.batch import Batch
from dialogues.app.codec import decode_interview, encode_state
from dialogues.app.free_scorer import score_for_nothing
from dialogues.app.outcome import Message
from dialogues.core.events import Answered, Chosen, Event, Opened
from dialogues.ports import Arrival
from storage import tables
from storage.engine import reading
from storage.ids import new_id
from tests.bench.crowd import Applicant, answers

PRESSED = ("consent:yes", "details:right", "practice:no", "questions:none", "survey:5", "survey:none")
_BATCH = 256


def begin(house: House, applicants: Sequence[Applicant], messages: int) -> dict[int, Message]:
    """Step interviews through so many messages; return conversation -> the last thing said in it."""
    batch = Batch(house.record, house.packs, house.languages, new_id, score_for_nothing)
    told = answers()
    last: dict[int, Message] = {}
    for number in range(messages + 1):
        for start in range(0, len(applicants), _BATCH):
            part = applicants[start : start + _BATCH]
            arrivals = [_arrival(one, number, last.get(one.conversation), told) for one in part]
            for message in batch.run(arrivals).messages:
                last[message.conversation] = message
    _settle_calendar(house)
    return last


def _settle_calendar(house: House) -> None:
    """Mark looks at the calendar as done: where a server runs they are, long before anybody is this far."""
    looked = update(tables.outbox).where(tables.outbox.c.kind == "FindSlots")
    with house.engine.begin() as connection:
        connection.execute(looked.values(status=tables.DONE))


def _arrival(one: Applicant, number: int, last: Message | None, told: dict[str, list[str]]) -> Arrival:
    event = _event(one, number, last, told)
    return Arrival(one.conversation, "web", f"{one.conversation}:before-{number}", event)


def _event(one: Applicant, number: int, last: Message | None, told: dict[str, list[str]]) -> Event:
    at = time.time()
    if last is None:
        return Opened(at=at, channel="web", language=one.language)
    values = {value for _, value in last.buttons}
    pressed = next((value for value in PRESSED if value in values), None)
    if pressed is not None:
        return Chosen(at=at, value=pressed, seen=last.turn)
    texts = told[one.language]
    return Answered(at=at, text=texts[(one.conversation // 4096 + number) % len(texts)], seen=last.turn)


def clone(house: House, applicants: Sequence[Applicant], model: Applicant) -> None:
    """Put many applicants where the model is: state, what was said last, and the alarm that is set."""
    with reading(house.engine).connect() as connection:
        conversation = select(tables.conversation).where(tables.conversation.c.id == model.conversation)
        row = connection.execute(conversation).one()
        outbox = select(tables.outbox).where(tables.outbox.c.conversation == model.conversation)
        effects = connection.execute(outbox.order_by(tables.outbox.c.id)).mappings().all()
        said = next(effect for effect in reversed(effects) if effect["kind"] == "Say")
        sealed = connection.execute(
            select(tables.text.c.sealed).where(tables.text.c.id == said["id"])
        ).scalar_one()
    state, words = decode_interview(row.state), house.sealer.open(said["id"], sealed)
    alarm = next((effect for effect in effects if effect["kind"] == "WakeAt"), None)
    for start in range(0, len(applicants), 5000):
        part = applicants[start : start + 5000]
        with house.engine.begin() as connection:
            states = [
                {
                    "b_id": one.conversation,
                    "b_state": encode_state(replace(state, seed=one.conversation & 0x7FFFFFFF)),
                }
                for one in part
            ]
            moved = update(tables.conversation).where(tables.conversation.c.id == bindparam("b_id"))
            connection.execute(moved.values(state=bindparam("b_state"), phase=row.phase), states)
            rows, texts = [], []
            for one in part:
                number = new_id()
                rows.append({**said, "id": number, "conversation": one.conversation})
                texts.append({"id": number, "sealed": house.sealer.seal(number, words)})
                if alarm is not None:
                    rows.append({**alarm, "id": new_id(), "conversation": one.conversation})
            connection.execute(insert(tables.outbox), rows)
            connection.execute(insert(tables.text), texts)
