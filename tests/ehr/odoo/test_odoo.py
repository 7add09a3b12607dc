"""Odoo 11, the real one: the conformance suite, the traps, and replies lost at random."""

from __future__ import annotations

import base64
import json
import os
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec.structs import replace

from ehr_connector.delivery.steps import Status
from ehr_connector.faults import Conflict, Expired, Gone, Misconfigured
from ehr_connector.mapping.check import check_mapping, models_of
from ehr_connector.mapping.first import first_mapping
from ehr_connector.mapping.model import Connection
from ehr_connector.mapping.read import read_config
from ehr_connector.model import Move, Note, Ref, Write
from ehr_connector.odoo.adapter import OdooAdapter, Options
from tests.ehr.contract import AdapterContract, Remote
from tests.ehr.ledger import FAST, Pushing, a_result, approved
from tests.ehr.maps import connection
from tests.ehr.odoo.server import OdooServer
from tests.ehr.proxy import FaultProxy

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

RECORDS: dict[str, Any] = {
    "application": {
        "model": "hr.applicant",
        "fields": {
            "name": "join(' · ', [candidate.name, pack.title])",
            "partner_name": "candidate.name",
            "email_from": "candidate.email",
            "partner_phone": "candidate.phone",
            "priority": {
                "from": "total.score",
                "scale": {"from": [0, 100], "to": [0, 3]},
                "choices": {"0": "0", "1": "1", "2": "2", "3": "3"},
            },
            "description": "join('\n', map(&join(' ', [name, to_string(level), explanation]), scores))",
            "language": {"from": "candidate.language", "choices": {"zh": "zh_CN", "en": "en_US"}},
        },
    },
}
PUSHES = int(os.environ.get("ODOO_PUSHES", "16"))
"""Pushes made while replies are lost at random."""
STAGES = ("New", "Screening", "Interviewed", "Second round", "Hired", "Talent pool")


def odoo_connection(**changes: Any) -> Connection:
    """Return the mapping of these tests; `language` goes to a field that Odoo 11 has for free text."""
    records = {
        name: {
            **record,
            "fields": {("reference" if f == "language" else f): v for f, v in record["fields"].items()},
        }
        for name, record in RECORDS.items()
    }
    return connection("odoo", **{"records": records, **changes})


class Written:
    """What was written to each applicant, in order of the requests; one that is repeated counts once."""

    def __init__(self) -> None:
        self.notes: dict[int, list[str]] = {}
        self.stages: dict[int, list[int]] = {}

    def note(self, request: bytes) -> None:
        said = json.loads(request.partition(b"\r\n\r\n")[2])["params"]
        if said["method"] != "execute_kw":
            return
        model, method, given, named = said["args"][3:]
        if (model, method) == ("hr.applicant", "message_post"):
            _once(self.notes.setdefault(given[0][0], []), named["subject"])
        elif (model, method) == ("hr.applicant", "write"):
            _once(self.stages.setdefault(given[0][0], []), given[1]["stage_id"])


def _once(written: list[Any], value: Any) -> None:
    if written[-1:] != [value]:
        written.append(value)


class OdooRemote(Remote):
    def __init__(self, proxy: FaultProxy, straight: OdooAdapter, mapped: Connection, database: str) -> None:
        self.proxy = proxy
        self.straight = straight
        self.connection = mapped
        self.database = database
        options = Options(
            url=proxy.url,
            database=database,
            login="admin",
            key="admin",
            protocol="jsonrpc",
            seconds=8.0,
            rate=500,
        )
        self.adapter = OdooAdapter(options)

    async def search(self, model: str, domain: list[Any], fields: list[str]) -> list[dict[str, Any]]:
        return await self.straight._search(model, domain, fields)

    async def records(self) -> list[dict[str, Any]]:
        rows = await self.search("hr.applicant", [], ["partner_name", "email_from"])
        return [{"name": row["partner_name"], "email": row["email_from"]} for row in rows]

    async def files(self) -> list[bytes]:
        rows = await self.search("ir.attachment", [["res_model", "=", "hr.applicant"]], ["datas"])
        return [base64.b64decode(row["datas"]) for row in rows]

    async def notes(self) -> list[str]:
        domain = [["model", "=", "hr.applicant"], ["subject", "like", "Colloquy #"]]
        return [row["body"] for row in await self.search("mail.message", domain, ["body"])]

    async def stage(self) -> str:
        (row,) = await self.search("hr.applicant", [], ["stage_id"])
        return str(row["stage_id"][1])

    async def _one(self) -> int:
        (row,) = await self.search("hr.applicant", [], ["id"])
        return int(row["id"])

    async def move_by_hand(self, stage: str) -> None:
        (row,) = await self.search("hr.recruitment.stage", [["name", "=", stage]], ["id"])
        await self.straight._write("hr.applicant", await self._one(), {"stage_id": row["id"]})

    async def edit_by_hand(self, name: str) -> None:
        await self.straight._write("hr.applicant", await self._one(), {"partner_name": name})

    async def delete_by_hand(self) -> None:
        await self.straight._call("hr.applicant", "unlink", [await self._one()])


