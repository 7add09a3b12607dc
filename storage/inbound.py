"""What comes from HR systems: keys of the API, requests seen before, jobs, orders, reviews, and how far we have read.

Answers kept for repeated requests hold personal links and stand sealed; keys are kept as hashes.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Engine, delete, insert, literal, or_, select, update
from sqlalchemy.exc import IntegrityError

from ehr_connector.model import Link
from storage import tables
from storage.delivery_rows import keep_links, put
from storage.engine import reading
from storage.ids import new_id
from storage.seal import Sealer

SCOPES = ("jobs", "applicants", "stages", "reviews", "orders", "results")
FOR_GOOD = "kept:"
"""Sources that begin so are never forgotten by age."""
_PREFIX = "clq_"
_ABANDONED = 120.0
"""Seconds after which nobody can still be at work on a request: whoever was has died."""


class Key(Struct, frozen=True):
    """A key of the API, without its secret."""

    id: str
    scopes: tuple[str, ...]
    created_at: float
    revoked_at: float | None = None


class Seen(Struct, frozen=True):
    """A request that was here before: the hash of its body, and the answer it was given ("" while it is worked on)."""

    digest: str
    answer: str


class Job(Struct, frozen=True):
    """A job as an HR system names it; `pack` is ours, "" when we have none."""

    source: str
    id: str
    title: str
    pack: str
    is_open: bool


class Order(Struct, frozen=True):
    """An interview that an assessment marketplace has ordered."""

    source: str
    id: str
    application: str
    callback: str
    status: str


class Review(Struct, frozen=True):
    """A performance review, of 0 to `best`; `competencies` on the same scale."""

    source: str
    id: str
    application: str
    period: str
    rating: float
    best: float
    competencies: dict[str, float] = {}


class ApiKeys:
    """Makes, finds and revokes keys."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    def make(self, name: str, scopes: Sequence[str]) -> str:
        """Return a new key's secret, which is shown once. A name in use is refused with ValueError."""
        secret = _PREFIX + secrets.token_urlsafe(32)
        row = {"id": name, "hash": _hash(secret), "scopes": " ".join(scopes), "created_at": time.time()}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(tables.api_key), {**row, "revoked_at": None})
        except IntegrityError:
            raise ValueError(
                f"there is a key called “{name}” already; revoke it or choose another name"
            ) from None
        return secret

    def find(self, secret: str) -> Key | None:
        """Return the key with this secret, unless it was revoked."""
        k = tables.api_key.c
        with self._reading.connect() as connection:
            row = connection.execute(
                select(tables.api_key).where(k.hash == _hash(secret), k.revoked_at.is_(None))
            ).first()
        return Key(row.id, tuple(row.scopes.split()), row.created_at) if row is not None else None

    def revoke(self, name: str) -> bool:
        """Make a key worthless; say whether there was one."""
        k = tables.api_key.c
        with self._engine.begin() as connection:
            done = connection.execute(
                update(tables.api_key)
                .where(k.id == name, k.revoked_at.is_(None))
                .values(revoked_at=time.time())
            )
        return bool(done.rowcount)

    def all(self) -> list[Key]:
        """Return every key, oldest first."""
        with self._reading.connect() as connection:
            rows = connection.execute(select(tables.api_key).order_by(tables.api_key.c.created_at))
            return [Key(r.id, tuple(r.scopes.split()), r.created_at, r.revoked_at) for r in rows]


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


