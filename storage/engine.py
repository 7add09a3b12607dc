"""Opens the database: SQLite for one process, PostgreSQL for more. Keeps a second SQLite worker out."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url


class WrongDatabase(Exception):
    """The database cannot be used as asked; the message says what to do."""


def open_engine(url: str, *, pool_size: int = 5) -> Engine:
    """Return an engine. SQLite runs in WAL mode with full durability; WrongDatabase for other systems."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_size=pool_size)
    if parsed.get_backend_name() != "sqlite":
        raise WrongDatabase(f"{parsed.get_backend_name()} is not supported; use sqlite:/// or postgresql://")
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30}, pool_size=pool_size)
    event.listen(engine, "connect", _tune)
    event.listen(engine, "begin", _begin)
    return engine


_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "temp_store=MEMORY", "wal_autocheckpoint=4000")
"""The log grows to 16 MB before it is written back: a page that changes with every batch is then written back once."""


def _tune(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def reading(engine: Engine) -> Engine:
    """Return the engine for queries only: on SQLite they do not wait for the writer."""
    return engine.execution_options(reading=True)


def is_sqlite(url: str) -> bool:
    """Say whether this is the embedded database."""
    return make_url(url).get_backend_name() == "sqlite"


_TRIES, _PAUSE = 20, 0.1


class WorkerLock:
    """Keeps a second worker off an SQLite database; held until the process ends or `release`."""

    def __init__(self, url: str) -> None:
        self._path = Path(f"{make_url(url).database}.worker")
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Raise WrongDatabase when another process works on this database.

        Waits two seconds: a server that was killed a moment ago may still be letting go.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("a+")
        for _ in range(_TRIES):
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                time.sleep(_PAUSE)
        else:
            self._file.close()
            self._file = None
            raise WrongDatabase(
                "another Colloquy process already works on this SQLite database; stop it first, "
                "or set COLLOQUY_DATABASE_URL to a PostgreSQL database to run several"
            )
        self._file.seek(0)
        self._file.truncate()
        self._file.write(str(os.getpid()))
        self._file.flush()

    def fileno(self) -> int:
        """Return the descriptor whose holders hold the lock; ValueError when it is not held."""
        if self._file is None:
            raise ValueError("the lock is not held")
        return self._file.fileno()

    def release(self) -> None:
        """Let another process work."""
        if self._file is not None:
            self._file.close()
            self._file = None
