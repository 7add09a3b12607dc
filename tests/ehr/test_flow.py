"""From the interview's own transaction to the HR system and the next steps, through a whole server."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import text

from bot.hr.commands import texts
from bot.hr.deliveries import blocks, explain
from dialogues.core.events import Chosen
from ehr_connector.delivery.ports import Stuck
from ehr_connector.delivery.steps import Status
from tests.ehr.house import PACK, Talk, until, working
from tests.ehr.maps import MAPPING
from tests.ehr.receiver import Receiver, serving

ROOT = Path(__file__).parents[2]
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
NEXT_STEPS = [
    {
        "name": "welcome",
        "kind": "notice",
        "text": {"zh": "{name}，复试时间：周三上午十点。{by}", "en": "Second round."},
    },
    {"name": "background", "kind": "remind", "text": {"zh": "请给 {name} 做背景调查"}},
    {"name": "offer", "kind": "offer", "text": {"zh": "{name}，我们想请您加入。"}},
    {"name": "pool", "kind": "talent_pool", "connection": "there", "to": "Talent pool"},
    {"name": "later", "kind": "remind", "days": 30, "text": {"zh": "一个月了"}},
    {"name": "sorry", "kind": "notice", "after": "decline", "text": {"zh": "x"}},
]


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    made = Receiver(SECRET)
    async with serving(made.app) as url:
        yield made, url


def config(url: str, **changes: Any) -> dict[str, Any]:
    connection = {
        "name": "there",
        "system": "webhook",
        "options": {"url": f"{url}/hook", "secrets": [SECRET], "internal": True, "rate": 1000},
        "mapping": yaml.safe_load(MAPPING),
    }
    return {"connections": [connection], "next_steps": NEXT_STEPS, **changes}


async def talk_to(server: Any, name: str = "王小明") -> Talk:
    pack = server.house.packs.active(PACK)
    profile = {"name": name, "contact": "w@example.org"}
    _, conversation = server.house.applications.create(pack, "zh", profile)
    return Talk(server, conversation)


async def test_a_finished_interview_is_over_there_at_once(
    tmp_path: Path, receiver: tuple[Receiver, str]
) -> None:
    remote, url = receiver
    async with working(tmp_path, config(url)) as server:
        talk = await talk_to(server)
        await talk.finish()
        application = server.house.applications.interview(talk.conversation).application
        await until(lambda: remote.stages.get(f"application.{application}") == "Interviewed")
        assert remote.records[f"application.{application}"]["name"] == "王小明"
        link = remote.files[f"file.{application}"]["url"]
        assert link.startswith(f"https://talk.example.org/api/v1/reports/{application}.pdf?")
        left = text("SELECT count(*) FROM outbox WHERE kind='PushResult' AND status=0")

        def waiting() -> int:
            with server.house.engine.connect() as connection:
                return int(connection.execute(left).scalar_one())

        await until(lambda: waiting() == 0)


async def test_the_next_steps_follow_an_approval(tmp_path: Path, receiver: tuple[Receiver, str]) -> None:
    remote, url = receiver
    async with working(tmp_path, config(url)) as server:
        talk = await talk_to(server)
        await talk.finish()
        application = server.house.applications.interview(talk.conversation).application
        await until(lambda: remote.stages.get(f"application.{application}") == "Interviewed")
        await talk.decide("approve")

        def states() -> dict[str, Status]:
            return {
                one.kind: one.status
                for one in server.ehr.of_application(application)
                if one.connection == "next"
            }

        await until(lambda: list(states().values()).count(Status.DONE) >= 3)
        said = [line.text for line in server.house.story.lines(talk.conversation)]
        assert any("王小明，复试时间：周三上午十点。Anna" in one for one in said)
        assert any("我们想请您加入" in one for one in said)
        assert states()["later"] is Status.WAITING
        assert "sorry" not in states()
        person = server.house.people.by_id("web:anna")
        told = [
            (one.notice, server.house.office.words_of(talk.conversation, [one.event]))
            for one in server.house.office.told_since(person, 0)
        ]
        assert ("next_step", ["请给 王小明 做背景调查"]) in told
        await talk.send(Chosen(at=2e9, value="offer:accept"))
        assert server.house.applications.interview(talk.conversation).offer == "accepted"


async def test_a_next_step_that_fails_stops_no_other_and_is_shown(
    tmp_path: Path, receiver: tuple[Receiver, str]
) -> None:
    _, url = receiver
    steps = [{"name": "pool", "kind": "talent_pool", "connection": "nowhere", "to": "x"}, NEXT_STEPS[0]]
    async with working(tmp_path, config(url, next_steps=steps)) as server:
        talk = await talk_to(server)
        await talk.finish()
        await talk.decide("approve")
        application = server.house.applications.interview(talk.conversation).application

        def states() -> dict[str, Status]:
            return {
                one.kind: one.status
                for one in server.ehr.of_application(application)
                if one.connection == "next"
            }

        await until(lambda: states() == {"pool": Status.PAUSED, "welcome": Status.DONE})
        person = server.house.people.by_id("web:anna")
        shown = blocks(server.desk_parts, person, "deliveries", application)
        told = {row[2]: row[1:] for row in shown[0]["rows"]}
        assert told["pool"] == [
            "后续步骤",
            "pool",
            f"已暂停：配置文件里没有「nowhere」这个连接，请管理员检查。处理好以后发 /retry {application} 再试。",
        ]
        assert told["welcome"][2] == "已完成"
        assert len(shown[0]["actions"]) == len(shown[0]["rows"]), "messengers draw a row with its buttons"
        assert shown[1]["buttons"][0]["value"] == f"retry:{application}"
        assert "1" in blocks(server.desk_parts, person, "retry", application)[0]["text"]


async def test_an_erasure_reaches_them_and_leaves_nothing_here(
    tmp_path: Path, receiver: tuple[Receiver, str]
) -> None:
    remote, url = receiver
    async with working(tmp_path, config(url)) as server:
        talk = await talk_to(server)
        await talk.finish()
        application = server.house.applications.interview(talk.conversation).application
        await until(lambda: remote.stages.get(f"application.{application}") == "Interviewed")
        await talk.send(Chosen(at=2e9, value="do:delete"))
        await talk.send(Chosen(at=2e9, value="delete:yes"))
        await until(lambda: any(entry.startswith("candidate.erased") for entry in remote.order))
        assert server.ehr.ledger.peek("there", application, 0).links == {}


async def test_no_hr_system_is_no_trouble(tmp_path: Path) -> None:
    async with working(tmp_path) as server:
        talk = await talk_to(server)
        await talk.finish()
        person = server.house.people.by_id("web:anna")
        assert "COLLOQUY_EHR_CONFIG" in blocks(server.desk_parts, person, "deliveries", "")[0]["text"]


def raised_codes() -> set[str]:
    """Return every code of a fault that a step may end with."""
    fault = re.compile(r"(?:Misconfigured|Passing|Unsure|Expired|Gone|Conflict|EhrFault)\(\s*\"([a-z_]+)\"")
    sources = [path for folder in ("ehr_connector", "bot/ehr") for path in (ROOT / folder).rglob("*.py")]
    return {code for path in sources for code in fault.findall(path.read_text("utf-8"))}


_OF_REQUESTS = {
    "bad_event",
    "bad_signature",
    "bad_secret",
    "no_id",
    "unreadable_file",
    "wrong_host",
    "no_tasks",
}
"""Codes that no step ends with: of what comes in, and of options that are checked before anything runs."""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_status_and_code_can_be_said(language: str) -> None:
    for status in Status:
        for connection in ("c", "next"):
            assert explain(language, Stuck(connection, "a_1", "note", status, "unheard_of", "f", 1, 0.0))
    assert len(raised_codes()) > 30
    assert raised_codes() - set(texts(language)["delivery.why"]) - _OF_REQUESTS == set()
    waiting = explain(language, Stuck("c", "a_1", "note", Status.WAITING, "cut", "", 1, 0.0))
    dead = explain(language, Stuck("c", "a_1", "note", Status.DEAD, "cut", "", 10, 0.0))
    assert "/retry" not in waiting
    assert "/retry a_1" in dead
