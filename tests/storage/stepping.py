"""A worker process for the test of several: steps what it is given and what others left, as `Worker` does."""

from __future__ import annotations

import time
from random import Random

from sqlalchemy.exc import OperationalError

from dialogues.app.edge import Intake
from dialogues.ports import Arrival, Stale
from storage.ids import new_id
from tests.storage.store import Store, arrival, pressed, said

ROUNDS = 12
_BATCH = 7


def messages(conversations: list[int]) -> list[tuple[int, str, str]]:
    """Return (conversation, name, text) of everything that is sent, by every process alike."""
    return [
        (conversation, f"m{number}", f"Message {number}: I asked the customer, agreed a plan and kept to it.")
        for number in range(ROUNDS)
        for conversation in conversations
    ]


def step_all(url: str, conversations: list[int], seed: int) -> None:
    """Hand in every message, in batches of other sizes and places than the other process's; some as an edge does."""
    store, random = Store(url), Random(seed)
    intake = Intake(store.record, new_id)
    sent = [arrival(one, name, said(text)) for one, name, text in messages(conversations)]
    opening = [arrival(one, "b1", pressed("consent:yes")) for one in conversations]
    sent = opening + sent
    for start in range(0, len(sent), _BATCH):
        part = sent[start : start + _BATCH]
        random.shuffle(part)
        _insist(intake if random.random() < 0.3 else store.batch, part)
        if random.random() < 0.5:
            _insist(store.batch, None)
    for _ in range(5):
        _insist(store.batch, None)
        time.sleep(0.05)
    store.close()


def _insist(stepper: object, part: list[Arrival] | None) -> None:
    """Run until it is written; whoever comes second tries again."""
    for attempt in range(20):
        try:
            if part is None:
                stepper.catch_up()  # type: ignore[attr-defined]
                return
            for one in part:
                one.id = 0
            stepper.run(part)  # type: ignore[attr-defined]
        except (Stale, OperationalError):
            time.sleep(0.002 * attempt)
        else:
            return
    raise TimeoutError("twenty tries were not enough")
