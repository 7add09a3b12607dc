"""The editor of the candidate's page: on a phone and a desk, with CodeMirror and without it, nothing typed is lost."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.channels.pages.conftest import Opener
from tests.channels.pages.content import say
from tests.channels.pages.standin import BOT, CHAT_PAGES, StandIn

browser_test = pytest.mark.browser
TYPING: dict[str, Any] = {"viewport": {"width": 390, "height": 480}, "has_touch": True, "is_mobile": True}
"""A phone of 390 × 844 whose keyboard is up."""
TASK: dict[str, Any] = {
    "question": "sum",
    "languages": [{"id": "python", "name": "Python"}, {"id": "java", "name": "Java"}],
    "starter": {"python": "a, b = map(int, input().split())\n", "java": ""},
    "limit": 2048,
}
OLD_BROWSER = "delete Document.prototype.adoptedStyleSheets"
ASKED = say(1, "读入两个整数，输出它们的和。", kind="task", progress=[3, 8])


def at_desk(page: Page, server: StandIn, **more: Any) -> None:
    """Let the interviewer ask for a program, and open the editor."""
    page.click("#code-open")
    expect(page.locator("#desk")).to_be_visible()
    expect(page.locator(".editor-frame, .editor-plain")).to_have_count(1)


def opened(browse: Opener, server: StandIn, *, old: bool = False) -> Page:
    """Return a phone's page with the editor open, in a new browser or in an old one."""
    server.task, server.history = dict(TASK), [ASKED]
    page = browse(before=OLD_BROWSER if old else "", **TYPING)
    at_desk(page, server)
    expect(page.locator(".editor-plain")).to_have_count(int(old))
    return page


@pytest.fixture
def desk(browse: Opener, server: StandIn) -> Page:
    return opened(browse, server)


@pytest.fixture(params=[False, True], ids=["codemirror", "plain"])
def either(request: pytest.FixtureRequest, browse: Opener, server: StandIn) -> Page:
    return opened(browse, server, old=request.param)


def written(page: Page) -> str:
    """Return what stands in the editor."""
    plain = page.locator(".editor-plain")
    if plain.count():
        return plain.input_value()
    return "\n".join(page.locator(".cm-line").all_inner_texts()).replace("\u200b", "").rstrip("\n")


def sent(server: StandIn) -> list[str]:
    return [frame["text"] for frame in server.texts()]


@browser_test
def test_a_program_is_written_indented_and_sent(either: Page, server: StandIn) -> None:
    either.keyboard.type("if a:\n")
    if not written(either).endswith("    "):
        either.keyboard.press("Tab")
    either.keyboard.type("print(a + b)")
    either.click("#desk-run")
    server.wait(lambda: bool(server.texts()))
    wanted = "```python\na, b = map(int, input().split())\nif a:\n    print(a + b)\n```"
    assert sent(server) == [wanted]
    expect(either.locator("#desk")).to_be_hidden()
    expect(either.locator(".mine pre.program")).to_contain_text("    print(a + b)")
    expect(either.locator("#code-open")).to_have_text("继续写代码")


@browser_test
def test_a_draft_outlives_a_reload_for_each_language(either: Page, server: StandIn) -> None:
    either.keyboard.type("print(a)")
    either.select_option("#desk-language", "java")
    either.keyboard.type("class Main {")
    either.reload()
    at_desk(either, server)
    expect(either.locator("#desk-language")).to_have_value("java")
    assert written(either).rstrip(" }\n") == "class Main {"
    either.select_option("#desk-language", "python")
    assert written(either).endswith("print(a)")
    assert sent(server) == []


@browser_test
def test_the_keys_a_phone_hides_type_and_keep_the_keyboard_up(either: Page) -> None:
    for key in "()_\\":
        either.locator(".key", has_text=re.compile(f"^{re.escape(key)}$")).click()
    either.get_by_role("button", name="缩进", exact=True).click()
    assert "()_\\" in written(either)
    assert re.search(r"^ {4}|\\ {4}", written(either), re.MULTILINE)
    inside = "document.activeElement.className + (document.activeElement.shadowRoot?.activeElement?.className || '')"
    assert re.search("editor-plain|cm-content", either.evaluate(inside))


