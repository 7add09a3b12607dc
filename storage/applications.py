"""Applications, their invitations, and the lists HR sees. Role and job are checked by whoever passes `jobs`."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Engine, Row, Select, and_, case, func, insert, or_, select, update

from dialogues.app.codec import decode_interview, encode_state
from dialogues.core.interview import Interview
from dialogues.core.pack import Pack
from dialogues.ports import InviteState, Listed
from scoring.calibration.people import Calibration
from storage import tables
from storage.calibrations import active_calibrations
from storage.engine import reading
from storage.ids import new_id
from storage.seal import Sealer

INVITE_SECONDS = 30 * 24 * 3600.0

_learned = msgspec.json.Decoder(list[Calibration])


class Applications:
    """Creates and reads applications."""

    def __init__(self, engine: Engine, sealer: Sealer) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._sealer = sealer

    def create(
        self, pack: Pack, language: str, profile: dict[str, str], external_id: str | None = None
    ) -> tuple[str, int]:
        """Create an application and its conversation; return (application id, conversation id).

        A repeated `external_id` returns the application that has it already.
        """
        with self._engine.begin() as connection:
            if external_id is not None:
                same = select(tables.application).where(tables.application.c.external_id == external_id)
                row = connection.execute(same).first()
                if row is not None:
                    return row.id, row.conversation
            name, conversation, now = f"a_{secrets.token_hex(5)}", new_id(), time.time()
            known = tuple(sorted(profile))
            learned = active_calibrations(connection, pack.name)
            state = _first_state(name, pack.name, pack.version, language, conversation, known, learned)
            connection.execute(insert(tables.conversation), _conversation_values(conversation, state, now))
            values: dict[str, Any] = {
                "id": name,
                "external_id": external_id,
                "job": pack.name,
                "pack_version": pack.version,
            }
            values |= {"conversation": conversation, "language": language, "known": " ".join(known)}
            values |= {"calibrations": msgspec.json.encode(learned).decode()}
            connection.execute(insert(tables.application), {**values, "created_at": now})
            if profile:
                sealed = self._sealer.seal(conversation, msgspec.json.encode(profile).decode())
                connection.execute(insert(tables.text), {"id": conversation, "sealed": sealed})
        return name, conversation

    def invite(self, conversation: int, seconds: float = INVITE_SECONDS) -> str:
        """Return a fresh personal token for a link; only its hash is kept."""
        token = secrets.token_urlsafe(24)
        values = {
            "token_hash": hash_token(token),
            "conversation": conversation,
            "expires_at": time.time() + seconds,
            "revoked_at": None,
        }
        with self._engine.begin() as connection:
            connection.execute(insert(tables.invite), values)
        return token

    def revoke(self, conversation: int) -> None:
        """Revoke every link of a conversation."""
        statement = update(tables.invite).where(tables.invite.c.conversation == conversation)
        with self._engine.begin() as connection:
            connection.execute(statement.values(revoked_at=time.time()))

    def find_invite(self, token: str) -> InviteState:
        """Return where a link leads."""
        with self._reading.connect() as connection:
            row = connection.execute(
                select(tables.invite).where(tables.invite.c.token_hash == hash_token(token))
            ).first()
            if row is None:
                return InviteState(0, "unknown")
            paused = connection.execute(_is_paused(row.conversation)).first() is not None
        if row.revoked_at is not None:
            return InviteState(row.conversation, "revoked")
        if row.expires_at < time.time():
            return InviteState(row.conversation, "expired")
        return InviteState(row.conversation, "paused" if paused else "")

    def interview(self, conversation: int) -> Interview | None:
        """Return the state of an interview."""
        statement = select(tables.conversation.c.state).where(
            tables.conversation.c.id == conversation, tables.conversation.c.role == "candidate"
        )
        with self._reading.connect() as connection:
            body = connection.execute(statement).scalar()
        return decode_interview(body) if body is not None else None

    def first_state(self, conversation: int) -> Interview | None:
        """Return the state an interview began with, rebuilt from its application."""
        a = tables.application.c
        with self._reading.connect() as connection:
            row = connection.execute(select(tables.application).where(a.conversation == conversation)).first()
        if row is None:
            return None
        return _first_state(
            row.id,
            row.job,
            row.pack_version,
            row.language,
            conversation,
            tuple(row.known.split()),
            _learned.decode(row.calibrations),
        )

    def profile(self, conversation: int) -> dict[str, str]:
        """Return what is known of a candidate; {} after an erasure."""
        statement = select(tables.text.c.sealed).where(tables.text.c.id == conversation)
        with self._reading.connect() as connection:
            sealed = connection.execute(statement).scalar()
        return (
            msgspec.json.decode(self._sealer.open(conversation, sealed), type=dict[str, str])
            if sealed
            else {}
        )

    def one(self, application: str, jobs: Sequence[str] | None) -> Listed | None:
        """Return one application if it is of these jobs (None: of any)."""
        rows = self._list(and_(tables.conversation.c.application == application), jobs, limit=1)
        return rows[0] if rows else None

    def ranked(self, jobs: Sequence[str] | None, limit: int = 200) -> list[Listed]:
        """Return finished interviews, best first; those without a total last."""
        return self._list(tables.conversation.c.finished_at > 0, jobs, limit)

    def unfinished(self, jobs: Sequence[str] | None, limit: int = 200) -> list[Listed]:
        """Return interviews that are not finished, newest first."""
        return self._list(tables.conversation.c.finished_at == 0, jobs, limit)

    def _list(self, where: ColumnElement[bool], jobs: Sequence[str] | None, limit: int) -> list[Listed]:
        c = tables.conversation.c
        allowed = [c.job.in_(list(jobs))] if jobs is not None else []
        statement = (
            select(tables.conversation, tables.text.c.sealed)
            .outerjoin(tables.text, tables.text.c.id == c.id)
            .where(c.role == "candidate", where, *allowed)
            .order_by(func.coalesce(c.total, -1.0).desc(), c.updated_at.desc())
            .limit(limit)
        )
        with self._reading.connect() as connection:
            return [self._listed(row) for row in connection.execute(statement)]

    def _listed(self, row: Row[tuple[object, ...]]) -> Listed:
        profile = {}
        if row.sealed:
            profile = msgspec.json.decode(self._sealer.open(row.id, row.sealed), type=dict[str, str])
        return Listed(
            application=row.application,
            job=row.job,
            phase=row.phase,
            channel=row.channel,
            total=row.total,
            passed=row.passed,
            outcome=row.outcome,
            created_at=row.created_at,
            updated_at=row.updated_at,
            finished_at=row.finished_at,
            conversation=row.id,
            name=profile.get("name", ""),
        )

    def expired(self, keep_days: Callable[[str, str], int], now: float, limit: int = 200) -> list[int]:
        """Return conversations whose job's retention time is over and whose words are still there."""
        c, a = tables.conversation.c, tables.application.c
        ended = case((c.finished_at > 0, c.finished_at), else_=c.updated_at)
        expired: list[int] = []
        with self._reading.connect() as connection:
            versions = connection.execute(select(a.job, a.pack_version).distinct()).all()
            for job, version in versions:
                statement = (
                    select(c.id)
                    .join(tables.application, a.conversation == c.id)
                    .where(a.job == job, a.pack_version == version, c.phase != "erased")
                    .where(ended < now - 86400.0 * keep_days(job, version))
                    .limit(limit - len(expired))
                )
                expired += connection.execute(statement).scalars()
        return expired

    def find(self, name: str) -> Listed | None:
        """Return an application by its id or the HR system's id for it."""
        a = tables.application.c
        statement = select(a.id).where(or_(a.id == name, a.external_id == name))
        with self._reading.connect() as connection:
            found = connection.execute(statement).scalar()
        return self.one(found, None) if found else None

    def external_id(self, application: str) -> str | None:
        """Return the HR system's id of an application."""
        statement = select(tables.application.c.external_id).where(tables.application.c.id == application)
        with self._reading.connect() as connection:
            return connection.execute(statement).scalar()


