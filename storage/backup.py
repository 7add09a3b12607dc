"""Writes everything stored to one file and reads it back. Words stay sealed; the data keys are not in it."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, LargeBinary, RowMapping, Table, func, insert, select

from storage.engine import reading
from storage.tables import metadata

_FORMAT = "colloquy-backup-1"
_AT_ONCE = 500


def write_backup(engine: Engine, path: Path) -> int:
    """Write all tables as they are at one moment; return the number of rows. Replaces the file in one go."""
    rows = 0
    partial = path.with_name(path.name + ".part")
    with reading(engine).connect() as connection, gzip.open(partial, "wt", encoding="utf-8") as file:
        connection.execution_options(yield_per=_AT_ONCE)
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        file.write(json.dumps({"format": _FORMAT}) + "\n")
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                file.write(json.dumps([table.name, _plain(row)], ensure_ascii=False) + "\n")
                rows += 1
        file.write(json.dumps({"rows": rows}) + "\n")
    partial.replace(path)
    return rows


def _plain(row: RowMapping) -> dict[str, Any]:
    return {
        str(name): base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in row.items()
    }


def read_backup(engine: Engine, path: Path) -> int:
    """Read a backup into an empty database, all or nothing; ValueError says what is wrong."""
    rows, complete = 0, None
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            if connection.execute(select(func.count()).select_from(table)).scalar():
                raise ValueError(f"the database is not empty (table {table.name}); restore into a fresh one")
        for number, line in enumerate(_lines(path)):
            entry = _parse(line)
            if number == 0:
                if not isinstance(entry, dict) or entry.get("format") != _FORMAT:
                    raise ValueError(f"{path} is not a Colloquy backup")
            elif isinstance(entry, dict):
                complete = entry["rows"]
            else:
                table = metadata.tables[entry[0]]
                connection.execute(insert(table), _stored(table, entry[1]))
                rows += 1
        if complete != rows:
            raise ValueError(f"{path} is cut short: nothing was restored")
    return rows


def _lines(path: Path) -> Any:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from file
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not a readable backup") from error


def _parse(line: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError("the backup is damaged: nothing was restored") from error


def _stored(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: base64.b64decode(value)
        if isinstance(table.c[name].type, LargeBinary) and value is not None
        else value
        for name, value in row.items()
    }
