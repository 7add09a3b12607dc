"""What an HR system has comes in: applicants are invited once, whatever breaks in between; who is deleted is erased."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.ehr.intake import Intake
from bot.wiring import Server
from ehr_connector.adapter import Limited
from ehr_connector.faults import EhrFault, Gone, Unsure
from ehr_connector.model import Capability, Link, Note, Page, Pulled, Ref, Write
from tests.ehr.house import PACK, working
from tests.ehr.maps import MAPPING

C = Capability


class TheirSystem(Limited):
    """Has applicants, jobs and notes; fails as it is told to."""

    capabilities = frozenset({C.UPSERT, C.READ, C.NOTE, C.PULL_JOBS, C.PULL_APPLICANTS})

    def __init__(self) -> None:
        self.there: list[Pulled] = []
        self.notes: dict[str, str] = {}
        self.failing: list[EhrFault] = []
        self.gone: set[str] = set()
        self.written: list[Ref | None] = []

    async def health(self) -> str:
        return "theirs"

    async def pull(self, kind: str, cursor: str) -> Page:
        items = tuple(item for item in self.there if f"{item.kind}s" == kind and item.changed > cursor)
        return Page(items, max((item.changed for item in items), default=cursor))

    async def add_note(self, ref: Ref, note: Note) -> Ref:
        if self.failing:
            raise self.failing.pop(0)
        self.notes[note.key] = note.text
        return Ref("note", note.key)

    async def fetch(self, kind: str, name: str) -> Pulled | None:
        return next((one for one in self.there if one.id == name and one.kind == kind), None)

    async def upsert(self, write: Write, known: Ref | None) -> Ref:
        self.written.append(known)
        return known or Ref(write.model, "new")

    async def read(self, ref: Ref, fields: Sequence[str]) -> dict[str, Any]:
        if ref.id in self.gone:
            raise Gone("gone")
        return dict.fromkeys(fields)


def applicant(name: str, changed: str, stage: str = "Interview") -> Pulled:
    body = {"name": "王小明", "email": "w@example.org", "job": "Sales", "stage": stage}
    return Pulled("applicant", name, body, changed)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    options = {"url": "http://127.0.0.1:9/hook", "secrets": ["whsec_" + "A" * 32], "internal": True}
    intake = {"stages": ["Interview"], "jobs": {"Sales": PACK}, "erase_deleted": True, "every": 3600}
    one = {"name": "theirs", "system": "webhook", "options": options, "intake": intake}
    async with working(tmp_path, {"connections": [{**one, "mapping": yaml.safe_load(MAPPING)}]}) as running:
        yield running


@pytest.fixture
def theirs(server: Server) -> TheirSystem:
    made = TheirSystem()
    server.ehr.adapters["theirs"] = server.ehr.senders["theirs"].adapter = made  # type: ignore[assignment]
    return made


@pytest.fixture
def intake(server: Server, theirs: TheirSystem) -> Intake:
    return server.ehr.intake("theirs", server.worker.submit)


async def test_who_reaches_the_stage_is_invited_once(
    server: Server, theirs: TheirSystem, intake: Intake
) -> None:
    theirs.there = [
        applicant("7", "1"),
        applicant("8", "2", "New"),
        Pulled("job", "J", {"title": "Sales"}, "1"),
    ]
    await intake.poll()
    theirs.there.append(applicant("7", "3"))
    await intake.poll()
    found = server.house.applications.find("theirs:7")
    assert found is not None
    assert list(theirs.notes) == [f"invitation.{found.application}"]
    assert "web: https://talk.example.org/chat/" in theirs.notes[f"invitation.{found.application}"]
    assert server.house.applications.find("theirs:8") is None
    assert [(job.id, job.pack) for job in server.ehr.inbound.jobs("theirs")] == [("J", PACK)]
    links = server.ehr.ledger.peek("theirs", found.application, 0).links
    assert links[f"application.{found.application}"].ref == Ref("applicant", "7"), (
        "a push writes to their record"
    )


async def test_a_stage_event_invites_who_is_there_now(
    server: Server, theirs: TheirSystem, intake: Intake
) -> None:
    theirs.there = [applicant("7", "1", "New")]
    await intake.take(Pulled("stage", "7", {}))
    assert server.house.applications.find("theirs:7") is None
    theirs.there = [applicant("7", "2")]
    await intake.take(Pulled("stage", "7", {}))
    assert server.house.applications.find("theirs:7") is not None


@pytest.mark.parametrize("before_the_link", [True, False])
async def test_an_invitation_that_broke_off_is_finished(
    server: Server, theirs: TheirSystem, intake: Intake, before_the_link: bool
) -> None:
    theirs.there = [applicant("7", "1")]
    if before_the_link:  # the process died right after the interview was made
        server.house.new_links(PACK, "zh", {"name": "x"}, "theirs:7")
    else:
        theirs.failing = [Unsure("cut")]
        with pytest.raises(Unsure):
            await intake.poll()
    await intake.poll()
    found = server.house.applications.find("theirs:7")
    assert found is not None
    links = server.ehr.ledger.peek("theirs", found.application, 0).links
    assert links[f"application.{found.application}"].ref.id == "7"
    assert len(theirs.notes) == len(server.house.applications.unfinished(None)) == 1


async def test_one_that_cannot_be_taken_stops_nobody_else(theirs: TheirSystem, intake: Intake) -> None:
    theirs.there = [applicant("7", "1"), applicant("8", "2")]
    theirs.failing = [Gone("gone")]
    await intake.poll()
    assert len(theirs.notes) == 1


async def test_two_processes_do_not_read_at_once(server: Server, theirs: TheirSystem, intake: Intake) -> None:
    theirs.there = [applicant("7", "1")]
    assert server.ehr.inbound.begin("poll:theirs", "round", "") is None
    assert await intake.poll() == 0
    server.ehr.inbound.give_up("poll:theirs", "round")
    assert await intake.poll() == 1


async def test_who_was_erased_here_is_not_invited_again(
    server: Server, theirs: TheirSystem, intake: Intake
) -> None:
    theirs.there = [applicant("7", "1")]
    await intake.poll()
    assert await intake.erase("7")
    theirs.there.append(applicant("7", "2"))
    await intake.poll()
    server.ehr.inbound.forget_before(1e12)
    theirs.there.append(applicant("7", "3"))
    await intake.poll()
    assert server.house.applications.find("theirs:7") is None
    assert len(theirs.notes) == 1


async def test_who_is_known_by_a_record_is_erased_by_it(
    server: Server, theirs: TheirSystem, intake: Intake
) -> None:
    application, conversation = server.house.applications.create(
        server.house.packs.active(PACK), "zh", {"name": "x"}
    )
    server.ehr.inbound.link("theirs", application, Link(f"application.{application}", Ref("applicant", "9")))
    server.ehr.inbound.link("theirs", application, Link(f"note.{application}", Ref("note", "10")))
    assert not await intake.erase("10"), "a note's id is nobody's"
    await intake.take(Pulled("candidate.deleted", "9", {}))
    assert server.house.applications.profile(conversation) == {}


async def test_the_person_of_an_order_is_erased(server: Server, intake: Intake) -> None:
    order = {"job": "Sales", "name": "韩梅梅", "person": "T1"}
    await intake.take(Pulled("order", "E7", order))
    await intake.take(Pulled("deleted", "T1", {}))
    assert server.house.applications.find("theirs:E7") is None


async def test_who_is_missing_there_is_erased_at_night(
    server: Server, theirs: TheirSystem, intake: Intake
) -> None:
    theirs.there = [applicant(str(number), str(number)) for number in range(1, 8)]
    await intake.poll()
    theirs.gone = {"3"}
    await server.ehr.report_drift(server.worker.submit)
    left = [number for number in range(1, 8) if server.house.applications.find(f"theirs:{number}")]
    assert left == [1, 2, 4, 5, 6, 7]
    theirs.gone = set("1234567")  # a right that was taken away looks just like this
    await server.ehr.report_drift(server.worker.submit)
    assert [n for n in range(1, 8) if server.house.applications.find(f"theirs:{n}")] == left


async def test_a_push_writes_to_the_record_that_was_there(
    server: Server, theirs: TheirSystem, intake: Intake
) -> None:
    theirs.there = [applicant("7", "1")]
    await intake.poll()
    found = server.house.applications.find("theirs:7")
    assert found is not None
    result = server.house.result_of(found.conversation)
    assert result is not None
    from ehr_connector.delivery.steps import Step

    lane = server.ehr.ledger.peek("theirs", found.application, found.conversation)
    step = Step(1, 1, "application", 0, (), "finished")
    await server.ehr.senders["theirs"].send(lane, step)
    assert theirs.written == [Ref("applicant", "7")]