class Inbound:
    """The record of what came in."""

    def __init__(self, engine: Engine, sealer: Sealer) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._sealer = sealer

    def begin(self, source: str, key: str, digest: str) -> Seen | None:
        """Note a request before it is worked on; return what is known of it when it was here before.

        One whose worker has died is taken over: it is as if it had not been here.
        """
        now = time.time()
        row = {"source": source, "key": key, "id": new_id(), "digest": digest, "at": now}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(tables.ehr_seen), {**row, "application": "", "sealed": None})
        except IntegrityError:
            seen = self._seen(source, key) or Seen(digest, "")
            mine = seen.digest == digest and not seen.answer and self._take_over(source, key, now)
            return None if mine else seen
        return None

    def _seen(self, source: str, key: str) -> Seen | None:
        s = tables.ehr_seen.c
        with self._reading.connect() as connection:
            row = connection.execute(select(tables.ehr_seen).where(s.source == source, s.key == key)).first()
        if row is None:
            return None
        return Seen(row.digest, self._sealer.open(row.id, row.sealed) if row.sealed else "")

    def _take_over(self, source: str, key: str, now: float) -> bool:
        s = tables.ehr_seen.c
        abandoned = (s.source == source, s.key == key, s.sealed.is_(None), s.at < now - _ABANDONED)
        with self._engine.begin() as connection:
            return bool(connection.execute(update(tables.ehr_seen).where(*abandoned).values(at=now)).rowcount)

    def go_on(self, source: str, key: str) -> None:
        """Say that a request is still being worked on."""
        s = tables.ehr_seen.c
        statement = update(tables.ehr_seen).where(s.source == source, s.key == key)
        with self._engine.begin() as connection:
            connection.execute(statement.values(at=time.time()))

    def knows(self, source: str, key: str) -> bool:
        """Say whether a request was here before."""
        return self._seen(source, key) is not None

    def finish(self, source: str, key: str, answer: str, application: str = "") -> None:
        """Keep the answer for whoever asks again."""
        s = tables.ehr_seen.c
        with self._engine.begin() as connection:
            row = connection.execute(select(s.id).where(s.source == source, s.key == key)).first()
            if row is not None:
                values = {"sealed": self._sealer.seal(row.id, answer), "application": application}
                connection.execute(
                    update(tables.ehr_seen).where(s.source == source, s.key == key).values(**values)
                )

    def give_up(self, source: str, key: str) -> None:
        """Forget a request that failed, so that it may be tried again."""
        s = tables.ehr_seen.c
        with self._engine.begin() as connection:
            connection.execute(delete(tables.ehr_seen).where(s.source == source, s.key == key))

    def forget_before(self, moment: float) -> int:
        """Forget requests older than a moment, but for those kept for good; return how many."""
        s = tables.ehr_seen.c
        old = delete(tables.ehr_seen).where(s.at < moment, s.source.not_like(f"{FOR_GOOD}%"))
        with self._engine.begin() as connection:
            gone = connection.execute(old)
        return int(gone.rowcount)

    def keep_job(self, job: Job) -> None:
        """Write a job, in place of an earlier version."""
        row = {**msgspec.structs.asdict(job), "at": time.time()}
        with self._engine.begin() as connection:
            put(connection, tables.ehr_job, [row], ("source", "id"))

    def jobs(self, source: str = "") -> list[Job]:
        """Return the jobs of a source, or all."""
        statement = select(tables.ehr_job).order_by(tables.ehr_job.c.title)
        if source:
            statement = statement.where(tables.ehr_job.c.source == source)
        with self._reading.connect() as connection:
            return [Job(r.source, r.id, r.title, r.pack, r.is_open) for r in connection.execute(statement)]

    def keep_order(self, order: Order) -> None:
        """Write an order, in place of an earlier version."""
        row = {**msgspec.structs.asdict(order), "at": time.time()}
        with self._engine.begin() as connection:
            put(connection, tables.ehr_order, [row], ("source", "id"))

    def order(self, source: str, name: str) -> Order | None:
        """Return an order."""
        o = tables.ehr_order.c
        return self._order(o.source == source, o.id == name)

    def order_of(self, application: str) -> Order | None:
        """Return the order that an application came from."""
        return self._order(tables.ehr_order.c.application == application)

    def _order(self, *where: object) -> Order | None:
        statement = select(tables.ehr_order).where(*where)  # type: ignore[arg-type]
        with self._reading.connect() as connection:
            row = connection.execute(statement).first()
        return (
            Order(row.source, row.id, row.application, row.callback, row.status) if row is not None else None
        )

    def keep_review(self, review: Review) -> None:
        """Write a review, in place of an earlier version."""
        row = {**msgspec.structs.asdict(review), "at": time.time()}
        row["competencies"] = msgspec.json.encode(review.competencies).decode()
        with self._engine.begin() as connection:
            put(connection, tables.review, [row], ("source", "id"))

    def reviews(self) -> list[Review]:
        """Return every review."""
        with self._reading.connect() as connection:
            rows = connection.execute(select(tables.review).order_by(tables.review.c.at))
            return [
                Review(
                    r.source,
                    r.id,
                    r.application,
                    r.period,
                    r.rating,
                    r.best,
                    msgspec.json.decode(r.competencies, type=dict[str, float]),
                )
                for r in rows
            ]

    def cursor(self, connection_name: str, kind: str) -> str:
        """Return how far a connection was read; "" from the beginning."""
        c = tables.ehr_cursor.c
        statement = select(c.cursor).where(c.connection == connection_name, c.kind == kind)
        with self._reading.connect() as connection:
            return connection.execute(statement).scalar() or ""

    def keep_cursor(self, connection_name: str, kind: str, cursor: str) -> None:
        """Note how far a connection was read."""
        row = {"connection": connection_name, "kind": kind, "cursor": cursor, "at": time.time()}
        with self._engine.begin() as connection:
            put(connection, tables.ehr_cursor, [row], ("connection", "kind"))

    def link(self, connection_name: str, application: str, link: Link) -> None:
        """Put a record that was there before us into the id map; one known already is left alone."""
        row = {
            "connection": connection_name,
            "key": link.key,
            "application": application,
            "model": link.ref.model,
            "remote_id": link.ref.id,
            "sent": "{}",
            "seen": "{}",
        }
        e = tables.ehr_link.c
        with self._engine.begin() as connection:
            known = select(e.key).where(e.connection == connection_name, e.key == link.key)
            if connection.execute(known).first() is None:
                keep_links(connection, [row])

    def linked(self, connection_name: str, key: str) -> bool:
        """Say whether the id map knows a record by our key."""
        e = tables.ehr_link.c
        known = select(e.key).where(e.connection == connection_name, e.key == key)
        with self._reading.connect() as connection:
            return connection.execute(known).first() is not None

    def application_at(self, connection_name: str, remote: str, kinds: Sequence[str]) -> str:
        """Return the application whose record of one of these kinds has this id over there, "" for none."""
        e = tables.ehr_link.c
        there = select(e.application).where(
            e.connection == connection_name,
            e.remote_id == remote,
            or_(*(e.key == literal(f"{kind}.").concat(e.application) for kind in kinds)),
        )
        with self._reading.connect() as connection:
            return connection.execute(there).scalar() or ""
