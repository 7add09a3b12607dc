"""People of HR: who they are, what they may see, and their sign-in codes, good for half a day, for the web page."""

from __future__ import annotations

import hashlib
import secrets
import time

from sqlalchemy import Engine, delete, insert, select, update

from dialogues.app.codec import decode_desk, encode_state
from dialogues.core.desk import Desk
from dialogues.ports import Person
from storage import tables
from storage.engine import reading
from storage.ids import new_id

SIGN_IN_SECONDS = 12 * 3600.0
_people = select(tables.person, tables.conversation.c.state).join(
    tables.conversation, tables.conversation.c.id == tables.person.c.conversation
)


class People:
    """Knows the people of HR."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    def ensure(self, channel: str, handle: str, role: str, jobs: str = "*") -> Person:
        """Create the person or bring their role and name up to date.

        `handle` may carry the name that candidates read, `12345=Wang Fang`; otherwise it is the name.
        """
        handle, _, shown = handle.partition("=")
        name, shown = f"{channel}:{handle}", shown.strip()
        with self._engine.begin() as connection:
            known = connection.execute(select(tables.person).where(tables.person.c.id == name)).first()
            if known is not None:
                statement = update(tables.person).where(tables.person.c.id == name)
                connection.execute(statement.values(role=role, name=shown or known.name))
            else:
                conversation, now = new_id(), time.time()
                connection.execute(insert(tables.conversation), _desk_values(conversation, name, now))
                row = {"id": name, "name": shown or handle.capitalize(), "role": role, "jobs": jobs}
                connection.execute(insert(tables.person), {**row, "conversation": conversation})
        person = self.by_id(name)
        assert person is not None
        return person

    def by_id(self, name: str) -> Person | None:
        """Return a person by id."""
        return self._one(tables.person.c.id == name)

    def by_conversation(self, conversation: int) -> Person | None:
        """Return the person whose desk this conversation is."""
        return self._one(tables.person.c.conversation == conversation)

    def everyone(self) -> list[Person]:
        """Return all people of HR."""
        with self._reading.connect() as connection:
            return [_person(row) for row in connection.execute(_people)]

    def _one(self, where: object) -> Person | None:
        with self._reading.connect() as connection:
            row = connection.execute(_people.where(where)).first()  # type: ignore[arg-type]
        return _person(row) if row is not None else None

    def sign_in_code(self, person: str) -> str:
        """Return a fresh code for the web page, valid for half a day; only its hash is kept."""
        code = secrets.token_urlsafe(24)
        values = {"code_hash": _hash(code), "person": person, "expires_at": time.time() + SIGN_IN_SECONDS}
        with self._engine.begin() as connection:
            connection.execute(delete(tables.sign_in).where(tables.sign_in.c.expires_at < time.time()))
            connection.execute(insert(tables.sign_in), values)
        return code

    def signed_in(self, code: str) -> Person | None:
        """Return the person a code belongs to; None when it is unknown or out of date."""
        statement = select(tables.sign_in.c.person).where(
            tables.sign_in.c.code_hash == _hash(code), tables.sign_in.c.expires_at > time.time()
        )
        with self._reading.connect() as connection:
            person = connection.execute(statement).scalar()
        return self.by_id(person) if person else None


def _person(row: object) -> Person:
    jobs: str = row.jobs  # type: ignore[attr-defined]
    desk = decode_desk(row.state)  # type: ignore[attr-defined]
    return Person(
        id=row.id,  # type: ignore[attr-defined]
        name=row.name,  # type: ignore[attr-defined]
        role=row.role,  # type: ignore[attr-defined]
        jobs=None if jobs == "*" else tuple(jobs.split(",")),
        conversation=row.conversation,  # type: ignore[attr-defined]
        language=desk.language,
        notify=desk.notify,
        quiet=desk.quiet,
    )


def _desk_values(conversation: int, person: str, now: float) -> dict[str, object]:
    return {
        "id": conversation,
        "role": "hr",
        "application": person,
        "job": "",
        "version": 1,
        "state": encode_state(Desk(person=person)),
        "phase": "",
        "channel": "",
        "passed": False,
        "outcome": "",
        "created_at": now,
        "updated_at": now,
        "finished_at": 0.0,
    }


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
