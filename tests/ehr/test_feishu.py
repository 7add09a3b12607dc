"""Feishu Hire: the conformance suite against the stand-in, events as Feishu seals them, and its own SDK as the judge."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from ehr_connector.faults import Conflict, Expired, Gone, Misconfigured
from ehr_connector.feishu.adapter import FeishuAdapter, Options
from ehr_connector.model import Move, Ref, Write
from tests.ehr.contract import AdapterContract, Remote
from tests.ehr.maps import connection
from tests.ehr.proxy import FaultProxy
from tests.ehr.receiver import serving
from tests.ehr.stand_ins import Feishu

KEY = "event-key"
RECORDS = {
    "application": {
        "model": "talent",
        "fields": {
            "name": "candidate.name",
            "email": "candidate.email",
            "language": {"from": "candidate.language", "choices": {"zh": "zh", "en": "en"}},
        },
    }
}


class FeishuRemote(Remote):
    def __init__(self, feishu: Feishu, proxy: FaultProxy) -> None:
        self.feishu = feishu
        self.proxy = proxy
        self.connection = connection(
            "feishu", records=RECORDS, file=None, stage=None, hire=None, onboarding=None
        )
        options = Options(
            app_id="cli_1", app_secret="s", encrypt_key=KEY, url=proxy.url, seconds=1.0, rate=40
        )
        self.adapter = FeishuAdapter(options, lambda file: f"https://x/{file.key}")

    async def records(self) -> list[dict[str, Any]]:
        return list(self.feishu.talents.values())

    async def files(self) -> list[bytes]:
        return []

    async def notes(self) -> list[str]:
        return [note["content"] for note in self.feishu.notes.values()]

    async def edit_by_hand(self, name: str) -> None:
        next(iter(self.feishu.talents.values()))["name"] = name

    async def delete_by_hand(self) -> None:
        self.feishu.talents.clear()


@pytest.fixture
async def remote() -> AsyncIterator[FeishuRemote]:
    feishu = Feishu()
    async with serving(feishu.app) as url:
        proxy = FaultProxy(url, slow_seconds=1.5)
        await proxy.start()
        made = FeishuRemote(feishu, proxy)
        yield made
        await made.adapter.close()
        await proxy.stop()


class TestFeishu(AdapterContract):
    async def test_a_stage_moved_by_a_person_stays(self, remote: Any, pushing: Any) -> None:
        """Stages are an application's, which comes with an order."""
        remote.feishu.stages["A1"] = "1"
        await remote.adapter.set_stage(Ref("application", "A1"), Move("s", "Interviewed", ("New",)))
        assert remote.feishu.stages["A1"] == "2"
        remote.feishu.stages["A1"] = "3"
        with pytest.raises(Conflict):
            await remote.adapter.set_stage(Ref("application", "A1"), Move("s", "Hired", ("Interviewed",)))
        with pytest.raises(Misconfigured, match="no_such_stage"):
            await remote.adapter.set_stage(Ref("application", "A1"), Move("s", "Moon"))
        with pytest.raises(Gone):
            await remote.adapter.set_stage(Ref("application", "A9"), Move("s", "Hired"))


async def test_an_ordered_examination(remote: FeishuRemote) -> None:
    await remote.adapter.answer_order(Ref("eco_exam", "E1"), "https://talk/chat/x")
    write = Write("result.a_1", "eco_exam", {"result": 68.6, "status": 1, "沟通": 7.4})
    with pytest.raises(Misconfigured, match="no_order"):
        await remote.adapter.upsert(write, None)
    for _ in range(2):
        await remote.adapter.upsert(write, Ref("eco_exam", "E1"))
    exam = remote.feishu.exams["E1"]
    assert (exam["link"], exam["result"]) == ("https://talk/chat/x", "68.6")
    assert exam["detail_list"] == [{"id": "沟通", "name": "沟通", "result": "7.4"}]
    assert exam["report_list"] == [{"name": "report.pdf", "url": "https://x/file.a_1"}]
    remote.feishu.marked.add("E1")
    with pytest.raises(Conflict, match="marked_there"):
        await remote.adapter.upsert(write, Ref("eco_exam", "E1"))
    described = await remote.adapter.describe(["talent"])
    assert [stage.name for stage in described.stages if stage.final] == ["Hired"]


async def test_a_stage_event_is_read_again(remote: FeishuRemote) -> None:
    remote.feishu.talents["77"] = {"name": "韩梅梅", "email": "h@x.cn", "mobile": "139"}
    remote.feishu.stages["A1"] = "2"
    head = {"event_id": "e", "event_type": "hire.application.stage_changed_v1"}
    (event,) = remote.adapter.verify(*sealed_event({"header": head, "event": {"application_id": "A1"}}))
    found = await remote.adapter.fetch("applicant", event.id)
    assert (event.kind, found.kind if found else "") == ("stage", "applicant")
    who = {"name": "韩梅梅", "email": "h@x.cn", "phone": "139", "job": "Sales", "stage": "Interviewed"}
    assert found is not None
    assert found.body == {**who, "person": "77", "refs": {"talent": "77", "application": "A1"}}
    theirs = Ref("application", "A1")
    assert await remote.adapter.upsert(Write("placement.a_1", "application", {}), theirs) == theirs


