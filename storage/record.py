"""The durable record on SQLAlchemy Core: bulk statements, one transaction a batch, SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from dialogues.app.codec import decode_effect, join_event
from dialogues.ports import Arrival, Changes, Due, EffectRow, EventRow, Held, Stale, StateRow
from storage import tables
from storage.audit import append_audits
from storage.seal import Sealer
from storage.tables import DEAD, DONE, WAITING

_take = select(
    tables.conversation.c.id,
    tables.conversation.c.role,
    tables.conversation.c.version,
    tables.conversation.c.state,
    tables.conversation.c.application,
).where(tables.conversation.c.id.in_(bindparam("ids", expanding=True)))
_known = select(
    tables.inbox.c.channel, tables.inbox.c.external_id, tables.inbox.c.id, tables.inbox.c.seq
).where(tuple_(tables.inbox.c.channel, tables.inbox.c.external_id).in_(bindparam("keys", expanding=True)))
_advance = (
    update(tables.conversation)
    .where(
        tables.conversation.c.id == bindparam("b_id"),
        tables.conversation.c.version == bindparam("b_version") - 1,
    )
    .values(
        {
            column: bindparam(f"b_{column}")
            for column in (
                "version",
                "state",
                "phase",
                "channel",
                "total",
                "passed",
                "outcome",
                "finished_at",
                "updated_at",
            )
        }
    )
)
_step_stored = (
    update(tables.inbox)
    .where(tables.inbox.c.id == bindparam("b_id"))
    .values(
        seq=bindparam("b_seq"),
        status=bindparam("b_status"),
        attempts=tables.inbox.c.attempts + 1,
        code=bindparam("b_code"),
    )
)
_settle = (
    update(tables.outbox).where(tables.outbox.c.id.in_(bindparam("ids", expanding=True))).values(status=DONE)
)
_texts = select(tables.text.c.id, tables.text.c.sealed).where(
    tables.text.c.id.in_(bindparam("ids", expanding=True))
)


class SqlTransaction:
    """One batch's transaction. Implements `dialogues.ports.Transaction`."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer
        self._postgres = connection.dialect.name == "postgresql"

    def take(self, conversations: Collection[int]) -> dict[int, Held]:
        if not conversations:
            return {}
        statement = _take.with_for_update(skip_locked=True) if self._postgres else _take
        rows = self._connection.execute(statement, {"ids": list(conversations)})
        return {row[0]: Held(*row) for row in rows}

    def known(self, arrivals: Sequence[Arrival]) -> dict[tuple[str, str], tuple[int, int]]:
        if not arrivals:
            return {}
        keys = [(arrival.channel, arrival.external_id) for arrival in arrivals]
        rows = self._connection.execute(_known, {"keys": keys})
        return {(row[0], row[1]): (row[2], row[3]) for row in rows}

    def waiting(self, limit: int) -> list[Arrival]:
        inbox = tables.inbox
        rows = self._connection.execute(
            select(inbox.c.id, inbox.c.conversation, inbox.c.channel, inbox.c.external_id, inbox.c.body)
            .where(inbox.c.status == WAITING)
            .order_by(inbox.c.id)
            .limit(limit)
        ).all()
        words = self._open([row.id for row in rows])
        return [
            Arrival(
                conversation=row.conversation,
                channel=row.channel,
                external_id=row.external_id,
                event=join_event(row.body, words.get(row.id, "")),
                id=row.id,
            )
            for row in rows
        ]

    def profiles(self, conversations: Collection[int]) -> dict[int, dict[str, str]]:
        opened = self._open(conversations)
        return {one: msgspec.json.decode(text, type=dict[str, str]) for one, text in opened.items()}

    def _open(self, ids: Collection[int]) -> dict[int, str]:
        if not ids:
            return {}
        rows = self._connection.execute(_texts, {"ids": list(ids)})
        return {row[0]: self._sealer.open(row[0], row[1]) for row in rows}

    def write(self, changes: Changes) -> None:
        for conversation in changes.erased:
            self._erase(conversation)
        self._write_events(changes.events)
        self._write_effects(changes.effects)
        for conversation, profile in changes.profiles.items():
            self._keep_words([(conversation, msgspec.json.encode(profile).decode())], replace=True)
        self._write_states(changes.states)
        if changes.settled:
            self._connection.execute(_settle, {"ids": changes.settled})
        if changes.audits:
            append_audits(self._connection, changes.audits)

    def _write_events(self, events: list[EventRow]) -> None:
        fresh = [event for event in events if not event.stored]
        if fresh:
            columns = [_event_values(event) for event in fresh]
            self._connection.execute(self._insert_new(tables.inbox), columns)
        stored = [event for event in events if event.stored]
        if stored:
            self._connection.execute(
                _step_stored,
                [{"b_id": e.id, "b_seq": e.seq, "b_status": e.status, "b_code": e.code} for e in stored],
            )
            emptied = [event.id for event in stored if not event.words]
            if emptied:
                self._connection.execute(delete(tables.text).where(tables.text.c.id.in_(emptied)))
        self._keep_words([(event.id, event.words) for event in fresh if event.words])

    def _write_effects(self, effects: list[EffectRow]) -> None:
        if effects:
            self._connection.execute(self._insert_new(tables.outbox), [_effect_values(e) for e in effects])
            self._keep_words([(effect.id, effect.words) for effect in effects if effect.words])

    def _keep_words(self, words: list[tuple[int, str]], replace: bool = False) -> None:
        if not words:
            return
        if replace:
            self._connection.execute(
                delete(tables.text).where(tables.text.c.id.in_([row for row, _ in words]))
            )
        sealed = [{"id": row, "sealed": self._sealer.seal(row, text)} for row, text in words]
        self._connection.execute(insert(tables.text), sealed)

    def _write_states(self, states: list[StateRow]) -> None:
        if not states:
            return
        result = self._connection.execute(_advance, [_state_values(state) for state in states])
        if result.rowcount != len(states):
            raise Stale

    def _erase(self, conversation: int) -> None:
        rows = [
            select(table.c.id).where(table.c.conversation == conversation)
            for table in (tables.inbox, tables.outbox)
        ]
        for ids in rows:
            self._connection.execute(delete(tables.text).where(tables.text.c.id.in_(ids)))
        self._connection.execute(delete(tables.text).where(tables.text.c.id == conversation))
        self._connection.execute(
            update(tables.outbox)
            .where(tables.outbox.c.conversation == conversation, tables.outbox.c.status == WAITING)
            .values(status=DONE, code="erased")
        )

    def _insert_new(self, table: Any) -> Any:
        """An insert that drops a row whose unique key is there already."""
        dialect = postgresql if self._postgres else sqlite
        return dialect.insert(table).on_conflict_do_nothing()


