"""The loopback server behaves: asked by another bot library, which knows nothing of ours."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from tests.channels.telegram.botapi.flood import Flood
from tests.channels.telegram.botapi.server import BotApi
from tests.channels.telegram.botapi.state import TOKEN

_ADA = 11


@pytest.fixture
async def oracle(api: BotApi, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    """python-telegram-bot's client."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    bot = Bot(TOKEN, base_url=f"{api.base}/bot", base_file_url=f"{api.base}/file/bot")
    async with bot:
        yield bot


async def test_it_reads_updates_answers_and_acknowledges(api: BotApi, oracle: Bot) -> None:
    ada = api.people.chat(_ADA)
    ada.say("hello")
    (first,) = await oracle.get_updates(timeout=5)
    assert first.message is not None
    assert (first.message.text, first.message.chat_id) == ("hello", _ADA)
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="yes")]])
    sent = await oracle.send_message(_ADA, "Shall we?", reply_markup=keys)
    ada.press(await ada.reads("Shall we?"), "yes")
    (second,) = await oracle.get_updates(offset=first.update_id + 1, timeout=5)
    assert second.callback_query is not None
    assert second.callback_query.data == "yes"
    assert await oracle.answer_callback_query(second.callback_query.id)
    await oracle.edit_message_text("We shall.", _ADA, sent.message_id)
    with pytest.raises(BadRequest, match="not modified"):
        await oracle.edit_message_text("We shall.", _ADA, sent.message_id)
    assert await oracle.get_updates(offset=second.update_id + 1) == ()


async def test_an_update_comes_again_until_a_higher_offset_is_asked_for(api: BotApi, oracle: Bot) -> None:
    api.people.chat(_ADA).say("hello")
    first, again = await oracle.get_updates(), await oracle.get_updates()
    assert [one.update_id for one in first] == [one.update_id for one in again]


async def test_a_long_poll_returns_when_something_comes(api: BotApi, oracle: Bot) -> None:
    poll = asyncio.ensure_future(oracle.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    api.people.chat(_ADA).say("late")
    assert [one.message.text for one in await asyncio.wait_for(poll, 3) if one.message] == ["late"]


async def test_two_pollers_and_a_webhook_conflict(api: BotApi, oracle: Bot) -> None:
    first = asyncio.ensure_future(oracle.get_updates(timeout=20))
    await asyncio.sleep(0.2)
    async with Bot(TOKEN, base_url=f"{api.base}/bot") as another:
        second = asyncio.ensure_future(another.get_updates(timeout=1))
        with pytest.raises(Conflict, match="terminated by other getUpdates"):
            await first
        await second
    await oracle.set_webhook("https://example.org/hook")
    with pytest.raises(Conflict, match="while webhook is active"):
        await oracle.get_updates()
    assert (await oracle.get_webhook_info()).url == "https://example.org/hook"
    assert await oracle.delete_webhook()


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        ("x" * 4097, None, "too long"),
        ("😀" * 2049, None, "too long"),
        ("   ", None, "empty"),
        ("<b>a", "HTML", "parse entities"),
        ("1 < 2", "HTML", "parse entities"),
        ("<div>a</div>", "HTML", "parse entities"),
    ],
)
async def test_texts_have_limits(api: BotApi, oracle: Bot, text: str, mode: str | None, said: str) -> None:
    api.people.chat(_ADA).say("hi")
    with pytest.raises(BadRequest, match=said):
        await oracle.send_message(_ADA, text, parse_mode=mode)


async def test_what_just_fits_is_taken(api: BotApi, oracle: Bot) -> None:
    api.people.chat(_ADA).say("hi")
    await oracle.send_message(_ADA, "😀" * 2048)
    await oracle.send_message(_ADA, "<b>" + "x" * 4096 + "</b> ", parse_mode="HTML")
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("k", callback_data="é" * 32)]])
    await oracle.send_message(_ADA, "k", reply_markup=keys)


@pytest.mark.parametrize(
    "button",
    [
        InlineKeyboardButton("k", callback_data="é" * 33),
        InlineKeyboardButton("k", url="http://localhost:8765/chat/x"),
    ],
)
async def test_buttons_have_limits(api: BotApi, oracle: Bot, button: InlineKeyboardButton) -> None:
    api.people.chat(_ADA).say("hi")
    with pytest.raises(BadRequest):
        await oracle.send_message(_ADA, "k", reply_markup=InlineKeyboardMarkup([[button]]))


