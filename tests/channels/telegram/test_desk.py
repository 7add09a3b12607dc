"""HR's own part in Telegram: lists and packs handed in as files, the talk with a candidate, the week's picture."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from bot.house import shipped_packs
from storage import tables
from tests.channels.telegram.botapi.people import Chat, shown
from tests.channels.telegram.botapi.server import BotApi
from tests.channels.telegram.product import JOB, OWNER, Product
from tests.channels.telegram.test_delivery import begin, eventually, to_question

PACK = dict(shipped_packs())[JOB]
LIST = "姓名,邮箱,电话\n林晓,linxiao@example.org,13800000000\nAnn Lee,ann@\n"


@pytest.fixture
async def hr(polling: Product, api: BotApi) -> Chat:
    """The owner's chat, begun."""
    chat = api.people.chat(OWNER, "en", "Fang")
    chat.say("/start")
    await chat.until(lambda message: True)
    chat.skip()
    return chat


def workbook() -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in (
        ("Name", "E-mail", "Phone"),
        ("Bo Hill", "bo@example.org", 4915112345678),
        ("", "x@y.org", ""),
    ):
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


async def _job_chosen(hr: Chat) -> None:
    which = await hr.offered(f":{JOB}")
    hr.press(which, f":{JOB}")


async def test_a_csv_is_looked_at_line_by_line_before_anybody_is_invited(
    polling: Product, api: BotApi, hr: Chat
) -> None:
    hr.send_document("list.csv", LIST.encode(), "text/csv")
    await _job_chosen(hr)
    await hr.reads("lines with a mistake: 1")
    await hr.reads("Line 3: the e-mail address is not complete")
    go = await hr.offered("Invite 1")
    assert polling.house.applications.unfinished(None) == []
    hr.press(go, "Invite 1")
    await hr.reads("1 invited")
    await hr.reads("林晓")
    hr.press(go, "Invite 1")
    await hr.until(lambda message: "no longer there" in shown(message) or "invited" in shown(message))
    assert [one.name for one in polling.house.applications.unfinished(None)] == ["林晓"]


async def test_an_excel_file_is_read_like_a_csv(polling: Product, api: BotApi, hr: Chat) -> None:
    hr.send_document("people.xlsx", workbook())
    await _job_chosen(hr)
    await hr.reads("lines with a mistake: 1")
    with polling.house.engine.connect() as connection:
        kept = connection.execute(select(tables.upload.c.sealed)).scalars().all()
    assert all(b"bo@example.org" not in one for one in kept)


async def test_a_pack_handed_in_says_its_mistakes_by_line_and_then_is_activated(
    polling: Product, api: BotApi, hr: Chat
) -> None:
    hr.send_document("pack.yaml", PACK.replace("required: 6", "required: 60", 1).encode(), "text/yaml")
    await hr.reads("nothing was changed")
    await hr.reads("Line ")
    newer = PACK.replace(f"version: {_version(PACK)}", 'version: "99.0"', 1)
    hr.send_document("pack.yml", newer.encode())
    ask = await hr.until(lambda message: "pack:go" in str(message.get("reply_markup")))
    assert polling.house.packs.active(JOB).version != "99.0"
    hr.press(ask, "pack:go")
    await hr.reads("99.0")
    await eventually(lambda: polling.house.packs.active(JOB).version == "99.0")


def _version(pack: str) -> str:
    return next(line.partition(": ")[2] for line in pack.splitlines() if line.startswith("version:"))


async def test_a_file_that_is_nothing_is_said_to_be_nothing(polling: Product, api: BotApi, hr: Chat) -> None:
    hr.send_document("holiday.csv", b"PK\x03\x04 no workbook")
    await hr.reads("can't read this file")
    hr.send_document("huge.csv", b"x", size=30 << 20)
    await hr.until(lambda message: True)


async def test_hr_and_a_candidate_talk_while_the_interview_waits(
    polling: Product, api: BotApi, hr: Chat
) -> None:
    conversation, candidate = await to_question(polling, api)
    candidate.say("/human")
    call = await hr.offered("relay:")
    hr.press(call, "relay:")
    await hr.reads("talking with this candidate")
    hr.say("Hello Maya, how can I help?")
    assert "Wang Fang" in shown(await candidate.reads("how can I help?"))
    candidate.say("Are the evenings free?")
    await hr.reads("Are the evenings free?")
    hr.say("They are.")
    await candidate.reads("They are.")
    state = polling.house.applications.interview(conversation)
    assert state is not None
    assert [len(reply.events) for reply in state.replies] == [0]
    hr.say("/close")
    await hr.reads("is closed")
    await candidate.reads("Wang Fang has answered")
    hr.say("Still there?")
    await hr.until(lambda message: "can't find" in shown(message))
    assert all("Still there?" not in shown(message) for message in candidate.heard)


async def test_the_week_comes_as_a_picture_with_its_figures(polling: Product, api: BotApi, hr: Chat) -> None:
    await begin(polling, api)
    hr.say("/week")
    picture = await hr.until(lambda message: "photo" in message)
    assert "seven days" in shown(picture)
    await hr.reads("Sales representative")
