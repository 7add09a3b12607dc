"""Takes events in for workers of other processes: stores them, acknowledges, steps nothing of an interview.

What a person of HR asks is stepped here all the same: the answer belongs to the page that is open here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dialogues.app.batch import WAITING, Batch
from dialogues.app.codec import split_event
from dialogues.app.outcome import Outcome
from dialogues.core.events import Asked
from dialogues.ports import Arrival, Changes, EventRow, Record


class Intake:
    """Stands in for a `Batch` in a process without worker."""

    def __init__(self, record: Record, new_id: Callable[[], int], desks: Batch | None = None) -> None:
        self._record = record
        self._new_id = new_id
        self._desks = desks

    def run(self, arrivals: Sequence[Arrival], settled: Sequence[int] = ()) -> Outcome:
        """Store these events; what was stored before is acknowledged again. A second try changes nothing."""
        stored = self._store([arrival for arrival in arrivals if not isinstance(arrival.event, Asked)])
        asked = [arrival for arrival in arrivals if isinstance(arrival.event, Asked)]
        if not asked or self._desks is None:
            if settled:
                self._record.settle(settled)
            return stored
        outcome = self._desks.run(asked, settled)
        outcome.acknowledged += stored.acknowledged
        outcome.waiting += stored.waiting
        return outcome

    def catch_up(self) -> Outcome:
        """Do nothing: what waits is the workers'."""
        return Outcome([], [], [])

    def _store(self, arrivals: Sequence[Arrival]) -> Outcome:
        outcome = Outcome([], [], [])
        if not arrivals:
            return outcome
        with self._record.transaction() as transaction:
            known = transaction.known(arrivals)
            rows = []
            for arrival in arrivals:
                name = (arrival.channel, arrival.external_id)
                if name not in known:
                    arrival.id = self._new_id()
                    known[name] = (arrival.id, 0)
                    rows.append(_waiting_row(arrival))
                outcome.acknowledged.append((arrival, known[name][1]))
            transaction.write(Changes(rows, [], [], {}, [], [], _settled(arrivals)))
        outcome.waiting = len(rows)
        return outcome


def _settled(arrivals: Sequence[Arrival]) -> list[int]:
    return [arrival.settles for arrival in arrivals if arrival.settles]


def _waiting_row(arrival: Arrival) -> EventRow:
    kind, body, words = split_event(arrival.event)
    return EventRow(
        id=arrival.id,
        conversation=arrival.conversation,
        seq=0,
        channel=arrival.channel,
        external_id=arrival.external_id,
        kind=kind,
        body=body,
        at=arrival.event.at,
        status=WAITING,
        words=words,
    )
