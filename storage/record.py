"""The durable record on SQLAlchemy Core: bulk statements, one transaction a batch, SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Select, Table, bindparam, delete, select, update

from dialogues.app.codec import decode_effect, join_event
from dialogues.ports import Arrival, Changes, Due, EffectRow, EventRow, Held, Stale, StateRow
from storage import tables
from storage.audit import append_audits
from storage.bulk import Row, find_rows, run_bulk
from storage.delivery_rows import forget_application
from storage.ids import first_id
from storage.readings import forget_readings
from storage.seal import Sealer
from storage.tables import DEAD, DONE, WAITING

_take = select(
    tables.conversation.c.id,
    tables.conversation.c.role,
    tables.conversation.c.version,
    tables.conversation.c.state,
    tables.conversation.c.application,
).where(tables.conversation.c.id.in_(bindparam("ids", expanding=True)))
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
_behind = (
    select(tables.inbox.c.conversation)
    .where(tables.inbox.c.status == WAITING)
    .order_by(tables.inbox.c.id)
    .limit(bindparam("limit"))
)
_waiting = (
    select(
        tables.inbox.c.id,
        tables.inbox.c.conversation,
        tables.inbox.c.channel,
        tables.inbox.c.external_id,
        tables.inbox.c.body,
    )
    .where(
        tables.inbox.c.status == WAITING,
        tables.inbox.c.conversation.in_(bindparam("conversations", expanding=True)),
    )
    .order_by(tables.inbox.c.id)
)
_settle = (
    update(tables.outbox).where(tables.outbox.c.id.in_(bindparam("ids", expanding=True))).values(status=DONE)
)
_deliver = (
    update(tables.outbox)
    .where(tables.outbox.c.id == bindparam("b_id"))
    .values(status=bindparam("b_status"), sent_as=bindparam("b_sent_as"), code=bindparam("b_code"))
)
_texts = select(tables.text.c.id, tables.text.c.sealed).where(
    tables.text.c.id.in_(bindparam("ids", expanding=True))
)

# The statements of every turn, for many rows at a time: see storage.bulk.
_KNOWN = """
    SELECT inbox.channel, inbox.external_id, inbox.id, inbox.seq FROM (VALUES {rows}) AS v
    JOIN inbox ON inbox.channel = v.column1 AND inbox.external_id = v.column2"""  # IN would read every row
_ADD_EVENTS = """
    INSERT INTO inbox (id, conversation, seq, channel, external_id, kind, body, at, status, attempts, code)
    VALUES {rows} ON CONFLICT (channel, external_id) DO NOTHING"""
_ADD_EFFECTS = """
    INSERT INTO outbox
        (id, conversation, seq, key, kind, body, at, due_at, status, attempts, lease_until, code)
    VALUES {rows} ON CONFLICT (conversation, key) DO NOTHING"""
_ADD_TEXTS = "INSERT INTO text (id, sealed) VALUES {rows}"
_ADVANCE = """
    UPDATE conversation SET version = v.column2, state = v.column3, phase = v.column4, channel = v.column5,
        total = CAST(v.column6 AS FLOAT), passed = v.column7, outcome = v.column8, finished_at = v.column9,
        updated_at = v.column10
    FROM (VALUES {rows}) AS v
    WHERE conversation.id = v.column1 AND conversation.version = v.column2 - 1"""


class SqlTransaction:
    """One batch's transaction. Implements `dialogues.ports.Transaction`."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer
        self._postgres = connection.dialect.name == "postgresql"

    def take(self, conversations: Collection[int], remembered: Mapping[int, Held]) -> dict[int, Held]:
        if self._postgres:
            return self._read(_take.with_for_update(skip_locked=True), conversations)
        mine = {one: remembered[one] for one in conversations if one in remembered}
        return mine | self._read(_take, [one for one in conversations if one not in mine])

    def _read(self, statement: Select[Any], conversations: Collection[int]) -> dict[int, Held]:
        if not conversations:
            return {}
        rows = self._connection.execute(statement, {"ids": list(conversations)})
        return {row[0]: Held(*row) for row in rows}

    def known(self, arrivals: Sequence[Arrival]) -> dict[tuple[str, str], tuple[int, int]]:
        if not arrivals:
            return {}
        keys = [(arrival.channel, arrival.external_id) for arrival in arrivals]
        rows = find_rows(self._connection, _KNOWN, keys)
        return {(row[0], row[1]): (row[2], row[3]) for row in rows}

    def behind(self, limit: int) -> list[int]:
        rows = self._connection.execute(_behind, {"limit": limit}).scalars()
        return list(dict.fromkeys(rows))

    def waiting(self, conversations: Collection[int]) -> list[Arrival]:
        rows = self._connection.execute(_waiting, {"conversations": list(conversations)}).all()
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
            self._insert_events(fresh)
        stored = [event for event in events if event.stored]
        if stored:
            self._connection.execute(
                _step_stored,
                [{"b_id": e.id, "b_seq": e.seq, "b_status": e.status, "b_code": e.code} for e in stored],
            )
            emptied = [event.id for event in stored if not event.words]
            if emptied:
                self._connection.execute(delete(tables.text).where(tables.text.c.id.in_(emptied)))

    def _insert_events(self, events: list[EventRow]) -> None:
        """Insert new events. Another process may have stored one a moment ago: then a stepped one is Stale."""
        kept = self._insert_new(tables.inbox, _ADD_EVENTS, [_event_values(event) for event in events])
        if any(event.status == DONE and event.id not in kept for event in events):
            raise Stale
        self._keep_words([(event.id, event.words) for event in events if event.words and event.id in kept])

    def _write_effects(self, effects: list[EffectRow]) -> None:
        if effects:
            kept = self._insert_new(tables.outbox, _ADD_EFFECTS, [_effect_values(e) for e in effects])
            words = [(effect.id, effect.words) for effect in effects if effect.words and effect.id in kept]
            self._keep_words(words)

    def _insert_new(self, table: Table, statement: str, rows: list[Row]) -> Collection[int]:
        """Insert rows, ids first, but for those whose unique key is there already; return the ids that are in."""
        ids = [row[0] for row in rows]
        if run_bulk(self._connection, statement, rows) == len(rows):
            return set(ids)
        return set(self._connection.execute(select(table.c.id).where(table.c.id.in_(ids))).scalars())

    def _keep_words(self, words: list[tuple[int, str]], replace: bool = False) -> None:
        if not words:
            return
        if replace:
            self._connection.execute(
                delete(tables.text).where(tables.text.c.id.in_([row for row, _ in words]))
            )
        seal = self._sealer.seal
        run_bulk(self._connection, _ADD_TEXTS, [(row, seal(row, text)) for row, text in words])

    def _write_states(self, states: list[StateRow]) -> None:
        changed = run_bulk(self._connection, _ADVANCE, [_state_values(state) for state in states])
        if changed != len(states):
            raise Stale

    def _erase(self, conversation: int) -> None:
        rows = [
            select(table.c.id).where(table.c.conversation == conversation)
            for table in (tables.inbox, tables.outbox)
        ]
        for ids in rows:
            self._connection.execute(delete(tables.text).where(tables.text.c.id.in_(ids)))
        self._connection.execute(delete(tables.text).where(tables.text.c.id == conversation))
        forget_readings(self._connection, conversation)
        forget_application(self._connection, conversation)
        self._connection.execute(delete(tables.upload).where(tables.upload.c.conversation == conversation))
        self._connection.execute(
            update(tables.outbox)
            .where(tables.outbox.c.conversation == conversation, tables.outbox.c.status == WAITING)
            .values(status=DONE, code="erased")
        )
        self._connection.execute(
            update(tables.application)
            .where(tables.application.c.conversation == conversation)
            .values(external_id=None)
        )


