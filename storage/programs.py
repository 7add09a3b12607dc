"""The programs that candidates handed in for one task, as fingerprints, to compare one with the others.

They are made when somebody of HR looks, and kept in this process only: what is erased is compared with nothing.
"""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Engine, select

from dialogues.app.codec import decode_interview
from dialogues.core.interview import Interview, Phase, Reply, Stage
from dialogues.core.pack import Question
from dialogues.core.phases.coding import source_of
from scoring.code.likeness import Likeness, Prints, compare, fingerprints
from storage import tables
from storage.engine import reading
from storage.record import SqlRecord

_MOST = 500
"""Other candidates a program is compared with, the newest ones."""
_KEPT = 4096


class Programs:
    """Compares what was handed in."""

    def __init__(self, record: SqlRecord) -> None:
        self._engine: Engine = reading(record.engine)
        self._record = record
        self._prints = lru_cache(_KEPT)(self._read)

    def alike(self, conversation: int, state: Interview, question: Question) -> Likeness | None:
        """Return how a candidate's program stands to those of others; None where there is nothing to say."""
        own = _handed_in(state, question.id)
        if own is None or question.code is None:
            return None
        others = [
            self._prints(other, reply.events[-1], reply.code)
            for other, reply in self._others(conversation, state.pack, question.id)
            if reply.code == own.code
        ]
        given = fingerprints(question.code.starter.get(own.code, ""), own.code)
        return compare(self._prints(conversation, own.events[-1], own.code), others, given)

    def _others(self, conversation: int, job: str, question: str) -> list[tuple[int, Reply]]:
        c = tables.conversation.c
        statement = (
            select(c.id, c.state)
            .where(c.role == "candidate", c.job == job, c.phase != Phase.ERASED, c.id != conversation)
            .order_by(c.id.desc())
            .limit(_MOST)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(statement).all()
        found = ((row.id, _handed_in(decode_interview(row.state), question)) for row in rows)
        return [(number, reply) for number, reply in found if reply is not None]

    def _read(self, conversation: int, event: int, language: str) -> Prints:
        words = self._record.words_of(conversation, (event,))
        source, _ = source_of(words[0] if words else "")
        return fingerprints(source, language)


def _handed_in(state: Interview, question: str) -> Reply | None:
    """Return the program that an interview handed in for a question."""
    return next(
        (
            reply
            for reply in state.replies
            if reply.question == question and reply.code and reply.events and reply.stage is not Stage.OPEN
        ),
        None,
    )
