"""The tables of booking and of calendars. No name and no word of anybody stands here."""

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

booking = Table(
    "booking",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("conversation", Id, nullable=False, index=True),
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
    Column("booking", Id, nullable=False, index=True),
)
"""Who sits where: the primary key is what keeps two people out of one place."""

booking_block = Table(
    "booking_block",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
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
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("conversation", Id, nullable=False),
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
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("owner", Text, nullable=False, unique=True),
    Column("failing_since", Float, nullable=False, default=0.0),
    Column("told", Boolean, nullable=False, default=False),
    Column("synced_at", Float, nullable=False, default=0.0),
)
"""A person's CalDAV calendar; its address stands sealed in `text` under the id."""

calendar_entry = Table(
    "calendar_entry",
    metadata,
    Column("calendar", Id, primary_key=True, autoincrement=False),
    Column("booking", Id, primary_key=True, autoincrement=False),
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
