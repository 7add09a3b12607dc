"""What people of HR administer from their chat, on the database: colleagues, links, packs, pauses, drafts, the log.

Knows tables and no rules: who may do what is asked by whoever calls. Implements `bot.hr.managing.Administration`.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from dialogues.core.pack import Pack
from dialogues.ports import AuditRow, Person
from storage import tables
from storage.applications import Applications, hash_token
from storage.engine import reading
from storage.packs import PackShelf, UnknownPack
from storage.people import People
from storage.seal import Sealer
from storage.uploads import Uploads

_DRAFT_SECONDS = 24 * 3600.0
_INVITE_SECONDS = 7 * 24 * 3600.0
_REMEMBERED_SECONDS = 60 * 24 * 3600.0
_PAUSED = "paused"


class SqlDesks:
    """Administers."""

    def __init__(
        self, engine: Engine, sealer: Sealer, applications: Applications, packs: PackShelf, people: People
    ) -> None:
        self._engine = engine
        self._sealer = sealer
        self._uploads = Uploads(engine, sealer)
        self._applications = applications
        self._packs = packs
        self._people = people

    def keep(self, desk: int, key: str, content: bytes) -> int:
        """Keep what a person is about to confirm, sealed, for a day at most; the same key is kept once."""
        t = tables.upload
        old = (t.c.conversation == desk) & (t.c.at < time.time() - _DRAFT_SECONDS)
        with self._engine.begin() as connection:
            connection.execute(delete(t).where(old))
        return self._uploads.keep(desk, key, "draft", content)

    def kept(self, desk: int, number: int) -> bytes | None:
        """Return what this person kept; None when it is gone or somebody else's."""
        t = tables.upload.c
        mine = select(t.id).where(t.id == number, t.conversation == desk)
        with reading(self._engine).connect() as connection:
            known = connection.execute(mine).first()
        return self._uploads.read(number) if known is not None else None

    def drop(self, desk: int, number: int) -> None:
        """Forget what this person kept."""
        t = tables.upload.c
        with self._engine.begin() as connection:
            connection.execute(delete(tables.upload).where(t.id == number, t.conversation == desk))

    def revoke(self, conversation: int) -> None:
        """Revoke every link of a candidate."""
        self._applications.revoke(conversation)

    def token(self, conversation: int) -> str:
        """Return the token of a fresh link for a candidate."""
        return self._applications.invite(conversation)

    def people_of(self, job: str) -> list[tuple[int, float, dict[str, str]]]:
        """Return (conversation, when it was created, what is known of the candidate) of a job's applications."""
        c = tables.conversation.c
        statement = (
            select(c.id, c.created_at, tables.text.c.sealed)
            .join(tables.text, tables.text.c.id == c.id)
            .where(c.role == "candidate", c.job == job, c.phase != "erased")
        )
        with reading(self._engine).connect() as connection:
            rows = connection.execute(statement).all()
        return [
            (
                row.id,
                row.created_at,
                msgspec.json.decode(self._sealer.open(row.id, row.sealed), type=dict[str, str]),
            )
            for row in rows
        ]

    def versions(self, job: str) -> list[tuple[str, bool, float]]:
        """Return (version, whether it is the active one, when it was stored), newest first."""
        p = tables.pack.c
        statement = select(p.version, p.active, p.created_at).where(p.name == job)
        with reading(self._engine).connect() as connection:
            rows = connection.execute(statement.order_by(p.created_at.desc())).all()
        return [(row.version, bool(row.active), row.created_at) for row in rows]

    def add_pack(self, text: str, *, activate: bool) -> Pack:
        """Store a pack; PackError when it is wrong, ValueError when this version has other content."""
        return self._packs.add(text, activate=activate)

    def activate(self, job: str, version: str) -> bool:
        """Make a stored version the active one; say whether there is one."""
        try:
            self._packs.pack(job, version)
        except UnknownPack:
            return False
        p = tables.pack.c
        with self._engine.begin() as connection:
            connection.execute(update(tables.pack).where(p.name == job).values(active=False))
            one = update(tables.pack).where(p.name == job, p.version == version)
            connection.execute(one.values(active=True))
        return True

    def paused(self) -> set[str]:
        """Return the jobs that are paused."""
        r = tables.booking_rule.c
        with reading(self._engine).connect() as connection:
            return set(connection.execute(select(r.job).where(r.name == _PAUSED)).scalars())

    def pause(self, job: str, *, on: bool) -> None:
        """Pause a job or take it up again."""
        r = tables.booking_rule
        with self._engine.begin() as connection:
            connection.execute(delete(r).where(r.c.job == job, r.c.name == _PAUSED))
            if on:
                connection.execute(insert(r), {"job": job, "name": _PAUSED, "value": "yes"})

    def invite_colleague(self, name: str, role: str, jobs: str) -> str:
        """Return the token of a link that makes whoever opens it first a person of HR; good for a week."""
        token = "hr" + secrets.token_urlsafe(24)
        values = {"token_hash": hash_token(token), "name": name, "role": role, "jobs": jobs}
        values |= {"expires_at": time.time() + _INVITE_SECONDS, "used_by": ""}  # type: ignore[dict-item]
        with self._engine.begin() as connection:
            connection.execute(insert(tables.colleague_invite), values)
        return token

    def take_colleague(self, token: str) -> Person | None:
        """Make whoever opens a colleague's link in the browser that person; None for the second one, or too late."""
        t, handle = tables.colleague_invite, hashlib.sha256(token.encode()).hexdigest()[:10]
        mine = (t.c.token_hash == hash_token(token)) & (t.c.expires_at > time.time()) & (t.c.used_by == "")
        with self._engine.begin() as connection:
            row = connection.execute(select(t).where(mine)).first()
            statement = update(t).where(mine).values(used_by=f"web:{handle}")
            if row is None or connection.execute(statement).rowcount != 1:
                return None
        return self._people.ensure("web", f"{handle}={row.name}", row.role, row.jobs)

    def remove(self, person: str) -> None:
        """Remove a person of HR at once, from every channel; what they did stays in the log."""
        p, s, i = tables.person, tables.sign_in, tables.colleague_invite
        with self._engine.begin() as connection:
            connection.execute(delete(s).where(s.c.person == person))
            connection.execute(delete(p).where(p.c.id == person))
            # a link once used would let the same person in again
            connection.execute(update(i).where(i.c.used_by == person).values(expires_at=0.0))

    def log(self, applications: Collection[str] | None, actor: str, limit: int) -> list[AuditRow]:
        """Return the newest rows about these targets (None: all), by one person or ("") everybody, newest first."""
        a = tables.audit.c
        wanted = [a.actor == actor] if actor else []
        statement = select(tables.audit).where(*wanted).order_by(a.id.desc()).limit(5000)
        with reading(self._engine).connect() as connection:
            rows = connection.execute(statement).all()
        shown = [row for row in rows if applications is None or row.target in applications]
        return [AuditRow(row.at, row.actor, row.action, row.target) for row in shown[:limit]]

    def claim_notice(self, desk: int, key: str) -> bool:
        """Say whether a person was not told this before, and note that they are now."""
        n, now = tables.notice, time.time()
        try:
            with self._engine.begin() as connection:
                connection.execute(delete(n).where(n.c.desk == desk, n.c.at < now - _REMEMBERED_SECONDS))
                connection.execute(insert(n), {"desk": desk, "key": key, "at": now})
        except IntegrityError:
            return False
        return True

    def fed_back(self, applications: Sequence[str]) -> set[str]:
        """Return those of these applications that were sent feedback by a person."""
        a, found = tables.audit.c, set()
        with reading(self._engine).connect() as connection:
            for start in range(0, len(applications), 500):
                some = applications[start : start + 500]
                statement = select(a.target).where(a.target.in_(some), a.action == "fed_back")
                found |= set(connection.execute(statement).scalars())
        return found
