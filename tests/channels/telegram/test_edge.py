"""What comes in: links, odd kinds of messages, repeats, and what nobody should be able to do."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from websockets.asyncio.client import connect

from bot.telegram.webhook import PATH
from storage import tables
from storage.uploads import Uploads
from tests.channels.telegram.botapi.people import shown
from tests.channels.telegram.botapi.server import BotApi
from tests.channels.telegram.product import SECRET, Product, running, settings
from tests.channels.telegram.test_delivery import begin, eventually, to_question

_PDF = b"%PDF-1.7 a small one"


def _count(product: Product, table: str) -> int:
    with product.house.engine.connect() as connection:
        found = connection.execute(select(func.count()).select_from(tables.metadata.tables[table]))
        return int(found.scalar_one())


# links


@pytest.mark.parametrize(
    ("language", "said"), [("zh-hans", "个人链接"), ("de", "personal link"), ("", "personal link")]
)
async def test_without_a_link_one_is_told_where_to_find_it(
    polling: Product, api: BotApi, language: str, said: str
) -> None:
    stranger = api.people.chat(300, language)
    stranger.say("/start")
    await stranger.reads(said)
    stranger.say("hello?")
    await stranger.reads(said)
    assert _count(polling, "inbox") == 0


async def test_a_forwarded_link_explains_itself(product: Product, api: BotApi) -> None:
    conversation, link = product.invite()
    first, second = api.people.chat(101), api.people.chat(102)
    first.open(link)
    await first.offered("consent:yes")
    second.open(link)
    await second.reads("meant for another candidate")
    second.say("but I want to")
    await second.reads("personal link")
    assert len(product.said(conversation)) == 0
    first.open(link)
    await first.offered("consent:yes")


@pytest.mark.parametrize(
    ("harm", "said"),
    [("revoked", "no longer"), ("expired", "expired"), ("unknown", "not valid")],
)
async def test_a_link_that_does_not_work_says_why(
    polling: Product, api: BotApi, harm: str, said: str
) -> None:
    conversation, link = polling.invite()
    if harm == "revoked":
        polling.house.applications.revoke(conversation)
    if harm == "expired":
        token = polling.house.applications.invite(conversation, -1)
        link = polling.house.links(token)["telegram"]
    if harm == "unknown":
        link += "x"
    chat = api.people.chat(101)
    chat.open(link)
    catalog = polling.house.languages["en"].catalog
    await chat.reads(catalog.phrase(f"link.{harm}"))
    assert polling.phase(conversation) == "new"


async def test_two_interviews_of_one_person(product: Product, api: BotApi) -> None:
    first, chat = await begin(product, api)
    second, link = product.invite(job="python-developer")
    chat.open(link)
    choice = await chat.reads("another interview")
    await chat.offered("consent:yes")
    chat.say("I agree")
    await eventually(lambda: product.phase(second) != "consent")
    assert product.phase(first) == "consent"
    chat.skip()
    chat.press(choice, "s|")
    await chat.offered("consent:yes")
    chat.say("I agree")
    await eventually(lambda: product.phase(first) != "consent")
    chat.say("/switch")
    rooms = await chat.reads("Which one")
    assert len(rooms["reply_markup"]["inline_keyboard"]) == 2


def _menu(api: BotApi, chat: int) -> dict[str, str]:
    """Return the commands listed in one chat."""
    listed = [
        one for (scope, _), one in api.server.commands.items() if json.loads(scope).get("chat_id") == chat
    ]
    return {one["command"]: one["description"] for commands in listed for one in commands}


async def test_a_colleagues_invitation_makes_a_person_of_hr_once(polling: Product, api: BotApi) -> None:
    memory = polling.house.telegram
    token = memory.invite_colleague("Ben Li", "reader", "python-developer")
    ben, other = api.people.chat(501, "en", "Ben"), api.people.chat(502)
    ben.open(f"https://t.me/bot?start={token}")
    await ben.reads("Welcome")
    other.open(f"https://t.me/bot?start={token}")
    await other.reads("already used")
    person = polling.house.people.by_id("telegram:501")
    assert person is not None
    assert (person.name, person.role, person.jobs) == ("Ben Li", "reader", ("python-developer",))
    await eventually(lambda: _menu(api, 501) != {})
    listed = _menu(api, 501)
    assert listed["card"] == "name · the result card"
    assert {"today", "queue", "help", "switch"} <= listed.keys(), "what HR does, not what a candidate does"
    assert not {"approve", "invite", "delete", "human"} & listed.keys(), "a reader only reads"
    ben.skip()
    ben.say("/invite python-developer Max")
    await ben.until(lambda _: True)
    assert _count(polling, "application") == 0


async def test_a_stranger_learns_nothing_of_hr(polling: Product, api: BotApi) -> None:
    conversation, candidate = await begin(polling, api)
    stranger = api.people.chat(300)
    for word in ("/queue", "/hr", "/today", "/card Maya"):
        stranger.say(word)
        await stranger.reads("personal link")
    query = candidate.press_data(candidate.heard[0], "h|queue")
    await eventually(lambda: query in api.server.answered)
    query = stranger.press_data(
        candidate.heard[0], candidate.heard[0]["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    )
    await eventually(lambda: "out of date" in api.server.answered.get(query, ""))
    assert polling.phase(conversation) == "consent"


# what is sent


async def test_a_long_answer_in_pieces_is_one_answer(product: Product, api: BotApi) -> None:
    conversation, chat = await to_question(product, api)
    sentence = "I sold umbrellas for three years and kept a list of every customer who came back. "
    chat.say(sentence * 61)
    await chat.until(lambda _: True)
    state = product.house.applications.interview(conversation)
    assert state is not None
    await eventually(lambda: len(product.said(conversation)) == 5)
    assert "".join(product.said(conversation)[-2:]).count("umbrellas") == 61
    replies = product.house.applications.interview(conversation).replies  # type: ignore[union-attr]
    assert len(replies[0].events) == 2


_KINDS: list[tuple[dict[str, Any], str]] = [
    (
        {
            "sticker": {
                "file_id": "s",
                "file_unique_id": "s",
                "type": "regular",
                "width": 1,
                "height": 1,
                "is_animated": False,
                "is_video": False,
            }
        },
        "thing.sticker",
    ),
    ({"location": {"latitude": 1.0, "longitude": 2.0}}, "thing.location"),
    ({"contact": {"phone_number": "1", "first_name": "A"}}, "thing.contact"),
    ({"dice": {"emoji": "🎲", "value": 3}}, "thing.game"),
    ({"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}}, "thing.voice"),
    ({"video_note": {"file_id": "v", "file_unique_id": "v", "duration": 3, "length": 100}}, "thing.video"),
    ({"photo": [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]}, "thing.photo"),
    ({"story": {"chat": {"id": 1, "type": "private"}, "id": 1}}, "thing.other"),
]


async def test_what_is_not_words_is_met_kindly_and_the_question_stays(product: Product, api: BotApi) -> None:
    conversation, chat = await to_question(product, api)
    question = shown(chat.heard[-1])
    catalog = product.house.languages["en"].catalog
    for content, phrase in _KINDS:
        chat.send(**content)
        answer = await chat.reads(catalog.phrase(phrase))
        assert question[-60:] in shown(answer)
    assert product.phase(conversation) == "interview"


async def test_an_album_is_answered_once_and_its_caption_counts(polling: Product, api: BotApi) -> None:
    conversation, chat = await to_question(polling, api)
    picture = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
    chat.send(
        photo=picture, media_group_id="m1", caption="I sold umbrellas for three years, and sold the most."
    )
    chat.send(photo=picture, media_group_id="m1")
    await eventually(lambda: any("umbrellas" in one for one in polling.said(conversation)))
    chat.say("/help")
    await chat.reads("/pause")
    asked = [one for one in chat.heard if "picture" in shown(one)]
    assert len(asked) == 1


async def test_an_edit_is_told_kindly_and_both_are_not_mixed_up(product: Product, api: BotApi) -> None:
    conversation, chat = await begin(product, api)
    message = chat.say("/help")
    await chat.reads("/pause")
    chat.edit(message, "/delete")
    await chat.reads("edited an earlier message")
    chat.edit(message, "/delete!")
    chat.say("/repeat")
    await chat.offered("consent:yes")
    assert sum("edited" in shown(one) for one in chat.heard) == 1
    assert product.phase(conversation) == "consent"


async def test_a_document_is_stored_sealed_and_acknowledged(product: Product, api: BotApi) -> None:
    conversation, chat = await begin(product, api)
    chat.send_document("cv.pdf", _PDF, "application/pdf")
    await chat.reads("Until you have agreed")
    assert _count(product, "upload") == 0
    chat.press(chat.heard[-1], "consent:yes")
    await chat.offered("details:right")
    chat.send_document("my cv.docx", _PDF)
    await chat.reads("stored encrypted")
    with product.house.engine.connect() as connection:
        row = connection.execute(select(tables.upload)).one()
    assert row.conversation == conversation
    assert _PDF not in row.sealed
    assert Uploads(product.house.engine, product.house.sealer).read(row.id) == _PDF
    chat.say("/delete")
    chat.press(await chat.offered("delete:yes"), "delete:yes")
    await eventually(lambda: _count(product, "upload") == 0)


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("cv.pdf", 30 << 20, "larger than 20 MB"),
        ("virus.exe", 0, "can't open this kind"),
        ("cv.doc", 0, "can't open"),
    ],
)
async def test_a_document_we_cannot_take_is_refused_kindly(
    polling: Product, api: BotApi, name: str, size: int, said: str
) -> None:
    _, chat = await begin(polling, api)
    chat.send_document(name, b"x", size=size)
    await chat.reads(said)
    assert "getfile" not in [method for method, _ in api.server.calls]


async def test_a_document_that_cannot_be_fetched_is_asked_for_again(polling: Product, api: BotApi) -> None:
    _, chat = await begin(polling, api)
    chat.press(chat.heard[-1], "consent:yes")
    await chat.offered("details:right")
    api.server.plan("getFile", 400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    chat.send_document("cv.pdf", _PDF)
    await chat.reads("didn't come through")


async def test_a_group_is_left_with_a_word(product: Product, api: BotApi) -> None:
    api.people.group(-500)
    await eventually(lambda: -500 not in api.server.groups)
    goodbyes = [given for method, given in api.server.calls if method == "sendmessage"]
    assert "私聊" in goodbyes[0]["text"]


# buttons


async def test_a_button_of_the_past_is_harmless_and_says_so(product: Product, api: BotApi) -> None:
    conversation, chat = await to_question(product, api)
    consent = chat.heard[0]
    original = f"c|{_to36(conversation)}|1|consent:yes"
    chat.press_data(consent, original)
    await chat.reads("earlier")
    assert product.phase(conversation) == "interview"
    query = chat.press_data(consent, "x|from before a restart")
    await eventually(lambda: "out of date" in api.server.answered.get(query, ""))


def _to36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (_to36(number // 36) if number >= 36 else "") + digits[number % 36]


async def test_skip_and_pause_are_a_tap_under_each_question(product: Product, api: BotApi) -> None:
    conversation, chat = await to_question(product, api)
    question = chat.heard[-1]
    chat.press(question, "Skip")
    second = await chat.offered("do:skip")
    assert shown(second) != shown(question)
    chat.press_data(question, f"c|{_to36(conversation)}|1|do:skip")  # a second tap, on what is past
    await chat.reads("earlier question")
    chat.press(second, "do:pause")
    await chat.offered("do:continue")
    assert product.said(conversation)[-1]
    replies = product.house.applications.interview(conversation).replies  # type: ignore[union-attr]
    assert len(replies) == 2


async def test_a_pressed_button_is_let_go_and_taken_away(product: Product, api: BotApi) -> None:
    _, chat = await begin(product, api)
    consent = chat.heard[-1]
    query = chat.press(consent, "consent:yes")
    await eventually(lambda: query in api.server.answered)
    await eventually(lambda: "reply_markup" not in chat.person.shown[consent["message_id"]])


async def test_a_message_and_a_button_in_either_order_lead_to_the_same_state(
    product: Product, api: BotApi
) -> None:
    phases = []
    for number, order in ((101, "press first"), (102, "say first")):
        conversation, chat = await begin(product, api, number)
        consent = chat.heard[-1]
        if order == "press first":
            chat.press(consent, "consent:yes")
            chat.say("I agree")
        else:
            chat.say("I agree")
            chat.press(consent, "consent:yes")
        await eventually(lambda c=conversation: len(product.said(c)) == 2)  # type: ignore[misc]
        phases.append(product.phase(conversation))
    assert phases[0] in ("details", "practice")
    assert phases[1] in ("details", "practice")


# the browser


async def test_it_goes_on_in_the_browser_and_back(product: Product, api: BotApi) -> None:
    conversation, chat = await to_question(product, api)
    chat.say("/web")
    link = shown(await chat.reads("/chat/")).rpartition("/chat/")[2]
    found = product.house.applications.find_invite(link)
    assert (found.conversation, found.problem) == (conversation, "")
    assert set(product.house.links(link)) == {"web", "telegram"}
    await _talk_in_the_browser(product, link)
    heard = len(chat.heard)
    chat.say("/repeat")
    await chat.until(lambda _: True)
    assert len(chat.heard) == heard + 1


async def _talk_in_the_browser(product: Product, token: str) -> None:
    """Open the page, which knows the way to Telegram, and say something there."""
    address = product.house.settings.address.replace("http", "ws", 1)
    async with connect(f"{address}/chat/{token}/socket") as socket:
        await socket.send(json.dumps({"type": "hello", "after": 0}))
        ready = json.loads(await socket.recv())
        assert ready["telegram"] == "colloquy_loopback_bot"
        assert "/telegram" in [one["command"] for one in ready["commands"]]
        await socket.send(json.dumps({"type": "text", "id": "w1", "text": "/help", "seen": 4}))
        while "/pause" not in str(await socket.recv()):
            pass


# repeats, rubbish, secrets


async def test_rubbish_does_not_hold_up_the_queue(product: Product, api: BotApi) -> None:
    _, chat = await begin(product, api)
    api.ways.put_raw(101, {"message": {"message_id": "no", "chat": 5}})
    api.ways.put_raw(101, {"something_new": {"x": 1}})
    chat.say("/help")
    await chat.reads("/pause")
    await eventually(lambda: _count(product, "telegram_update") == 2)


async def test_an_update_that_always_fails_is_set_aside(
    product: Product, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.server.stretch = 0.01
    _, chat = await begin(product, api)
    submit = product.server.worker.submit

    def fail(arrival: Any) -> Any:
        if getattr(arrival.event, "text", "") == "poison":
            raise RuntimeError("cannot be written")
        return submit(arrival)

    telegram: Any = product.server.telegram
    monkeypatch.setattr(telegram._edge, "_parts", _with(telegram._edge._parts, submit=fail))
    chat.say("poison")
    chat.say("/help")
    await chat.until(lambda message: "/pause" in shown(message))


def _with(parts: Any, **changes: Any) -> Any:
    from msgspec.structs import replace

    return replace(parts, **changes)


async def test_only_telegram_gets_in(tmp_path: Any, api: BotApi) -> None:
    chosen = settings(tmp_path, api, "webhook")
    async with running(chosen) as product, httpx.AsyncClient(base_url=chosen.address) as client:
        header = "X-Telegram-Bot-Api-Secret-Token"
        update = {
            "update_id": 5,
            "message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}},
        }
        for secret in ("", "wrong", SECRET + "x", "ü"):
            answer = await client.post(PATH, json=update, headers={header: secret.encode()})
            assert answer.status_code == 403
        for body in (b"", b"[]", b"{}", b'{"update_id": true}', b"\xff", b"x" * (2 << 20)):
            answer = await client.post(PATH, content=body, headers={header: SECRET})
            assert answer.status_code == 200
        assert _count(product, "inbox") == 0
        assert (await client.get(PATH)).status_code == 405


async def test_a_database_that_is_away_makes_telegram_repeat(
    tmp_path: Any, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.server.stretch = 0.02
    async with running(settings(tmp_path, api, "webhook")) as product:
        conversation, chat = await begin(product, api)
        record: Any = product.house.record
        whole = record.transaction
        monkeypatch.setattr(record, "transaction", _broken)
        chat.say("/help")
        await eventually(lambda: len(api.ways.attempts) > 3)
        monkeypatch.setattr(record, "transaction", whole)
        await chat.reads("/pause")
        assert len(product.said(conversation)) == 1


def _broken() -> Any:
    raise OSError("the disk is full")


async def test_nothing_logged_holds_the_token_or_words(
    product: Product, api: BotApi, capsys: pytest.CaptureFixture[str]
) -> None:
    _, chat = await begin(product, api)
    api.server.plan("sendMessage", 502, "Bad Gateway")
    api.server.plan("getFile", 500, "Internal Server Error", times=2)
    chat.press(chat.heard[-1], "consent:yes")
    await chat.offered("details:right")
    chat.send_document("cv.pdf", _PDF)
    chat.say("a secret thing")
    await chat.until(lambda message: "stored encrypted" in shown(message))
    told = capsys.readouterr()
    assert "loopback-token" not in told.out + told.err
    assert "secret thing" not in told.out + told.err
