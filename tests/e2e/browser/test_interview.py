"""A whole interview on a phone-sized page, with HR beside it, against a real server that is killed in the middle."""

from __future__ import annotations

import re
import signal

import pytest

from tests.e2e.browser.conftest import DESK, PHONE, Screens
from tests.e2e.browser.demo import Demo
from tests.e2e.browser.desk import Desk
from tests.e2e.browser.people import Candidate

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEXTS = {
    "zh": {
        "name": "林晓",
        "finished": "完成了面试",
        "card": "候选人卡片",
        "queue": "候选人队列",
        "transcript": "完整对话",
        "report": "报告",
        "override": "改分",
        "competency": "沟通表达",
        "changed": "改为 6.0",
        "decline": "不继续",
        "reason": "这次更需要有大客户经验的人",
        "by": "周敏",
    },
    "en": {
        "name": "Alex Morgan",
        "finished": "has finished the interview",
        "card": "Card",
        "queue": "Queue",
        "transcript": "Transcript",
        "report": "Report",
        "override": "Override",
        "competency": "Communication",
        "changed": "is now 6.0",
        "decline": "Decline",
        "reason": "We need somebody who has led large accounts",
        "by": "Anna Zhou",
    },
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_whole_interview_and_hrs_side_of_it(language: str, demo: Demo, screens: Screens) -> None:
    texts = TEXTS[language]
    desk = Desk(screens.open(demo.hr, **DESK))
    candidate = Candidate(screens.open(demo.candidate, **PHONE), language, "strong_a")
    candidate.wait_more()
    candidate.finish()

    desk.wait_for(texts["finished"])
    desk.press(texts["card"])
    assert texts["name"] in desk.sheet().inner_text()
    picture = desk.sheet().locator("img")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    assert texts["name"] in desk.ask("/queue").inner_text()

    _read(desk, demo, texts)
    _override(desk, texts)
    _decline(desk, candidate, texts)


def _read(desk: Desk, demo: Demo, texts: dict[str, str]) -> None:
    desk.press(texts["card"])
    desk.press(texts["transcript"], desk.sheet())
    marks = desk.sheet().locator("mark")
    assert marks.count() >= 3
    said = desk.sheet().locator(".turn.candidate").all_inner_texts()
    assert all(any(mark.split("\n")[-1] in turn for turn in said) for mark in marks.all_inner_texts())
    card = desk.ask(f"/card {texts['name']}")
    desk.press(texts["report"], card)
    address = desk.page.locator("#log a.opener").last.get_attribute("href")
    answer = desk.page.request.get(f"{address}")
    assert answer.ok
    assert answer.body().startswith(b"%PDF")


def _override(desk: Desk, texts: dict[str, str]) -> None:
    desk.press(texts["override"], desk.sheet())
    desk.press(texts["competency"])
    desk.press("6")
    done = desk.ask(texts["reason"])
    assert texts["changed"] in done.inner_text()
    assert "6.0" in desk.sheet().inner_text()
    assert texts["reason"] in desk.sheet().inner_text()


def _decline(desk: Desk, candidate: Candidate, texts: dict[str, str]) -> None:
    before = candidate.bubbles().count()
    desk.press(texts["decline"], desk.sheet())
    assert candidate.bubbles().count() == before
    desk.ask(texts["reason"])
    told = candidate.wait_more()
    assert texts["by"] in told
    assert texts["reason"] not in told


@pytest.mark.parametrize("language", ["zh"])
def test_the_page_goes_on_where_it_was(language: str, demo: Demo, screens: Screens) -> None:
    page = screens.open(demo.candidate, **PHONE)
    candidate = Candidate(page, language, "strong_a")
    candidate.wait_more()
    for place in (
        0,
        0,
        0,
    ):  # agree, the details are right, begin now without practice (whose words are not kept)
        candidate.tap(place)
    candidate.reply()
    candidate.reply()
    before = page.locator("#log .row").all_inner_texts()
    page.reload()
    candidate.wait_count(len(before))
    assert page.locator("#log .row").all_inner_texts() == before

    page.fill("#box", "刚写了一半")
    demo.stop(signal.SIGKILL)
    page.locator("#banner.connecting").wait_for()
    assert page.input_value("#box") == "刚写了一半"
    answer = "我先听客户把话说完，再把要点复述一遍，确认没听错，然后当天给出两个方案让客户挑。"
    candidate.send(answer)
    page.fill("#box", "又写了一句")
    demo.start()
    page.locator("#banner").wait_for(state="hidden", timeout=40_000)
    page.wait_for_function(
        "before => document.querySelectorAll('#log .row').length > before + 1",
        arg=len(before),
        timeout=20_000,
    )
    assert page.input_value("#box") == "又写了一句"
    shown = page.locator("#log .row.mine .said").all_inner_texts()
    assert shown.count(answer) == 1
    page.fill("#box", "")
    candidate.finish()
    every = page.locator("#log .row").all_inner_texts()
    page.reload()
    candidate.wait_count(len(every))
    assert page.locator("#log .row").all_inner_texts() == every


@pytest.mark.parametrize("language", ["en"])
def test_hr_is_told_what_happened_while_the_page_was_away(
    language: str, demo: Demo, screens: Screens
) -> None:
    desk = Desk(screens.open(demo.hr, **DESK))
    desk.wait_for("waiting for your decision")
    candidate = Candidate(screens.open(demo.candidate, **PHONE), language, "strong_a")
    candidate.wait_more()
    desk.page.context.set_offline(True)
    desk.page.evaluate("dispatchEvent(new Event('offline'))")
    demo.stop(signal.SIGKILL)
    demo.start()
    candidate.write("/human")
    assert desk.replies().filter(has_text="would like to talk").count() == 0
    desk.page.context.set_offline(False)
    desk.wait_for("would like to talk to a person")
    assert desk.replies().filter(has_text="waiting for your decision").count() == 1
    desk.press("Reply")
    desk.ask("Hello Alex, this is Anna. How can I help?")
    assert "How can I help?" in candidate.wait_more()
    candidate.send("Could I do this on Monday instead, after work?")
    assert re.search("Monday", desk.wait_for("Monday").inner_text())


@pytest.mark.parametrize("language", ["en"])
def test_the_first_page_begins_an_interview(language: str, demo: Demo, screens: Screens) -> None:
    page = screens.open(demo.address, **PHONE)
    page.get_by_role("button", name="In English: Python developer").click()
    candidate = Candidate(page, "en", "strong_a", "python-developer")
    assert "Alex Morgan" in candidate.wait_more()
    page.go_back()
    page.get_by_role("button", name="中文面试: 门店店员").click()
    assert "林晓" in Candidate(page, "zh", "strong_a", "retail-store-associate").wait_more()
