"""Telegram: chats, whose interview is whose, updates that became no event, messages' numbers; documents; colleagues."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("sent_as", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "telegram_bot",
        sa.Column("bot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("bot"),
    )
    op.create_table(
        "telegram_chat",
        sa.Column("bot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("interview", _id, nullable=True),
        sa.Column("blocked_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("bot", "chat"),
    )
    op.create_table(
        "telegram_link",
        sa.Column("bot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("conversation", _id, autoincrement=False, nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("bound_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("bot", "conversation"),
    )
    op.create_index(op.f("ix_telegram_link_chat"), "telegram_link", ["chat"], unique=False)
    op.create_table(
        "telegram_update",
        sa.Column("bot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("bot", "update_id"),
    )
    op.create_index(op.f("ix_telegram_update_at"), "telegram_update", ["at"], unique=False)
    op.create_table(
        "colleague_invite",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("jobs", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.Column("used_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_table(
        "upload",
        sa.Column("id", _id, autoincrement=False, nullable=False),
        sa.Column("conversation", _id, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("conversation", "key"),
    )
