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
    Table,
    Text,
    UniqueConstraint,
)

from storage.booking_tables import booking as booking
from storage.booking_tables import booking_block as booking_block
from storage.booking_tables import booking_rule as booking_rule
from storage.booking_tables import booking_seat as booking_seat
from storage.booking_tables import booking_wait as booking_wait
from storage.booking_tables import calendar as calendar
from storage.booking_tables import calendar_entry as calendar_entry
from storage.booking_tables import calendar_feed as calendar_feed
from storage.ehr_tables import api_key as api_key
from storage.ehr_tables import ehr_cursor as ehr_cursor
from storage.ehr_tables import ehr_job as ehr_job
from storage.ehr_tables import ehr_lane as ehr_lane
from storage.ehr_tables import ehr_link as ehr_link
from storage.ehr_tables import ehr_order as ehr_order
from storage.ehr_tables import ehr_pause as ehr_pause
from storage.ehr_tables import ehr_seen as ehr_seen
from storage.ehr_tables import ehr_step as ehr_step
from storage.ehr_tables import review as review
from storage.schema import Id
from storage.schema import metadata as metadata

WAITING, DONE, DEAD = 0, 1, 2

conversation = Table(
    "conversation",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
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
    Column("conversation", Id, nullable=False, unique=True),
    Column("created_at", Float, nullable=False),
    Column("calibrations", Text, nullable=False, server_default="[]"),
)
"""`calibrations` are those that were switched on when the application was created, whole: it keeps them for good."""

invite = Table(
    "invite",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("conversation", Id, nullable=False, index=True),
    Column("expires_at", Float, nullable=False),
    Column("revoked_at", Float),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("conversation", Id, nullable=False),
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
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("conversation", Id, nullable=False),
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
    Column("sent_as", BigInteger, nullable=False, server_default="0"),
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
    Column("id", Id, primary_key=True, autoincrement=False),
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
    Column("conversation", Id, nullable=False, unique=True),
)
"""People of HR: id `channel:handle`; `jobs` is `*` or a comma-separated list."""

sign_in = Table(
    "sign_in",
    metadata,
    Column("code_hash", LargeBinary, primary_key=True),
    Column("person", Text, nullable=False),
    Column("expires_at", Float, nullable=False),
)

calibration = Table(
    "calibration",
    metadata,
    Column("job", Text, primary_key=True),
    Column("competency", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("at", Float, nullable=False),
    Column("by", Text, nullable=False),
)
"""What was learned from HR's corrections, every version that was ever switched on."""

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("target", Text, nullable=False, index=True),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
"""Tamper-evident: `hash` covers the row and the hash before it."""

llm_reading = Table(
    "llm_reading",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("conversation", Id, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
    Column("at", Float, nullable=False),
)
"""What a model made of an answer, under a keyed hash of it: degrees and places of key points, no words."""

llm_spent = Table(
    "llm_spent",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("calls", Integer, nullable=False),
    Column("tokens", BigInteger, nullable=False),
)
"""What model calls have cost, by day and by interview."""

telegram_bot = Table(
    "telegram_bot",
    metadata,
    Column("bot", BigInteger, primary_key=True, autoincrement=False),
    Column("username", Text, nullable=False),
)

telegram_chat = Table(
    "telegram_chat",
    metadata,
    Column("bot", BigInteger, primary_key=True, autoincrement=False),
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("interview", Id),
    Column("blocked_at", Float),
)
"""Private chats with the bot; `interview` is the conversation that is spoken to there now."""

telegram_link = Table(
    "telegram_link",
    metadata,
    Column("bot", BigInteger, primary_key=True, autoincrement=False),
    Column("conversation", Id, primary_key=True, autoincrement=False),
    Column("chat", BigInteger, nullable=False, index=True),
    Column("bound_at", Float, nullable=False),
)
"""Whose interview it is: the first chat that used its link, for good."""

telegram_update = Table(
    "telegram_update",
    metadata,
    Column("bot", BigInteger, primary_key=True, autoincrement=False),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("at", Float, nullable=False, index=True),
)
"""Updates that became no event, so that a repeated one does nothing; without a word of their content."""

colleague_invite = Table(
    "colleague_invite",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("jobs", Text, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("used_by", Text, nullable=False, default=""),
)

upload = Table(
    "upload",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("conversation", Id, nullable=False),
    Column("key", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("at", Float, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("conversation", "key"),
)
"""Documents that candidates sent, sealed; `key` is the effect that fetched one."""

notice = Table(
    "notice",
    metadata,
    Column("desk", Id, primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True),
    Column("at", Float, nullable=False),
)
"""What a person of HR was told unasked in a messenger, so that it is told once."""
