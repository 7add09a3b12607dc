"""The candidate's page to the eye, the ear and the fingers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.channels.pages.conftest import PHONE, Opener
from tests.channels.pages.content import CHAT_COMMANDS, INTERVIEW, choices, say
from tests.channels.pages.standin import StandIn

pytestmark = pytest.mark.browser


def greeted(page: Page, server: StandIn) -> None:
    expect(page.locator("#title")).to_have_text(server.ready["title"])


# writing


def test_enter_that_chooses_a_chinese_word_does_not_send(browse: Opener, server: StandIn) -> None:
    page = browse()
    greeted(page, server)
    page.focus("#box")
    keys = page.context.new_cdp_session(page)
    keys.send("Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5})
    page.keyboard.press("Enter")
    page.wait_for_timeout(150)
    assert server.texts() == []
    expect(page.locator("#box")).to_have_value(re.compile("nihao"))
    # Safari ends the composition first and marks the key with 229 only.
    page.evaluate("""() => document.querySelector("#box").dispatchEvent(
        new KeyboardEvent("keydown", {key: "Enter", keyCode: 229, bubbles: true, cancelable: true}))""")
    page.wait_for_timeout(150)
    assert server.texts() == []


def test_enter_sends_on_a_desk_and_shift_makes_a_line(browse: Opener, server: StandIn) -> None:
    page = browse()
    greeted(page, server)
    page.focus("#box")
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    page.keyboard.press("Enter")
    server.wait(lambda: [frame["text"] for frame in server.texts()] == ["one\ntwo"])


def test_enter_makes_a_line_on_a_phone(browse: Opener, server: StandIn) -> None:
    page = browse(**PHONE)
    greeted(page, server)
    page.focus("#box")
    page.keyboard.type("one")
    page.keyboard.press("Enter")
    page.keyboard.type("two")
    expect(page.locator("#box")).to_have_value("one\ntwo")
    assert server.texts() == []


# what is shown


def test_markup_is_shown_as_text(browse: Opener, server: StandIn) -> None:
    evil = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'
    server.ready |= {"title": evil, "company": evil, "commands": [{"command": "/x", "label": evil}]}
    server.history = [say(1, evil, buttons=[{"label": evil, "value": "v"}])]
    page = browse()
    expect(page.locator(".row.them .said")).to_have_text(evil)
    page.fill("#box", evil)
    page.click(".send")
    expect(page.locator(".row.mine .said")).to_have_text(evil)
    assert page.evaluate("window.hit") is None
    assert page.locator("main img, main script").count() == 0


def test_addresses_become_links_and_nothing_else_does(browse: Opener, server: StandIn) -> None:
    server.history = [
        say(1, "看 https://example.org/a_(b)?x=1。还有 javascript:alert(1) 和 (http://a.example/.)\n第二行")
    ]
    page = browse()
    links = page.locator(".said a")
    expect(links).to_have_count(2)
    assert [link.get_attribute("href") for link in links.all()] == [
        "https://example.org/a_(b)?x=1",
        "http://a.example/",
    ]
    assert links.first.get_attribute("rel") == "noopener noreferrer nofollow"
    assert "\n第二行" in page.locator(".said").inner_text()


def test_progress_and_the_label_of_the_ai_are_visible(browse: Opener, server: StandIn) -> None:
    server.history = list(INTERVIEW["zh"])
    page = browse(**PHONE)
    expect(page.get_by_text("第 3 题，共约 6 题")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "3")
    expect(page.locator(".badge")).to_have_text("AI 面试官")
    expect(page.locator(".badge")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    server.push(say(20, "谢谢你", kind="result"))
    expect(page.locator("#progress")).to_be_hidden()


def test_typing_shows_until_the_next_message(browse: Opener, server: StandIn) -> None:
    page = browse()
    greeted(page, server)
    server.push({"type": "typing", "on": True})
    expect(page.locator("#typing")).to_be_visible()
    server.push(say(1, "好"))
    expect(page.locator("#typing")).to_be_hidden()


def test_reduced_motion_stops_every_animation(browse: Opener, server: StandIn) -> None:
    page = browse(reduced_motion="reduce")
    greeted(page, server)
    server.push({"type": "typing", "on": True})
    dot = page.locator("#typing i").first
    assert dot.evaluate("dot => getComputedStyle(dot).animationName") == "none"


def test_the_language_switches_in_place(browse: Opener, server: StandIn) -> None:
    server.history = list(INTERVIEW["zh"])
    page = browse()
    expect(page.get_by_text("第 3 题，共约 6 题")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    server.push({"type": "language", "language": "en", "commands": CHAT_COMMANDS["en"]})
    expect(page.get_by_text("Question 3 of about 6")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
    expect(page.locator("#box")).to_have_attribute("placeholder", "Write your answer")
    expect(page.locator("#title")).to_have_text("销售代表")
    page.click("#more")
    expect(page.get_by_role("menuitem", name="Pause")).to_be_visible()
    assert page.locator(".row.them .said").first.get_attribute("lang") == "zh-CN"


# by keyboard and by ear


def test_the_whole_page_works_by_keyboard(browse: Opener, server: StandIn) -> None:
    server.history = [
        say(1, "可以开始吗？", kind="choice", buttons=choices(("开始", "go"), ("等等", "wait")))
    ]
    page = browse()
    expect(page.locator(".choice")).to_have_count(2)
    reached = []
    for _ in range(5):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert reached == ["more", "view", "开始", "等等", "box"]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    server.wait(lambda: [frame.get("value") for frame in server.texts()] == ["wait"])


def test_the_menu_works_by_keyboard_and_sends_the_command(browse: Opener, server: StandIn) -> None:
    page = browse()
    greeted(page, server)
    page.fill("#box", "写了一半")
    page.focus("#more")
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="暂停一下")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#more")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    server.wait(lambda: [frame["text"] for frame in server.texts()] == ["/repeat"])
    expect(page.locator(".row.mine .said")).to_have_text("再说一遍 /repeat")
    expect(page.locator("#box")).to_have_value("写了一半")


def test_history_is_silent_and_what_follows_is_read_out(browse: Opener, server: StandIn) -> None:
    server.history = [say(1, "早先的话")]
    page = browse()
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    assert log.get_by_text("AI 面试官：").count() == 1
    assert page.locator("main time").count() == 1


def test_every_control_has_a_name(browse: Opener, server: StandIn) -> None:
    server.history = list(INTERVIEW["zh"])
    page = browse()
    expect(page.locator(".choice").first).to_be_visible()
    page.click("#more")
    nameless = page.evaluate("""() => [...document.querySelectorAll("button, textarea, [role]")]
        .filter((node) => !["separator", "status", "alert"].includes(node.getAttribute("role")))
        .filter((node) => !node.getAttribute("aria-label") && !node.getAttribute("aria-labelledby"))
        .filter((node) => !node.textContent.trim() && !node.closest("[hidden]"))
        .map((node) => node.outerHTML)""")
    assert nameless == []