@browser_test
def test_a_file_goes_into_the_editor_and_says_when_it_cannot(desk: Page, tmp_path: Path) -> None:
    def choose(name: str, content: bytes) -> None:
        (tmp_path / name).write_bytes(content)
        desk.set_input_files("#desk-file", tmp_path / name)

    choose("Main.java", "class Main { // 求和\r\n}".encode("gb18030"))
    expect(desk.locator("#desk-language")).to_have_value("java")
    assert written(desk) == "class Main { // 求和\n}"
    choose("picture.py", b"\x89PNG\r\n\x00\x01\xff\xfe")
    expect(desk.locator("#desk-status")).to_contain_text("UTF-8")
    assert written(desk) == "class Main { // 求和\n}"
    choose("long.py", b"x = 1\n" * 1000)
    expect(desk.locator("#desk-status")).to_contain_text("2 KB")


@browser_test
def test_what_is_too_long_waits_with_a_sentence(desk: Page, server: StandIn) -> None:
    desk.keyboard.insert_text("# " + "x" * 3000)
    expect(desk.locator("#desk-status")).to_contain_text("2 KB")
    expect(desk.locator("#desk-run")).to_be_disabled()


@browser_test
def test_the_way_back_is_the_phones_own(desk: Page) -> None:
    desk.keyboard.type("x")
    desk.go_back()
    expect(desk.locator("#desk")).to_be_hidden()
    expect(desk.locator("#box")).to_be_enabled()
    desk.click("#code-open")
    desk.click("#desk-ask")
    expect(desk.locator("#desk-text")).to_contain_text("输出它们的和")
    desk.click("#desk-close")
    expect(desk.locator("#desk")).to_be_hidden()


@browser_test
def test_escape_and_tab_leave_the_editor_for_the_keyboard(either: Page) -> None:
    either.keyboard.press("Escape")
    either.keyboard.press("Tab")
    assert either.evaluate("document.activeElement.className") in ("key", "run", "desk-button")


@browser_test
def test_everything_fits_above_a_phones_keyboard(desk: Page) -> None:
    for part in ("#desk-language", "#desk-editor", "#desk-keys", "#desk-run"):
        box = desk.locator(part).bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 480
        assert box["x"] + box["width"] <= 390
    room = desk.locator("#desk-editor").bounding_box()
    assert room is not None
    assert room["height"] > 200
    assert desk.evaluate("document.documentElement.scrollWidth") <= 390


@browser_test
def test_the_door_closes_when_another_question_comes(desk: Page, server: StandIn) -> None:
    server.push(say(2, "为什么选择我们？", kind="question"))
    expect(desk.locator("#desk")).to_be_hidden()
    expect(desk.locator("#code-strip")).to_be_hidden()


@browser_test
def test_nothing_is_offered_where_nothing_can_be_run(browse: Opener, server: StandIn) -> None:
    server.history = [ASKED]
    page = browse()
    expect(page.locator("#log .them")).to_have_count(1)
    page.wait_for_timeout(500)
    expect(page.locator("#code-strip")).to_be_hidden()


@browser_test
def test_a_bundle_that_does_not_load_leaves_a_text_box(browse: Opener, server: StandIn) -> None:
    server.task, server.history = dict(TASK), []
    page = browse(**TYPING)
    page.route("**/vendor/codemirror.js", lambda route: route.abort())
    server.push(ASKED)
    at_desk(page, server)
    expect(page.locator(".editor-plain")).to_be_focused()


# what needs no browser


def test_the_bundle_is_small_and_says_where_it_is_from() -> None:
    bundle = (CHAT_PAGES / "vendor" / "codemirror.js").read_text("utf-8")
    assert len(bundle.encode()) < 400_000
    licences = (CHAT_PAGES / "vendor" / "codemirror.LICENSES.txt").read_text("utf-8")
    pinned = (BOT / "webchat" / "editor" / "package.json").read_text("utf-8")
    for name, version in re.findall(r'"(@(?:codemirror|lezer)/[\w-]+)": "([\d.]+)"', pinned):
        assert f"{name} {version}" in bundle.splitlines()[0]
        assert f"{name} {version}\n\nMIT License" in licences
