"""The small parts of the channel by themselves: cutting texts, buttons, rows, pace, reading updates, drawing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram import incoming
from bot.telegram.buttons import MOST, Buttons, Choice, DeskChoice, Switch
from bot.telegram.drawing import Drawing
from bot.telegram.in_turn import InTurn
from bot.telegram.pace import Pace
from bot.telegram.parts import File, Key, Picture, Text, keyboard
from bot.telegram.seats import Seats
from bot.telegram.splitting import split_text, units
from bot.telegram.words import LANGUAGES, spoken, texts
from dialogues.core.phases.things import KINDS
from tests.channels.telegram.botapi.checks import parsed

_TEXTS = st.text(alphabet=st.sampled_from("ab 。.！\n😀好，"), max_size=300)


@settings(deadline=None)
@given(_TEXTS, st.integers(10, 60))
def test_pieces_fit_and_lose_nothing_but_blanks(text: str, limit: int) -> None:
    pieces = split_text(text, limit)
    assert all(0 < units(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_text_is_cut_after_a_sentence() -> None:
    assert split_text("一二三。四五六。七八九", 8) == ["一二三。四五六。", "七八九"]
    assert split_text("One two. Three four", 12) == ["One two.", "Three four"]
    assert split_text("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]


@settings(deadline=None)
@given(st.integers(1, 2**63 - 1), st.integers(0, 99_999), st.text(min_size=1, max_size=80))
def test_a_button_comes_back_as_it_went(conversation: int, turn: int, value: str) -> None:
    buttons = Buttons()
    carried = buttons.choice(conversation, turn, value)
    assert 1 <= len(carried.encode()) <= MOST
    if len(value) <= 60:
        assert buttons.read(carried) == Choice(conversation, turn, value)


def test_other_buttons_come_back_too() -> None:
    buttons = Buttons()
    long = "override:a_1234567890:" + "c" * 60 + ":10"
    assert buttons.read(buttons.desk(long)) == DeskChoice(long)
    assert Buttons().read(buttons.desk(long)) is None
    assert buttons.read(buttons.switch(0)) == Switch(0)
    assert buttons.read("") is None
    assert buttons.read("c|zzzzzzzzzzzzzzzzzzzzz|1|x") is None


def test_short_labels_share_a_row_and_long_ones_stand_alone() -> None:
    keys = tuple(
        Key(label, "v")
        for label in ("很好 ★5", "不错 ★4", "一般 ★3", "I would rather talk to a person", "No")
    )
    assert [[key.label for key in row] for row in keyboard(keys)] == [
        ["很好 ★5", "不错 ★4"],
        ["一般 ★3"],
        ["I would rather talk to a person"],
        ["No"],
    ]


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_chat_may_say_a_few_things_at_once_and_then_one_a_second() -> None:
    clock = Clock()
    pace = Pace(1000, 1, clock)
    assert [round(pace.reserve_chat(1), 3) for _ in range(6)] == [-2, -1, 0, 1, 2, 3]
    assert pace.reserve_chat(2) <= 0
    clock.now += 60
    assert pace.reserve_chat(1) <= 0


def test_the_bot_keeps_to_its_rate() -> None:
    pace = Pace(10, 1000, Clock())
    assert [round(pace.reserve(), 3) for _ in range(4)] == [0, 0.1, 0.2, 0.3]


def test_a_courtesy_takes_a_place_that_nothing_else_wants() -> None:
    clock = Clock()
    pace = Pace(10, 1000, clock)
    assert pace.spare()
    assert round(pace.reserve(), 3) == 0.1
    assert not pace.spare()
    clock.now += 0.25
    assert pace.spare()
    for chat in (1, 2, 3):
        pace.held(chat, 5)
    clock.now += 1
    assert not pace.spare()


def test_one_chat_told_to_wait_is_itself_and_three_are_everybody() -> None:
    clock = Clock()
    pace = Pace(10, 10, clock)
    pace.held(1, 5)
    pace.held(2, 7)
    assert pace.flood() == 0
    pace.held(3, 6)
    assert pace.flood() == 7
    clock.now += 5.5
    assert pace.flood() == 0


async def test_things_are_done_in_turn_and_keys_do_not_wait_for_each_other() -> None:
    done: list[tuple[int, str]] = []

    async def do(key: int, thing: str) -> None:
        await asyncio.sleep(0.05 if thing == "slow" else 0)
        if thing == "bad":
            raise ValueError
        done.append((key, thing))

    turns = InTurn("test", do)
    for key, thing in [(1, "slow"), (1, "bad"), (1, "last"), (2, "quick")]:
        turns.put(key, thing)
    await asyncio.sleep(0.2)
    assert done == [(2, "quick"), (1, "slow"), (1, "last")]
    assert not turns.busy(1)


class Remembered:
    """What the record says was delivered."""

    def __init__(self, *recent: tuple[int, int]) -> None:
        self._recent = list(recent)

    def recent(self, conversation: int) -> list[tuple[int, int]]:
        return self._recent


async def test_seen_is_the_turn_of_the_message_above() -> None:
    seats: Any = Seats(Remembered((10, 4), (12, 5)))  # type: ignore[arg-type]
    assert await seats.seen(1, 9) == 0
    assert await seats.seen(1, 11) == 4
    assert await seats.seen(1, 13) == 5
    seats.delivered(1, 14, 6)
    assert await seats.seen(1, 13) == 5
    assert await seats.seen(1, 15) == 6


async def test_what_was_sent_before_it_was_read_is_seen_too() -> None:
    seats: Any = Seats(Remembered((10, 4)))  # type: ignore[arg-type]
    seats.delivered(1, 12, 5)
    assert await seats.seen(1, 13) == 5


async def test_what_a_dead_process_may_have_sent_counts_as_seen() -> None:
    seats: Any = Seats(Remembered((10, 4)))  # type: ignore[arg-type]
    seats.perhaps_shown(1, 5)
    assert await seats.seen(1, 12) == 5
    seats.delivered(1, 13, 5)
    assert await seats.seen(1, 12) == 5


def _update(**content: Any) -> dict[str, Any]:
    user = {"id": 7, "is_bot": False, "first_name": "A", "language_code": "zh-hans"}
    chat = {"id": 7, "type": "private", "first_name": "A"}
    return {"update_id": 1, "message": {"message_id": 5, "date": 1, "chat": chat, "from": user, **content}}


def test_updates_are_read() -> None:
    who = incoming.Who(7, "zh-hans", "A")
    assert incoming.read_update(_update(text="/start@bot abc")) == incoming.Started(who, "abc")
    assert incoming.read_update(_update(text="/start")) == incoming.Words(who, 5, "/start")
    assert incoming.read_update(_update(text="/started abc")) == incoming.Words(who, 5, "/started abc")
    pinned = _update(pinned_message={"message_id": 1, "date": 0, "chat": {"id": 7, "type": "private"}})
    assert isinstance(incoming.read_update(pinned), incoming.Nothing)


@pytest.mark.parametrize("raw", [{"update_id": 1, "message": {"text": 1}}, {"update_id": 1, "message": 3}])
def test_what_is_no_update_is_unreadable(raw: dict[str, Any]) -> None:
    with pytest.raises(incoming.Unreadable):
        incoming.read_update(raw)


@pytest.mark.parametrize("raw", [None, [], {}, {"update_id": "1"}, {"update_id": True}])
def test_what_has_no_number_is_unreadable(raw: object) -> None:
    with pytest.raises(incoming.Unreadable):
        incoming.number_of(raw)


@pytest.mark.parametrize(
    ("name", "mime", "read"),
    [
        ("CV.PDF", "application/pdf", "application/pdf"),
        ("cv.docx", "", incoming.DOCUMENTS["docx"]),
        ("简历.docx", "application/zip", incoming.DOCUMENTS["docx"]),
        ("cv.txt", "application/octet-stream", "text/plain"),
        ("cv.pdf", "application/x-msdownload", ""),
        ("cv.doc", "application/msword", ""),
        ("", "", ""),
        ("main.py", "text/x-python", incoming.PROGRAM),
        ("Main.java", "application/octet-stream", incoming.PROGRAM),
        ("answer.sql", "text/plain", incoming.PROGRAM),
        ("answer.txt", "text/plain", "text/plain"),
    ],
)
def test_a_document_is_known_by_what_telegram_was_told_then_by_its_name(
    name: str, mime: str, read: str
) -> None:
    document = {"file_id": "f", "file_unique_id": "f", "file_name": name, "file_size": 10}
    found = incoming.read_update(_update(document=document | ({"mime_type": mime} if mime else {})))
    assert (found.media_type if isinstance(found, incoming.Document) else "") == read


def test_every_kind_of_thing_has_a_phrase() -> None:
    assert set(incoming._THINGS.values()) | {"edited", "too_big", "document_type", "program"} == KINDS


def test_the_texts_are_there_in_both_languages() -> None:
    zh, en = (texts(language) for language in LANGUAGES)
    assert set(zh) == set(en)
    assert all(len(told["short"]) <= 120 and len(told["about"]) <= 512 for told in (zh, en))
    assert (spoken("zh-hant", "en"), spoken("fr", "zh"), spoken("", "zh")) == ("zh", "en", "zh")


async def _draw(*blocks: dict[str, Any]) -> list[Text | Picture | File]:
    async def content(application: str) -> bytes | None:
        return f"content of {application}".encode()

    return await Drawing("en", "Asia/Shanghai", Buttons(), content, content, content).draw(list(blocks))


async def test_what_people_wrote_is_never_markup() -> None:
    drawn = await _draw(
        {"block": "text", "text": "<b>bold</b> & <script>"},
        {"block": "table", "columns": [], "rows": [["1", "<i>Max</i> & Co"]], "actions": [[]]},
    )
    assert [parsed(part.text, "HTML") for part in drawn if isinstance(part, Text)] == [
        "<b>bold</b> & <script>",
        "1 · <i>Max</i> & Co",
    ]


async def test_a_long_table_and_a_long_text_fit() -> None:
    rows = [[str(n), f"Name {n} " + "x" * 200] for n in range(60)]
    drawn = await _draw(
        {"block": "table", "columns": [], "rows": rows, "actions": [[] for _ in rows]},
        {"block": "text", "text": "word & " * 2000},
    )
    assert all(units(parsed(part.text, "HTML")) <= 4096 for part in drawn if isinstance(part, Text))


async def test_a_table_has_its_columns_named_and_its_buttons_say_which_row_they_are_about() -> None:
    (drawn,) = await _draw(
        {
            "block": "table",
            "columns": ["Role", "Name"],
            "rows": [["owner", "Ann"], ["reader", "Bo"]],
            "actions": [
                [{"label": "Card", "value": "card:a_1"}],
                [{"label": "Switch on", "value": "calibrate:x"}],
            ],
        },
        {"block": "buttons", "buttons": [{"label": "Queue", "value": "queue"}]},
    )
    assert isinstance(drawn, Text)
    assert drawn.text.splitlines() == ["<i>Role · Name</i>", "owner · <b>Ann</b>", "reader · <b>Bo</b>"]
    assert [[key.label for key in row] for row in keyboard(drawn.keys)] == [
        ["Ann", "Switch on Bo"],
        ["Queue"],
    ]


def _card(quotes: int, competencies: int, letters: int = 300) -> dict[str, Any]:
    row = {
        "name": "Persuasion and negotiation",
        "level": 5.6,
        "required": 6,
        "meets": False,
        "confidence": "medium",
        "quotes": ["& so I told him what I thought of it " * (letters // 38)] * quotes,
    }
    return {
        "block": "card",
        "application": "a_1",
        "title": "Maya Thornton",
        "subtitle": "Sales representative · 2026-11-22",
        "picture": "/hr/card/a_1.svg",
        "total": 52.3,
        "passed": False,
        "pass_mark": 60,
        "rank": "2/9",
        "top": False,
        "rows": [row] * competencies,
        "flags": ['Not enough to score "Learning"'],
        "buttons": [{"label": "Approve", "value": "approve:a_1"}],
    }


async def test_a_card_is_one_message_with_two_quotes_a_competency() -> None:
    for competencies in range(1, 6):
        (card,) = await _draw(_card(2, competencies))
        assert isinstance(card, Picture)
        said = parsed(card.caption, "HTML")
        assert units(said) <= 1024
        assert said.count("“") == 2 * competencies
        assert said.count("below the required 6") == competencies
        assert "Not enough to score" in said
        assert [key.label for key in card.keys] == ["Approve"]


async def test_a_card_that_is_too_long_for_one_message_is_two() -> None:
    picture, words = await _draw(_card(2, 12))
    assert isinstance(picture, Picture)
    assert isinstance(words, Text)
    assert not picture.keys
    assert words.keys


async def test_buttons_stand_under_the_text_before_them_and_files_are_files() -> None:
    text, file = await _draw(
        {"block": "text", "text": "a"},
        {"block": "buttons", "buttons": [{"label": "Queue", "value": "queue"}]},
        {"block": "file", "name": "r.pdf", "url": "/hr/report/a_12345.pdf"},
    )
    assert isinstance(text, Text)
    assert text.keys == (Key("Queue", "h|queue"),)
    assert file == File(b"content of a_12345", "r.pdf")