async def test_a_wrong_secret_is_said_to_be_one(remote: FeishuRemote) -> None:
    options = Options(app_id="cli_1", app_secret="no", url=remote.proxy.url if remote.proxy else "")
    other = FeishuAdapter(options, lambda _: "")
    with pytest.raises(Expired, match="login_refused"):
        await other.health()
    await other.close()


async def test_somebody_known_there_is_not_made_again(remote: FeishuRemote) -> None:
    remote.feishu.talents["77"] = {"name": "x", "email": "w1@example.org"}
    write = Write("application.a_1", "talent", {"name": "王小明", "email": "w1@example.org"})
    assert await remote.adapter.upsert(write, None) == Ref("talent", "77")


def sealed_event(event: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    """Return headers and body as Feishu sends an event."""
    padder = PKCS7(128).padder()
    padded = padder.update(json.dumps(event).encode()) + padder.finalize()
    vector = bytes(16)
    closing = Cipher(algorithms.AES(hashlib.sha256(KEY.encode()).digest()), modes.CBC(vector)).encryptor()
    body = json.dumps(
        {"encrypt": base64.b64encode(vector + closing.update(padded) + closing.finalize()).decode()}
    ).encode()
    signature = hashlib.sha256(b"1700000000" + b"nonce" + KEY.encode() + body).hexdigest()
    headers = {
        "x-lark-request-timestamp": "1700000000",
        "x-lark-request-nonce": "nonce",
        "x-lark-signature": signature,
    }
    return headers, body


async def test_events_are_opened_and_forged_ones_refused(remote: FeishuRemote) -> None:
    said = {
        "exam_id": "E7",
        "paper_id": "sales",
        "talent_id": "T",
        "candidate_info": {"name": "韩梅梅", "email": "h@x.cn", "mobile": {"code": "+86", "number": "139"}},
    }
    header = {"event_id": "ev1", "event_type": "hire.eco_exam.created_v1"}
    headers, body = sealed_event({"schema": "2.0", "header": header, "event": said})
    (order,) = remote.adapter.verify(headers, body)
    assert (order.kind, order.id) == ("order", "E7")
    who = {"job": "sales", "name": "韩梅梅", "email": "h@x.cn", "phone": "+86139"}
    assert order.body == {**who, "person": "T", "refs": {"talent": "T"}}
    headers2, body2 = sealed_event(
        {"header": {"event_id": "e2", "event_type": "hire.talent.deleted_v1"}, "event": {"talent_id": "T"}}
    )
    assert remote.adapter.verify(headers2, body2)[0].kind == "deleted"
    for wrong in (({**headers, "x-lark-signature": "0"}, body), (headers, body + b" "), ({}, body)):
        with pytest.raises(Misconfigured, match="bad_signature"):
            remote.adapter.verify(*wrong)


_DRIVER = """
import json, sys
import lark_oapi as lark
from lark_oapi.api.hire.v1 import *
client = lark.Client.builder().app_id("cli_1").app_secret("s").domain(sys.argv[1]).build()
details = [EcoExamResultDetail.builder().id("a").name("a").result("7.4").build()]
reports = [EcoExamResultReport.builder().name("report.pdf").url("https://x/file.a_1").build()]
body = UpdateResultEcoExamRequestBody.builder().result("68.6").detail_list(details).report_list(reports).build()
request = UpdateResultEcoExamRequest.builder().exam_id("E1").request_body(body).build()
answer = client.hire.v1.eco_exam.update_result(request)
print(json.dumps({"ok": answer.success(), "code": answer.code}))
"""


def _sdk_python() -> str:
    """Return a Python that has Feishu's SDK, in an environment of its own: it wants older packages than we use."""
    folder = Path(tempfile.gettempdir()) / f"colloquy-lark-{os.getuid()}"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        subprocess.run(
            [sys.executable, "-m", "venv", "--clear", str(folder)], check=True, capture_output=True
        )
        install = [str(python), "-m", "pip", "install", "-q", "lark-oapi==1.4.24"]
        if subprocess.run(install, capture_output=True, check=False).returncode:
            install[-1] = "lark-oapi"
            if subprocess.run(install, capture_output=True, check=False).returncode:
                pytest.skip("Feishu's SDK did not judge: the package lark-oapi cannot be installed here")
        (folder / "ready").touch()
    return str(python)


@pytest.mark.slow
async def test_feishus_own_sdk_sends_what_we_send(remote: FeishuRemote) -> None:
    import asyncio

    python = await asyncio.to_thread(_sdk_python)
    remote.feishu.exams["E1"] = {}
    assert remote.proxy is not None
    process = await asyncio.create_subprocess_exec(
        python,
        "-W",
        "ignore",
        "-c",
        _DRIVER,
        remote.proxy.url,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert json.loads(out)["ok"], err[-1500:]
    theirs = [json.loads(body) for path, body in remote.feishu.bodies if path.endswith("update_result")][-1]
    write = Write("result.a_1", "eco_exam", {"result": 68.6, "a": 7.4})
    await remote.adapter.upsert(write, Ref("eco_exam", "E1"))
    ours = [json.loads(body) for path, body in remote.feishu.bodies if path.endswith("update_result")][-1]
    assert ours == theirs
