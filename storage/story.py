"""Reads a conversation back: the messages as the candidate saw them, and the events as they were stepped."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Engine, Row, select

from dialogues.app.codec import join_event
from dialogues.core.events import Chosen, VoiceReceived
from dialogues.ports import StoredEvent, StoryLine
from dialogues.stored import StoredEffect
from storage import tables
from storage.engine import reading
from storage.seal import Sealer
from storage.tables import DONE, WAITING

_AT_ONCE = 500


class _Body(Struct):
    buttons: list[tuple[str, str]]
    kind: str
    turn: int
    progress: tuple[int, int] | None = None


_bodies = msgspec.json.Decoder(_Body)


def said_line(seq: int, body: bytes, at: float, text: str) -> StoryLine:
    """Return a message as it is stored: all but its text is in `body`."""
    told = _bodies.decode(body)
    return StoryLine(seq, False, text, at, told.kind, told.turn, told.buttons, told.progress)


def _bodies_of(
    connection: Connection, kind: str, conversation: int, after: int
) -> Sequence[Row[Any, Any, Any, Any]]:
    inbox = tables.inbox
    return connection.execute(
        select(inbox.c.seq, inbox.c.at, inbox.c.external_id, inbox.c.body).where(
            inbox.c.conversation == conversation,
            inbox.c.kind == kind,
            inbox.c.seq > after,
            inbox.c.status == DONE,
        )
    ).all()


class StoryReader:
    """Reads conversations. Texts that were erased read as ""."""

    def __init__(self, engine: Engine, sealer: Sealer) -> None:
        self._engine = reading(engine)
        self._sealer = sealer

    def lines(self, conversation: int, after: int = 0, limit: int = _AT_ONCE) -> list[StoryLine]:
        """Return the messages with a number above `after`, in order, buttons pressed and recordings among them."""
        with self._engine.connect() as connection:
            said = self._said(connection, conversation, after)
            heard = self._heard(connection, conversation, after)
            pressed = self._pressed(connection, conversation, after)
            spoken = self._spoken(connection, conversation, after)
        return sorted([*said, *heard, *pressed, *spoken], key=lambda line: line.seq)[:limit]

    def _spoken(self, connection: Connection, conversation: int, after: int) -> list[StoryLine]:
        """Return the recordings sent, by how long they last."""
        lines = []
        for row in _bodies_of(connection, "VoiceReceived", conversation, after):
            event = join_event(row.body, "")
            assert isinstance(event, VoiceReceived)
            lines.append(
                StoryLine(row.seq, True, "", row.at, external_id=row.external_id, spoken=event.seconds)
            )
        return lines

    def _pressed(self, connection: Connection, conversation: int, after: int) -> list[StoryLine]:
        """Return the buttons pressed, by the label they bore."""
        rows = _bodies_of(connection, "Chosen", conversation, after)
        if not rows:
            return []
        offered = sorted(self._said(connection, conversation, 0), key=lambda line: line.seq)
        pressed = []
        for row in rows:
            event = join_event(row.body, "")
            assert isinstance(event, Chosen)
            labels = [
                text
                for line in offered
                if line.seq < row.seq
                for text, value in line.buttons
                if value == event.value
            ]
            if labels:
                pressed.append(StoryLine(row.seq, True, labels[-1], row.at, external_id=row.external_id))
        return pressed

    def _said(self, connection: Connection, conversation: int, after: int) -> list[StoryLine]:
        outbox = tables.outbox
        rows = connection.execute(
            select(outbox.c.seq, outbox.c.body, outbox.c.at, outbox.c.id, tables.text.c.sealed)
            .outerjoin(tables.text, tables.text.c.id == outbox.c.id)
            .where(outbox.c.conversation == conversation, outbox.c.kind == "Say", outbox.c.seq > after)
        )
        lines = []
        for row in rows:
            text = self._sealer.open(row.id, row.sealed) if row.sealed else ""
            lines.append(said_line(row.seq, row.body, row.at, text))
        return [line for line in lines if line.text]

    def _heard(self, connection: Connection, conversation: int, after: int) -> list[StoryLine]:
        inbox = tables.inbox
        rows = connection.execute(
            select(inbox.c.seq, inbox.c.at, inbox.c.id, inbox.c.external_id, tables.text.c.sealed)
            .outerjoin(tables.text, tables.text.c.id == inbox.c.id)
            .where(
                inbox.c.conversation == conversation,
                inbox.c.kind == "Answered",
                inbox.c.seq > after,
                inbox.c.status == DONE,
            )
        )
        return [
            StoryLine(
                row.seq,
                True,
                self._sealer.open(row.id, row.sealed) if row.sealed else "",
                row.at,
                external_id=row.external_id,
            )
            for row in rows
        ]

    def versions(self, conversations: Collection[int]) -> dict[int, int]:
        """Return how often each of these conversations has changed."""
        c = tables.conversation.c
        with self._engine.connect() as connection:
            rows = connection.execute(select(c.id, c.version).where(c.id.in_(conversations)))
            return {row.id: row.version for row in rows}

    def waiting_since(self) -> float | None:
        """Return when the event came in that has waited longest to be stepped; None when none waits."""
        inbox = tables.inbox.c
        oldest = select(inbox.at).where(inbox.status == WAITING).order_by(inbox.id).limit(1)
        with self._engine.connect() as connection:
            return connection.execute(oldest).scalar()

    def events(self, conversation: int) -> list[StoredEvent]:
        """Return the events in the order they were stepped."""
        inbox = tables.inbox
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(
                    inbox.c.seq, inbox.c.id, inbox.c.kind, inbox.c.body, inbox.c.channel, tables.text.c.sealed
                )
                .outerjoin(tables.text, tables.text.c.id == inbox.c.id)
                .where(inbox.c.conversation == conversation, inbox.c.status == DONE)
                .order_by(inbox.c.seq)
            ).all()
        return [
            StoredEvent(
                seq=row.seq,
                event=join_event(row.body, self._sealer.open(row.id, row.sealed) if row.sealed else ""),
                channel=row.channel,
                whole=row.sealed is not None or row.kind not in ("Answered", "Explained", "HrWrote", "Asked"),
            )
            for row in rows
        ]

    def effects(self, conversation: int) -> list[StoredEffect]:
        """Return the stored effects, messages rendered."""
        outbox = tables.outbox
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(outbox.c.seq, outbox.c.key, outbox.c.kind, outbox.c.id, tables.text.c.sealed)
                .outerjoin(tables.text, tables.text.c.id == outbox.c.id)
                .where(outbox.c.conversation == conversation)
                .order_by(outbox.c.seq, outbox.c.id)
            ).all()
        return [
            StoredEffect(
                row.seq, row.key, row.kind, self._sealer.open(row.id, row.sealed) if row.sealed else ""
            )
            for row in rows
        ]
