"""What was learned from HR's corrections: the labels it is learned from, and which maps are switched on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from sqlalchemy import Connection, Engine, insert, select, update

from dialogues.app.codec import decode_interview
from dialogues.core.interview import Interview, Phase
from scoring.calibration.people import Calibration, Label
from storage import tables
from storage.engine import reading

# The newest interviews of a job that are looked at: people's standards change.
_LOOKED_AT = 400

_read = msgspec.json.Decoder(Calibration).decode


class Calibrations:
    """Reads labels, keeps maps. No words of anybody are here."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    def labels(self, job: str) -> dict[tuple[str, str], list[Label]]:
        """Return (competency, scorer) -> what people made of its levels, newest interview first.

        A competency whose answers were scored by more than one scorer teaches nothing of either.
        """
        found: dict[tuple[str, str], list[Label]] = {}
        for state in self._seen(job):
            for competency, scorer, label in _labels_of(state):
                found.setdefault((competency, scorer), []).append(label)
        return found

    def active(self, job: str) -> list[Calibration]:
        """Return the maps that are switched on, by competency."""
        with self._reading.connect() as connection:
            return active_calibrations(connection, job)

    def switch_on(self, calibration: Calibration, by: str, at: float) -> None:
        """Use this map for interviews created from now on, instead of any other for its competency."""
        c = tables.calibration.c
        one = (c.job == calibration.job, c.competency == calibration.competency)
        with self._engine.begin() as connection:
            connection.execute(update(tables.calibration).where(*one).values(active=False))
            again = update(tables.calibration).where(*one, c.version == calibration.version)
            if not connection.execute(again.values(active=True)).rowcount:
                values = {
                    "job": calibration.job,
                    "competency": calibration.competency,
                    "version": calibration.version,
                    "body": msgspec.json.encode(calibration),
                    "active": True,
                    "at": at,
                    "by": by,
                }
                connection.execute(insert(tables.calibration), values)

    def switch_off(self, job: str, competency: str) -> None:
        """Use no map for interviews created from now on; those that have one keep it."""
        c = tables.calibration.c
        statement = update(tables.calibration).where(c.job == job, c.competency == competency)
        with self._engine.begin() as connection:
            connection.execute(statement.values(active=False))

    def _seen(self, job: str) -> Iterator[Interview]:
        """Give the states of finished interviews that a person has decided about or corrected."""
        c = tables.conversation.c
        statement = (
            select(c.state)
            .where(c.role == "candidate", c.job == job, c.finished_at > 0, c.phase != Phase.ERASED.value)
            .order_by(c.finished_at.desc(), c.id)
            .limit(_LOOKED_AT)
        )
        with self._reading.connect() as connection:
            for body in connection.execute(statement).scalars():
                state = decode_interview(body)
                if state.overrides or state.decision is not None:
                    yield state


def newest_labels(labels: Mapping[tuple[str, str], list[Label]]) -> dict[str, tuple[str, list[Label]]]:
    """Return competency -> (scorer, labels) for the scorer of the newest interview: older scorers are history."""
    found: dict[str, tuple[str, list[Label]]] = {}
    for (competency, scorer), own in labels.items():
        found.setdefault(competency, (scorer, own))
    return found


def active_calibrations(connection: Connection, job: str) -> list[Calibration]:
    """Return the maps that are switched on for a job, by competency."""
    c = tables.calibration.c
    statement = select(c.body).where(c.job == job, c.active).order_by(c.competency)
    return [_read(body) for body in connection.execute(statement).scalars()]


def _labels_of(state: Interview) -> Iterator[tuple[str, str, Label]]:
    """Give competency, scorer and label of each level that a person changed, or saw and let stand."""
    given = {override.competency: override.level for override in state.overrides}
    for standing in state.standings:
        name = standing.competency
        scorers = {r.scorer for r in state.replies if r.competency == name and r.level is not None}
        # a level that calibration had moved already says nothing of the computed one when it is let stand
        told = name in given or (state.decision is not None and standing.calibrated is None)
        if standing.level is not None and told and len(scorers) == 1:
            level = given.get(name)
            label = Label(standing.level, standing.level if level is None else level, stood=level is None)
            yield name, scorers.pop(), label
