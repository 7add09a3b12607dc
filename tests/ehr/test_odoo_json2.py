"""Odoo's newer interface, JSON-2, against a stand-in made from its documents: named arguments, keys, errors as it says them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from ehr_connector.faults import Conflict, Expired, Gone, Misconfigured, Passing, Unsure
from ehr_connector.model import Move, Note, Ref, Write
from ehr_connector.odoo.adapter import OdooAdapter, Options, _number
from ehr_connector.odoo.cells import cell, loaded
from ehr_connector.odoo.rpc import fault_of
from tests.ehr.receiver import serving

ARGUMENTS = {
    "context_get": set(),
    "load": {"fields", "data", "context"},
    "search_read": {"domain", "fields", "limit", "order", "context"},
    "write": {"ids", "vals", "context"},
    "create": {"vals_list", "context"},
    "fields_get": {"attributes", "context"},
    "message_post": {"ids", "body", "subject", "subtype_xmlid", "body_is_html"},
}


class Newer:
    """Refuses what JSON-2 refuses: wrong keys, unknown argument names, another database."""

    def __init__(self) -> None:
        self.records: dict[str, dict[int, dict[str, Any]]] = {
            "hr.recruitment.stage": {1: {"name": "New"}, 2: {"name": "Interviewed"}},
        }
        self.names: dict[str, int] = {}
        self.notes: list[dict[str, Any]] = []
        self.app = Starlette(
            routes=[
                Route("/json/2/{model}/{method}", self.call, methods=["POST"]),
                Route(
                    "/web/version", lambda _: JSONResponse({"version": "19.0", "version_info": [19, 0, 0]})
                ),
                Route("/jsonrpc", lambda _: Response(status_code=404), methods=["POST"]),
            ]
        )

    async def call(self, request: Request) -> Response:
        if (
            request.headers.get("authorization") != "bearer key"
            or request.headers.get("x-odoo-database") != "db"
        ):
            return JSONResponse(
                {"name": "werkzeug.exceptions.Unauthorized", "message": "Invalid apikey"}, 401
            )
        model, method, body = (
            request.path_params["model"],
            request.path_params["method"],
            await request.json(),
        )
        unknown = set(body) - ARGUMENTS[method]
        if unknown:
            return JSONResponse(
                {"name": "builtins.TypeError", "message": f"unexpected keyword argument '{unknown.pop()}'"},
                422,
            )
        return JSONResponse(getattr(self, method)(model, **{k: v for k, v in body.items() if k != "context"}))

    def context_get(self, _: str) -> Any:
        return {"lang": "en_US"}

    def fields_get(self, _: str, attributes: list[str]) -> Any:
        return {name: {"type": "char"} for name in ("name", "partner_name", "stage_id", "template_id")}

    def load(self, model: str, fields: list[str], data: list[list[str]]) -> Any:
        row = dict(zip(fields, data[0], strict=True))
        table = self.records.setdefault(model, {})
        name = row.pop("id", None)
        number = int(row.pop(".id")) if ".id" in row else self.names.get(str(name)) or len(table) + 1
        if row.get("priority") == "9":
            message = {
                "type": "error",
                "field": "priority",
                "message": "No matching record",
                "rows": {"from": 0, "to": 0},
            }
            return {"ids": False, "messages": [message]}
        self.names[str(name)] = number
        table.setdefault(number, {"stage_id": [1, "New"]}).update(row)
        return {"ids": [number], "messages": []}

    def search_read(
        self, model: str, domain: list[Any], fields: list[str], limit: int = 0, order: str = ""
    ) -> Any:
        rows = [
            {"id": number, "template_id": False, **row} for number, row in self.records.get(model, {}).items()
        ]
        if model == "mail.message":
            rows = [{"id": n, **note} for n, note in enumerate(self.notes, 1)]
        for field, _, value in domain:
            rows = [row for row in rows if row.get(field) == value]
        return rows

    def write(self, model: str, ids: list[int], vals: dict[str, Any]) -> Any:
        stage = self.records["hr.recruitment.stage"][vals["stage_id"]]["name"]
        self.records[model][ids[0]]["stage_id"] = [vals["stage_id"], stage]
        return True

    def message_post(self, model: str, ids: list[int], **given: Any) -> Any:
        self.notes.append({"model": model, "res_id": ids[0], **given})
        return [len(self.notes)]


@pytest.fixture
async def newer() -> AsyncIterator[tuple[Newer, OdooAdapter]]:
    made = Newer()
    async with serving(made.app) as url:
        adapter = OdooAdapter(Options(url=url, database="db", key="key"))
        yield made, adapter
        await adapter.close()


async def test_the_newer_interface_is_found_and_used(newer: tuple[Newer, OdooAdapter]) -> None:
    odoo, adapter = newer
    assert await adapter.health() == "Odoo 19.0"
    write = Write("application.a_1", "hr.applicant", {"partner_name": "王小明"})
    ref = await adapter.upsert(write, None)
    assert await adapter.upsert(write, None) == ref == Ref("hr.applicant", "1")
    assert await adapter.upsert(write, ref) == ref
    await adapter.set_stage(ref, Move("s", "Interviewed", ("New",)))
    assert odoo.records["hr.applicant"][1]["stage_id"] == [2, "Interviewed"]
    with pytest.raises(Conflict):
        await adapter.set_stage(ref, Move("s", "New", ("Screening",)))
    for _ in range(2):
        await adapter.add_note(ref, Note("n", "Colloquy", "a < b"))
    assert [note["body"] for note in odoo.notes] == ["<p>a &lt; b</p>"]
    assert odoo.notes[0]["body_is_html"] is True
    with pytest.raises(Misconfigured) as caught:
        await adapter.upsert(Write("application.a_2", "hr.applicant", {"priority": "9"}), None)
    assert caught.value.field == "priority"
    with pytest.raises(Gone):
        await adapter.upsert(write, Ref("hr.applicant", "77"))


async def test_a_wrong_key_is_said_to_be_one(newer: tuple[Newer, OdooAdapter]) -> None:
    _, good = newer
    other = OdooAdapter(Options(url=good._options.url, database="db", key="no", protocol="json2"))
    with pytest.raises(Expired):
        await other.health()
    await other.close()


async def test_a_page_for_signing_in_is_no_answer() -> None:
    """Odoo 18 answers the newer interface with 200 and a page."""
    app = Starlette(
        routes=[Route("/{path:path}", lambda _: HTMLResponse("<html>Log in</html>"), methods=["GET", "POST"])]
    )
    async with serving(app) as url:
        adapter = OdooAdapter(Options(url=url, database="db", key="key", protocol="json2"))
        with pytest.raises(Misconfigured, match="no_such_interface"):
            await adapter.health()
        await adapter.close()


@pytest.mark.parametrize(
    ("name", "words", "kind", "field"),
    [
        ("odoo.exceptions.AccessDenied", "", Expired, ""),
        ("odoo.exceptions.AccessError", "Sorry, Zhang Wei", Misconfigured, "m.write"),
        ("odoo.exceptions.MissingError", "", Gone, ""),
        ("psycopg2.extensions.TransactionRollbackError", "could not serialize access", Passing, ""),
        ("builtins.ValueError", "Invalid field 'nmae' on model 'hr.applicant'", Misconfigured, "nmae"),
        ("builtins.ZeroDivisionError", "Zhang Wei", Unsure, ""),
    ],
)
def test_errors_become_faults_and_their_words_stay_there(
    name: str, words: str, kind: type, field: str
) -> None:
    fault = fault_of(name, words, "m.write")
    assert (type(fault), fault.field) == (kind, field)
    assert "Zhang" not in str(fault)


def test_cells_and_versions() -> None:
    assert cell("job_id", Ref("hr.job", "3")) == ("job_id/.id", "3")
    assert cell("tags", (Ref("t", "1"), Ref("t", "2"))) == ("tags/.id", "1,2")
    assert [cell("x", value)[1] for value in (True, False, None, 7.5)] == ["1", "0", "", "7.5"]
    assert [_number(v) for v in ("11.0", "saas~17.4", "19.0+e", "")] == [11.0, 17.4, 19.0, 0.0]
    with pytest.raises(Passing):
        loaded({"ids": False, "messages": [{"type": "error", "message": "duplicate key value"}]})
    with pytest.raises(Misconfigured):
        loaded(None)
