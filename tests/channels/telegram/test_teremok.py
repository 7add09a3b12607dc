"""What somebody else knows of Telegram's rules: our messages are accepted by `teremok`, and its updates are read by us.

In process and without HTTP; what needs a server (order, repeats, 429, webhook, polling) runs against `botapi`.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiogram.methods import SendDocument, SendMessage, SendPhoto
from aiogram.types import InlineKeyboardMarkup, Update
from hypothesis import given, settings
from hypothesis import strategies as st
from teremok import (
    MockBot,
    MockCallbackQuery,
    MockMessageDocument,
    MockMessageText,
    MockMessageVoice,
    MockUpdate,
)

from bot.telegram.buttons import Buttons
from bot.telegram.calls import Calls
from bot.telegram.client import Failed, Fault
from bot.telegram.drawing import Drawing
from bot.telegram.incoming import Document, Pressed, Started, Voice, Words, read_update
from bot.telegram.parts import File, Key, Part, Picture, Text
from tests.report.sample import NASTY

_CHAT = 7
_TEXT = st.one_of(st.text(max_size=6000), st.just(NASTY * 60), st.just("面试" * 3000))
_LABEL = st.text(min_size=1, max_size=80).filter(lambda label: label.strip() != "")


def calls() -> tuple[Calls, MockBot]:
    """Return our calls on a bot of theirs."""
    ours, theirs = Calls("42:TEST"), MockBot()
    ours._bot = theirs
    return ours, theirs


async def content(_: str) -> bytes:
    return b"\x89PNG"


async def draw(*blocks: dict[str, Any]) -> list[Part]:
    drawing = Drawing("zh", "Asia/Shanghai", Buttons(), content, content, content)
    return await drawing.draw(list(blocks))


def button(label: str) -> dict[str, str]:
    return {"label": label, "value": "override:a_0123456789abcdef:customer_orientation:10:and:more:beside"}


@settings(deadline=None, max_examples=40)
@given(_TEXT, _LABEL, st.lists(_LABEL, min_size=2, max_size=9))
async def test_whatever_hr_is_shown_is_a_message_telegram_takes(
    text: str, label: str, cells: list[str]
) -> None:
    rows = [cells] * 30
    parts = await draw(
        {"block": "text", "text": text},
        {"block": "ask", "text": text or "?", "buttons": [button(label)]},
        {"block": "table", "columns": cells, "rows": rows, "actions": [[button(label)]] * 30},
        {"block": "picture", "url": "/hr/chart/week.svg", "alt": text},
        {"block": "file", "url": "/hr/report/a_1.pdf", "name": label},
    )
    ours, theirs = calls()
    for part in parts:
        if not isinstance(part, Text) or part.text.strip():
            await ours.send(_CHAT, part)
    assert len(theirs.requests) > 0


async def test_their_rules_are_not_asleep() -> None:
    ours, _ = calls()
    for part in (
        Text("x" * 4097),
        Text("<b>open", html=True),
        Text("k", (Key("label", "v" * 65),)),
        Picture(b"p", "x" * 1025),
    ):
        with pytest.raises(Failed) as refused:
            await ours.send(_CHAT, part)
        assert refused.value.kind in (Fault.REFUSED, Fault.TOO_BIG)


async def test_each_part_becomes_the_call_it_should() -> None:
    ours, theirs = calls()
    numbers = [
        await ours.send(_CHAT, part)
        for part in (Text("hello", (Key("yes", "v"),)), Picture(b"p", "see"), File(b"f", "list.csv"))
    ]
    assert numbers == sorted(numbers)
    said, shown, sent = theirs.requests.all
    assert isinstance(said, SendMessage)
    assert isinstance(said.reply_markup, InlineKeyboardMarkup)
    assert isinstance(shown, SendPhoto)
    assert isinstance(sent, SendDocument)


async def test_told_to_wait_it_says_how_long() -> None:
    ours, theirs = calls()
    theirs.mock_session.add_result(SendMessage, _flood())
    with pytest.raises(Failed) as told:
        await ours.send(_CHAT, Text("hello"))
    assert (told.value.kind, told.value.seconds) == (Fault.WAIT, 7.0)


def _flood() -> Any:
    from aiogram.methods.base import Response
    from aiogram.types import Message, ResponseParameters

    return Response[Message](
        ok=False,
        error_code=429,
        description="Too Many Requests",
        parameters=ResponseParameters(retry_after=7),
    )


def raw(update: Update) -> dict[str, Any]:
    """Return an update as it comes over the wire."""
    found: dict[str, Any] = json.loads(update.model_dump_json(exclude_none=True, by_alias=True))
    return found


@pytest.mark.parametrize(
    ("update", "read"),
    [
        (MockUpdate(message=MockMessageText("你好")), Words),
        (MockUpdate(message=MockMessageText("/start abc_DEF-1")), Started),
        (MockUpdate(message=MockMessageDocument(file_name="cv.pdf")), Document),
        (MockUpdate(message=MockMessageVoice()), Voice),
        (MockUpdate(callback_query=MockCallbackQuery("c|1|1|consent:yes")), Pressed),
    ],
)
def test_their_updates_are_read(update: Update, read: type) -> None:
    assert isinstance(read_update(raw(update)), read)
