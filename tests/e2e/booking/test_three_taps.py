"""From the first message to a booked time over the real server and its socket: three taps, or one sentence."""

from __future__ import annotations

import re
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.house import House
from bot.wiring import Server
from config.settings import Settings
from storage.agenda import count_booked
from tests.channels.client import Socket, add_packs, opened, serving

SHANGHAI = ZoneInfo("Asia/Shanghai")
_PATIENCE = 60.0


class Talk:
    """One candidate at a socket, as the page is one."""

    def __init__(self, socket: Socket, house: House, conversation: int) -> None:
        self.socket = socket
        self.house = house
        self.conversation = conversation
        self.count = 0
        self.turn = 0
        socket.say("hello", after=0, zone="Asia/Shanghai")

    def hear(self) -> dict[str, Any]:
        frame = self.socket.heard("say")
        self.turn = max(self.turn, frame["turn"])
        return frame

    def tap(self, value: str) -> None:
        self.count += 1
        self.socket.say("button", id=f"b{self.count}", value=value, seen=self.turn)

    def write(self, text: str) -> None:
        self.count += 1
        self.socket.say("text", id=f"t{self.count}", text=text, seen=self.turn)

    def to_offer(self) -> dict[str, Any]:
        """Agree and confirm the details; return the offer of times."""
        self.hear()
        self.tap("consent:yes")
        self.hear()
        deadline = time.monotonic() + _PATIENCE
        while not self._days():  # a person reads before tapping; the free days are looked up meanwhile
            assert time.monotonic() < deadline, "no days were found"
            time.sleep(0.05)
        self.tap("details:right")
        return self.hear()

    def _days(self) -> tuple[tuple[str, int], ...]:
        state = self.house.applications.interview(self.conversation)
        assert state is not None
        return state.booking.days if state.booking is not None else ()


def values(frame: dict[str, Any], start: str = "") -> list[str]:
    return [one["value"] for one in frame["buttons"] if one["value"].startswith(start)]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder: Path = tmp_path_factory.mktemp("booking")
    url = f"sqlite:///{folder}/test.db"
    settings = Settings(database_url=url, hr_users="web:anna:owner", _env_file=None)  # type: ignore[call-arg]
    built = House(settings)
    add_packs(built)
    built.add_people()
    return built


@pytest.fixture(scope="module")
def address(house: House) -> Iterator[str]:
    with serving(Server(house, free_scorer=True)) as place:
        yield place


@pytest.fixture
def talk(house: House, address: str) -> Iterator[Talk]:
    link = house.new_interview("sales-representative", "zh", {"name": "王小明", "email": "w@x.cn"})
    token = link.rpartition("/")[2]
    with opened(address, f"/chat/{token}/socket") as socket:
        yield Talk(socket, house, house.applications.find_invite(token).conversation)


def test_three_taps_from_the_first_message_to_a_booked_time(talk: Talk, house: House) -> None:
    before = count_booked(house.engine)
    assert values(talk.hear())[:2] == ["consent:yes", "consent:book"]
    talk.tap("consent:book")  # one
    assert "谢谢" in talk.hear()["text"]
    times = values(talk.hear(), "slot:")
    assert len({datetime.fromtimestamp(int(one[5:]), SHANGHAI).date() for one in times}) == 3
    talk.tap(times[1])  # two
    assert re.search(r"王小明[\s\S]*w@x\.cn[\s\S]*\d\d:\d\d–\d\d:\d\d（北京时间）", talk.hear()["text"])
    talk.tap("book:yes")  # three
    assert "约好了" in talk.hear()["text"]
    assert count_booked(house.engine) == before + 1
    state = house.applications.interview(talk.conversation)
    assert state is not None
    assert state.consent is not None


def test_three_taps_to_a_booked_time(talk: Talk, house: House, address: str) -> None:
    before = count_booked(house.engine)
    offer = talk.to_offer()
    assert values(offer)[0] == "practice:no", "to begin at once comes first"
    talk.tap(values(offer, "day:")[1])  # one
    times = talk.hear()
    talk.tap(values(times, "slot:")[0])  # two
    confirm = talk.hear()
    assert re.search(r"\d+月\d+日（周.）\d\d:\d\d–\d\d:\d\d（北京时间）", confirm["text"])
    talk.tap("book:yes")  # three
    booked = talk.hear()
    assert "约好了" in booked["text"]
    assert count_booked(house.engine) == before + 1
    link = re.search(r"/calendar/\S+\.ics", booked["text"])
    assert link is not None
    with urllib.request.urlopen(f"http://{address}{link[0]}") as answer:
        assert b"METHOD:REQUEST" in answer.read()
    talk.tap("book:yes")
    assert "之前的问题" in talk.hear()["text"]
    talk.tap("book:cancel")
    assert "已经取消" in talk.hear()["text"]
    assert count_booked(house.engine) == before
    with urllib.request.urlopen(f"http://{address}{link[0]}") as answer:
        assert b"METHOD:CANCEL" in answer.read()


def test_a_sentence_is_confirmed_back(talk: Talk) -> None:
    offer = talk.to_offer()
    day = values(offer, "day:")[-1].removeprefix("day:")
    month, date = int(day[5:7]), int(day[8:])
    talk.write(f"{month}月{date}日下午三点")
    confirm = talk.hear()
    assert f"{month}月{date}日" in confirm["text"]
    assert "15:00–15:45" in confirm["text"]
    talk.write("好的")
    assert "约好了" in talk.hear()["text"]
    talk.write("需要安静的环境")
    assert "转告" in talk.hear()["text"]
    talk.write("改时间")
    assert "原来的一直为您留着" in talk.hear()["text"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("昨天下午三点", "已经过去"),
        ("大后年见", "没看懂|什么时候|试一题"),
        ("2月30日下午三点", "没看懂"),
    ],
)
def test_odd_times(talk: Talk, text: str, answer: str) -> None:
    talk.to_offer()
    talk.write(text)
    assert re.search(answer, talk.hear()["text"])


def test_too_far_ahead(talk: Talk) -> None:
    talk.to_offer()
    day = datetime.fromtimestamp(time.time(), SHANGHAI) + timedelta(days=50)
    talk.write(f"{day.month}月{day.day}日下午三点")
    assert "还没有开放预约" in talk.hear()["text"]


def test_yesterdays_keyboard(talk: Talk) -> None:
    talk.to_offer()
    yesterday = datetime.fromtimestamp(time.time(), SHANGHAI) - timedelta(days=1)
    talk.tap(f"slot:{int(yesterday.timestamp())}")
    assert "已经过去" in talk.hear()["text"]
    talk.tap(f"day:{yesterday:%Y-%m-%d}")
    assert "已经过去" in talk.hear()["text"]


def test_another_time_zone(talk: Talk) -> None:
    offer = talk.to_offer()
    talk.tap(values(offer, "book:days")[0])
    talk.hear()
    talk.tap("book:zone")
    talk.hear()
    talk.write("火星")
    assert "没认出" in talk.hear()["text"]
    talk.write("伦敦")
    assert "伦敦时间" in talk.hear()["text"]
