"""The whole way with a real Odoo: a job and an applicant come in, an interview, everything back, hired; then once more."""

from __future__ import annotations

import asyncio
import base64
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.house import House
from bot.wiring import Server
from ehr_connector.delivery.ports import Push
from ehr_connector.delivery.steps import Status, plan_steps
from ehr_connector.odoo.adapter import OdooAdapter, Options
from tests.ehr.house import PACK, Talk, settings, until
from tests.ehr.odoo.server import OdooServer
from tests.storage.store import pack_text

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

STAGES = ("New", "Interview", "Interviewed", "Contract signed")
MAPPING: dict[str, Any] = {
    "version": 1,
    "records": {
        "answers": {
            "model": "survey.user_input",
            "fields": {
                "survey_id": {"value": "Colloquy", "lookup": {"model": "survey.survey", "by": "title"}},
                "type": {"value": "manually"},
                "state": {"value": "done"},
            },
        },
        "application": {
            "model": "hr.applicant",
            "fields": {
                "partner_name": "candidate.name",
                "email_from": "candidate.email",
                "description": "join('\\n', map(&join(' ', [name, to_string(level)]), scores))",
                "response_id": {"ref": "answers"},
            },
        },
        "scores": {
            "model": "survey.user_input_line",
            "each": "scores",
            "key": "item.competency",
            "fields": {
                "user_input_id": {"ref": "answers"},
                "question_id": {
                    "from": "item.name",
                    "lookup": {"model": "survey.question", "by": "question"},
                },
                "answer_type": {"value": "number"},
                "value_number": "item.level",
            },
        },
    },
    "file": {"record": "application"},
    "note": {
        "record": "application",
        "title": "Colloquy",
        "lines": ["cause", "cause == 'decided' && decision.reason || ''"],
    },
    "stage": {
        "record": "application",
        "rules": [
            {"to": "Interviewed", "when": "cause == 'finished'", "only_from": ["Interview"]},
            {
                "to": "Contract signed",
                "when": "cause == 'decided'",
                "after": "approve",
                "only_from": ["Interviewed"],
            },
        ],
    },
    "hire": "application",
    "onboarding": [{"title": "社会保险", "days": 3}, {"title": "劳动合同", "days": 1}, {"title": "培训"}],
}
COUNTED = (
    "hr.applicant",
    "hr.employee",
    "hr.job",
    "ir.attachment",
    "mail.activity",
    "mail.message",
    "survey.user_input",
    "survey.user_input_line",
    "res.partner",
)


class Office:
    """HR's people at their Odoo."""

    def __init__(self, straight: OdooAdapter) -> None:
        self.straight = straight
        self.stages: dict[str, int] = {}

    async def furnish(self, competencies: list[str]) -> None:
        for place, stage in enumerate(STAGES):
            values = {"name": stage, "sequence": place}
            self.stages[stage] = await self.straight._create("hr.recruitment.stage", values)
        survey = await self.straight._create("survey.survey", {"title": "Colloquy"})
        page = await self.straight._create("survey.page", {"title": "Scores", "survey_id": survey})
        for name in competencies:
            question = {"page_id": page, "question": name, "type": "numerical_box"}
            await self.straight._create("survey.question", question)

    async def count(self) -> dict[str, int]:
        """Return how many records of every kind that we write, or that Odoo makes by itself."""
        found = {}
        for model in COUNTED:
            where = [["res_model", "in", list(COUNTED)]] if model == "ir.attachment" else []
            found[model] = len(await self.straight._search(model, where, ["id"]))
        return found

    async def one(self, model: str, fields: list[str], where: list[Any] | None = None) -> dict[str, Any]:
        (row,) = await self.straight._search(model, where or [], fields)
        return row

    async def move(self, applicant: int, stage: str) -> None:
        await self.straight._write("hr.applicant", applicant, {"stage_id": self.stages[stage]})


@pytest.fixture
async def office(server: OdooServer) -> AsyncIterator[tuple[Office, dict[str, Any]]]:
    database = server.database()
    login = {"url": server.url, "database": database, "login": "admin", "key": "admin", "seconds": 60.0}
    straight = OdooAdapter(Options(**login, rate=500))
    intake = {"stages": ["Interview"], "jobs": {"销售代表": PACK}, "every": 3600}
    one = {"name": "odoo", "system": "odoo", "options": login, "mapping": MAPPING, "intake": intake}
    yield Office(straight), {"connections": [one]}
    await straight.close()


async def idle(server: Server) -> None:
    """Wait until nothing is left to be carried."""
    end = time.monotonic() + 240
    while server.ehr.ledger.open_lanes("odoo"):
        assert time.monotonic() < end, server.ehr.ledger.stuck()
        await asyncio.sleep(0.05)


