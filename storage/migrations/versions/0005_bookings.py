"""Appointments, their places, what blocks them, and calendars."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _real(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Float(), nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def upgrade() -> None:
    _bookings()
    _calendars()


def _bookings() -> None:
    op.create_table(
        "booking",
        sa.Column("id", _ID, nullable=False),
        sa.Column("conversation", _ID, nullable=False),
        _text("application"),
        _text("job"),
        _text("kind"),
        _real("start"),
        _real("finish"),
        _text("zone"),
        _text("status"),
        _whole("sequence"),
        _whole("changes"),
        _real("expires_at"),
        _text("request"),
        _text("people"),
        _real("created_at"),
        _real("updated_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_booking_conversation"), "booking", ["conversation"], unique=False)
    op.create_index("booking_by_time", "booking", ["status", "start"], unique=False)
    op.create_table(
        "booking_seat",
        _text("resource"),
        _whole("place"),
        _whole("cell"),
        sa.Column("booking", _ID, nullable=False),
        sa.PrimaryKeyConstraint("resource", "place", "cell"),
    )
    op.create_index(op.f("ix_booking_seat_booking"), "booking_seat", ["booking"], unique=False)
    op.create_table(
        "booking_block",
        sa.Column("id", _ID, nullable=False),
        _text("resource"),
        _text("source"),
        _text("reference"),
        _real("start"),
        _real("finish"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("resource", "source", "reference"),
    )
    op.create_table(
        "booking_rule", _text("job"), _text("name"), _text("value"), sa.PrimaryKeyConstraint("job", "name")
    )
    op.create_table(
        "booking_wait",
        sa.Column("id", _ID, nullable=False),
        sa.Column("conversation", _ID, nullable=False),
        _text("job"),
        _text("kind"),
        _text("day"),
        _text("zone"),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("conversation", "kind", "day"),
    )


def _calendars() -> None:
    op.create_table(
        "calendar",
        sa.Column("id", _ID, nullable=False),
        _text("owner"),
        _real("failing_since"),
        sa.Column("told", sa.Boolean(), nullable=False),
        _real("synced_at"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("owner"),
    )
    op.create_table(
        "calendar_entry",
        sa.Column("calendar", _ID, nullable=False),
        sa.Column("booking", _ID, nullable=False),
        _whole("sequence"),
        _text("etag"),
        sa.PrimaryKeyConstraint("calendar", "booking"),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        _text("owner"),
        _real("created_at"),
        sa.Column("revoked_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_calendar_feed_owner"), "calendar_feed", ["owner"], unique=False)
