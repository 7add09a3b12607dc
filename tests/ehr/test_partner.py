"""The assessment partner: Kombo through the conformance suite, Greenhouse and Ashby calling us, and what each is told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.wiring import Server
from ehr_connector.faults import Misconfigured
from ehr_connector.model import Ref, Write
from ehr_connector.partner.adapter import Options, PartnerAdapter
from tests.ehr.contract import AdapterContract, Remote
from tests.ehr.house import PACK, Talk, until, working
from tests.ehr.ledger import Pushing, new_ledger
from tests.ehr.maps import connection
from tests.ehr.proxy import FaultProxy
from tests.ehr.receiver import serving
from tests.ehr.stand_ins import Kombo

RECORDS = {
    "application": {
        "model": "order",
        "fields": {
            "score": "total.score",
            "name": "candidate.name",
            "email": "candidate.email",
            "language": {"from": "candidate.language", "choices": {"zh": "zh", "en": "en"}},
        },
    }
}
ONLY_RECORDS: dict[str, Any] = {
    "records": RECORDS,
    "file": None,
    "note": None,
    "stage": None,
    "hire": None,
    "onboarding": None,
}


class KomboRemote(Remote):
    def __init__(self, kombo: Kombo, proxy: FaultProxy) -> None:
        self.kombo = kombo
        self.ordered: set[int] = set()
        self.proxy = proxy
        self.connection = connection("partner", **ONLY_RECORDS)
        options = Options(
            dialect="kombo",
            key="k",
            integration="greenhouse:1",
            url=proxy.url,
            internal=True,
            seconds=1.0,
            rate=500,
        )
        self.adapter = PartnerAdapter(options, lambda file: f"https://x/{file.key}")

    def prepare(self, pushing: Pushing, number: int) -> None:
        """Order an interview: a result is only taken for one."""
        from ehr_connector.model import Link
        from storage.inbound import Inbound
        from storage.seal import Sealer

        if number not in self.ordered:
            self.kombo.orders[f"o{number}"] = None
        self.ordered.add(number)
        link = Link(f"application.a_{number}", Ref("order", f"o{number}"))
        Inbound(pushing.ledger.engine, Sealer([b"k" * 32])).link(self.connection.name, f"a_{number}", link)

    async def records(self) -> list[dict[str, Any]]:
        found = [body for body in self.kombo.orders.values() if body is not None]
        return [{part["label"]: part["value"] for part in body["attributes"]} for body in found]

    async def files(self) -> list[bytes]:
        return []

    async def notes(self) -> list[str]:
        return []

    async def delete_by_hand(self) -> None:
        self.kombo.orders.clear()


class TestKombo(AdapterContract):
    @pytest.fixture
    async def remote(self) -> AsyncIterator[KomboRemote]:
        kombo = Kombo()
        async with serving(kombo.app) as url:
            proxy = FaultProxy(url, slow_seconds=1.5)
            await proxy.start()
            made = KomboRemote(kombo, proxy)
            yield made
            await made.adapter.close()
            await proxy.stop()

    @pytest.fixture
    def pushing(self, remote: KomboRemote, tmp_path: Path) -> Pushing:
        made = Pushing(remote.connection, remote.adapter, new_ledger(tmp_path))
        made.before = lambda number: remote.prepare(made, number)
        return made

    async def test_an_event_is_an_order(self, remote: KomboRemote) -> None:
        adapter = PartnerAdapter(Options(dialect="kombo", key="k", secret="s"), lambda _: "")
        order = {
            "id": "o9",
            "package_id": PACK,
            "candidate": {"first_name": "Mei", "last_name": "Han", "email": "m@x.cn"},
        }
        body = json.dumps({"id": "e1", "type": "assessment:order-received", "data": order}).encode()
        signature = base64.urlsafe_b64encode(hmac.new(b"s", body, hashlib.sha256).digest()).decode()
        (found,) = adapter.verify({"x-kombo-signature": signature}, body)
        assert (found.kind, found.id, found.body["name"]) == ("order", "o9", "Mei Han")
        with pytest.raises(Misconfigured):
            adapter.verify({"x-kombo-signature": signature}, body + b" ")
        await adapter.close()

    async def test_without_an_order_nothing_is_reported(self, remote: KomboRemote) -> None:
        with pytest.raises(Misconfigured, match="no_order"):
            await remote.adapter.upsert(Write("application.a_9", "order", {"score": 1}), None)


class Caller:
    """Greenhouse and Ashby, as far as they are told of results."""

    def __init__(self) -> None:
        self.patched: list[str] = []
        self.updated: list[dict[str, Any]] = []
        self.app = Starlette(
            routes=[
                Route("/gh/{id}", self.patch, methods=["PATCH"]),
                Route("/assessment.update", self.update, methods=["POST"]),
            ]
        )

    async def patch(self, request: Request) -> Response:
        self.patched.append(request.path_params["id"])
        return Response(status_code=200)

    async def update(self, request: Request) -> Response:
        self.updated.append(await request.json())
        user = base64.b64decode(request.headers["authorization"].split()[1]).decode()
        return JSONResponse({"success": user == "key:"})


def partner(dialect: str, url: str, **options: Any) -> dict[str, Any]:
    given = {"dialect": dialect, "key": "key", "url": url, "internal": True, **options}
    return {
        "name": dialect,
        "system": "partner",
        "options": given,
        "mapping": {"version": 1, "records": RECORDS},
    }


async def finish_ordered(server: Server, name: str) -> None:
    found = server.house.applications.find(name)
    assert found is not None
    await Talk(server, found.conversation).finish()


async def test_greenhouse_from_list_to_score(tmp_path: Path) -> None:
    caller = Caller()
    async with (
        serving(caller.app) as url,
        working(tmp_path, {"connections": [partner("greenhouse", url)]}) as server,
    ):
        transport = httpx.ASGITransport(server.app)
        base = "http://test/api/v1/partner/greenhouse"
        async with httpx.AsyncClient(transport=transport, base_url=base, auth=("key", "")) as client:
            tests = (await client.get("/list_tests")).json()
            assert PACK in [one["partner_test_id"] for one in tests]
            order = {
                "partner_test_id": PACK,
                "candidate": {"first_name": "Mei", "last_name": "Han", "email": "m@x.cn"},
                "url": f"{url}/gh/99",
            }
            first, again = [(await client.post("/send_test", json=order)).json() for _ in range(2)]
            assert first == again == {"partner_interview_id": f"{url}/gh/99"}
            params = {"partner_interview_id": first["partner_interview_id"]}
            assert (await client.get("/test_status", params=params)).json()["partner_status"] == "sent"
            await finish_ordered(server, f"greenhouse:{url}/gh/99")
            await until(lambda: caller.patched == ["99"])
            done = (await client.get("/test_status", params=params)).json()
            assert done["partner_status"] == "complete"
            assert done["partner_profile_url"].startswith("https://talk.example.org/api/v1/reports/")
            assert (await client.get("/list_tests", auth=("no", ""))).status_code == 401
            assert (
                await client.post("/send_test", json={**order, "partner_test_id": "x", "url": "y"})
            ).status_code == 409
            assert (await client.post("/assessment.list")).status_code == 404


async def test_ashby_from_list_to_result(tmp_path: Path) -> None:
    caller = Caller()
    async with serving(caller.app) as url:
        config = {"connections": [partner("ashby", url, secret="s")]}
        async with working(tmp_path, config) as server:
            transport = httpx.ASGITransport(server.app)
            base = "http://test/api/v1/partner/ashby"
            async with httpx.AsyncClient(transport=transport, base_url=base, auth=("key", "")) as client:

                async def call(path: str, body: dict[str, Any]) -> httpx.Response:
                    content = json.dumps(body).encode()
                    seal = "sha256=" + hmac.new(b"s", content, hashlib.sha256).hexdigest()
                    return await client.post(path, content=content, headers={"Ashby-Signature": seal})

                assert (await call("/assessment.list", {})).json()["success"]
                start = {
                    "assessment_type": {"assessment_type_id": PACK},
                    "candidate": {"name": "Mei", "email": "m@x.cn"},
                    "ashby_id": "as-1",
                }
                assert (await call("/assessment.start", start)).json()["results"]["assessment_id"] == "as-1"
                await finish_ordered(server, "ashby:as-1")
                await until(lambda: bool(caller.updated))
                assert caller.updated[0]["assessment_id"] == "as-1"
                assert caller.updated[0]["assessment_status"]["value"] == "Completed"
                assert (await call("/assessment.cancel", {"assessment_id": "as-1"})).json()["success"]
                assert (await client.post("/assessment.list", json={})).status_code == 401
