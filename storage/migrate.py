"""Brings the schema up to date, one process at a time."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, text

_LOCK = 7_306_090


def upgrade(engine: Engine) -> None:
    """Bring the schema to the newest revision; a database that is up to date is left alone."""
    from alembic import command  # here: only the start of a process needs it, and it costs 150 ms
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
