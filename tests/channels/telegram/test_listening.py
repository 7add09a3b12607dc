"""Questions heard in Telegram: a tap brings one voice message, the words stay, and a voice that fails is said once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("av", reason="install the extra `speaking`")

from bot.speaking.kept import Kept
from bot.speaking.speaker import Speaker
from bot.telegram.buttons import Buttons, Listen
from scoring.speaking.model import NotSpoken
from scoring.speaking.sound import pack_opus
from tests.channels.telegram.botapi.people import shown
from tests.channels.telegram.botapi.server import BotApi
from tests.channels.telegram.product import Product
from tests.channels.telegram.test_edge import eventually, to_question
from tests.speaking.sounds import tone


class _Voice:
    """Says a tone."""

    at_once = 1

    def __init__(self) -> None:
        self.languages = {"en": "scripted"}
        self.given: list[str] = []
        self.fails = ""

    async def speak(self, text: str, language: str) -> bytes:
        self.given.append(text)
        if self.fails:
            raise NotSpoken(self.fails)
        return pack_opus(tone(2))

    async def as_mp3(self, recording: bytes) -> bytes:
        return recording

    async def close(self) -> None: ...


@pytest.fixture
def voice(polling: Product, tmp_path: Path) -> _Voice:
    made = _Voice()
    polling.server.sound.telling._speaker = Speaker(made, Kept(tmp_path / "spoken"))
    return made


def _voices(chat: Any) -> list[Any]:
    return [one for one in chat.heard if "voice" in one]


async def test_a_tap_brings_the_question_as_a_voice_message(
    polling: Product, api: BotApi, voice: _Voice
) -> None:
    conversation, chat = await to_question(polling, api)
    question = chat.heard[-1]
    assert not _voices(chat), "nothing is sent unasked"
    query = chat.press(question, "🔊")
    await eventually(lambda: len(_voices(chat)) == 1)
    (spoken,) = voice.given
    assert spoken in shown(question)
    sent = api.server.files[_voices(chat)[0]["voice"]["file_id"]]
    assert sent.content.startswith(b"OggS")
    assert api.server.answered[query] == ""
    assert "reply_markup" in chat.person.shown[question["message_id"]], "the buttons of the question stay"
    again = chat.press(question, "🔊")
    await eventually(lambda: again in api.server.answered)
    chat.say("I once sold a hundred umbrellas on a sunny day because I asked what people would do tomorrow.")
    await chat.offered("do:skip")
    assert len(_voices(chat)) == 1, "two taps are one wish"
    assert len([one for one in polling.said(conversation) if "umbrellas" in one]) == 1


async def test_who_takes_no_voice_messages_gets_a_file(polling: Product, api: BotApi, voice: _Voice) -> None:
    _, chat = await to_question(polling, api)
    chat.person.refuses_voices = True
    chat.press(chat.heard[-1], "🔊")
    await eventually(lambda: any("document" in one for one in chat.heard))


async def test_a_voice_that_fails_is_said_in_one_sentence(
    polling: Product, api: BotApi, voice: _Voice
) -> None:
    _, chat = await to_question(polling, api)
    question = chat.heard[-1]
    voice.fails = "server_error"
    chat.press(question, "🔊")
    await chat.reads("can't be read out right now")
    assert not _voices(chat)
    voice.fails = ""
    chat.press(question, "🔊")
    await eventually(lambda: len(_voices(chat)) == 1)


async def test_nobody_hears_the_questions_of_others(polling: Product, api: BotApi, voice: _Voice) -> None:
    _, chat = await to_question(polling, api)
    question = chat.heard[-1]
    carried = next(
        key["callback_data"]
        for row in question["reply_markup"]["inline_keyboard"]
        for key in row
        if key["callback_data"].startswith("l|")
    )
    other = api.people.chat(202)
    query = other.press_data(question, carried)
    await eventually(lambda: "out of date" in api.server.answered.get(query, ""))
    assert voice.given == []
    assert isinstance(Buttons().read(carried), Listen)


async def test_without_a_voice_there_is_no_button(polling: Product, api: BotApi) -> None:
    _, chat = await to_question(polling, api)
    assert "🔊" not in str(chat.heard[-1]["reply_markup"])
