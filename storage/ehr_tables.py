"""The tables of the connector to HR systems, both ways."""

from __future__ import annotations

from sqlalchemy import (
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

from storage.schema import Id, metadata

ehr_lane = Table(
    "ehr_lane",
    metadata,
    Column("connection", Text, primary_key=True),
    Column("application", Text, primary_key=True),
    Column("conversation", Id, nullable=False, index=True),
    Column("newest", Integer, nullable=False),
    Column("due_at", Float),
    Column("lease_until", Float, nullable=False, default=0.0),
    Column("token", Id, nullable=False, default=0),
)
"""An application's way to one HR system, taken by one worker at a time. `due_at` null waits for a person."""
Index("ehr_lane_due", ehr_lane.c.connection, ehr_lane.c.due_at)

ehr_step = Table(
    "ehr_step",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
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
    Column("id", Id, nullable=False),
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
