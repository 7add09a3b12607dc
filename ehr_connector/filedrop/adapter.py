"""Results as files, for systems that only import: JSON, CSV or XLSX, one for each record, replaced when it changes.

Whoever imports them finds whole files under names that stay the same, so that importing twice does no harm. CSV
and XLSX cells that a spreadsheet would take for a formula are made harmless.
"""

# ruff: noqa: ARG002  the arguments belong to the protocol

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from ehr_connector.adapter import Limited
from ehr_connector.faults import Conflict, Gone, Misconfigured
from ehr_connector.filedrop.folder import Folder, LocalFolder, SftpFolder
from ehr_connector.model import (
    Capability,
    Description,
    File,
    Move,
    Note,
    Page,
    Pulled,
    Ref,
    Task,
    Write,
)

_encode = msgspec.json.Encoder(order="deterministic").encode
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_KINDS = {"jobs": "job", "applicants": "applicant", "reviews": "review", "stages": "stage"}


class Options(Struct, frozen=True, forbid_unknown_fields=True):
    """`folder` and `inbox` are paths, or addresses sftp://user:password@host/path with `host_key`."""

    folder: str
    inbox: str = ""
    form: Literal["json", "csv", "xlsx"] = "json"
    host_key: str = ""


def open_folder(place: str, host_key: str) -> Folder:
    """Return the folder at a path or an sftp address."""
    return SftpFolder(place, host_key) if place.startswith("sftp://") else LocalFolder(Path(place))


class FileDropAdapter(Limited):
    """Writes files; reads what the other system drops into `inbox`."""

    capabilities = frozenset(
        {
            Capability.UPSERT,
            Capability.READ,
            Capability.FIND,
            Capability.FILE,
            Capability.NOTE,
            Capability.STAGE,
            Capability.ONBOARD,
            Capability.ERASE,
            Capability.PULL_JOBS,
            Capability.PULL_APPLICANTS,
            Capability.PULL_REVIEWS,
        }
    )

    def __init__(self, options: Options) -> None:
        self._form = options.form
        self._out = open_folder(options.folder, options.host_key)
        self._in = open_folder(options.inbox, options.host_key) if options.inbox else None

    async def health(self) -> str:
        await asyncio.to_thread(self._out.names)
        return f"file drop ({self._form})"

    async def describe(self, models: Sequence[str]) -> Description:
        return Description("filedrop", "1", open_ended=True)

    async def upsert(self, write: Write, known: Ref | None) -> Ref:
        name = f"{write.key}.{self._form}"
        old = await asyncio.to_thread(self._out.get, name)
        if known is not None and old is None:
            raise Gone("gone")
        values = {**(_read(self._form, old) if old is not None else {}), **write.values}
        plain = {field: value.id if isinstance(value, Ref) else value for field, value in values.items()}
        body = _written(self._form, {"key": write.key, "model": write.model, **plain})
        await asyncio.to_thread(self._out.put, name, body)
        return Ref(write.model, write.key)

    async def read(self, ref: Ref, fields: Sequence[str]) -> dict[str, Any]:
        found = await asyncio.to_thread(self._out.get, f"{ref.id}.{self._form}")
        if found is None:
            raise Gone("gone")
        there = _read(self._form, found)
        return {field: there.get(field) for field in fields}

    async def find(self, model: str, key: str) -> Ref | None:
        found = await asyncio.to_thread(self._out.get, f"{key}.{self._form}")
        return Ref(model, key) if found is not None else None

    async def put_file(self, ref: Ref, file: File) -> Ref:
        await asyncio.to_thread(self._out.put, f"{file.key}{Path(file.name).suffix}", file.content)
        return Ref("file", file.key)

    async def add_note(self, ref: Ref, note: Note) -> Ref:
        text = f"{note.title}\n\n{note.text}\n"
        await asyncio.to_thread(self._out.put, f"{note.key}.txt", text.encode())
        return Ref("note", note.key)

    async def set_stage(self, ref: Ref, move: Move) -> None:
        """Write the stage into a file of its own; Conflict when somebody has written another one into it."""
        name = f"{ref.id}.stage.json"
        old = await asyncio.to_thread(self._out.get, name)
        now = str(msgspec.json.decode(old).get("stage", "")) if old is not None else ""
        if now == move.to:
            return
        if now and move.only_from and now not in move.only_from:
            raise Conflict("moved_there", field="stage")
        await asyncio.to_thread(self._out.put, name, _encode({"record": ref.id, "stage": move.to}))

    async def onboard(self, employee: Ref, tasks: Sequence[Task]) -> Sequence[Ref]:
        for task in tasks:
            await asyncio.to_thread(self._out.put, f"{task.key}.json", _encode(task))
        return [Ref("task", task.key) for task in tasks]

    async def erase(self, key: str) -> None:
        for name, _ in await asyncio.to_thread(self._out.names):
            if key in name.split("."):
                await asyncio.to_thread(self._out.remove, name)
        await asyncio.to_thread(self._out.put, f"erased.{key}.json", _encode({"application": key}))

    async def pull(self, kind: str, cursor: str) -> Page:
        """Return the rows of the newest files of a kind, such as reviews-2026.csv. The cursor is a time."""
        if self._in is None:
            return Page((), cursor)
        since, newest, items = float(cursor or 0), float(cursor or 0), []
        for name, changed in await asyncio.to_thread(self._in.names):
            if changed > since and name.startswith(kind) and name.endswith((".csv", ".xlsx")):
                content = await asyncio.to_thread(self._in.get, name)
                items += [self._pulled(kind, row, name) for row in rows_of(name, content or b"")]
                newest = max(newest, changed)
        return Page(tuple(items), repr(newest))

    @staticmethod
    def _pulled(kind: str, row: dict[str, Any], name: str) -> Pulled:
        if not row.get("id"):
            raise Misconfigured("no_id", field=name)
        same = hashlib.blake2b(_encode(row), digest_size=8).hexdigest()
        return Pulled(_KINDS.get(kind, kind), str(row["id"]), row, same)


