"""The API that HR systems call: keys, repeats, limits, and a machine that tries everything its OpenAPI allows."""

from __future__ import annotations

import asyncio
import base64
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from bot.api.guard import MAX_BODY, Guard
from bot.wiring import Server
from storage.inbound import ApiKeys
from tests.ehr.house import PACK, Talk, working
from tests.ehr.maps import MAPPING
from tests.ehr.receiver import serving

EXAMPLES = int(os.environ.get("API_EXAMPLES", "12"))
"""How many requests are made up for each address and method."""
WHO = {"external_id": "HR-1", "job": PACK, "name": "王小明 🎉", "email": "w@example.org", "language": "zh"}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with working(tmp_path) as running:
        yield running


@pytest.fixture
async def client(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    secret = ApiKeys(server.house.engine).make(
        "odoo", ("jobs", "applicants", "stages", "reviews", "orders", "results")
    )
    transport = httpx.ASGITransport(server.app)
    headers = {"Authorization": f"Bearer {secret}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://test/api/v1", headers=headers) as made:
        yield made


async def test_an_applicant_is_invited_once_and_gets_fresh_links(
    client: httpx.AsyncClient, server: Server
) -> None:
    first = (await client.post("/applicants", json=WHO)).json()
    again = (await client.post("/applicants", json=WHO)).json()
    assert first["application"] == again["application"]
    assert first["links"]["web"].startswith("https://talk.example.org/chat/")
    found = server.house.applications.find(first["application"])
    assert found is not None
    assert server.house.applications.profile(found.conversation) == {
        "name": "王小明 🎉",
        "email": "w@example.org",
    }


async def test_the_same_key_gives_the_same_answer(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first = await client.post("/applicants", json=WHO, headers=headers)
    again = await client.post("/applicants", json=WHO, headers=headers)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    other = await client.post("/applicants", json={**WHO, "name": "x"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


async def test_a_failed_request_may_be_tried_again_with_its_key(client: httpx.AsyncClient) -> None:
    headers, wrong = {"Idempotency-Key": "k-2"}, {**WHO, "job": "no such job"}
    assert (await client.post("/applicants", json=wrong, headers=headers)).json()["code"] == "no_pack"
    assert (await client.post("/applicants", json=wrong, headers=headers)).json()["code"] == "no_pack"


async def test_eight_at_once_are_one(client: httpx.AsyncClient, server: Server) -> None:
    answers = await asyncio.gather(
        *(client.post("/applicants", json=WHO, headers={"Idempotency-Key": "k"}) for _ in range(8))
    )
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["application"] for answer in answers if answer.status_code == 201}) == 1
    assert len(server.house.applications.unfinished(None)) == 1


async def test_without_a_key_or_a_scope_nothing_opens(client: httpx.AsyncClient, server: Server) -> None:
    nobody = await client.get("/jobs", headers={"Authorization": "Bearer no"})
    assert (nobody.status_code, nobody.headers["www-authenticate"]) == (401, "Bearer")
    narrow = ApiKeys(server.house.engine).make("narrow", ("jobs",))
    refused = await client.post("/applicants", json=WHO, headers={"Authorization": f"Bearer {narrow}"})
    assert (refused.status_code, refused.json()["code"]) == (403, "no_scope")
    assert ApiKeys(server.house.engine).revoke("narrow")
    gone = await client.get("/jobs", headers={"Authorization": f"Bearer {narrow}"})
    assert gone.status_code == 401
    with pytest.raises(ValueError, match="already"):
        ApiKeys(server.house.engine).make("odoo", ("jobs",))


async def test_one_system_does_not_see_anothers_applicants(client: httpx.AsyncClient, server: Server) -> None:
    mine = (await client.post("/applicants", json=WHO)).json()["application"]
    other = ApiKeys(server.house.engine).make("other", ("applicants", "results"))
    for path in (f"/applicants/{mine}", "/applicants/HR-1", f"/results/{mine}"):
        assert (await client.get(path, headers={"Authorization": f"Bearer {other}"})).status_code == 404
        assert (await client.get(path)).status_code == 200


async def test_bodies_are_limited_and_named(client: httpx.AsyncClient) -> None:
    large = await client.post("/reviews", content=b"[" + b" " * MAX_BODY)
    assert (large.status_code, large.json()["code"]) == (413, "too_large")

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b" " * (MAX_BODY // 8)

    assert (await client.post("/reviews", content=pieces())).status_code == 413
    wrong = await client.post("/applicants", json={**WHO, "nmae": "x", "name": "bell\x07"})
    assert wrong.status_code == 422
    assert "bell" not in wrong.text


async def test_too_many_requests_are_told_to_wait(server: Server) -> None:
    guard = Guard(ApiKeys(server.house.engine), rate=0.001, burst=2)
    guard._count("a")
    guard._count("a")
    with pytest.raises(Exception, match="too_many"):
        guard._count("a")
    guard._count("b")


async def test_who_is_deleted_there_is_erased_here(client: httpx.AsyncClient, server: Server) -> None:
    made = (await client.post("/applicants", json=WHO, headers={"Idempotency-Key": "x"})).json()
    assert (await client.delete("/applicants/HR-1")).status_code == 202
    found = server.house.applications.find(made["application"])
    assert found is not None
    assert found.phase == "erased"
    assert server.house.applications.profile(found.conversation) == {}
    with server.house.engine.connect() as connection:
        from sqlalchemy import text

        assert connection.execute(text("SELECT count(*) FROM ehr_seen")).scalar() == 0
        actor = connection.execute(text("SELECT actor FROM audit WHERE action='erased'")).scalar()
    assert actor == "hr-system"
    assert (await client.get("/applicants/HR-1")).status_code == 404


async def test_jobs_stages_reviews_and_orders(client: httpx.AsyncClient, server: Server) -> None:
    made = await client.put("/jobs/J7", json={"title": "Key account manager", "pack": PACK})
    assert made.json() == {"id": "J7", "title": "Key account manager", "pack": PACK, "open": True}
    assert (await client.get("/jobs")).json() == [made.json()]
    assert (await client.put("/jobs/J8", json={"title": "x", "pack": "none"})).json()["code"] == "no_pack"
    who = (await client.post("/applicants", json={**WHO, "job": "J7"})).json()
    assert (await client.get("/applicants/HR-1")).json()["status"] == "invited"
    moved = await client.post("/applicants/HR-1/stage", json={"stage": "Interview", "invite": True})
    assert moved.json()["links"]["web"] != who["links"]["web"]
    reviews = [
        {"id": "r1", "application": "HR-1", "rating": 4, "competencies": [{"id": "persuasion", "rating": 5}]},
        {"id": "r2", "application": "HR-9", "rating": 4},
        {"id": "r3", "application": "HR-1", "rating": 9},
    ]
    assert (await client.post("/reviews", json={"reviews": reviews})).json() == {
        "kept": 1,
        "unknown": ["r2", "r3"],
    }
    assert server.ehr.inbound.reviews()[0].competencies == {"persuasion": 5.0}
    order = {"id": "o-1", "job": PACK, "name": "Maya"}
    first, again = [(await client.post("/orders", json=order)).json() for _ in range(2)]
    assert (first["status"], first["application"]) == ("open", again["application"])
    found = server.house.applications.find(first["application"])
    assert found is not None
    await Talk(server, found.conversation).finish()
    done = (await client.get("/orders/o-1")).json()
    assert done["status"] == "completed"
    assert (await client.delete("/orders/o-1")).json()["status"] == "completed"
    assert (await client.get("/orders/o-2")).status_code == 404
    result = await client.get(f"/results/{first['application']}")
    assert result.headers["content-type"].startswith("application/vnd.colloquy.result+json")
    await client.put("/jobs/J7", json={"title": "Key account manager", "pack": PACK, "open": False})
    assert (await client.post("/applicants", json={**WHO, "job": "J7"})).json()["code"] == "job_closed"


async def test_a_report_opens_by_its_link_only(client: httpx.AsyncClient, server: Server) -> None:
    from ehr_connector.model import File

    made = (await client.post("/applicants", json=WHO)).json()["application"]
    link = server.ehr.links.publish(File(f"file.{made}", "", "", b"", ""))
    path = link.partition("/api/v1")[2]
    assert (await client.get(path)).content == b"%PDF" + made.encode()
    assert (await client.get(path[:-1] + ("0" if path[-1] != "0" else "1"))).status_code == 404
    assert (await client.get(path.replace("until=", "until=1"))).status_code == 404


async def test_signed_events_are_taken_once(tmp_path: Path) -> None:
    from standardwebhooks.webhooks import Webhook

    secret = "whsec_" + base64.b64encode(b"s" * 32).decode()
    options = {"url": "http://127.0.0.1:9/", "secrets": [secret]}
    hook = {"name": "there", "system": "webhook", "options": options, "mapping": yaml.safe_load(MAPPING)}
    async with working(tmp_path, {"connections": [hook]}) as server:
        server.house.new_links(PACK, "zh", {"name": "x"}, "there:T1")
        import time
        from datetime import UTC, datetime

        body, now = b'{"type":"candidate.deleted","data":{"id":"T1"}}', int(time.time())
        signed = Webhook(secret).sign("msg-9", datetime.fromtimestamp(now, UTC), body.decode())
        headers = {"webhook-id": "msg-9", "webhook-timestamp": str(now), "webhook-signature": signed}
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(server.app), base_url="http://test/api/v1"
        ) as client:
            answers = [await client.post("/events/there", content=body, headers=headers) for _ in range(2)]
            assert server.house.applications.find("there:T1") is None
            assert [answer.json() for answer in answers] == [{"taken": 1}, {"taken": 0}]
            forged = await client.post("/events/there", content=body + b" ", headers=headers)
            assert forged.json()["code"] == "not_signed"
            assert (await client.post("/events/nobody", content=body)).status_code == 404


def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    """A machine tries what the OpenAPI allows, and what it does not."""
    schemathesis = pytest.importorskip(
        "schemathesis", reason="the API was not tried by schemathesis: pip install schemathesis"
    )
    with _served(tmp_path) as (url, secret):
        schema = schemathesis.openapi.from_dict(httpx.get(f"{url}/api/v1/openapi.json").json())
        failures = _try_everything(
            schemathesis, schema, {"Authorization": f"Bearer {secret}"}, f"{url}/api/v1"
        )
    assert failures == []


_HTTPX = frozenset({"method", "url", "params", "json", "data", "content", "headers", "files"})


def _try_everything(schemathesis: Any, schema: Any, headers: dict[str, str], url: str) -> list[str]:
    from hypothesis import HealthCheck, Phase, given
    from hypothesis import settings as hypothesis_settings

    found: list[str] = []
    tried_once: list[int] = []
    client = httpx.Client(timeout=20)
    for entry in schema.get_all_operations():
        operation = entry.ok()

        @given(case=operation.as_strategy())
        @hypothesis_settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def tried(case: Any) -> None:
            given = case.as_transport_kwargs(base_url=url, headers=headers)
            given = {key: value for key, value in given.items() if key in _HTTPX and value is not None}
            while (answer := client.request(**given)).status_code == 429:
                time.sleep(0.2)
            tried_once.append(answer.status_code)
            case.validate_response(answer)
            assert answer.status_code < 500

        try:
            tried()
        except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001  every kind is a finding
            found.append(f"{operation.label}: {error!r} {getattr(error, 'exceptions', '')}"[:2000])
    client.close()
    assert len(tried_once) > 10 * EXAMPLES, found[:3]
    assert {200, 201} & set(tried_once)
    return found


@contextmanager
def _served(folder: Path) -> Iterator[tuple[str, str]]:
    """Serve in a thread with a loop of its own: schemathesis calls from this one."""
    import threading

    ready, stop, told = threading.Event(), threading.Event(), {}

    async def serve() -> None:
        async with working(folder) as server, serving(server.app) as url:
            told["url"] = url
            told["secret"] = ApiKeys(server.house.engine).make(
                "s", ("jobs", "applicants", "stages", "reviews", "orders", "results")
            )
            ready.set()
            while not stop.is_set():  # noqa: ASYNC110  a thread's event
                await asyncio.sleep(0.05)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(60)
    try:
        yield told["url"], told["secret"]
    finally:
        stop.set()
        thread.join()