class TestOdoo(AdapterContract):
    @pytest.fixture
    async def remote(self, server: OdooServer) -> AsyncIterator[OdooRemote]:
        database = server.database()
        straight = OdooAdapter(
            Options(url=server.url, database=database, login="admin", key="admin", seconds=60, rate=500)
        )
        for place, stage in enumerate(STAGES):
            await straight._create("hr.recruitment.stage", {"name": stage, "sequence": place})
        proxy = FaultProxy(server.url, slow_seconds=9.0)
        await proxy.start()
        made = OdooRemote(proxy, straight, odoo_connection(hire=None, onboarding=None), database)
        yield made
        await made.adapter.close()
        await straight.close()
        await proxy.stop()

    async def test_one_that_fails_stops_nobody_else(self, remote: Remote, pushing: Pushing) -> None:
        """The field has another name here."""
        bad = replace(a_result(2), candidate=replace(a_result(2).candidate, language="xx"))
        pushing.add(1)
        pushing.add(2, result=bad)
        await pushing.carry()
        assert pushing.steps(2)["application"].field == "reference"
        assert set(pushing.statuses(1).values()) == {Status.DONE}

    async def test_the_full_flow_twice(self, remote: OdooRemote, ledger: Any) -> None:
        """Job in, candidate, application, PDF, note, stage, hire, onboarding; the second run creates nothing."""
        job = await remote.straight._create("hr.job", {"name": "销售代表"})
        assert [one.body["title"] for one in (await remote.adapter.pull("jobs", "")).items] == ["销售代表"]
        records = {**odoo_connection().mapping.records}
        full = odoo_connection(
            records={
                "application": {
                    **RECORDS["application"],
                    "fields": {
                        **{f: v for f, v in RECORDS["application"]["fields"].items() if f != "language"},
                        "job_id": {"value": "销售代表", "lookup": {"model": "hr.job", "by": "name"}},
                    },
                }
            }
        )
        assert records
        pushing = Pushing(full, remote.adapter, ledger)
        for _ in range(2):
            await pushing.push()
            await pushing.push(cause="decided", result=approved(a_result()))
            assert set(pushing.statuses().values()) == {Status.DONE}, pushing.steps()
            (applicant,) = await remote.search(
                "hr.applicant", [], ["job_id", "stage_id", "emp_id", "priority"]
            )
            assert (applicant["job_id"][0], applicant["stage_id"][1], applicant["priority"]) == (
                job,
                "Hired",
                "2",
            )
            hired = applicant["emp_id"][0]
            domain = [["res_model", "=", "hr.employee"], ["res_id", "=", hired]]
            tasks = await remote.search("mail.activity", domain, ["summary"])
            assert sorted(row["summary"] for row in tasks) == sorted(["社会保险", "劳动合同", "Training"])
            assert await remote.files() == [pushing.shelf.pdf + b"a_1"]
            assert len(await remote.notes()) == 2  # after the interview, and with the decision

    async def test_replies_lost_at_random(self, remote: OdooRemote, pushing: Pushing) -> None:
        """Two pushes of each application, both waiting from the start: nothing lost, nothing doubled, in order."""
        chance, lost, written = random.Random(7), 0, Written()

        def fault(request: bytes) -> Any:
            nonlocal lost
            written.note(request)
            if chance.random() < 0.25:
                lost += 1
                return chance.choice(["lost", "lost", "cut", "500"])
            return None

        remote.proxy.whenever = fault
        patient = replace(
            FAST, schedule=(0.01,) * 40
        )  # every fourth request fails: ten tries are soon used up
        pushing.courier = pushing.new_courier(patient)
        numbers = range(1, PUSHES // 2 + 1)
        for number in numbers:
            for cause in ("finished", "decided"):
                pushing.add(number, cause, approved(a_result(number), "second_round"))
        await pushing.carry()
        assert lost > PUSHES * 0.4
        there = await remote.search("hr.applicant", [], ["partner_name", "stage_id"])
        assert sorted(row["partner_name"] for row in there) == sorted(
            a_result(n).candidate.name for n in numbers
        )
        assert {row["stage_id"][1] for row in there} == {"Second round"}
        assert (len(await remote.files()), len(await remote.notes())) == (len(numbers), 2 * len(numbers))
        stages = {row["name"]: row["id"] for row in await remote.search("hr.recruitment.stage", [], ["name"])}
        for number in numbers:
            links = pushing.lane(number).links
            there_id = int(links[f"application.a_{number}"].ref.id)
            posted = [
                await remote.search("mail.message", [["id", "=", int(links[key].ref.id)]], ["subject"])
                for cause in ("finished", "decided")
                for key in links
                if key.startswith(f"note.a_{number}.{cause}.")
            ]
            assert written.notes[there_id] == [row["subject"] for (row,) in posted]
            assert written.stages[there_id] == [stages["Interviewed"], stages["Second round"]]
        print(f"{len(numbers) * 2} pushes, {lost} requests broken: none lost, none doubled, all in order")

    async def test_a_stage_that_writes_to_the_candidate_is_refused(self, remote: OdooRemote) -> None:
        (model,) = await remote.search("ir.model", [["model", "=", "hr.applicant"]], ["id"])
        template = await remote.straight._create(
            "mail.template", {"name": "Congratulations", "model_id": model["id"]}
        )
        (stage,) = await remote.search("hr.recruitment.stage", [["name", "=", "Screening"]], ["id"])
        await remote.straight._write("hr.recruitment.stage", stage["id"], {"template_id": template})
        ref = await remote.adapter.upsert(Write("application.a_1", "hr.applicant", {"name": "x"}), None)
        with pytest.raises(Misconfigured) as caught:
            await remote.adapter.set_stage(ref, Move("s", "Screening"))
        assert (caught.value.code, caught.value.field) == ("stage_writes", "Screening")
        rules = [{"to": "Screening", "when": "cause == 'finished'"}]
        mapped = odoo_connection(stage={"record": "application", "rules": rules}, hire=None, onboarding=None)
        described = await remote.adapter.describe(models_of(mapped.mapping))
        said = [text for _, text in check_mapping(mapped, described, remote.adapter.capabilities)]
        assert any("Congratulations" in text and "emails: allow" in text for text in said), said
        await remote.adapter.set_stage(ref, Move("s", "Screening", emails=True))
        with pytest.raises(Conflict):
            await remote.adapter.set_stage(ref, Move("s", "Hired", ("New",)))

    async def test_mistakes_are_named_by_their_field(self, remote: OdooRemote) -> None:
        for values, code, field in (
            ({"name": "x", "nofield": "y"}, "unknown_field", "nofield"),
            ({"name": "x", "priority": "99"}, "refused_value", "priority"),
            ({"partner_name": "x"}, "refused_value", "name"),
        ):
            with pytest.raises(Misconfigured) as caught:
                await remote.adapter.upsert(Write("application.a_9", "hr.applicant", values), None)
            assert (caught.value.code, caught.value.field) == (code, field)

    async def test_a_mapping_is_held_against_what_there_is(self, remote: OdooRemote) -> None:
        wrong = odoo_connection(
            records={
                "application": {
                    "model": "hr.applicant",
                    "fields": {"partner_nam": "candidate.name", "job_id": "pack.title"},
                }
            }
        )
        described = await remote.adapter.describe(models_of(wrong.mapping))
        said = "\n".join(text for _, text in check_mapping(wrong, described, remote.adapter.capabilities))
        assert "did you mean " in said
        assert "partner_name" in said.partition("did you mean")[2]
        assert "“job_id” points to hr.job" in said
        assert "insists on the field “name”" in said

    async def test_a_first_mapping_works_as_it_is(self, remote: OdooRemote, ledger: Any) -> None:
        import yaml

        described = await remote.adapter.describe(["hr.applicant", "hr.job"])
        text = first_mapping(described, "hr.applicant")
        config = {"connections": [{"name": "there", "system": "odoo", **yaml.safe_load(text)}]}
        made = read_config(yaml.safe_dump(config, allow_unicode=True)).connections[0]
        assert list(check_mapping(made, described, remote.adapter.capabilities)) == []
        pushing = Pushing(made, remote.adapter, ledger)
        await pushing.push()
        assert set(pushing.statuses().values()) == {Status.DONE}, pushing.steps()

    async def test_applicants_there_are_read_and_updated_not_doubled(self, remote: OdooRemote) -> None:
        theirs = await remote.straight._create(
            "hr.applicant", {"name": "x", "partner_name": "韩梅梅", "stage_id": 1}
        )
        (one,) = (await remote.adapter.pull("applicants", "")).items
        assert (one.id, one.body["name"], one.body["stage"]) == (str(theirs), "韩梅梅", "New")
        ref = Ref("hr.applicant", one.id)
        assert (
            await remote.adapter.upsert(Write("application.a_5", "hr.applicant", {"priority": "3"}), ref)
            == ref
        )
        assert len(await remote.records()) == 1

    async def test_notes_cannot_carry_markup(self, remote: OdooRemote) -> None:
        ref = await remote.adapter.upsert(Write("application.a_1", "hr.applicant", {"name": "x"}), None)
        await remote.adapter.add_note(ref, Note("n", "Colloquy", "<script>alert(1)</script> & <b>"))
        (body,) = await remote.notes()
        assert "&lt;script&gt;" in body
        with pytest.raises(Gone):
            await remote.adapter.put_file(Ref("hr.applicant", "999"), a_file())

    async def test_a_wrong_password_is_said_to_be_one(self, server: OdooServer, remote: OdooRemote) -> None:
        other = OdooAdapter(Options(url=server.url, database=remote.database, login="admin", key="no"))
        with pytest.raises(Expired, match="login_refused"):
            await other.health()
        await other.close()


def a_file() -> Any:
    from ehr_connector.model import File

    return File("file.a_1", "x.pdf", "application/pdf", b"%PDF", "")