def _first_state(
    application: str,
    pack: str,
    version: str,
    language: str,
    conversation: int,
    known: tuple[str, ...],
    learned: Sequence[Calibration],
) -> Interview:
    return Interview(
        application=application,
        pack=pack,
        pack_version=version,
        language=language,
        seed=conversation & 0x7FFFFFFF,
        known=known,
        calibrations=tuple(learned),
    )


def _conversation_values(conversation: int, state: Interview, now: float) -> dict[str, object]:
    return {
        "id": conversation,
        "role": "candidate",
        "application": state.application,
        "job": state.pack,
        "version": 1,
        "state": encode_state(state),
        "phase": state.phase,
        "channel": "",
        "passed": False,
        "outcome": "",
        "created_at": now,
        "updated_at": now,
        "finished_at": 0.0,
    }


def _is_paused(conversation: int) -> Select[tuple[str]]:
    """Ask whether the job of an interview that has not begun is paused."""
    c, r = tables.conversation.c, tables.booking_rule.c
    begun = (c.id == conversation, c.phase == "new")
    return select(r.value).join(tables.conversation, c.job == r.job).where(*begun, r.name == "paused")


def hash_token(token: str) -> bytes:
    """Return what is kept of a link's token."""
    return hashlib.sha256(token.encode()).digest()
