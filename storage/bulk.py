"""Many rows in few statements, written once as SQL and handed to the driver as they are.

SQLite's driver lets go of the interpreter once a statement, not once a row, and PostgreSQL parses a statement of
a size it has seen before only once: so rows go out in powers of two, and equal sizes share one text. Nothing is
converted on the way: values are what the driver takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

_LARGEST = 256
"""Rows of one statement; with a dozen columns well under the limits on parameters of both systems."""

Row = tuple[Any, ...]


def run_bulk(connection: Connection, template: str, rows: Sequence[Row]) -> int:
    """Run a statement for all rows and return how many it changed; `{rows}` in it becomes `(?, …), (?, …)`."""
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    changed = 0
    for part in _parts(rows):
        statement = _written(template, mark, len(part[0]), len(part))
        values = tuple(value for row in part for value in row)
        changed += connection.exec_driver_sql(statement, values).rowcount
    return changed


def find_rows(connection: Connection, template: str, keys: Sequence[Row]) -> list[Any]:
    """Return the rows that a query with `{rows}` finds for these keys."""
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    found: list[Any] = []
    for part in _parts(keys):
        statement = _written(template, mark, len(part[0]), len(part))
        values = tuple(value for key in part for value in key)
        found.extend(connection.exec_driver_sql(statement, values).all())
    return found


def _parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Cut the rows into parts whose sizes are powers of two, largest first."""
    start = 0
    while start < len(rows):
        size = min(_LARGEST, 1 << ((len(rows) - start).bit_length() - 1))
        yield rows[start : start + size]
        start += size


@lru_cache(maxsize=512)
def _written(template: str, mark: str, width: int, height: int) -> str:
    row = f"({', '.join([mark] * width)})"
    return template.replace("{rows}", ", ".join([row] * height))
