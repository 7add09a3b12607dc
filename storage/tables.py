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
    Column("calibrations", Text, nullable=False, server_default="[]"),
)
"""`calibrations` are those that were switched on when the application was created, whole: it keeps them for good."""

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
    Column("id", _Id, primary_key=True, autoincrement=False),
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
    Column("conversation", _Id, nullable=False, index=True),
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
    Column("interview", _Id),
    Column("blocked_at", Float),
)
"""Private chats with the bot; `interview` is the conversation that is spoken to there now."""

telegram_link = Table(
    "telegram_link",
    metadata,
    Column("bot", BigInteger, primary_key=True, autoincrement=False),
    Column("conversation", _Id, primary_key=True, autoincrement=False),
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
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("conversation", _Id, nullable=False),
    Column("key", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("at", Float, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("conversation", "key"),
)
"""Documents that candidates sent, sealed; `key` is the effect that fetched one."""

booking = Table(
    "booking",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("conversation", _Id, nullable=False, index=True),
    Column("application", Text, nullable=False),
    Column("job", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("start", Float, nullable=False),
    Column("finish", Float, nullable=False),
    Column("zone", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("changes", Integer, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("request", Text, nullable=False),
    Column("people", Text, nullable=False, default=""),
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
)
"""One appointment: held, booked, begun, missed, cancelled or expired. It keeps its id when it is moved.

`request` is the last request that changed it, so that one carried out twice is counted once.
"""
Index("booking_by_time", booking.c.status, booking.c.start)

booking_seat = Table(
    "booking_seat",
    metadata,
    Column("resource", Text, primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("cell", Integer, primary_key=True, autoincrement=False),
    Column("booking", _Id, nullable=False, index=True),
)
"""Who sits where: the primary key is what keeps two people out of one place."""

booking_block = Table(
    "booking_block",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("resource", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("start", Float, nullable=False),
    Column("finish", Float, nullable=False),
    UniqueConstraint("resource", "source", "reference"),
)
"""Time in which nothing takes place: blocked by HR (`source` hr) or taken in a person's own calendar (caldav)."""

booking_rule = Table(
    "booking_rule",
    metadata,
    Column("job", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""What HR set for a job over its pack: `capacity`, and the `interviewers` of the second round."""

booking_wait = Table(
    "booking_wait",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("conversation", _Id, nullable=False),
    Column("job", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("told", Boolean, nullable=False, default=False),
    UniqueConstraint("conversation", "kind", "day"),
)
"""Who waits for a place on a full day; the id says who came first."""

calendar = Table(
    "calendar",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("owner", Text, nullable=False, unique=True),
    Column("failing_since", Float, nullable=False, default=0.0),
    Column("told", Boolean, nullable=False, default=False),
    Column("synced_at", Float, nullable=False, default=0.0),
)
"""A person's CalDAV calendar; its address stands sealed in `text` under the id."""

calendar_entry = Table(
    "calendar_entry",
    metadata,
    Column("calendar", _Id, primary_key=True, autoincrement=False),
    Column("booking", _Id, primary_key=True, autoincrement=False),
    Column("sequence", Integer, nullable=False),
    Column("etag", Text, nullable=False, default=""),
)
"""What was last written of a booking to a calendar."""

calendar_feed = Table(
    "calendar_feed",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("owner", Text, nullable=False, index=True),
    Column("created_at", Float, nullable=False),
    Column("revoked_at", Float),
)
"""Addresses at which a person subscribes to their appointments; only the hash of the secret part is kept."""

ehr_lane = Table(
    "ehr_lane",
    metadata,
    Column("connection", Text, primary_key=True),
    Column("application", Text, primary_key=True),
    Column("conversation", _Id, nullable=False, index=True),
    Column("newest", Integer, nullable=False),
    Column("due_at", Float),
    Column("lease_until", Float, nullable=False, default=0.0),
    Column("token", _Id, nullable=False, default=0),
)
"""An application's way to one HR system, taken by one worker at a time. `due_at` null waits for a person."""
Index("ehr_lane_due", ehr_lane.c.connection, ehr_lane.c.due_at)

ehr_step = Table(
    "ehr_step",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("connection", Text, nullable=False),
    Column("application", Text, nullable=False),
    Column("push", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("needs", Text, nullable=False, default=""),
    Column("cause", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Float, nullable=False),
    Column("code", Text, nullable=False, default=""),
    Column("field", Text, nullable=False, default=""),
    Column("begun", Boolean, nullable=False, default=False),
    Column("changed_at", Float, nullable=False),
    UniqueConstraint("connection", "application", "push", "kind"),
)
"""One step of a push. What is sent is made from the record when it is sent; no word of it stands here."""
Index("ehr_step_status", ehr_step.c.status, ehr_step.c.changed_at)

ehr_link = Table(
    "ehr_link",
    metadata,
    Column("connection", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("application", Text, nullable=False, index=True),
    Column("model", Text, nullable=False),
    Column("remote_id", Text, nullable=False),
    Column("sent", Text, nullable=False),
    Column("seen", Text, nullable=False),
)
"""The id map: our key, their record, and keyed hashes of its fields."""

ehr_pause = Table(
    "ehr_pause",
    metadata,
    Column("connection", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("code", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("at", Float, nullable=False),
)

ehr_cursor = Table(
    "ehr_cursor",
    metadata,
    Column("connection", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("cursor", Text, nullable=False),
    Column("at", Float, nullable=False),
)
"""How far we have read what changed over there."""

ehr_seen = Table(
    "ehr_seen",
    metadata,
    Column("source", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("id", _Id, nullable=False),
    Column("digest", Text, nullable=False),
    Column("at", Float, nullable=False, index=True),
    Column("application", Text, nullable=False, default=""),
    Column("sealed", LargeBinary),
)
"""Inbound requests and events by their idempotency key, with the sealed answer that a repeated one is given."""

ehr_job = Table(
    "ehr_job",
    metadata,
    Column("source", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("pack", Text, nullable=False, default=""),
    Column("is_open", Boolean, nullable=False),
    Column("at", Float, nullable=False),
)
"""Jobs as an HR system names them, and which of ours each is."""

ehr_order = Table(
    "ehr_order",
    metadata,
    Column("source", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("application", Text, nullable=False, index=True),
    Column("callback", Text, nullable=False, default=""),
    Column("status", Text, nullable=False),
    Column("at", Float, nullable=False),
)
"""Interviews ordered by an assessment marketplace."""

api_key = Table(
    "api_key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("revoked_at", Float),
)

review = Table(
    "review",
    metadata,
    Column("source", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("application", Text, nullable=False, index=True),
    Column("period", Text, nullable=False),
    Column("rating", Float, nullable=False),
    Column("best", Float, nullable=False),
    Column("competencies", Text, nullable=False, default="{}"),
    Column("at", Float, nullable=False),
)
"""Performance reviews of people we interviewed: figures only."""

notice = Table(
    "notice",
    metadata,
    Column("desk", _Id, primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True),
    Column("at", Float, nullable=False),
)
"""What a person of HR was told unasked in a messenger, so that it is told once."""
