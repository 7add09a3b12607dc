"""A voice note in Telegram from the loopback Bot API to the scorer, heard by the real model where it is installed.

There is no edge for WeChat yet: what its telephones pack (AMR, SILK) goes through the same ears in `test_voice_edge`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

pytest.importorskip("faster_whisper", reason="install the extra `speech`")

from bot.tools import tools_here
from storage import tables
from tests.channels.telegram.botapi.people import Chat, shown
from tests.channels.telegram.botapi.server import BotApi
from tests.channels.telegram.botapi.state import File
from tests.channels.telegram.product import Product, running, settings
from tests.channels.telegram.test_delivery import eventually
from tests.scoring.speech.ears import model, recording

_SAID = {"zh": "昨天晚上又熬夜打游戏了", "en": "the age of wisdom"}
_SECONDS = 13
_PATIENCE = 400.0
"""Listening has the lowest priority there is: beside other work it takes its time."""


@pytest.fixture
def ears(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Name the packaged model, or skip where it is not installed."""
    monkeypatch.setenv("COLLOQUY_ASR_MODEL", model())
    tools_here.cache_clear()
    yield model()
    tools_here.cache_clear()


def _speak(api: BotApi, chat: Chat, content: bytes) -> None:
    number = api.server.name("voice")
    api.server.files[number] = File(content, "", len(content))
    chat.send(
        voice={
            "file_id": number,
            "file_unique_id": number,
            "duration": _SECONDS,
            "mime_type": "audio/ogg",
            "file_size": len(content),
        }
    )


def _reply(product: Product, conversation: int) -> Any:
    state = product.house.applications.interview(conversation)
    assert state is not None
    return next((one for one in state.replies if one.spoken), None)


def _kept(product: Product) -> list[str]:
    """Return every text in the record, opened."""
    house = product.house
    with house.engine.connect() as connection:
        rows = connection.execute(select(tables.text.c.id, tables.text.c.sealed)).all()
    return [house.sealer.open(row.id, row.sealed) for row in rows]


def _plain(text: str) -> str:
    return text.replace("〔", "").replace("〕", "")


def _changed(product: Product, conversation: int, before: Any) -> bool:
    return bool(_reply(product, conversation) != before)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_voice_note_is_heard_offered_confirmed_and_scored(
    tmp_path: Path, api: BotApi, ears: str, language: str
) -> None:
    chosen = settings(tmp_path, api, "polling", language=language, asr_model=ears)
    async with running(chosen, free_scorer=False) as product:
        conversation, link = product.invite(language)
        chat = api.people.chat(101, "zh-hans" if language == "zh" else "en")
        chat.open(link)
        for value in ("consent:yes", "details:right", "practice:no"):
            chat.press(await chat.offered(value), value)
        _speak(api, chat, recording(language))
        chat.press(await chat.offered("voice:agree"), "voice:agree")
        offered = await chat.until(lambda one: "voice:right" in str(one.get("reply_markup", "")), _PATIENCE)
        assert _SAID[language] in _plain(shown(offered))
        chat.press(offered, "voice:right")
        await eventually(lambda: _reply(product, conversation) is not None)
        reply = _reply(product, conversation)
        while reply.stage.value == "open":  # what is asked further is passed over
            chat.say("/skip")
            await eventually(partial(_changed, product, conversation, reply))
            reply = _reply(product, conversation)
        await eventually(lambda: _reply(product, conversation).scorer)
        assert _reply(product, conversation).stage.value in ("scored", "unknown")
        reply = _reply(product, conversation)
        assert set(reply.spoken) <= set(reply.events)  # what was scored is what was heard
        told = _plain(shown(offered))
        kept = [text for text in _kept(product) if _SAID[language] in text and _plain(text) != told]
        assert kept
        assert all(text in told for text in kept)
