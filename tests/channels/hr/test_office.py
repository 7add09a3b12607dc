"""What HR administers: the queue's filters, comparing, lists, packs, pauses, colleagues, talks, the log, previews."""

from __future__ import annotations

import io
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from starlette.testclient import TestClient

from bot.house import shipped_packs
from bot.hr.filters import Filter, read_filter
from bot.hr.lists import read_file, read_people, read_text
from dialogues.core.events import Answered, Chosen
from tests.channels.hr.bureau import Bureau, page, values, words

JOB = "sales-representative"
PACK = dict(shipped_packs())[JOB]


def test_filters_are_read_from_words() -> None:
    jobs = {"python-developer": "Python developer", JOB: "销售代表"}
    assert read_filter("python developer undecided", jobs) == Filter("python-developer", "undecided")
    assert read_filter("销售代表 前 20%", jobs) == Filter(JOB, only="top")
    assert read_filter("second round meets ann", jobs) == Filter("", "second_round", "meets", "ann")
    assert read_filter("", jobs) == Filter()


async def test_the_queue_can_be_narrowed(bureau: Bureau) -> None:
    ann = await bureau.interviewed("Ann Lee")
    await bureau.interviewed("Bo Hill", "python-developer")
    anna = bureau.person("anna", "owner")
    await bureau.ask(anna, f"/hold {ann} waiting for the budget")
    for text, here, gone in (
        ("/queue on hold", "Ann Lee", "Bo Hill"),
        ("/queue undecided", "Bo Hill", "Ann Lee"),
        ("/queue python-developer", "Bo Hill", "Ann Lee"),
        ("/queue bo", "Bo Hill", "Ann Lee"),
    ):
        shown = words([one for one in await bureau.ask(anna, text) if one["block"] == "table"])
        assert here in shown, text
        assert gone not in shown, text
    pressed = words(await bureau.press(anna, "queue:-:hold:-"))
    assert "Ann Lee" in pressed
    assert "Bo Hill" not in pressed
    assert "Nobody fits" in words(await bureau.ask(anna, "/queue declined"))


async def test_help_can_be_searched(bureau: Bureau) -> None:
    anna = bureau.person("anna", "owner")
    found = words(await bureau.ask(anna, "/help feedback"))
    assert "/feedback_all" in found
    assert "/capacity" not in found
    assert "No command" in words(await bureau.ask(anna, "/help weather"))
    assert "No command is about" in words(await bureau.ask(anna, "/weather"))
    assert len(words(await bureau.ask(anna, "/help"))) < 4096


async def test_two_are_compared(bureau: Bureau) -> None:
    ann, bo = await bureau.interviewed("Ann Lee"), await bureau.interviewed("Bo Hill")
    anna = bureau.person("anna", "reader")
    picture, shown = (await bureau.ask(anna, "/compare Ann Lee and Bo Hill"))[:2]
    assert shown["columns"][1:] == ["Ann Lee", "Bo Hill"]
    assert all(len(row) == 3 for row in shown["rows"])
    assert len(shown["rows"]) > 3
    assert (await bureau.press(anna, f"compare:{ann}:{bo}"))[:2] == [picture, shown]
    assert ("web:anna", "read:compare") in bureau.audits(ann)
    assert "two or three" in words(await bureau.ask(anna, "/compare Ann Lee"))
    drawn = page(bureau, anna).get(picture["url"])
    assert drawn.status_code == 200
    assert "Bo Hill" in drawn.text
    elsewhere = bureau.person("ben", "recruiter", jobs="python-developer")
    assert page(bureau, elsewhere).get(picture["url"]).status_code == 404
    assert TestClient(bureau.server.app).get(picture["url"]).status_code == 404
    assert page(bureau, anna).get("/hr/chart/compare-a_0000-web.svg").status_code == 404