async def carried(server: Server, application: str, kind: str) -> None:
    """Wait until a push with such a step was made and carried."""
    await until(lambda: any(s.kind == kind for s in server.ehr.of_application(application)), seconds=120)
    await idle(server)


def push_again(server: Server, application: str, conversation: int) -> None:
    """Push everything once more, as `colloquy ehr push` does."""
    for number, cause in ((1 << 30, "finished"), ((1 << 30) + 1, "decided")):
        steps = plan_steps(server.ehr.connections["odoo"].mapping, cause)
        server.ehr.ledger.add([Push("odoo", application, conversation, number, cause, steps)], time.time())
    server.ehr.ring()


async def test_the_full_flow_twice(tmp_path: Path, office: tuple[Office, dict[str, Any]]) -> None:
    there, config = office
    house = House(settings(tmp_path, config))
    house.packs.add(pack_text(), activate=True)
    server = Server(house)
    printed: list[bytes] = []
    print_report = server.ehr.sources.report

    async def report(result: Any) -> bytes:
        printed.append(await print_report(result))
        return printed[-1]

    server.ehr.sources.report = report  # type: ignore[method-assign]
    pack = house.packs.active(PACK)
    await there.furnish([one.name.get("zh") for one in pack.competencies])
    async with server.working():
        intake = server.ehr.intake("odoo", server.worker.submit)
        job = await there.straight._create("hr.job", {"name": "销售代表"})
        who = {
            "name": "Applies for sales",
            "partner_name": "王小明 🎉",
            "email_from": "w@example.org",
            "job_id": job,
        }
        applicant = await there.straight._create("hr.applicant", {**who, "stage_id": there.stages["New"]})
        while not await intake.poll():  # noqa: ASYNC110  at first the server itself is reading
            await asyncio.sleep(0.05)
        assert [(one.title, one.pack) for one in server.ehr.inbound.jobs("odoo")] == [("销售代表", PACK)]
        assert house.applications.find(f"odoo:{applicant}") is None
        await there.move(applicant, "Interview")
        await intake.poll()
        found = house.applications.find(f"odoo:{applicant}")
        assert found is not None
        posted = await there.one("mail.message", ["body"], [["subject", "like", "Colloquy #"]])
        assert re.search(r"web: https://talk\.example\.org/chat/[\w-]+", posted["body"])
        talk = Talk(server, found.conversation)
        await talk.finish(
            "我会先听客户说完，上个季度我做到了一百二十万，比目标高两成，因为每周都回访老客户。"
        )
        await carried(server, found.application, "stage")
        fields = ["partner_name", "stage_id", "description", "response_id", "name", "emp_id"]
        row = await there.one("hr.applicant", fields)
        assert (row["partner_name"], row["stage_id"][1], row["name"]) == (
            "王小明 🎉",
            "Interviewed",
            "Applies for sales",
        )
        result = house.result_of(found.conversation)
        assert result is not None
        assert result.scores
        lines = await there.straight._search(
            "survey.user_input_line", [], ["user_input_id", "question_id", "value_number"]
        )
        assert {line["question_id"][1]: line["value_number"] for line in lines} == {
            one.name: pytest.approx(one.level, abs=0.01) for one in result.scores
        }
        assert {line["user_input_id"][0] for line in lines} == {row["response_id"][0]}
        await talk.decide("approve")
        await carried(server, found.application, "onboarding")
        row = await there.one("hr.applicant", fields)
        assert row["stage_id"][1] == "Contract signed"
        file = await there.one("ir.attachment", ["datas"], [["res_model", "=", "hr.applicant"]])
        assert base64.b64decode(file["datas"]) == printed[-1]
        assert printed[-1].startswith(b"%PDF")
        domain = [["res_model", "=", "hr.employee"], ["res_id", "=", row["emp_id"][0]]]
        tasks = await there.straight._search("mail.activity", domain, ["summary"])
        assert sorted(task["summary"] for task in tasks) == sorted(["社会保险", "劳动合同", "培训"])
        states = Counter(step.status for step in server.ehr.of_application(found.application))
        assert set(states) == {Status.DONE}, server.ehr.of_application(found.application)

        before = await there.count()
        assert await intake.poll() >= 1, "we have changed the applicant, so it is read again"
        push_again(server, found.application, found.conversation)
        await idle(server)
        assert await there.count() == before
        again = [s for s in server.ehr.ledger.peek("odoo", found.application, 0).steps if s.push >= 1 << 30]
        assert {(step.status, step.code) for step in again} <= {
            (Status.DONE, "unchanged"),
            (Status.DONE, "nothing_to_say"),
        }
    house.engine.dispose()
