"""Questions that can be heard on the candidate's page, and recordings that stand in the conversation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.channels.pages.conftest import PHONE, Opener
from tests.channels.pages.content import say
from tests.channels.pages.standin import StandIn

pytestmark = pytest.mark.browser

_PLAYERS = """const Real = Audio; window.players = [];
window.Audio = function () { const one = new Real(); players.push(one); return one; };"""
_MICROPHONE = """navigator.mediaDevices.getUserMedia = async () => {
    const context = new AudioContext(), tone = context.createOscillator(), out = context.createMediaStreamDestination();
    tone.connect(out); tone.start(); return out.stream; };"""
_LENGTH = "() => players[0].duration"


@pytest.fixture
def sound(server: StandIn, tmp_path: Path) -> Path:
    """Let the stand-in read every question out, as a tone of two seconds."""
    pytest.importorskip("av", reason="install the extra `speaking`")
    from scoring.speaking.sound import pack_opus
    from tests.speaking.sounds import tone

    server.sound = tmp_path / "question.ogg"
    server.sound.write_bytes(pack_opus(tone(2)))
    return server.sound


def _asking(server: StandIn, *spoken: str) -> None:
    server.ready = {**server.ready, "spoken": list(spoken)}
    server.history = [
        say(1, "您好，欢迎来面试。"),
        say(2, "谢谢。\n\n您上一次说服一位犹豫的客户，是怎么做的？", kind="question", turn=1),
        say(3, "Tell me about a customer.", kind="question", turn=2),
    ]


def _rows(page: Page) -> list[int]:
    """Return the places of the messages with a button to listen."""
    expect(page.locator("#log .row")).to_have_count(3)
    return [n for n in range(3) if page.locator("#log .row").nth(n).locator(".listen").count()]


@pytest.mark.parametrize(
    ("spoken", "places"), [((), []), (("zh",), [1]), (("en",), [2]), (("en", "zh"), [1, 2])]
)
def test_only_what_can_be_heard_offers_it(
    browse: Opener, server: StandIn, spoken: tuple[str, ...], places: list[int]
) -> None:
    _asking(server, *spoken)
    assert _rows(browse(**PHONE)) == places


def test_a_tap_plays_the_question_and_another_one_stops_it(
    browse: Opener, server: StandIn, sound: Path
) -> None:
    _asking(server, "zh", "en")
    page = browse(before=_PLAYERS, **PHONE)
    first, second = page.locator(".listen").nth(0), page.locator(".listen").nth(1)
    expect(first).to_have_text("听题")
    assert first.bounding_box()["height"] >= 40  # type: ignore[index]
    assert server.played == [], "nothing is fetched before somebody wants to hear it"
    first.tap()
    expect(first).to_have_text("停止播放")
    assert 1.9 < page.evaluate(_LENGTH) < 2.2
    second.tap()
    expect(second).to_have_text("停止播放")
    expect(first).to_have_text("听题")
    second.tap()
    expect(second).to_have_text("听题")
    assert page.evaluate("() => players[0].paused")
    assert [re.sub(r"\?.*", "", path) for path in server.played] == [
        "/chat/inv-1/spoken/2",
        "/chat/inv-1/spoken/3",
    ]


def test_it_ends_by_itself(browse: Opener, server: StandIn, sound: Path) -> None:
    _asking(server, "zh")
    page = browse(before=_PLAYERS, **PHONE)
    page.locator(".listen").tap()
    expect(page.locator(".listen")).to_have_text("停止播放")
    expect(page.locator(".listen")).to_have_text("听题", timeout=60_000)


def test_what_cannot_be_heard_is_said_once_and_the_words_stay(browse: Opener, server: StandIn) -> None:
    _asking(server, "zh")
    page = browse(**PHONE)
    page.locator(".listen").tap()
    expect(page.locator("#composer .notice")).to_contain_text("没法念出来")
    expect(page.locator(".listen")).to_have_text("听题")
    expect(page.locator("#log")).to_contain_text("说服一位犹豫的客户")


def test_a_browser_without_opus_is_given_mp3(browse: Opener, server: StandIn, sound: Path) -> None:
    _asking(server, "zh")
    page = browse(before="HTMLMediaElement.prototype.canPlayType = () => '';", **PHONE)
    page.locator(".listen").tap()
    server.wait(lambda: bool(server.played))
    assert server.played[0].endswith("/spoken/2?as=mp3")


def _record(page: Page) -> None:
    page.click("#mic")
    page.wait_for_timeout(1_200)
    page.click("#recording .done")


def test_a_recording_stands_in_the_conversation_also_after_a_reload(browse: Opener, server: StandIn) -> None:
    server.ready = {**server.ready, "voice": True}
    page = browse(before=_MICROPHONE, **PHONE)
    _record(page)
    row = page.locator("#log .row.mine")
    expect(row.locator(".recorded")).to_have_text(re.compile(r"语音0:0[12]"))
    expect(row).to_have_attribute("data-state", "sent")
    page.reload()
    expect(page.locator("#log .row.mine .recorded")).to_have_text(re.compile(r"语音0:0[12]"))
    expect(page.locator("#log .row.mine")).to_have_count(1)


def test_a_recording_that_is_lost_leaves_no_trace_but_a_word(browse: Opener, server: StandIn) -> None:
    server.ready = {**server.ready, "voice": True}
    server.takes_recordings = False
    page = browse(before=_MICROPHONE, **PHONE)
    _record(page)
    expect(page.locator("#composer .notice")).to_contain_text("没有发出去")
    expect(page.locator("#log .row.mine")).to_have_count(0)


def test_recording_silences_the_question(browse: Opener, server: StandIn, sound: Path) -> None:
    _asking(server, "zh")
    server.ready = {**server.ready, "voice": True}
    page = browse(before=_PLAYERS + _MICROPHONE, **PHONE)
    page.locator(".listen").tap()
    expect(page.locator(".listen")).to_have_text("停止播放")
    page.click("#mic")
    expect(page.locator(".listen")).to_have_text("听题")