def test_a_list_is_read_however_it_is_written() -> None:
    for text in (
        "Name,E-mail,Phone\nAnn Lee,ann@example.org,+49 170 1234567",
        "Ann Lee\tann@example.org\t+49 170 1234567",
        "ann@example.org; Ann Lee; +49 170 1234567",
        '"Ann Lee","ann@example.org","+49 170 1234567"',
    ):
        (entry,) = read_people(read_text(text))
        assert entry.profile == {"name": "Ann Lee", "email": "ann@example.org", "phone": "+49 170 1234567"}
        assert entry.wrong == ""
    wrong = [
        one.wrong
        for one in read_people(read_text("王小明，wang@\n,a@b.cn\n王芳，13800138000\n王芳，13800138000"))
    ]
    assert wrong == ["list.bad_email", "list.no_name", "", "list.twice"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_in_either_encoding_of_excel(encoding: str) -> None:
    (entry,) = read_people(read_file("姓名,手机\n王小明,13800138000".encode(encoding)))
    assert entry.profile == {"name": "王小明", "phone": "13800138000"}


def test_an_excel_file_keeps_its_telephone_numbers() -> None:
    book, file = Workbook(), io.BytesIO()
    sheet = book.create_sheet("People", 0)
    sheet.append(["姓名", "手机"])
    sheet.append(["王小明", 13800138000.0])
    book.save(file)
    (entry,) = read_people(read_file(file.getvalue()))
    assert entry.profile == {"name": "王小明", "phone": "13800138000"}


@settings(deadline=None)
@given(st.text(max_size=300))
@example('Ann,"x"\rBo')
def test_any_pasted_text_is_read(text: str) -> None:
    for entry in read_people(read_text(text)):
        assert entry.wrong or entry.profile["name"]


async def test_a_list_is_looked_at_and_then_invited_once(bureau: Bureau) -> None:
    await bureau.candidate("Old Hand")  # their e-mail is someone@example.org
    anna = bureau.person("anna", "recruiter")
    pasted = "Ann Lee, ann@example.org\nBo Hill, bo@\nOld Hand, someone@example.org"
    shown = await bureau.ask(anna, f"/invite_list {JOB} {pasted}")
    told = words(shown)
    assert "Line 2: the e-mail" in told
    assert "Line 3: this person has been invited" in told
    assert len(bureau.house.applications.unfinished(None)) == 1, "nobody is invited yet"
    go, drop = values(shown)
    assert "/chat/" in words(await bureau.press(anna, go))
    assert {one.name for one in bureau.house.applications.unfinished(None)} == {"Old Hand", "Ann Lee"}
    assert "no longer there" in words(await bureau.press(anna, go))
    assert "Nobody was invited" in words(await bureau.press(anna, drop))
    assert "ann@example.org" not in bureau.traces(anna)


async def test_a_list_is_asked_for_and_then_pasted(bureau: Bureau) -> None:
    anna = bureau.person("anna", "recruiter")
    assert "Please paste the list" in words(await bureau.ask(anna, f"/invite_list {JOB}"))
    assert "1 can be invited" in words(await bureau.ask(anna, "Ann Lee, ann@example.org"))


async def test_a_list_is_its_owners_alone(bureau: Bureau) -> None:
    anna, eve = bureau.person("anna", "recruiter"), bureau.person("eve", "recruiter")
    go = values(await bureau.ask(anna, f"/invite_list {JOB} Ann Lee, ann@example.org"))[0]
    assert "no longer there" in words(await bureau.press(eve, go))


async def test_a_pack_is_checked_activated_and_rolled_back(bureau: Bureau) -> None:
    anna = bureau.person("anna", "owner")
    active = bureau.house.packs.names()[JOB]
    assert "Line 1" in words(await bureau.ask(anna, "/pack name: 7"))
    newer = PACK.replace(f'version: "{active}"', 'version: "99.1"', 1)
    assert newer != PACK
    number = bureau.server.office.desks.keep(anna.conversation, "test", newer.encode())
    shown = await bureau.press(anna, f"file:{number}")
    assert "without mistakes" in words(shown)
    assert bureau.house.packs.names()[JOB] == active
    await bureau.press(anna, values(shown)[-1])
    assert bureau.house.packs.names()[JOB] == "99.1"
    back = values(await bureau.ask(anna, f"/versions {JOB}"))
    assert f"activate:{JOB}:{active}" in back
    await bureau.press(anna, f"activate:{JOB}:{active}")
    assert bureau.house.packs.names()[JOB] == active
    assert ("web:anna", f"activated:{active}") in bureau.audits(JOB)
    elsewhere = bureau.person("ella", "recruiter", jobs="team-lead")
    number = bureau.server.office.desks.keep(elsewhere.conversation, "test", newer.encode())
    assert "can't do this" in words(await bureau.press(elsewhere, f"file:{number}"))


async def test_a_paused_job_says_so_to_who_has_not_begun(bureau: Bureau) -> None:
    anna = bureau.person("anna", "recruiter")
    house = bureau.house
    _, fresh = house.applications.create(house.packs.active(JOB), "en", {"name": "Ann"})
    begun = await bureau.candidate("Bo Hill")
    links = {one: house.applications.invite(one) for one in (fresh, begun)}
    await bureau.ask(anna, f"/pause {JOB}")
    problems = {one: house.applications.find_invite(token).problem for one, token in links.items()}
    assert problems == {fresh: "paused", begun: ""}
    both = bureau.server.candidates._parts.entrance.find_invites([links[fresh], links[begun]])
    assert [one.problem for one in both] == ["paused", ""]
    await bureau.ask(anna, f"/resume {JOB}")
    assert house.applications.find_invite(links[fresh]).problem == ""


async def test_a_colleague_comes_by_a_link_and_goes_at_once(bureau: Bureau) -> None:
    anna = bureau.person("anna", "owner")
    shown = words(await bureau.ask(anna, f"/colleague recruiter {JOB} Wang Fang"))
    token = shown.partition("/hr#")[2].partition('"')[0].partition("\\")[0]
    fang = bureau.server.office.sign_in(token)
    assert fang is not None
    assert (fang.name, fang.role, fang.jobs) == ("Wang Fang", "recruiter", (JOB,))
    assert bureau.server.office.sign_in(token) is None, "a link is for one person"
    bureau.server.hr_sockets._queues.setdefault(fang.conversation, set())
    assert "can't do this" in words(await bureau.ask(fang, "/remove anna"))
    sure = values(await bureau.ask(anna, "/remove Wang Fang"))
    assert "no longer has access" in words(await bureau.press(anna, sure[0]))
    assert bureau.house.people.by_id(fang.id) is None
    assert "can't remove yourself" in words(await bureau.ask(anna, "/remove anna"))
    assert "Wang Fang" not in words(await bureau.ask(anna, "/team"))


async def test_links_are_revoked_and_made_anew(bureau: Bureau) -> None:
    anna = bureau.person("anna", "recruiter")
    conversation = await bureau.candidate("Ann Lee")
    old = bureau.house.applications.invite(conversation)
    assert values(await bureau.ask(anna, "/revoke Ann Lee")) == [f"link:{bureau.application(conversation)}"]
    assert bureau.house.applications.find_invite(old).problem == "revoked"
    assert "/chat/" in words(await bureau.ask(anna, "/link Ann Lee"))


@pytest.mark.parametrize("closer", ["hr", "candidate"])
async def test_a_talk_goes_on_until_somebody_closes_it(bureau: Bureau, closer: str) -> None:
    conversation = await bureau.candidate("Ann Lee")
    ann = bureau.application(conversation)
    anna = bureau.person("anna=Anna Berg", "recruiter")
    await bureau.write(conversation, "/human")
    assert values(await bureau.notice(anna, "would like to talk")) == [f"relay:{ann}"]
    await bureau.press(anna, f"relay:{ann}")
    await bureau.ask(anna, "Hello Ann, how can I help?")
    await bureau.ask(anna, "/today")
    await bureau.ask(anna, "Take your time.")
    assert ["Hello Ann" in bureau.said(ann)[-2], "Take your time" in bureau.said(ann)[-1]] == [True, True]
    await bureau.write(conversation, "I have a question about the hours.")
    await bureau.notice(anna, "question about the hours")
    if closer == "hr":
        assert "is closed" in words(await bureau.ask(anna, "/close"))
        assert "Anna Berg has answered" in bureau.said(ann)[-1]
        assert "can't find" in words(await bureau.ask(anna, "Are you there?"))
    else:
        await bureau.press_as(conversation, "do:continue")
        await bureau.notice(anna, "has gone on")
    assert "no talk open" in words(await bureau.ask(bureau.person("bob", "owner"), "/close"))


async def test_the_log_says_who_did_what(bureau: Bureau) -> None:
    ann = await bureau.interviewed("Ann Lee")
    await bureau.interviewed("Zoe Quill", "python-developer")
    anna = bureau.person("anna", "recruiter")
    await bureau.press(anna, f"approve:{ann}")
    await bureau.ask(anna, f"/override {ann} customer_focus 8 heard them in person")
    await bureau.ask(anna, "/queue")
    await bureau.ask(anna, "/card Zoe Quill")
    auditor = bureau.person("otto", "auditor")
    rows = (await bureau.ask(auditor, "/log anna"))[0]["rows"]
    assert ["Ann Lee", "Anna", "decided: Approve"] in [row[1:] for row in rows]
    assert "changed the level: Customer focus" in [row[-1] for row in rows]
    assert "the list" in {row[1] for row in rows}
    narrow = bureau.person("nina", "auditor", jobs=JOB)
    assert "Zoe" not in words(await bureau.ask(narrow, "/log"))
    assert "Zoe" in words(await bureau.ask(auditor, "/log"))


async def test_the_week_in_figures(bureau: Bureau) -> None:
    anna = bureau.person("anna", "reader")
    assert "Nothing happened" in words(await bureau.ask(anna, "/week"))
    await bureau.interviewed("Ann Lee")
    await bureau.candidate("Bo Hill")
    picture, table = await bureau.ask(anna, "/week")
    assert [row[1:3] for row in table["rows"]] == [["2", "1"]]
    assert "Sales representative" in page(bureau, anna).get(picture["url"]).text
    elsewhere = bureau.person("ben", "recruiter", jobs="python-developer")
    assert "Sales representative" not in page(bureau, elsewhere).get(picture["url"]).text


async def test_a_preview_leaves_no_candidate_behind(bureau: Bureau) -> None:
    anna = bureau.person("anna", "owner")
    shown = await bureau.ask(anna, f"/preview {JOB}")
    assert f"preview:{JOB}:consent:yes" in values(shown)
    assert values(await bureau.press(anna, f"preview:{JOB}:consent:yes")) or True
    assert words(await bureau.ask(anna, "Ann Preview"))
    assert bureau.house.applications.unfinished(None) == []
    assert "nothing of it was kept" in words(await bureau.ask(anna, "/close"))
    assert "has ended" in words(await bureau.press(anna, f"preview:{JOB}:consent:yes"))
    assert "Ann Preview" not in bureau.traces(anna)


async def test_an_erased_conversation_is_not_reopened_by_a_closed_talk(bureau: Bureau) -> None:
    conversation = await bureau.candidate("Ann Lee")
    anna = bureau.person("anna", "owner")
    ann = bureau.application(conversation)
    await bureau.press(anna, f"relay:{ann}")
    await bureau._submit(conversation, Answered(at=time.time(), text="/delete"))
    await bureau._submit(conversation, Chosen(at=time.time(), value="delete:yes"))
    assert "erased" in words(await bureau.ask(anna, "/close"))