def harmless(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _written(form: str, row: dict[str, Any]) -> bytes:
    if form == "json":
        return _encode(row)
    return _sheet([row]) if form == "xlsx" else _csv([row])


def _csv(rows: Sequence[dict[str, Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(rows[0])
    writer.writerows([["" if v is None else harmless(v) for v in row.values()] for row in rows])
    return ("\ufeff" + out.getvalue()).encode()  # the mark lets spreadsheets see that it is UTF-8


def _sheet(rows: Sequence[dict[str, Any]]) -> bytes:
    from openpyxl import Workbook  # here: only who asks for XLSX pays for it

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Colloquy")
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append([harmless(value) for value in row.values()])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _read(form: str, content: bytes) -> dict[str, Any]:
    if form == "json":
        found = msgspec.json.decode(content, type=dict[str, Any])
    else:
        found = next(iter(rows_of(f"x.{form}", content)), {})
    return {field: value for field, value in found.items() if field not in ("key", "model")}


def rows_of(name: str, content: bytes) -> list[dict[str, Any]]:
    """Return the rows of a CSV or XLSX file, by the names of its first line."""
    readers: dict[str, Callable[[bytes], list[dict[str, Any]]]] = {".csv": _csv_rows, ".xlsx": _sheet_rows}
    try:
        return readers[Path(name).suffix](content)
    except (UnicodeDecodeError, csv.Error, KeyError, ValueError, OSError):
        raise Misconfigured("unreadable_file", field=name) from None


def _csv_rows(content: bytes) -> list[dict[str, Any]]:
    text = content.decode("utf-8-sig")
    return [
        {key: _plain(value) for key, value in row.items() if key} for row in csv.DictReader(io.StringIO(text))
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value[:1] == "'" and value[1:2] in _FORMULA:
        return value[1:]
    return value


def _sheet_rows(content: bytes) -> list[dict[str, Any]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook  # here: only who reads XLSX pays for it

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except BadZipFile:
        raise ValueError(content[:4]) from None
    sheet = book.worksheets[0]
    rows = iter(sheet.iter_rows(values_only=True))
    header = [str(cell) for cell in next(rows, ()) if cell is not None]
    found = [
        {name: _plain(cell) for name, cell in zip(header, row, strict=False)}
        for row in rows
        if any(cell is not None for cell in row)
    ]
    book.close()
    return found