def _event_values(event: EventRow) -> dict[str, Any]:
    return {
        "id": event.id,
        "conversation": event.conversation,
        "seq": event.seq,
        "channel": event.channel,
        "external_id": event.external_id,
        "kind": event.kind,
        "body": event.body,
        "at": event.at,
        "status": event.status,
        "attempts": 1,
        "code": event.code,
    }


def _effect_values(effect: EffectRow) -> dict[str, Any]:
    return {
        "id": effect.id,
        "conversation": effect.conversation,
        "seq": effect.seq,
        "key": effect.key,
        "kind": effect.kind,
        "body": effect.body,
        "at": effect.due_at,
        "due_at": effect.due_at,
        "status": effect.status,
        "attempts": 0,
        "lease_until": effect.due_at + LEASE_SECONDS
        if effect.status == WAITING and effect.kind != "WakeAt"
        else 0.0,
        "code": "",
    }


def _state_values(state: StateRow) -> dict[str, Any]:
    return {
        "b_id": state.id,
        "b_version": state.version,
        "b_state": state.state,
        "b_phase": state.phase,
        "b_channel": state.channel,
        "b_total": state.total,
        "b_passed": state.passed,
        "b_outcome": state.outcome,
        "b_finished_at": state.finished_at,
        "b_updated_at": state.updated_at,
    }


LEASE_SECONDS = 30.0
"""A fresh effect belongs to the process that stored it for so long; then any process may take it."""


class SqlRecord:
    """The record. Implements `dialogues.ports.Record`; one writer thread per process uses it."""

    def __init__(self, engine: Engine, sealer: Sealer) -> None:
        self.engine = engine
        self.sealer = sealer

    @contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        with self.engine.begin() as connection:
            yield SqlTransaction(connection, self.sealer)

    def claim_due(self, now: float, lease: float, limit: int) -> list[Due]:
        outbox = tables.outbox
        ready = (
            select(outbox.c.id, outbox.c.conversation, outbox.c.body, outbox.c.attempts)
            .where(outbox.c.status == WAITING, outbox.c.due_at <= now, outbox.c.lease_until <= now)
            .order_by(outbox.c.due_at, outbox.c.id)
            .limit(limit)
        )
        with self.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                ready = ready.with_for_update(skip_locked=True)
            rows = connection.execute(ready).all()
            if rows:
                ids = [row.id for row in rows]
                connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(lease_until=now + lease))
        return [Due(row.id, row.conversation, decode_effect(row.body), row.attempts) for row in rows]

    def postpone(self, effect: int, due_at: float, attempts: int, code: str) -> None:
        self._change(effect, due_at=due_at, attempts=attempts, code=code, lease_until=0.0)

    def bury(self, effect: int, code: str) -> None:
        self._change(effect, status=DEAD, code=code)

    def settle(self, effects: Collection[int]) -> None:
        with self.engine.begin() as connection:
            connection.execute(_settle, {"ids": list(effects)})

    def _change(self, effect: int, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(update(tables.outbox).where(tables.outbox.c.id == effect).values(**values))

    def words_of(self, conversation: int, seqs: Sequence[int]) -> list[str]:
        statement = select(tables.inbox.c.id, tables.inbox.c.seq).where(
            tables.inbox.c.conversation == conversation, tables.inbox.c.seq.in_(list(seqs))
        )
        with self.engine.connect() as connection:
            rows = {row.seq: row.id for row in connection.execute(statement)}
            sealed = {row[0]: row[1] for row in connection.execute(_texts, {"ids": list(rows.values())})}
        return [self.sealer.open(rows[s], sealed[rows[s]]) if rows.get(s) in sealed else "" for s in seqs]

    def forget_words(self, conversation: int, seqs: Sequence[int]) -> None:
        """Delete the texts of these events: they have been carried to where they belong."""
        ids = select(tables.inbox.c.id).where(
            tables.inbox.c.conversation == conversation, tables.inbox.c.seq.in_(list(seqs))
        )
        with self.engine.begin() as connection:
            connection.execute(delete(tables.text).where(tables.text.c.id.in_(ids)))
