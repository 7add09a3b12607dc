"""Odoo: everything is `load`, by external ids of our own, so that a write repeated after a lost reply is one record.

Odoo makes a deleted record again without a word when its external id is loaded, so a known one is looked up first.
A stage with an e-mail template writes to the candidate by itself: such stages are refused unless the mapping allows it.
"""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import hashlib
import html
import time
from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

from ehr_connector.adapter import Limited
from ehr_connector.faults import Conflict, Expired, Gone, Misconfigured
from ehr_connector.http import Line
from ehr_connector.model import (
    Capability,
    Description,
    FieldInfo,
    File,
    Move,
    Note,
    Page,
    Ref,
    StageInfo,
    Task,
    Value,
    Write,
)
from ehr_connector.odoo.cells import cell, loaded
from ehr_connector.odoo.pull import pull_page
from ehr_connector.odoo.rpc import Json2, JsonRpc, Rpc

_QUIET = {"tracking_disable": True, "mail_create_nosubscribe": True, "lang": "en_US"}
_EVERYONE = {"active_test": False, "lang": "en_US"}
_ATTRIBUTES = ["type", "string", "required", "readonly", "selection", "relation"]


class Options(Struct, frozen=True, forbid_unknown_fields=True):
    """`key` is an API key (14 and later) or a password. `stages` is the model of the stages."""

    url: str
    database: str
    key: str
    login: str = ""
    protocol: Literal["auto", "jsonrpc", "json2"] = "auto"
    namespace: str = "colloquy"
    stages: str = "hr.recruitment.stage"
    seconds: float = 30.0
    rate: float = 50.0


