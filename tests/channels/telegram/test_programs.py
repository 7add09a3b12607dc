"""A coding question in Telegram: the program comes as a file, and what cannot be read gets one kind sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.judging.carrier import code_tools
from tests.channels.telegram.botapi.people import Chat
from tests.channels.telegram.botapi.server import BotApi
from tests.channels.telegram.product import Product
from tests.channels.telegram.test_delivery import eventually

_SOLUTIONS: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "scoring" / "code" / "solutions.yaml").read_text(encoding="utf-8")
)
_ENDINGS = {"python": "py", "javascript": "js", "java": "java", "cpp": "cpp", "sql": "sql"}


async def _to_task(product: Product, api: BotApi) -> tuple[int, Chat, str]:
    """Return an interview whose open question asks for a program, and that question."""
    conversation, link = product.invite(job="python-developer")
    chat = api.people.chat(101, "en")
    chat.open(link)
    for value in ("consent:yes", "details:right", "practice:no"):
        chat.press(await chat.offered(value), value)
    await chat.reads("there's no clock")
    for _ in range(8):
        state = product.house.applications.interview(conversation)
        assert state is not None
        if state.prompt is not None and state.prompt.about.startswith("code_"):
            await chat.reads("Send me the whole program")
            return conversation, chat, state.prompt.about
        turn = state.turn
        chat.say("/skip")
        await eventually(lambda before=turn: product.house.applications.interview(conversation).turn > before)
    raise AssertionError("no coding question came")


@pytest.mark.skipif(not code_tools(), reason="programs cannot be run here")
async def test_a_file_is_tried_and_handed_in(polling: Product, api: BotApi) -> None:
    conversation, chat, question = await _to_task(polling, api)
    language, source = next(
        (one, text) for one, text in _SOLUTIONS[question]["right"].items() if one in code_tools()
    )
    chat.send_document("notes.py", b"\x89PNG\x00\x01\x02", "image/png")
    await chat.reads("UTF-8")
    chat.send_document("huge.py", b"x = 1", size=1 << 20)
    await eventually(lambda: sum("UTF-8" in one["text"] for one in chat.heard if "text" in one) == 2)
    content = source.replace("\n", "\r\n").encode("utf-16")
    chat.send_document(f"solution.{_ENDINGS[language]}", content, "application/octet-stream")
    chat.press(await chat.offered("code:submit"), "code:submit")
    assert any("examples passed;" in one.get("text", "") for one in chat.heard)
    state = polling.house.applications.interview(conversation)
    assert state is not None
    assert next(one.code for one in state.replies if one.question == question) == language
    assert any(one.startswith(f"```{language}") for one in polling.said(conversation))
