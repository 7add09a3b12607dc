"""Databases for the storage tests: migrated once, copied for every test."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.engine import open_engine
from storage.migrate import upgrade
from tests.storage.postgres import new_database, running_postgres
from tests.storage.store import Store

_numbers = itertools.count(1)
NewDatabase = Callable[[str], str]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server that holds the database `migrated`."""
    with running_postgres() as server:
        _migrate(new_database(server, "migrated"))
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the schema and nothing else."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    _migrate(f"sqlite:///{path}")
    return path


def _migrate(url: str) -> None:
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()


@pytest.fixture
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> NewDatabase:
    """Return the address of a fresh migrated database of a kind."""

    def make(kind: str) -> str:
        name = f"t{next(_numbers)}"
        if kind == "postgres":
            return new_database(request.getfixturevalue("postgres"), name, "migrated")
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / f"{name}.db")
        return f"sqlite:///{tmp_path / name}.db"

    return make


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def kind(request: pytest.FixtureRequest) -> str:
    """The database system."""
    return str(request.param)


@pytest.fixture
def store(kind: str, new_url: NewDatabase) -> Iterator[Store]:
    """All repositories on a fresh database."""
    built = Store(new_url(kind))
    yield built
    built.close()