class OdooAdapter(Limited):
    """One Odoo database."""

    # no FIND: to load an external id again is to find it, and needs no right to read ids
    capabilities = frozenset(Capability) - {Capability.FIND, Capability.ERASE, Capability.EVENTS}

    def __init__(self, options: Options) -> None:
        self._options = options
        self._line = Line(options.url, seconds=options.seconds, rate=options.rate, burst=50)
        self._rpc: Rpc | None = None
        self._choosing = asyncio.Lock()
        self._serie = 0.0
        self._stages: dict[str, int] = {}

    async def _call(self, model: str, method: str, ids: list[int] | None = None, /, **named: Any) -> Any:
        return await (await self._connected()).call(model, method, ids, **named)

    async def _connected(self) -> Rpc:
        async with self._choosing:
            if self._rpc is None:
                self._rpc = await self._choose()
            return self._rpc

    async def _choose(self) -> Rpc:
        """Ask the newer interface first where nothing is said; an older Odoo answers it with a page."""
        options = self._options
        newer = Json2(self._line, options.database, options.key)
        older = JsonRpc(self._line, options.database, options.login, options.key)
        chosen: Rpc = older if options.protocol == "jsonrpc" else newer
        if options.protocol == "auto":
            try:
                await newer.log_in()
            except (Misconfigured, Gone, Expired):
                chosen = older
        self._serie = _number(await chosen.version())
        return chosen

    async def health(self) -> str:
        rpc = await self._connected()
        version = await rpc.version()
        await rpc.log_in()
        return f"Odoo {version}"

    async def renew(self) -> None:
        self._rpc = None
        await (await self._connected()).log_in()

    async def describe(self, models: Sequence[str]) -> Description:
        rpc = await self._connected()
        found = {name: fields for name in models if (fields := await self._fields(name)) is not None}
        stages = await self._stage_list()
        writing = [stage.name for stage in stages if stage.writes]
        remarks = ("stages that write to the candidate: " + ", ".join(writing),) if writing else ()
        return Description("Odoo", await rpc.version(), found, tuple(stages), remarks=remarks)

    async def _fields(self, model: str) -> dict[str, FieldInfo] | None:
        try:
            found = await self._call(model, "fields_get", attributes=_ATTRIBUTES, context=_EVERYONE)
            needed = [name for name, info in found.items() if info.get("required")]
            given = await self._call(model, "default_get", fields_list=needed)
        except Misconfigured:
            return None
        return {name: _field(name, info, name in given) for name, info in found.items()}

    async def _stage_list(self) -> list[StageInfo]:
        fields = await self._call(self._options.stages, "fields_get", attributes=["type"])
        wanted = [name for name in ("name", "template_id", "hired_stage", "fold") if name in fields]
        rows = await self._call(
            self._options.stages,
            "search_read",
            domain=[],
            fields=wanted,
            order="sequence,id",
            context=_EVERYONE,
        )
        return [
            StageInfo(
                row["name"],
                row["template_id"][1] if row.get("template_id") else "",
                bool(row.get("hired_stage")),
            )
            for row in rows
        ]

    async def upsert(self, write: Write, known: Ref | None) -> Ref:
        if known is not None and not await self._exists(known):
            raise Gone("gone")
        name = (".id", known.id) if known is not None else ("id", self._name(write.key))
        cells = [name, *(cell(field, value) for field, value in write.values.items())]
        columns, row = [column for column, _ in cells], [text for _, text in cells]
        try:
            answer = await self._call(write.model, "load", fields=columns, data=[row], context=_QUIET)
        except Misconfigured as fault:
            raise await self._named(write, fault) from None
        return Ref(write.model, str(loaded(answer)))

    async def _named(self, write: Write, fault: Misconfigured) -> Misconfigured:
        """Return the fault with the mapped field it must be about; Odoo's words name others as well."""
        if fault.field in write.values or fault.code == "no_right":
            return fault
        there = await self._call(write.model, "fields_get", attributes=["type"])
        unknown = [field for field in write.values if field not in there]
        return Misconfigured("unknown_field", field=unknown[0]) if unknown else fault

    def _name(self, key: str) -> str:
        return f"{self._options.namespace}.{key.replace('.', '_')}"

    async def _exists(self, ref: Ref) -> bool:
        return bool(await self._search(ref.model, [["id", "=", int(ref.id)]], ["id"]))

    async def _search(
        self, model: str, domain: list[Any], fields: list[str], **named: Any
    ) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self._call(
            model, "search_read", domain=domain, fields=fields, context=_EVERYONE, **named
        )
        return found

    async def read(self, ref: Ref, fields: Sequence[str]) -> dict[str, Any]:
        rows = await self._search(ref.model, [["id", "=", int(ref.id)]], list(fields))
        if not rows:
            raise Gone("gone")
        return {field: rows[0].get(field) for field in fields}

    async def look_up(self, model: str, field: str, value: str) -> Ref | None:
        rows = await self._search(model, [[field, "=", value]], ["id"], limit=2)
        if len(rows) > 1:
            raise Misconfigured("several_there", field=field)
        return Ref(model, str(rows[0]["id"])) if rows else None

    async def put_file(self, ref: Ref, file: File) -> Ref:
        where = [["res_model", "=", ref.model], ["res_id", "=", int(ref.id)], ["name", "=", file.name]]
        there = await self._search("ir.attachment", where, ["checksum"], limit=1)
        values: dict[str, Any] = {"datas": base64.b64encode(file.content).decode()}
        if there:
            if there[0]["checksum"] != hashlib.sha1(file.content, usedforsecurity=False).hexdigest():
                await self._write("ir.attachment", there[0]["id"], values)
            return Ref("ir.attachment", str(there[0]["id"]))
        values |= {"name": file.name, "res_model": ref.model, "res_id": int(ref.id)}
        values |= {"datas_fname": file.name} if self._serie < 12 else {"mimetype": file.media_type}
        if not await self._exists(ref):
            raise Gone("gone")
        return Ref("ir.attachment", str(await self._create("ir.attachment", values)))

    async def _write(self, model: str, record: int, values: dict[str, Any], **context: Any) -> None:
        await self._call(model, "write", [record], vals=values, context={**_QUIET, **context})

    async def _create(self, model: str, values: dict[str, Any]) -> int:
        listed = self._serie >= 17
        named = {"vals_list": [values]} if listed else {"vals": values}
        made = await self._call(model, "create", **named, context=_QUIET)
        return int(made[0] if isinstance(made, list) else made)

    async def add_note(self, ref: Ref, note: Note) -> Ref:
        subject = f"{note.title} #{hashlib.blake2b(note.key.encode(), digest_size=5).hexdigest()}"
        where = [["model", "=", ref.model], ["res_id", "=", int(ref.id)], ["subject", "=", subject]]
        there = await self._search("mail.message", where, ["id"], limit=1)
        if there:
            return Ref("mail.message", str(there[0]["id"]))
        if not await self._exists(ref):
            raise Gone("gone")
        body = "".join(f"<p>{html.escape(line)}</p>" for line in note.text.splitlines())
        kind = {"subtype": "mail.mt_note"} if self._serie < 14 else {"subtype_xmlid": "mail.mt_note"}
        marked: dict[str, Any] = {"body_is_html": True} if self._serie >= 17 else {}
        made = await self._call(
            ref.model, "message_post", [int(ref.id)], body=body, subject=subject, **kind, **marked
        )
        return Ref("mail.message", str(made[0] if isinstance(made, list) else made))

    async def set_stage(self, ref: Ref, move: Move) -> None:
        now = (await self.read(ref, ["stage_id"]))["stage_id"]
        current = now[1] if now else ""
        if current == move.to:
            return
        if move.only_from and current and current not in move.only_from:
            raise Conflict("moved_there", field="stage")
        stage = await self._stage(move)
        await self._write(ref.model, int(ref.id), {"stage_id": stage})

    async def _stage(self, move: Move) -> int:
        """Return the stage's id; Misconfigured when it is not there or would write to the candidate unasked."""
        fields = ["id", "template_id"]
        rows = await self._search(self._options.stages, [["name", "=", move.to]], fields, limit=1)
        if not rows:
            raise Misconfigured("no_such_stage", field=move.to)
        if rows[0].get("template_id") and not move.emails:
            raise Misconfigured("stage_writes", field=move.to)
        return int(rows[0]["id"])

    async def hire(self, ref: Ref) -> Ref:
        employee = await self._employee(ref)
        if employee is None:
            await self._call(ref.model, "create_employee_from_applicant", [int(ref.id)])
            employee = await self._employee(ref)
        if employee is None:
            raise Misconfigured("not_hired", field="emp_id")
        return employee

    async def _employee(self, ref: Ref) -> Ref | None:
        known = await self._call(ref.model, "fields_get", attributes=["type"])
        field = next(name for name in ("emp_id", "employee_id") if name in known)
        found = (await self.read(ref, [field]))[field]
        return Ref("hr.employee", str(found[0])) if found else None

    async def onboard(self, employee: Ref, tasks: Sequence[Task]) -> Sequence[Ref]:
        model = await self._search("ir.model", [["model", "=", employee.model]], ["id"], limit=1)
        kind = await self._search("mail.activity.type", [], ["id"], limit=1, order="sequence,id")
        if not model or not kind:
            raise Misconfigured("no_right", field="mail.activity")
        made = []
        today = dt.datetime.fromtimestamp(time.time(), dt.UTC).date()
        for task in tasks:
            values: dict[str, Value] = {
                "summary": task.title,
                "note": html.escape(task.note),
                "res_id": int(employee.id),
                "res_model_id": Ref("ir.model", str(model[0]["id"])),
                "activity_type_id": Ref("mail.activity.type", str(kind[0]["id"])),
                "date_deadline": str(today + dt.timedelta(days=task.days)),
            }
            made.append(await self.upsert(Write(task.key, "mail.activity", values), None))
        return made

    async def pull(self, kind: str, cursor: str) -> Page:
        return await pull_page(self._search, self._call, kind, cursor)

    async def close(self) -> None:
        await self._line.close()


def _number(version: str) -> float:
    """Return 18.0 for `18.0`, `saas~17.4` or `19.0+e`."""
    digits = "".join(c if c.isdigit() or c == "." else " " for c in version).split()
    return float(".".join(digits[0].split(".")[:2])) if digits else 0.0


def _field(name: str, info: dict[str, Any], has_default: bool) -> FieldInfo:
    choices = {str(value): str(label) for value, label in info.get("selection") or []}
    return FieldInfo(
        name=name,
        kind=str(info.get("type", "")),
        label=str(info.get("string", "")),
        required=bool(info.get("required")) and not has_default,
        readonly=bool(info.get("readonly")),
        choices=choices,
        relation=str(info.get("relation") or ""),
    )
