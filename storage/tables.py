"""The tables. People's words stand in `text` only, sealed; everything else refers to them by row id."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()
_Id = BigInteger().with_variant(Integer, "sqlite")

WAITING, DONE, DEAD = 0, 1, 2

conversation = Table(
    "conversation",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("role", Text, nullable=False),
    Column("application", Text, nullable=False, index=True),
    Column("job", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("phase", Text, nullable=False, default=""),
    Column("channel", Text, nullable=False, default=""),
    Column("total", Float),
    Column("passed", Boolean, nullable=False, default=False),
    Column("outcome", Text, nullable=False, default=""),
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("finished_at", Float, nullable=False, default=0.0),
)
"""One interview (`role` candidate, `application` its public id) or one person's desk (`role` hr)."""

application = Table(
    "application",
    metadata,
    Column("id", Text, primary_key=True),
    Column("external_id", Text, unique=True),
    Column("job", Text, nullable=False),
    Column("pack_version", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("known", Text, nullable=False),
    Column("conversation", _Id, nullable=False, unique=True),
    Column("created_at", Float, nullable=False),
)

invite = Table(
    "invite",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("conversation", _Id, nullable=False, index=True),
    Column("expires_at", Float, nullable=False),
    Column("revoked_at", Float),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("conversation", _Id, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("channel", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", Float, nullable=False),
    Column("status", Integer, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("code", Text, nullable=False, default=""),
    UniqueConstraint("channel", "external_id"),
)
Index("inbox_story", inbox.c.conversation, inbox.c.seq)
Index(
    "inbox_waiting",
    inbox.c.id,
    sqlite_where=inbox.c.status == WAITING,
    postgresql_where=inbox.c.status == WAITING,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("conversation", _Id, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", Float, nullable=False),
    Column("due_at", Float, nullable=False),
    Column("status", Integer, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lease_until", Float, nullable=False, default=0.0),
    Column("code", Text, nullable=False, default=""),
    UniqueConstraint("conversation", "key"),
)
Index(
    "outbox_due",
    outbox.c.due_at,
    sqlite_where=outbox.c.status == WAITING,
    postgresql_where=outbox.c.status == WAITING,
)
Index(
    "outbox_notices",
    outbox.c.id,
    sqlite_where=outbox.c.kind == "TellHr",
    postgresql_where=outbox.c.kind == "TellHr",
)

text = Table(
    "text",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""Sealed words under the id of the inbox, outbox or conversation (profile) row they belong to."""

pack = Table(
    "pack",
    metadata,
    Column("name", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Float, nullable=False),
)

person = Table(
    "person",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("jobs", Text, nullable=False, default="*"),
    Column("conversation", _Id, nullable=False, unique=True),
)
"""People of HR: id `channel:handle`; `jobs` is `*` or a comma-separated list."""

sign_in = Table(
    "sign_in",
    metadata,
    Column("code_hash", LargeBinary, primary_key=True),
    Column("person", Text, nullable=False),
    Column("expires_at", Float, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("target", Text, nullable=False, index=True),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
"""Tamper-evident: `hash` covers the row and the hash before it."""
