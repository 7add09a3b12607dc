"""Feishu Hire: results of ordered examinations, talents, notes and stages; orders and deletions come as events.

An examination's result overwrites the one before, until the customer has marked it. A talent has no key of ours: one
with the same e-mail or telephone number is looked for before a new one is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from ehr_connector.adapter import Limited
from ehr_connector.faults import Conflict, Misconfigured
from ehr_connector.feishu.line import FeishuLine, open_event
from ehr_connector.model import (
    Capability,
    Description,
    FieldInfo,
    File,
    Move,
    Note,
    Pulled,
    Ref,
    StageInfo,
    Write,
)

EXAM, TALENT, APPLICATION = "eco_exam", "talent", "application"
_FIELDS = {
    EXAM: ("result", "result_time", "status"),
    TALENT: ("name", "email", "mobile"),
    APPLICATION: (),
}


class Options(Struct, frozen=True, forbid_unknown_fields=True):
    """`encrypt_key` is the one of the application's event subscription."""

    app_id: str
    app_secret: str
    encrypt_key: str = ""
    url: str = "https://open.feishu.cn"
    seconds: float = 20.0
    rate: float = 15.0


class FeishuAdapter(Limited):
    """One tenant. `publish` makes the link to a report."""

    capabilities = frozenset(
        {Capability.UPSERT, Capability.READ, Capability.NOTE, Capability.STAGE, Capability.EVENTS}
    )
    whole = frozenset({EXAM})

    def __init__(self, options: Options, publish: Callable[[File], str]) -> None:
        self._options = options
        self._publish = publish
        self._line = FeishuLine(
            options.url, options.app_id, options.app_secret, seconds=options.seconds, rate=options.rate
        )

    async def health(self) -> str:
        await self._line.log_in()
        return "Feishu Hire"

    async def renew(self) -> None:
        self._line.forget_token()
        await self._line.log_in()

    async def describe(self, models: Sequence[str]) -> Description:
        found = await self._line.call("GET", "job_processes", params={"page_size": 100})
        names = [
            StageInfo(stage["zh_name"], final=stage.get("type") in (255, 6))
            for process in found.get("items", [])
            for stage in process.get("stage_list", [])
        ]
        known = {
            model: {f: FieldInfo(f, "char") for f in _FIELDS[model]} for model in models if model in _FIELDS
        }
        return Description("Feishu Hire", "v1", known, tuple(dict.fromkeys(names)), open_ended=EXAM in models)

    async def upsert(self, write: Write, known: Ref | None) -> Ref:
        if write.model == EXAM:
            return await self._result(write, known)
        if write.model == APPLICATION and known is not None:
            return known  # it is theirs; only its stage is moved
        if write.model != TALENT:
            raise Misconfigured("unknown_field", field=write.model)
        ref = known or await self._talent_like(write.values)
        return await self._talent(write.values, ref)

    async def _result(self, write: Write, known: Ref | None) -> Ref:
        """Report under the examination that was ordered; every value but the three fixed ones is a detail."""
        if known is None:
            raise Misconfigured("no_order", field=EXAM)
        fixed: dict[str, Any] = {
            field: str(write.values[field]) for field in ("result", "status") if field in write.values
        }
        details = [
            {"id": field, "name": field, "result": str(value)}
            for field, value in write.values.items()
            if field not in _FIELDS[EXAM]
        ]
        link = self._publish(
            File(f"file.{write.key.split('.')[1]}", "report.pdf", "application/pdf", b"", "")
        )
        body: dict[str, Any] = {**fixed, "detail_list": details}
        body["report_list"] = [{"name": "report.pdf", "url": link}]
        if "result_time" in write.values:
            body["result_time"] = str(write.values["result_time"])
        await self._line.call("POST", f"eco_exams/{known.id}/update_result", json=body)
        return known

    async def _talent_like(self, values: Mapping[str, Any]) -> Ref | None:
        """Return the talent with this e-mail address or telephone number."""
        wanted: dict[str, Any] = {}
        if values.get("email"):
            wanted["email_list"] = [values["email"]]
        if values.get("mobile"):
            wanted["mobile_number_list"] = [str(values["mobile"]).removeprefix("+86")]
        if not wanted:
            return None
        found = await self._line.call("POST", "talents/batch_get_id", json=wanted)
        talents = found.get("talent_list") or []
        return Ref(TALENT, str(talents[0]["talent_id"])) if talents else None

    async def _talent(self, values: Mapping[str, Any], known: Ref | None) -> Ref:
        body: dict[str, Any] = {"basic_info": {field: value for field, value in values.items() if value}}
        if known is not None:
            body["talent_id"] = known.id
            await self._line.call("POST", "talents/combined_update", json=body)
            return known
        made = await self._line.call("POST", "talents/combined_create", json=body)
        return Ref(TALENT, str(made["talent_id"]))

    async def read(self, ref: Ref, fields: Sequence[str]) -> dict[str, Any]:
        if ref.model == EXAM:  # a result can be written and not read
            return {}
        if ref.model == APPLICATION:
            await self._line.call("GET", f"applications/{ref.id}")
            return {}
        found = await self._line.call("GET", f"talents/{ref.id}")
        basic = found.get("talent", {}).get("basic_info", {})
        return {field: basic.get(field) for field in fields}

    async def add_note(self, ref: Ref, note: Note) -> Ref:
        if ref.model != TALENT:
            raise Misconfigured("not_offered", field=f"note on {ref.model}")
        mark = hashlib.blake2b(note.key.encode(), digest_size=5).hexdigest()
        found = await self._line.call("GET", "notes", params={"talent_id": ref.id, "page_size": 100})
        for one in found.get("items", []):
            if mark in one.get("content", ""):
                return Ref("note", str(one["id"]))
        body = {"talent_id": ref.id, "content": f"{note.title} #{mark}\n{note.text}"}
        made = await self._line.call("POST", "notes", json=body)
        return Ref("note", str(made["note"]["id"]))

    async def set_stage(self, ref: Ref, move: Move) -> None:
        if ref.model != APPLICATION:
            raise Misconfigured("not_offered", field=f"stage of {ref.model}")
        found = await self._line.call("GET", f"applications/{ref.id}")
        stage = found.get("application", {}).get("stage", {})
        now = str(stage.get("zh_name", ""))
        if now == move.to:
            return
        if move.only_from and now not in move.only_from:
            raise Conflict("moved_there", field="stage")
        body = {"stage_id": await self._stage(move.to)}
        await self._line.call("POST", f"applications/{ref.id}/transfer_stage", json=body)

    async def _stage(self, name: str) -> str:
        found = await self._line.call("GET", "job_processes", params={"page_size": 100})
        for process in found.get("items", []):
            for stage in process.get("stage_list", []):
                if stage["zh_name"] == name:
                    return str(stage["id"])
        raise Misconfigured("no_such_stage", field=name)

    async def fetch(self, kind: str, name: str) -> Pulled | None:
        """Return an application with its talent and job: a stage event names nothing but ids."""
        if kind != "applicant":
            return None
        found = (await self._line.call("GET", f"applications/{name}")).get("application", {})
        talent = str(found.get("talent_id", ""))
        basic = (await self._line.call("GET", f"talents/{talent}")).get("talent", {}).get("basic_info", {})
        job = (await self._line.call("GET", f"jobs/{found.get('job_id', '')}")).get("job", {})
        said = {field: str(basic.get(field) or "") for field in ("name", "email")}
        said |= {"phone": str(basic.get("mobile") or ""), "job": str(job.get("title", ""))}
        said["stage"] = str(found.get("stage", {}).get("zh_name", ""))
        theirs = {"person": talent, "refs": {TALENT: talent, APPLICATION: name}}
        return Pulled("applicant", name, {**said, **theirs})

    async def answer_order(self, order: Ref, link: str) -> None:
        body = {"exam_login_info": {"exam_url": link, "username": "", "password": ""}}
        await self._line.call("POST", f"eco_exams/{order.id}/login_info", json=body)

    def verify(self, headers: Mapping[str, str], body: bytes) -> Sequence[Pulled]:
        event = open_event(headers, body, self._options.encrypt_key)
        head, said = event.get("header", {}), event.get("event", {})
        kind, name = str(head.get("event_type", "")), str(head.get("event_id", ""))
        match kind:
            case "hire.eco_exam.created_v1":
                return [Pulled("order", str(said["exam_id"]), _order(said), name)]
            case "hire.talent.deleted_v1":
                return [Pulled("deleted", str(said["talent_id"]), {}, name)]
            case "hire.application.stage_changed_v1":
                return [Pulled("stage", str(said["application_id"]), dict(said), name)]
        return []

    async def close(self) -> None:
        await self._line.close()


def _order(said: Mapping[str, Any]) -> dict[str, Any]:
    who = said.get("candidate_info", {})
    mobile = who.get("mobile") or {}
    return {
        "job": str(said.get("paper_id", "")),
        "name": str(who.get("name", "")),
        "email": str(who.get("email", "")),
        "phone": f"{mobile.get('code', '')}{mobile.get('number', '')}",
        "person": str(said.get("talent_id", "")),
        "refs": {
            model: str(said[f"{model}_id"]) for model in (TALENT, APPLICATION) if said.get(f"{model}_id")
        },
    }
