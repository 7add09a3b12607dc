"""The candidate's page loses nothing that was typed and shows every message once, in any weather."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.channels.pages.conftest import PHONE, Opener
from tests.channels.pages.content import choices, say
from tests.channels.pages.standin import StandIn

pytestmark = pytest.mark.browser

NO_STORAGE = (
    "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})"
)


def mine(page: Page) -> list[str]:
    return page.locator(".row.mine .said").all_inner_texts()


def theirs(page: Page) -> list[str]:
    return page.locator(".row.them .said").all_inner_texts()


def greeted(page: Page, server: StandIn) -> None:
    expect(page.locator("#title")).to_have_text(server.ready["title"])


def stored(page: Page) -> int:
    return int(page.evaluate("Object.keys(localStorage).filter((key) => key.includes(':out:')).length"))


# nothing typed is lost


def test_unsent_text_survives_a_reload(browse: Opener, server: StandIn) -> None:
    page = browse()
    page.fill("#box", "我想先说一下\n背景")
    page.reload()
    expect(page.locator("#box")).to_have_value("我想先说一下\n背景")
    greeted(page, server)
    page.click(".send")
    expect(page.locator("#box")).to_have_value("")
    page.reload()
    expect(page.locator("#box")).to_have_value("")


def test_drafts_of_two_invitations_stay_apart(browse: Opener) -> None:
    page = browse("/chat/inv-1")
    page.fill("#box", "给第一家的")
    page.goto(page.url.replace("inv-1", "inv-2"))
    expect(page.locator("#box")).to_have_value("")


def test_message_without_ack_is_sent_again_with_the_same_id_and_shown_once(
    browse: Opener, server: StandIn
) -> None:
    server.acknowledges = False
    page = browse()
    greeted(page, server)
    page.fill("#box", "我的回答")
    page.click(".send")
    server.wait(lambda: len(server.texts()) == 1)
    assert stored(page) == 1
    server.acknowledges = True
    server.drop()
    server.wait(lambda: len(server.texts()) == 2)
    first, second = server.texts()
    assert first == second
    expect(page.locator(".row.mine[data-state=sent]")).to_have_count(1)
    assert mine(page) == ["我的回答"]
    assert stored(page) == 0


def test_message_without_ack_survives_a_reload(browse: Opener, server: StandIn) -> None:
    server.acknowledges = False
    page = browse()
    greeted(page, server)
    page.fill("#box", "第一句")
    page.click(".send")
    page.fill("#box", "第二句")
    page.click(".send")
    server.wait(lambda: len(server.texts()) == 2)
    server.history.clear()
    server.acknowledges = True
    page.reload()
    server.wait(lambda: len(server.texts()) == 4)
    assert server.texts()[:2] == server.texts()[2:]
    expect(page.locator(".row.mine[data-state=sent]")).to_have_count(2)
    assert mine(page) == ["第一句", "第二句"]


def test_message_whose_ack_was_lost_is_found_again_in_the_history(browse: Opener, server: StandIn) -> None:
    server.acknowledges = False
    page = browse()
    greeted(page, server)
    page.fill("#box", "存好了，只是没回音")
    page.click(".send")
    server.wait(lambda: len(server.history) == 1)
    page.reload()
    expect(page.locator(".row.mine[data-state=sent]")).to_have_count(1)
    assert mine(page) == ["存好了，只是没回音"]
    assert stored(page) == 0


def test_what_is_written_offline_waits_and_goes_out_alone(browse: Opener, server: StandIn) -> None:
    page = browse()
    greeted(page, server)
    page.context.set_offline(True)
    expect(page.locator("#banner.offline")).to_be_visible()
    server.drop()
    page.fill("#box", "在地铁里写的")
    page.click(".send")
    expect(page.locator(".row.mine[data-state=queued]")).to_contain_text("联网后自动发送")
    page.context.set_offline(False)
    expect(page.locator(".row.mine[data-state=sent]")).to_have_count(1)
    expect(page.locator("#banner")).to_be_hidden()
    assert [frame["text"] for frame in server.texts()] == ["在地铁里写的"]


def test_refused_text_comes_back_above_what_was_written_since(browse: Opener, server: StandIn) -> None:
    server.refusal = "这条有点长，可以分两次发。"
    page = browse()
    greeted(page, server)
    page.fill("#box", "很长的一段")
    page.evaluate("""() => {
        document.querySelector(".send").click();
        const box = document.querySelector("#box");
        box.value = "后来写的";
        box.dispatchEvent(new Event("input"));
    }""")
    expect(page.locator("#box")).to_have_value("很长的一段\n后来写的")
    expect(page.get_by_role("alert")).to_contain_text("可以分两次发")
    assert mine(page) == []
    assert stored(page) == 0


def test_works_without_storage(browse: Opener, server: StandIn) -> None:
    page = browse(before=NO_STORAGE)
    greeted(page, server)
    page.fill("#box", "没有存储也可以")
    page.click(".send")
    expect(page.locator(".row.mine[data-state=sent]")).to_have_count(1)


def test_text_over_the_limit_is_held_back_and_counted_in_characters(browse: Opener, server: StandIn) -> None:
    server.ready["limit"] = 20
    page = browse()
    greeted(page, server)
    page.fill("#box", "😀" * 19)
    expect(page.locator("#counter")).to_have_text("还可以写 1 字")
    page.fill("#box", "😀" * 22)
    expect(page.locator("#counter")).to_contain_text("超出了 2 字")
    page.press("#box", "Enter")
    expect(page.locator(".send")).to_be_disabled()
    assert server.texts() == []


# everything shows once, in order


def test_a_number_already_shown_is_ignored(browse: Opener, server: StandIn) -> None:
    server.history = [say(1, "第一句")]
    page = browse()
    expect(page.locator(".row.them")).to_have_count(1)
    server.push(say(1, "第一句，又来一次"))
    server.push(say(2, "第二句"))
    expect(page.locator(".row.them")).to_have_count(2)
    assert theirs(page) == ["第一句", "第二句"]


def test_reconnecting_goes_on_after_the_last_message(browse: Opener, server: StandIn) -> None:
    server.history = [say(1, "一"), say(2, "二")]
    page = browse()
    expect(page.locator(".row.them")).to_have_count(2)
    server.drop()
    server.wait(lambda: server.connections == 2)
    server.wait(lambda: [frame["after"] for frame in server.heard if frame["type"] == "hello"] == [0, 2])
    assert theirs(page) == ["一", "二"]


def test_a_late_acknowledgement_puts_the_message_in_its_place(browse: Opener, server: StandIn) -> None:
    server.acknowledges = False
    page = browse()
    greeted(page, server)
    page.fill("#box", "我说的")
    page.click(".send")
    server.wait(lambda: len(server.texts()) == 1)
    server.push(say(2, "你听的"))
    expect(page.locator(".row.them")).to_have_count(1)
    server.push({"type": "ack", "id": server.texts()[0]["id"], "seq": 1})
    expect(page.locator(".row").first).to_contain_text("我说的")
    expect(page.locator(".row").last).to_contain_text("你听的")


def test_seen_tells_the_last_turn_shown(browse: Opener, server: StandIn) -> None:
    server.history = [say(1, "问题", turn=4, buttons=choices(("好", "yes")), kind="choice")]
    page = browse()
    page.get_by_role("button", name="好").click()
    server.wait(lambda: len(server.texts()) == 1)
    assert server.texts()[0]["type"] == "button"
    assert (server.texts()[0]["value"], server.texts()[0]["seen"]) == ("yes", 4)
    expect(page.locator(".choice.chosen")).to_have_text("好")


def test_old_buttons_rest_but_still_work(browse: Opener, server: StandIn) -> None:
    server.history = [
        say(1, "选吧", kind="choice", buttons=choices(("甲", "a"), ("乙", "b"))),
        say(2, "再选", kind="choice", buttons=choices(("丙", "c"))),
    ]
    page = browse()
    expect(page.locator(".choices.past")).to_have_count(1)
    page.get_by_role("button", name="乙").click()
    server.wait(lambda: [frame["value"] for frame in server.texts()] == ["b"])


def test_a_closed_conversation_stays_closed(browse: Opener, server: StandIn) -> None:
    server.closed = {"type": "closed", "text": "这个链接已经过期了。"}
    page = browse()
    expect(page.locator("#banner")).to_have_text("这个链接已经过期了。")
    page.wait_for_timeout(1200)
    expect(page.locator(".send")).to_be_disabled()
    assert server.connections == 1


def test_new_messages_do_not_pull_a_reader_down(browse: Opener, server: StandIn) -> None:
    server.history = [say(number, f"第 {number} 条\n" * 6) for number in range(1, 9)]
    page = browse(**PHONE)
    expect(page.locator(".row.them")).to_have_count(8)
    view = page.locator("#view")
    view.evaluate("view => { view.scrollTop = 0 }")
    page.wait_for_timeout(900)
    server.push(say(9, "新来的"))
    expect(page.locator("#pill")).to_have_text("有新消息")
    assert view.evaluate("view => view.scrollTop") == 0
    page.click("#pill")
    expect(page.get_by_text("新来的")).to_be_in_viewport()
    expect(page.locator("#pill")).to_be_hidden()
