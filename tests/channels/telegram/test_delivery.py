"""What is said arrives: once, in order, at Telegram's pace, and whatever Telegram answers."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dialogues.core.effects import Effect, Judge
from storage import tables
from storage.tables import DEAD, DONE
from tests.channels.telegram.botapi.faults import Noise
from tests.channels.telegram.botapi.flood import Flood
from tests.channels.telegram.botapi.people import Chat, shown
from tests.channels.telegram.botapi.server import BotApi
from tests.channels.telegram.product import Product, running, settings


def says(product: Product, conversation: int) -> list[Any]:
    """Return (status, Telegram's number, code) of the messages of an interview, in order."""
    outbox = tables.outbox.c
    statement = select(outbox.status, outbox.sent_as, outbox.code, outbox.key).where(
        outbox.conversation == conversation, outbox.kind == "Say"
    )
    with product.house.engine.connect() as connection:
        return list(connection.execute(statement.order_by(outbox.seq)))


async def eventually(fits: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not fits():
        assert time.monotonic() < deadline, "did not happen"
        await asyncio.sleep(0.02)


async def begin(product: Product, api: BotApi, number: int = 101, language: str = "en") -> tuple[int, Chat]:
    """Open an interview; return it and the chat, at the question of consent."""
    conversation, link = product.invite(language)
    chat = api.people.chat(number, language)
    chat.open(link)
    await chat.offered("consent:yes")
    return conversation, chat


async def to_question(product: Product, api: BotApi, number: int = 101) -> tuple[int, Chat]:
    """Return an interview whose first question is open."""
    conversation, chat = await begin(product, api, number)
    chat.press(chat.heard[-1], "consent:yes")
    chat.press(await chat.offered("details:right"), "details:right")
    offer = await chat.offered("practice:no")
    chat.press(offer, "practice:no")
    await chat.reads("there's no clock")
    chat.skip()
    return conversation, chat


async def test_every_message_is_noted_with_telegrams_number(product: Product, api: BotApi) -> None:
    conversation, chat = await to_question(product, api)
    await eventually(lambda: all(row.status == DONE for row in says(product, conversation)))
    assert [row.sent_as for row in says(product, conversation)] == [one["message_id"] for one in chat.heard]


async def test_told_to_wait_it_waits_that_long_and_others_go_on(polling: Product, api: BotApi) -> None:
    _, slow = await begin(polling, api, 101)
    _, quick = await begin(polling, api, 102)
    api.server.plan("sendMessage", 429, "Too Many Requests: retry after 3", retry_after=3)
    began = time.monotonic()
    slow.say("/help")
    await eventually(lambda: not api.server.planned[0].times)
    quick.say("/help")
    before = await quick.reads("/pause")
    after = await slow.reads("/pause")
    assert time.monotonic() - began >= 3.0
    assert before["message_id"] < after["message_id"]


async def test_somebody_types_for_as_long_as_an_answer_is_read(
    tmp_path: Path, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.channel._TYPING", 0.05)
    monkeypatch.setattr("bot.telegram.channel._TYPES", 1000)
    async with running(settings(tmp_path, api, "polling"), free_scorer=False) as product:
        _, chat = await to_question(product, api)
        carriers = product.server.runner._carriers
        read, may_read = carriers[Judge], threading.Event()

        async def read_slowly(conversation: int, effect: Effect) -> Any:
            await asyncio.to_thread(may_read.wait)
            return await read(conversation, effect)

        monkeypatch.setitem(carriers, Judge, read_slowly)
        chat.say("I sold umbrellas for three years and kept a list of every customer who came back.")
        await eventually(lambda: chat.person.typed >= 4)
        may_read.set()
        await chat.until(lambda _: True)
        await eventually(lambda: not product.server.telegram._typing)  # type: ignore[union-attr]


async def test_its_own_pace_keeps_it_from_being_told_to_wait(tmp_path: Path, api: BotApi) -> None:
    api.server.flood = Flood(rate=30, chat_rate=1.0, burst=4)
    chosen = settings(tmp_path, api, "polling", telegram_rate=30.0, telegram_chat_rate=1.0)
    async with running(chosen) as product:
        _, chat = await begin(product, api)
        chat.skip()
        for _ in range(7):
            chat.say("/help")
        for _ in range(7):
            await chat.reads("/pause")
    assert api.server.flood.told == 0


async def test_a_server_that_is_away_is_asked_again(polling: Product, api: BotApi) -> None:
    conversation, chat = await begin(polling, api)
    api.server.plan("sendMessage", 502, "Bad Gateway", times=3)
    chat.say("/help")
    chat.say("/repeat")
    await chat.reads("/pause")
    await chat.offered("consent:yes")
    assert [row.code for row in says(polling, conversation)] == ["", "", ""]


async def test_a_lost_answer_repeats_one_message_and_keeps_the_order(polling: Product, api: BotApi) -> None:
    conversation, chat = await begin(polling, api)
    api.server.plan("sendMessage")
    chat.say("/help")
    chat.say("/repeat")
    await eventually(lambda: len(chat.heard) == 4)
    texts = [shown(message) for message in chat.heard]
    assert texts[1] == texts[2] != texts[3]
    await eventually(lambda: all(row.status == DONE for row in says(polling, conversation)))


async def test_a_refused_message_is_a_dead_letter_and_the_next_one_goes_on(
    polling: Product, api: BotApi
) -> None:
    conversation, chat = await begin(polling, api)
    api.server.plan("sendMessage", 400, "Bad Request: something new")
    chat.say("/help")
    chat.say("/repeat")
    await chat.offered("consent:yes")
    assert [(row.status, row.code) for row in says(polling, conversation)][1] == (DEAD, "refused")


async def test_who_blocks_the_bot_is_told_to_hr_once_and_left_alone(product: Product, api: BotApi) -> None:
    hr = api.people.chat(9001, "en", "Fang")
    hr.say("/start")
    await hr.until(lambda _: True)
    conversation, chat = await begin(product, api)
    chat.person.blocked = True  # without a word from Telegram
    chat.say("/help")
    chat.say("/help")
    await hr.reads("can no longer be reached")
    await eventually(lambda: [row.code for row in says(product, conversation)] == ["", "blocked", "blocked"])
    tried = [given for method, given in api.server.calls if method == "sendmessage"]
    assert sum(str(given["chat_id"]) == str(chat.person.id) for given in tried) == 2
    assert sum("can no longer be reached" in shown(message) for message in hr.heard) == 1


async def test_who_lets_the_bot_back_in_goes_on_where_they_were(product: Product, api: BotApi) -> None:
    conversation, chat = await begin(product, api)
    chat.block()
    seat = product.house.telegram
    await eventually(lambda: seat.seat(chat.person.id).blocked)
    chat.block(False)
    await eventually(lambda: not seat.seat(chat.person.id).blocked)
    chat.say("/start")
    await chat.offered("consent:yes")
    assert says(product, conversation)[-1].code == ""


async def test_what_was_left_is_delivered_by_the_next_process(tmp_path: Path, api: BotApi) -> None:
    chosen = settings(tmp_path, api, "polling")
    async with running(chosen) as product:
        conversation, chat = await begin(product, api)
        api.server.plan("sendMessage", 502, "Bad Gateway", times=10_000)
        chat.say("/help")
        chat.say("/repeat")
        await eventually(lambda: len(says(product, conversation)) == 3)
    assert len(chat.heard) == 1
    api.server.planned.clear()
    async with running(chosen) as product:
        await chat.reads("/pause")
        await chat.offered("consent:yes")
        await eventually(lambda: all(row.status == DONE for row in says(product, conversation)))
    assert len(chat.heard) == 3


async def test_messages_of_many_chats_keep_their_order(polling: Product, api: BotApi) -> None:
    api.server.noise = Noise(lost_answers=0.1)
    begun = await asyncio.gather(*(begin(polling, api, 200 + number) for number in range(12)))
    for _, chat in begun:
        for word in ("/help", "/why", "/repeat", "/language", "/pause"):
            chat.say(word)
    for conversation, chat in begun:
        await eventually(
            lambda c=conversation: (
                len(says(polling, c)) == 6 and all(r.status == DONE for r in says(polling, c))
            ),  # type: ignore[misc]
        )
        lines = polling.house.story.lines(conversation)
        said = [line.text for line in lines if not line.mine]
        heard = [shown(message) for message in chat.heard]
        assert [text for n, text in enumerate(heard) if not n or heard[n - 1] != text] == said


async def test_an_erased_person_hears_it_and_is_forgotten(polling: Product, api: BotApi) -> None:
    conversation, chat = await begin(polling, api)
    chat.say("/delete")
    chat.press(await chat.offered("delete:yes"), "delete:yes")
    await eventually(lambda: polling.phase(conversation) == "erased")
    await eventually(lambda: all(row.status == DONE for row in says(polling, conversation)))
    memory = polling.house.telegram
    memory.tidy()
    assert memory.chat_of(conversation) == 0
    assert memory.interviews(chat.person.id) == []
    assert not memory.seat(chat.person.id).started
