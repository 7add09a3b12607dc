"""Holds the interviews, kills the product, and gathers the verdict."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from random import Random

from msgspec import Struct

from bot.house import House
from config.settings import Settings
from tests.channels.telegram.botapi.faults import Noise
from tests.channels.telegram.botapi.server import BotApi
from tests.channels.telegram.botapi.state import BOT, TOKEN
from tests.channels.telegram.candidate import Candidate
from tests.channels.telegram.product import SECRET
from tests.e2e.faults.answers import load_words
from tests.e2e.faults.process import ServerProcess, free_port
from tests.e2e.telegram.verdict import check

JOBS = ("sales-representative", "retail-store-associate")
_TURNS = 30
_CYCLE = 2.5
"""About how many seconds pass between two kills."""
_FAULTS = ("step_failed", "batch_failed", "effect_failed", "telegram_work_failed", "set_aside", "Traceback")


class Figures(Struct):
    """What happened."""

    mode: str = ""
    interviews: int = 0
    kills: int = 0
    seconds: float = 0.0
    texts: int = 0
    presses: int = 0
    shown: int = 0
    shown_twice: int = 0
    updates_handed: int = 0
    orphans: int = 0
    problems: list[str] = []


async def run(folder: Path, interviews: int, kills: int, seed: int, mode: str, pace: float = 0.0) -> Figures:
    """Hold the interviews under fire and return the figures; `problems` is empty when the promises hold."""
    random = Random(seed)
    figures = Figures(mode=mode, interviews=interviews, problems=[])
    async with BotApi() as api:
        api.server.keep_calls = False
        api.server.noise = Noise(doubled=0.1, delay=0.2, random=Random(seed + 1))
        api.server.stretch = 0.05
        port, url = free_port(), f"sqlite:///{folder}/telegram.db"
        house = House(Settings(database_url=url, port=port, telegram_token=TOKEN, _env_file=None))  # type: ignore[arg-type]
        house.add_shipped_packs()
        house.telegram.start(int(TOKEN.partition(":")[0]), str(BOT["username"]))
        server, began = ServerProcess(folder, port, url), time.monotonic()
        environment = _environment(api, mode)
        pace = pace or kills * _CYCLE / _TURNS
        invited = [_invite(house, api, number, random, pace) for number in range(interviews)]
        talking = asyncio.gather(*(one.interview(link, 1e6) for _, link, one in invited))
        try:
            await _kill_repeatedly(server, environment, kills, random, talking, figures)
            for _, _, candidate in invited:
                candidate.pace = min(candidate.pace, 0.3)
            await asyncio.wait_for(talking, 180 + 2 * interviews)
            await asyncio.sleep(1)
        except TimeoutError:
            figures.problems.append("not every interview came to its end in time")
        finally:
            talking.cancel()
            server.stop()
        figures.seconds = time.monotonic() - began
        figures.updates_handed = api.ways.handed
    _judge(house, invited, server, figures)
    house.engine.dispose()
    return figures


def _environment(api: BotApi, mode: str) -> dict[str, str]:
    return {
        "COLLOQUY_TELEGRAM_TOKEN": TOKEN,
        "COLLOQUY_TELEGRAM_API_BASE": api.base,
        "COLLOQUY_TELEGRAM_MODE": mode,
        "COLLOQUY_TELEGRAM_WEBHOOK_SECRET": SECRET,
        "COLLOQUY_TELEGRAM_RATE": "5000",
        "COLLOQUY_TELEGRAM_CHAT_RATE": "1000",
    }


def _invite(
    house: House, api: BotApi, number: int, random: Random, pace: float
) -> tuple[int, str, Candidate]:
    job, language = JOBS[number % len(JOBS)], ("zh", "en")[number // len(JOBS) % 2]
    profile = {"name": f"Candidate {number}", "email": f"c{number}@example.com"}
    _, conversation = house.applications.create(house.packs.active(job), language, profile)
    link = house.links(house.applications.invite(conversation))["telegram"]
    chat = api.people.chat(1000 + number, language)
    return conversation, link, Candidate(chat, load_words(job, language), Random(random.random()), pace)


async def _kill_repeatedly(
    server: ServerProcess,
    environment: dict[str, str],
    kills: int,
    random: Random,
    talking: asyncio.Future[list[None]],
    figures: Figures,
) -> None:
    """Kill the product at random moments, some while it starts, as long as somebody is talking."""
    while figures.kills < kills and not talking.done():
        server.start(**environment)
        if random.random() < 0.1:
            await asyncio.sleep(random.uniform(0, 1))
        else:
            await server.ready(120)
            await asyncio.sleep(random.uniform(0.2, 2.0))
        server.kill()
        figures.kills += 1
    server.start(**environment)
    await server.ready(120)


def _judge(
    house: House, invited: list[tuple[int, str, Candidate]], server: ServerProcess, figures: Figures
) -> None:
    for conversation, _, candidate in invited:
        problems, repeated = check(house, conversation, candidate, figures.kills)
        figures.texts += len(candidate.sent)
        figures.presses += len(candidate.pressed)
        figures.shown += len(candidate.chat.heard)
        figures.shown_twice += repeated
        figures.problems += [f"{conversation}: {problem}" for problem in problems]
    figures.orphans = server.orphans()
    figures.problems += [line[:300] for line in server.log().splitlines() if any(f in line for f in _FAULTS)][
        :10
    ]
    if figures.orphans:
        figures.problems.append(f"{figures.orphans} processes outlived the product they belonged to")