def _event_values(event: EventRow) -> Row:
    return (
        event.id,
        event.conversation,
        event.seq,
        event.channel,
        event.external_id,
        event.kind,
        event.body,
        event.at,
        event.status,
        1,
        event.code,
    )


def _effect_values(effect: EffectRow) -> Row:
    leased = effect.status == WAITING and effect.kind != "WakeAt"
    return (
        effect.id,
        effect.conversation,
        effect.seq,
        effect.key,
        effect.kind,
        effect.body,
        effect.due_at,
        effect.due_at,
        effect.status,
        0,
        effect.due_at + LEASE_SECONDS if leased else 0.0,
        "",
    )


def _state_values(state: StateRow) -> Row:
    return (
        state.id,
        state.version,
        state.state,
        state.phase,
        state.channel,
        state.total,
        state.passed,
        state.outcome,
        state.finished_at,
        state.updated_at,
    )


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
            .where(
                outbox.c.status == WAITING,
                outbox.c.kind != "Say",  # those are the messengers' to deliver, in order
                outbox.c.due_at <= now,
                outbox.c.lease_until <= now,
            )
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

    def delivered(self, deliveries: Sequence[tuple[int, int, str]]) -> None:
        rows = [
            {"b_id": row, "b_sent_as": sent_as, "b_code": code, "b_status": DEAD if code else DONE}
            for row, sent_as, code in deliveries
        ]
        with self.engine.begin() as connection:
            connection.execute(_deliver, rows)

    def notices(self, since: float) -> list[Due]:
        """Return what HR was told, by whichever process, that got its number after a moment."""
        outbox = tables.outbox.c
        told = (
            select(outbox.id, outbox.conversation, outbox.body, outbox.attempts)
            .where(outbox.id >= first_id(since), outbox.kind == "TellHr")
            .order_by(outbox.id)
        )
        with self.engine.connect() as connection:
            rows = connection.execute(told).all()
        return [Due(row.id, row.conversation, decode_effect(row.body), row.attempts) for row in rows]

    def free_leases(self) -> None:
        outbox = tables.outbox.c
        mine = update(tables.outbox).where(outbox.status == WAITING, outbox.lease_until > 0)
        with self.engine.begin() as connection:
            connection.execute(mine.values(lease_until=0.0))

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
