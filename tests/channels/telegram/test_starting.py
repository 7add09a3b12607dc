"""Starting: what Telegram is told, what the operator is told, and two processes with one bot."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from bot.doctor import _people, _telegram
from bot.inviting import invite_colleague
from bot.messengers import telegram_trouble
from bot.telegram.client import Client, Failed
from bot.wiring import House
from config.settings import Settings
from tests.channels.telegram.botapi.server import BotApi
from tests.channels.telegram.botapi.state import TOKEN
from tests.channels.telegram.product import Product, running, settings
from tests.channels.telegram.test_delivery import eventually

_SETS = ("setmycommands", "setmyshortdescription", "setmydescription")


async def test_commands_are_set_in_both_languages_and_only_when_they_differ(
    tmp_path: Path, api: BotApi
) -> None:
    chosen = settings(tmp_path, api, "polling")
    async with running(chosen):
        await eventually(lambda: len([1 for method, _ in api.server.calls if method in _SETS]) == 9)
    languages = {language for _, language in api.server.commands}
    assert languages == {"", "zh", "en"}
    assert all(
        {"pause", "delete", "web"} <= {c["command"] for c in one} for one in api.server.commands.values()
    )
    api.server.calls.clear()
    async with running(chosen):
        await eventually(lambda: [method for method, _ in api.server.calls].count("getmydescription") == 3)
    assert [method for method, _ in api.server.calls if method in _SETS] == []


async def test_a_second_poller_does_not_end_the_first_for_good(polling: Product, api: BotApi) -> None:
    client = Client(TOKEN, api.base)
    with suppress(Failed):  # the product may ask again, and end ours
        await client.updates(0, 1, ["message"])  # ends the product's own question
    await client.close()
    assert api.ways.conflicts > 0
    api.people.chat(300).say("/start")
    await api.people.chat(300).reads("personal link")


def _with(tmp_path: Path, **given: object) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path}/x.db", _env_file=None, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"telegram_token": "nonsense"}, "@BotFather"),
        ({"telegram_token": TOKEN, "telegram_mode": "webhook"}, "COLLOQUY_PUBLIC_URL"),
        (
            {"telegram_token": TOKEN, "telegram_mode": "webhook", "public_url": "https://x.example"},
            "COLLOQUY_TELEGRAM_WEBHOOK_SECRET",
        ),
        ({"telegram_token": TOKEN}, ""),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, given: dict[str, object], said: str) -> None:
    trouble = telegram_trouble(_with(tmp_path, **given))
    assert said in trouble
    assert bool(said) == bool(trouble)


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, "not configured"),
        ({"telegram_token": TOKEN}, "ready: @colloquy_loopback_bot, polling; nobody of HR uses it yet"),
        ({"telegram_token": "700001:another-token"}, "broken: Telegram does not know this token"),
        ({"telegram_token": TOKEN, "telegram_mode": "webhook"}, "broken: COLLOQUY_TELEGRAM_WEBHOOK_SECRET"),
    ],
)
async def test_the_doctor_asks_telegram(
    tmp_path: Path, api: BotApi, given: dict[str, object], state: str
) -> None:
    house = House(_with(tmp_path, **given, telegram_api_base=api.base))
    assert (await asyncio.to_thread(_telegram, house)).startswith(state)
    house.engine.dispose()


async def test_the_doctor_is_content_once_somebody_of_hr_is_there(tmp_path: Path, api: BotApi) -> None:
    given = {"telegram_token": TOKEN, "telegram_api_base": api.base, "hr_users": "telegram:12345=Ann:owner"}
    house = House(_with(tmp_path, **given))
    assert await asyncio.to_thread(_telegram, house) == "ready: @colloquy_loopback_bot, polling"
    assert _people(house) == "ready: 0 known, 1 to be added when the server starts"
    house.add_people()
    assert _people(house) == "ready: 1 known"
    house.engine.dispose()


def test_the_doctor_says_what_is_wrong_with_the_people_of_hr(tmp_path: Path) -> None:
    house = House(_with(tmp_path, hr_users="Ann"))
    assert _people(house).startswith("broken: COLLOQUY_HR_USERS: “Ann” must be")
    house.engine.dispose()


async def test_the_doctor_says_when_telegram_is_away(tmp_path: Path) -> None:
    house = House(_with(tmp_path, telegram_token=TOKEN, telegram_api_base="http://127.0.0.1:9"))
    state = await asyncio.to_thread(_telegram, house)
    house.engine.dispose()
    assert state.startswith("broken: Telegram is not reachable")


async def test_a_colleagues_link_is_made_on_the_command_line(tmp_path: Path, api: BotApi) -> None:
    house = House(_with(tmp_path, telegram_token=TOKEN, telegram_api_base=api.base))
    link = await asyncio.to_thread(invite_colleague, house, "Ben", "reader", "*")
    assert link.startswith("https://t.me/colloquy_loopback_bot?start=hr")
    with pytest.raises(ValueError, match="no job"):
        invite_colleague(house, "Ben", "reader", "nonsense")
    house.engine.dispose()


async def test_a_bot_that_is_not_known_keeps_the_server_running(tmp_path: Path, api: BotApi) -> None:
    api.server.plan("getMe", 401, "Unauthorized", times=1)
    async with running(settings(tmp_path, api, "polling")) as product:
        assert product.server.ready()["telegram"] == "ready"