async def test_files_up_and_down(api: BotApi, oracle: Bot) -> None:
    ada = api.people.chat(_ADA)
    ada.send_document("cv.pdf", b"%PDF small")
    ada.send_document("huge.pdf", b"%PDF", size=(20 << 20) + 1)
    small, huge = await oracle.get_updates()
    assert small.message is not None
    assert small.message.document is not None
    assert huge.message is not None
    assert huge.message.document is not None
    file = await oracle.get_file(small.message.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"%PDF small"
    with pytest.raises(BadRequest, match="too big"):
        await oracle.get_file(huge.message.document.file_id)
    sent = await oracle.send_document(_ADA, BytesIO(b"report"), filename="报告.pdf", caption="c")
    assert sent.document is not None
    assert sent.document.file_name == "报告.pdf"
    with pytest.raises(BadRequest, match="caption is too long"):
        await oracle.send_photo(_ADA, BytesIO(b"png"), caption="x" * 1025)


async def test_who_may_be_written_to(api: BotApi, oracle: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await oracle.send_message(4711, "x")
    api.server.person(12)
    with pytest.raises(Forbidden, match="initiate"):
        await oracle.send_message(12, "x")
    ada = api.people.chat(_ADA)
    ada.say("hi")
    ada.block()
    with pytest.raises(Forbidden, match="blocked"):
        await oracle.send_message(_ADA, "x")


async def test_too_many_messages_are_told_to_wait(api: BotApi, oracle: Bot) -> None:
    api.server.flood = Flood(chat_rate=1.0, burst=2)
    api.people.chat(_ADA).say("hi")
    await oracle.send_message(_ADA, "x")
    await oracle.send_message(_ADA, "x")
    with pytest.raises(RetryAfter) as told:
        await oracle.send_message(_ADA, "x")
    assert told.value._retry_after.total_seconds() == 1
    assert api.server.flood.told == 1


async def test_a_wrong_token_is_known(api: BotApi) -> None:
    with pytest.raises(InvalidToken):
        async with Bot("700001:another", base_url=f"{api.base}/bot"):
            pass


async def test_commands_by_language(oracle: Bot) -> None:
    await oracle.set_my_commands([("help", "Hilfe")], language_code="de")
    assert [one.description for one in await oracle.get_my_commands(language_code="de")] == ["Hilfe"]
    assert await oracle.get_my_commands() == ()
    await oracle.set_my_short_description("short", language_code="de")
    assert (await oracle.get_my_short_description(language_code="de")).short_description == "short"


async def test_a_lost_answer_is_a_network_error_and_the_message_is_there(api: BotApi, oracle: Bot) -> None:
    ada = api.people.chat(_ADA)
    ada.say("hi")
    api.server.plan("sendMessage")
    with pytest.raises(NetworkError):
        await oracle.send_message(_ADA, "sent all the same")
    assert len(ada.heard) == 1


class Hook:
    """A webhook that answers as told and notes what comes."""

    def __init__(self) -> None:
        self.came: list[tuple[str, str, float]] = []
        self.statuses: list[int] = []
        self.slow = 0.0
        self.busy = 0
        self.most = 0

    async def receive(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.busy += 1
        self.most = max(self.most, self.busy)
        kind = next(name for name in update if name != "update_id")
        what = update[kind].get("text") or update[kind].get("data")
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        self.came.append((str(what), secret, time.monotonic()))
        await asyncio.sleep(self.slow)
        self.busy -= 1
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
async def hook(api: BotApi, oracle: Bot) -> AsyncIterator[Hook]:
    """A webhook that Telegram is told of."""
    told, app = Hook(), web.Application()
    app.router.add_post("/hook", told.receive)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    await oracle.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token="s-1_A")
    yield told
    await runner.cleanup()


async def _until(fits: object) -> None:
    for _ in range(6000):
        if fits():  # type: ignore[operator]
            return
        await asyncio.sleep(0.01)
    raise AssertionError("did not happen")


async def test_the_webhook_gets_a_chats_messages_one_by_one_with_the_secret(api: BotApi, hook: Hook) -> None:
    hook.slow = 0.05
    ada, ben = api.people.chat(_ADA), api.people.chat(12)
    for number in range(3):
        ada.say(f"a{number}")
        ben.say(f"b{number}")
    await _until(lambda: len(hook.came) == 6)
    assert [what for what, _, _ in hook.came if what.startswith("a")] == ["a0", "a1", "a2"]
    assert {secret for _, secret, _ in hook.came} == {"s-1_A"}
    assert hook.most == 2


async def test_the_webhook_is_tried_again_at_once_and_then_later(api: BotApi, hook: Hook) -> None:
    api.server.stretch = 0.05
    hook.statuses = [500, 502, 500]
    api.people.chat(_ADA).say("again")
    await _until(lambda: len(hook.came) == 4)
    first, second, third, fourth = (at for _, _, at in hook.came)
    assert third - second > 0.09  # each pause is at least so long; how much longer is the machine's affair
    assert fourth - third > 0.19
    assert second >= first
    await _until(lambda: api.ways.pending == 0)


async def test_a_button_passes_a_message_that_is_being_tried(api: BotApi, hook: Hook, oracle: Bot) -> None:
    ada = api.people.chat(_ADA)
    ada.say("first")
    await _until(lambda: hook.came)
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("k", callback_data="tap")]])
    await oracle.send_message(_ADA, "k", reply_markup=keys)
    hook.slow = 0.2
    ada.say("slow")
    await _until(lambda: len(hook.came) == 2)
    ada.press(ada.heard[-1], "tap")
    await _until(lambda: len(hook.came) == 3)
    assert hook.most == 2


async def test_an_old_button_press_is_dropped(api: BotApi, hook: Hook, oracle: Bot) -> None:
    api.server.lives = api.server.stretch = 0.001
    ada = api.people.chat(_ADA)
    ada.say("hi")
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("k", callback_data="tap")]])
    await oracle.send_message(_ADA, "k", reply_markup=keys)
    hook.statuses = [500] * 1000
    ada.press(ada.heard[-1], "tap")
    await _until(lambda: api.ways.dropped == 1)
