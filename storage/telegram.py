"""What the Telegram channel remembers: chats, whose interview is whose, updates seen, messages not delivered yet.

Implements `bot.telegram.ports.Memory`. Holds no word of anybody's; texts are read from the sealed table.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from sqlalchemy import (
    Connection,
    Engine,
    Select,
    Table,
    and_,
    delete,
    exists,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from dialogues.app.outcome import Message
from dialogues.app.pushing import Colleague, Pending, Seat
from storage import tables
from storage.applications import hash_token
from storage.engine import reading
from storage.people import People
from storage.seal import Sealer
from storage.story import said_line
from storage.tables import DONE, WAITING

_KEPT_SECONDS = 3 * 24 * 3600.0
"""Telegram repeats an update for a day at most."""
_LEAD_LOCK = 7_306_104
_INVITE_SECONDS = 7 * 24 * 3600.0
_RECENT = 8


class _Turn(msgspec.Struct):
    turn: int


_turns = msgspec.json.Decoder(_Turn)


class TelegramMemory:
    """The tables of one bot. `start` must have told which bot it is before anything else is asked."""

    def __init__(self, engine: Engine, sealer: Sealer, people: People) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._sealer = sealer
        self._people = people
        self.bot = 0
        self.called = ""
        """The bot's user name, once `start` was told."""

    def start(self, bot: int, username: str = "") -> None:
        """Remember which bot this is and, once Telegram has told, what it is called."""
        self.bot = bot
        t = tables.telegram_bot
        self.called = username or self.called or self.username(bot)
        if not username:
            return
        with self._engine.begin() as connection:
            connection.execute(delete(t).where(t.c.bot == bot))
            connection.execute(insert(t), {"bot": bot, "username": username})

    def username(self, bot: int) -> str:
        """Return what a bot was called when Telegram last said so; "" when it never has."""
        t = tables.telegram_bot
        with self._reading.connect() as connection:
            return connection.execute(select(t.c.username).where(t.c.bot == bot)).scalar() or ""

    def seat(self, chat: int) -> Seat:
        """Return who is in a chat."""
        t, p = tables.telegram_chat, tables.person
        with self._reading.connect() as connection:
            row = connection.execute(select(t).where(t.c.bot == self.bot, t.c.chat == chat)).first()
            desk = connection.execute(select(p.c.conversation).where(p.c.id == f"telegram:{chat}")).scalar()
        if row is None:
            return Seat(chat, desk=desk or 0)
        return Seat(chat, row.interview or 0, desk or 0, started=True, blocked=row.blocked_at is not None)

    def sit(self, chat: int, interview: int = 0) -> None:
        """Note that a chat is open and which interview is spoken to there; 0 is none."""
        t = tables.telegram_chat
        values = {"interview": interview or None, "blocked_at": None}
        new = self._insert(t).values(bot=self.bot, chat=chat, **values)
        with self._engine.begin() as connection:
            connection.execute(new.on_conflict_do_update(index_elements=["bot", "chat"], set_=values))

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """Return an INSERT that may say what happens when the row is there already."""
        if self._engine.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)

    def bind(self, conversation: int, chat: int) -> bool:
        """Give an interview to the chat that came first; say whether it is this one's."""
        row = {"bot": self.bot, "conversation": conversation, "chat": chat, "bound_at": time.time()}
        with self._engine.begin() as connection:
            connection.execute(self._insert(tables.telegram_link).values(**row).on_conflict_do_nothing())
            owner = connection.execute(self._owner(conversation)).scalar()
        if owner == chat:
            self.sit(chat, conversation)
        return owner == chat

    def _owner(self, conversation: int) -> Select[int]:
        t = tables.telegram_link
        return select(t.c.chat).where(t.c.bot == self.bot, t.c.conversation == conversation)

    def chat_of(self, conversation: int) -> int:
        """Return the chat an interview belongs to; 0 when none."""
        with self._reading.connect() as connection:
            return connection.execute(self._owner(conversation)).scalar() or 0

    def interviews(self, chat: int) -> list[int]:
        """Return the interviews of a chat, the newest first."""
        t = tables.telegram_link
        mine = select(t.c.conversation).where(t.c.bot == self.bot, t.c.chat == chat)
        with self._reading.connect() as connection:
            return list(connection.execute(mine.order_by(t.c.bound_at.desc())).scalars())

    def block(self, chat: int, blocked: bool) -> None:
        """Note that the person has blocked the bot, or let it back in."""
        t = tables.telegram_chat
        values = {"blocked_at": time.time() if blocked else None}
        with self._engine.begin() as connection:
            connection.execute(update(t).where(t.c.bot == self.bot, t.c.chat == chat).values(**values))

    def started_desks(self) -> list[int]:
        """Return the desks of the people of HR who have opened a chat with the bot."""
        t = tables.telegram_chat
        with self._reading.connect() as connection:
            started = set(connection.execute(select(t.c.chat).where(t.c.bot == self.bot)).scalars())
            return [desk for chat, desk in _desks(connection).items() if chat in started]

    def name_person(self, user: int, name: str) -> None:
        """Give a person of HR who is only known by number the name that others read."""
        p = tables.person
        nameless = and_(p.c.id == f"telegram:{user}", p.c.name == str(user))
        with self._engine.begin() as connection:
            connection.execute(update(p).where(nameless).values(name=name))

    def note(self, update_id: int, kind: str) -> bool:
        """Note an update that became no event; say whether it is new."""
        t, now = tables.telegram_update, time.time()
        row = {"bot": self.bot, "update_id": update_id, "kind": kind, "at": now}
        with self._engine.begin() as connection:
            new = self._insert(t).values(**row).on_conflict_do_nothing().returning(t.c.update_id)
            return connection.execute(new).first() is not None

    def tidy(self) -> None:
        """Forget old updates, and whose the interviews were that are erased and have said their last word."""
        c, o, link = tables.conversation, tables.outbox, tables.telegram_link
        old = tables.telegram_update.c.at < time.time() - _KEPT_SECONDS
        erased = select(c.c.id).where(c.c.phase == "erased")
        pending = exists().where(
            o.c.conversation == link.c.conversation, o.c.kind == "Say", o.c.status == WAITING
        )
        gone = select(link.c.conversation).where(link.c.conversation.in_(erased), ~pending)
        with self._engine.begin() as connection:
            connection.execute(delete(tables.telegram_update).where(old))
            numbers = list(connection.execute(gone).scalars())
            if numbers:
                connection.execute(delete(link).where(link.c.conversation.in_(numbers)))
                self._leave_empty_chats(connection, numbers)

    def _leave_empty_chats(self, connection: Connection, gone: list[int]) -> None:
        """Forget chats in which there was nothing but these interviews."""
        chat, link = tables.telegram_chat, tables.telegram_link
        connection.execute(update(chat).where(chat.c.interview.in_(gone)).values(interview=None))
        others = exists().where(link.c.bot == chat.c.bot, link.c.chat == chat.c.chat)
        desks = list(_desks(connection))
        connection.execute(delete(chat).where(chat.c.interview.is_(None), ~others, chat.c.chat.not_in(desks)))

    def undelivered(self, limit: int = 2000) -> list[Pending]:
        """Return messages that wait to be delivered, oldest first."""
        o, link, t = tables.outbox, tables.telegram_link, tables.text
        statement = (
            select(o.c.id, o.c.conversation, o.c.seq, o.c.body, o.c.at, t.c.sealed, link.c.chat)
            .outerjoin(t, t.c.id == o.c.id)
            .outerjoin(link, and_(link.c.conversation == o.c.conversation, link.c.bot == self.bot))
            .where(o.c.status == WAITING, o.c.kind == "Say")
            .order_by(o.c.id)
            .limit(limit)
        )
        with self._reading.connect() as connection:
            rows = connection.execute(statement).all()
        return [self._pending(*row) for row in rows]

    def _pending(
        self,
        row: int,
        conversation: int,
        seq: int,
        body: bytes,
        at: float,
        sealed: bytes | None,
        chat: int | None,
    ) -> Pending:
        words = self._sealer.open(row, sealed) if sealed else ""
        told = said_line(seq, body, at, words)
        shown = (told.turn, told.kind, words, told.buttons, told.progress, at, "")
        return Pending(Message(conversation, seq, *shown, id=row, channel="telegram"), chat or 0)

    def recent(self, conversation: int) -> list[tuple[int, int]]:
        """Return (Telegram's number, turn) of the last messages delivered, oldest first."""
        o = tables.outbox
        statement = (
            select(o.c.sent_as, o.c.body)
            .where(o.c.conversation == conversation, o.c.kind == "Say", o.c.sent_as > 0, o.c.status == DONE)
            .order_by(o.c.seq.desc())
            .limit(_RECENT)
        )
        with self._reading.connect() as connection:
            rows = connection.execute(statement).all()
        return [(row.sent_as, _turns.decode(row.body).turn) for row in reversed(rows)]

    def invite_colleague(self, name: str, role: str, jobs: str = "*") -> str:
        """Return the token of a link that makes whoever opens it first a person of HR; good for a week."""
        token = "hr" + secrets.token_urlsafe(24)
        row = {"token_hash": hash_token(token), "name": name, "role": role, "jobs": jobs}
        with self._engine.begin() as connection:
            connection.execute(
                insert(tables.colleague_invite),
                row | {"expires_at": time.time() + _INVITE_SECONDS, "used_by": ""},
            )
        return token

    def take_colleague(self, token: str, user: int) -> Colleague:
        """Make this user the person an invitation is for; the first one only."""
        t, person = tables.colleague_invite, f"telegram:{user}"
        mine = and_(t.c.token_hash == hash_token(token), t.c.expires_at > time.time())
        free = and_(mine, or_(t.c.used_by == "", t.c.used_by == person))
        with self._engine.begin() as connection:
            row = connection.execute(select(t).where(t.c.token_hash == hash_token(token))).first()
            taken = connection.execute(update(t).where(free).values(used_by=person)).rowcount == 1
        if row is None:
            return Colleague("", "unknown")
        if not taken:
            return Colleague("", "expired" if row.expires_at < time.time() else "taken")
        self._people.ensure("telegram", f"{user}={row.name}", row.role, row.jobs)
        return Colleague(person, "", row.role)

    @contextmanager
    def lead(self) -> Iterator[bool]:
        """Say whether this process is the one that sends and polls, while the block lasts.

        On SQLite there is only one process; on PostgreSQL a lock of the database decides.
        """
        if self._engine.dialect.name != "postgresql":
            yield True
            return
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            won = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LEAD_LOCK}).scalar()
            try:
                yield bool(won)
            finally:
                if won:
                    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LEAD_LOCK})


def _desks(connection: Connection) -> dict[int, int]:
    """Return chat -> desk of the people of HR who are known by their Telegram number."""
    p = tables.person
    rows = connection.execute(select(p.c.id, p.c.conversation).where(p.c.id.like("telegram:%")))
    return {int(row.id[9:]): row.conversation for row in rows if row.id[9:].isdigit()}
