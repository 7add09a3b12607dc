"""HR's page: signing in leaves no trace, cards and transcripts read right, nobody is disturbed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.channels.pages.conftest import PHONE, Opener
from tests.channels.pages.content import CARD, HR_READY_EN, TABLE, TRANSCRIPT, choices
from tests.channels.pages.standin import Frame, StandIn

pytestmark = pytest.mark.browser


def answering(server: StandIn, *blocks: Frame) -> None:
    server.answer = lambda frame: [{"type": "reply", "to": frame["id"], "blocks": list(blocks)}]


def ask(page: Page, text: str) -> None:
    page.fill("#box", text)
    page.press("#box", "Enter")


def test_the_code_is_traded_for_a_session_and_leaves_the_address(browse: Opener, server: StandIn) -> None:
    server.signed_in_only = True
    page = browse("/hr#good-code")
    expect(page.locator("#name")).to_have_text("Anna")
    assert page.url == f"{server.address}/hr"


def test_a_used_code_says_so_and_another_can_be_pasted(browse: Opener, server: StandIn) -> None:
    server.signed_in_only = True
    page = browse("/hr#bad-code")
    expect(page.get_by_role("alert")).to_have_text("这个登录链接已经用过了，请再要一个。")
    assert "#" not in page.url
    page.fill("#code", f"{server.address}/hr#good-code")
    page.keyboard.press("Enter")
    expect(page.locator("#name")).to_have_text("Anna")


def test_without_a_session_the_page_asks_to_sign_in(browse: Opener, server: StandIn) -> None:
    server.signed_in_only = True
    page = browse("/hr")
    expect(page.get_by_role("heading", name="请先登录")).to_be_visible()
    expect(page.locator("#desk")).to_be_hidden()
    page.evaluate("location.hash = 'good-code'")
    expect(page.locator("#name")).to_have_text("Anna")


def test_closed_asks_to_sign_in_with_the_reason(browse: Opener, server: StandIn) -> None:
    page = browse("/hr")
    expect(page.locator("#name")).to_have_text("Anna")
    server.push({"type": "closed", "text": "登录已过期。"})
    expect(page.get_by_role("alert").filter(has_text="登录已过期。")).to_be_visible()
    page.wait_for_timeout(1200)
    assert server.connections == 1


def test_a_card_opens_beside_the_conversation_with_its_quotes(browse: Opener, server: StandIn) -> None:
    answering(server, CARD)
    page = browse("/hr")
    ask(page, "/card 王小明")
    sheet = page.locator("#sheet")
    expect(sheet.get_by_role("heading", name="王小明")).to_be_visible()
    expect(sheet.get_by_role("img", name="雷达图")).to_be_visible()
    assert sheet.locator("img").evaluate("image => image.complete && image.naturalWidth > 0")
    expect(sheet.locator("blockquote")).to_have_count(3)
    row = page.locator("#log .level", has_text="沟通表达")
    expect(row).to_contain_text("未达标")
    bar = row.locator(".bar i").bounding_box()
    whole = row.locator(".bar").bounding_box()
    assert bar is not None
    assert whole is not None
    assert bar["width"] / whole["width"] == pytest.approx(0.68, abs=0.01)
    expect(page.locator("#log .level", has_text="数据意识")).to_contain_text("依据不足")


def test_a_decision_shows_in_the_conversation_and_in_the_panel(browse: Opener, server: StandIn) -> None:
    answering(server, CARD)
    page = browse("/hr")
    ask(page, "/card")
    expect(page.locator("#sheet .card")).to_be_visible()
    answering(server, {"block": "text", "text": "好"})
    page.locator("#sheet").get_by_role("button", name="调整分数").click()
    server.wait(lambda: server.texts()[-1].get("value") == "override:a_1")
    expect(page.locator(".choice.chosen")).to_have_count(2)


def test_quotes_are_marked_where_they_were_said(browse: Opener, server: StandIn) -> None:
    answering(server, TRANSCRIPT)
    page = browse("/hr")
    ask(page, "/transcript")
    marks = page.locator("#sheet mark")
    expect(marks).to_have_count(2)
    said = marks.evaluate_all("marks => marks.map((mark) => mark.lastChild.textContent)")
    assert said == ["我先上门道歉", "每天早上发进度给他"]
    expect(marks.first).to_have_attribute("data-about", "客户导向")
    expect(page.locator("#sheet .turn .spoken")).to_have_text("语音作答 0:23")
    expect(page.locator("#sheet .turn .facts")).to_contain_text("不计分")


def test_overlapping_marks_keep_every_word_once(browse: Opener, server: StandIn) -> None:
    marks = [{"start": 0, "end": 4, "label": "甲"}, {"start": 2, "end": 6, "label": "乙"}]
    turn = {"who": "candidate", "text": "一二三四五六七", "at": 1.0, "marks": marks}
    answering(server, {"block": "transcript", "title": "记录", "turns": [turn]})
    page = browse("/hr")
    ask(page, "/transcript")
    about = page.locator("#sheet mark")
    assert about.evaluate_all("marks => marks.map((mark) => mark.dataset.about)") == ["甲", "甲 · 乙", "乙"]
    text = page.locator("#sheet .said").evaluate("""node => {
        for (const hint of node.querySelectorAll(".quiet")) hint.remove();
        return node.textContent;
    }""")
    assert text == "一二三四五六七"


def test_tables_act(browse: Opener, server: StandIn) -> None:
    answering(server, TABLE)
    page = browse("/hr")
    ask(page, "/queue")
    expect(page.locator("tbody tr")).to_have_count(3)
    page.locator("tr", has_text="李静").get_by_role("button", name="查看").click()
    server.wait(lambda: server.texts()[-1].get("value") == "card:a_2")


def test_a_question_takes_the_focus_and_the_answer_ends_it(browse: Opener, server: StandIn) -> None:
    answering(server, {"block": "ask", "text": "请说明理由", "buttons": choices(("取消", "no"))})
    page = browse("/hr")
    ask(page, "/decline")
    expect(page.locator("#asking")).to_contain_text("请说明理由")
    expect(page.locator("#box")).to_be_focused()
    answering(server, {"block": "text", "text": "已记录"})
    ask(page, "经验不足")
    expect(page.get_by_text("已记录")).to_be_visible()
    expect(page.locator("#asking")).to_be_hidden()


def test_a_new_result_is_announced_without_taking_the_panel(browse: Opener, server: StandIn) -> None:
    answering(server, TRANSCRIPT)
    page = browse("/hr")
    ask(page, "/transcript")
    expect(page.locator("#sheet mark")).to_have_count(2)
    server.push({"type": "reply", "to": None, "blocks": [{**CARD, "title": "李静"}]})
    expect(page.locator(".toast")).to_contain_text("李静 有新结果")
    expect(page.locator("#sheet mark")).to_have_count(2)
    page.locator(".toast button").click()
    expect(page.locator("#sheet").get_by_role("heading", name="李静")).to_be_visible()


def test_a_slash_offers_commands(browse: Opener, server: StandIn) -> None:
    page = browse("/hr")
    page.locator("#box").press_sequentially("/")
    expect(page.get_by_role("option")).to_have_count(5)
    page.keyboard.type("c")
    page.keyboard.press("Enter")
    expect(page.locator("#box")).to_have_value("/card ")
    assert server.texts() == []
    page.keyboard.type("王小明")
    page.keyboard.press("Enter")
    server.wait(lambda: [frame["text"] for frame in server.texts()] == ["/card 王小明"])
    ask(page, "/queue")
    server.wait(lambda: server.texts()[-1]["text"] == "/queue")


def test_a_chip_sends_its_command(browse: Opener, server: StandIn) -> None:
    page = browse("/hr")
    page.get_by_role("button", name="岗位").click()
    server.wait(lambda: [frame["text"] for frame in server.texts()] == ["/jobs"])


def test_an_unacknowledged_command_is_sent_again_with_its_id(browse: Opener, server: StandIn) -> None:
    server.acknowledges = False
    page = browse("/hr")
    ask(page, "/queue")
    server.wait(lambda: len(server.texts()) == 1)
    server.acknowledges = True
    server.drop()
    server.wait(lambda: len(server.texts()) == 2)
    assert server.texts()[0] == server.texts()[1]
    expect(page.locator(".entry.mine")).to_have_count(1)


def test_a_colleague_at_the_same_desk_does_not_send_what_anna_left(browse: Opener, server: StandIn) -> None:
    server.acknowledges = False
    page = browse("/hr")
    ask(page, "/queue")
    server.wait(lambda: len(server.texts()) == 1)
    server.hr_ready = {**server.hr_ready, "name": "Ben"}
    server.drop()
    expect(page.locator("#name")).to_have_text("Ben")
    page.wait_for_timeout(300)
    assert len(server.texts()) == 1


def test_markup_and_bad_addresses_stay_harmless(browse: Opener, server: StandIn) -> None:
    evil = '<img src=x onerror="window.hit=1">'
    answering(
        server,
        {"block": "text", "text": evil},
        {"block": "file", "name": evil, "url": "javascript:window.hit=1"},
        {**CARD, "title": evil, "subtitle": evil, "flags": [evil], "picture": "javascript:window.hit=1"},
        {"block": "of a later version", "text": evil},
    )
    page = browse("/hr")
    ask(page, "/queue")
    expect(page.locator("#log .card h3")).to_have_text(evil)
    assert page.evaluate("window.hit") is None
    assert page.locator("#log img, #sheet img, #log a").count() == 0


def test_on_a_phone_the_details_are_a_sheet_that_gives_the_focus_back(
    browse: Opener, server: StandIn
) -> None:
    server.hr_ready = HR_READY_EN
    answering(server, CARD)
    page = browse("/hr", **PHONE)
    page.fill("#box", "/card")
    page.click(".send")
    expect(page.locator("#log .card")).to_be_visible()
    expect(page.locator("#detail")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    page.locator("#log .card .more").click()
    expect(page.locator("#back")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#detail")).to_be_hidden()
    expect(page.locator("#log .card .more")).to_be_focused()
    page.locator("#log .card .more").click()
    page.locator("#sheet").get_by_role("button", name="调整分数").click()
    expect(page.locator("#detail")).to_be_hidden()
