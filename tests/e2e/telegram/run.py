"""Holds the interviews and HR's part after them, kills the product, and gathers the verdict.

Candidates and people of HR speak Chinese and English by turns; every third candidate books a time before beginning
at once after all. Whoever has finished is dealt with by one of the desks: card, another level, approval, feedback.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
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
from tests.channels.telegram.recruiter import Recruiter
from tests.e2e.faults.answers import load_words
from tests.e2e.faults.process import free_port
from tests.e2e.telegram.nursery import Nursery
from tests.e2e.telegram.verdict import check, check_desk

JOBS = ("sales-representative", "retail-store-associate")
DESKS = {
    9001: ("Wang Fang", "zh"),
    9002: ("Ben Li", "en"),
    9003: ("Chen Jing", "zh"),
    9004: ("Ann Lee", "en"),
}
_TURNS = 30
_CYCLE = 5.0
"""About how many seconds pass between two kills."""
_DESK_STEPS = 5
_READY = 600.0
_IN_FLIGHT = 0.2
"""Seconds in which what a killed product had sent is read from the network: it belongs to the life that ended."""
_FAULTS = ("step_failed", "batch_failed", "effect_failed", "telegram_work_failed", "set_aside", "Traceback")

_ORPHANED = re.compile(r"Traceback.*\n(?:  .*\n)+EOFError: Ran out of input")
"""What Python says in a process that was being begun when the one that began it was killed."""


class Figures(Struct):
    """What happened."""

    mode: str = ""
    interviews: int = 0
    kills: int = 0
    seconds: float = 0.0
    texts: int = 0
    presses: int = 0
    booked: int = 0
    shown: int = 0
    shown_again: int = 0
    most_often_again: int = 0
    """How often the message that was repeated most was shown again: once for each kill that fell upon it."""
    decided: int = 0
    decided_under_fire: int = 0
    views_asked_again: int = 0
    notices: int = 0
    updates_handed: int = 0
    updates_doubled: int = 0
    updates_delayed: int = 0
    updates_overtaken: int = 0
    past_presses: int = 0
    orphans: int = 0
    problems: list[str] = []


class Invited(Struct):
    """A candidate and their interview."""

    conversation: int
    application: str
    link: str
    candidate: Candidate
    desk: Recruiter


async def run(folder: Path, interviews: int, kills: int, seed: int, mode: str, pace: float = 0.0) -> Figures:
    """Hold the interviews under fire and return the figures; `problems` is empty when the promises hold."""
    random = Random(seed)
    figures = Figures(mode=mode, interviews=interviews, problems=[])
    async with BotApi() as api:
        api.server.keep_calls = False
        api.server.noise = Noise(doubled=0.1, delay=0.2, random=Random(seed + 1))
        api.server.stretch = 0.05
        api.server.lives = 100  # this machine may stand still for longer than Telegram keeps a press
        lives: dict[int, int] = {}
        api.server.on_message = lambda _, message: lives.update({message["message_id"]: figures.kills})
        port, url = free_port(), f"sqlite:///{folder}/telegram.db"
        house = _house(port, url)
        server, began = Nursery(folder, port, url), time.monotonic()
        environment = _environment(api, mode)
        pace = pace or kills * _CYCLE / _TURNS
        desks = [
            Recruiter(api.people.chat(number, language, name), name, language, random, pace / _DESK_STEPS)
            for number, (name, language) in DESKS.items()
        ]
        invited = [
            _invite(house, api, number, random, pace, desks[number % len(desks)])
            for number in range(interviews)
        ]
        working = asyncio.gather(
            *map(_interview, invited), *(_work(desk, invited) for desk in desks), return_exceptions=True
        )
        server.__enter__()
        try:
            await _kill_repeatedly(server, api, environment, kills, random, working, figures)
            figures.decided_under_fire = sum(len(desk.done) for desk in desks)
            _hurry(invited, desks)
            await asyncio.wait_for(working, 600 + 5 * interviews)
            await asyncio.sleep(1)
        except TimeoutError as error:
            figures.problems.append(f"not every interview came to its end in time {error}")
        except RuntimeError as error:
            figures.problems.append(str(error))
        finally:
            working.cancel()
            server.stop()
            server.__exit__()
        figures.seconds = time.monotonic() - began
        _note_noise(api, figures)
    _judge(house, invited, desks, server, figures, lives)
    house.engine.dispose()
    return figures


def _note_noise(api: BotApi, figures: Figures) -> None:
    figures.updates_handed = api.ways.handed
    figures.updates_doubled = api.ways.doubled
    figures.updates_delayed = api.ways.delayed
    figures.updates_overtaken = api.ways.overtaken


def _people() -> str:
    return ",".join(f"telegram:{number}={name}:owner" for number, (name, _) in DESKS.items())


def _house(port: int, url: str) -> House:
    settings = Settings(database_url=url, port=port, telegram_token=TOKEN, hr_users=_people(), _env_file=None)  # type: ignore[arg-type]
    house = House(settings)
    house.add_shipped_packs()
    house.add_people()
    house.telegram.start(int(TOKEN.partition(":")[0]), str(BOT["username"]))
    return house


def _environment(api: BotApi, mode: str) -> dict[str, str]:
    return {
        "COLLOQUY_TELEGRAM_TOKEN": TOKEN,
        "COLLOQUY_TELEGRAM_API_BASE": api.base,
        "COLLOQUY_TELEGRAM_MODE": mode,
        "COLLOQUY_TELEGRAM_WEBHOOK_SECRET": SECRET,
        "COLLOQUY_TELEGRAM_RATE": "5000",
        "COLLOQUY_TELEGRAM_CHAT_RATE": "1000",
        "COLLOQUY_HR_USERS": _people(),
        "PYTHONUNBUFFERED": "1",  # what it logs must outlive it
    }


def _invite(house: House, api: BotApi, number: int, random: Random, pace: float, desk: Recruiter) -> Invited:
    job, language = JOBS[number % len(JOBS)], ("zh", "en")[number // len(JOBS) % 2]
    profile = {"name": f"Candidate {number:03d}", "email": f"c{number}@example.com"}
    application, conversation = house.applications.create(house.packs.active(job), language, profile)
    link = house.links(house.applications.invite(conversation))["telegram"]
    candidate = Candidate(
        api.people.chat(1000 + number, language),
        load_words(job, language),
        Random(random.random()),
        pace * random.uniform(0.2, 1),  # so that HR has somebody to decide about long before the last is done
        books=number % 3 == 0,
    )
    return Invited(conversation, application, link, candidate, desk)


async def _interview(one: Invited) -> None:
    await one.candidate.interview(one.link, 1e6)


async def _work(desk: Recruiter, invited: list[Invited]) -> None:
    """Deal with this desk's candidates as they finish."""
    await desk.begin()
    waiting = [one for one in invited if one.desk is desk]
    while waiting:
        ready = next((one for one in waiting if one.candidate.finished), None)
        if ready is None:
            await asyncio.sleep(0.2)
            continue
        waiting.remove(ready)
        await desk.decide(ready.application)


def _hurry(invited: list[Invited], desks: list[Recruiter]) -> None:
    for one in invited:
        one.candidate.pace = min(one.candidate.pace, 0.3)
    for desk in desks:
        desk.pace = min(desk.pace, 0.1)


async def _kill_repeatedly(
    server: Nursery,
    api: BotApi,
    environment: dict[str, str],
    kills: int,
    random: Random,
    working: asyncio.Future[list[BaseException | None]],
    figures: Figures,
) -> None:
    """Kill the product at random moments, some while it starts, as long as somebody is at work."""
    while figures.kills < kills and not working.done():
        greetings, handed = api.greetings, api.ways.handed
        server.start(**environment)
        if random.random() < 0.1:
            await asyncio.sleep(random.uniform(0, 3))
        else:
            await _until_it_greets(server, api, greetings)
            await _until_it_takes_in(server, api, handed)
            # a card is drawn by a process that takes its time to start: some lives must be long enough for one
            await asyncio.sleep(random.uniform(0, 8.0 if random.random() < 0.25 else 2.0))
        server.kill()
        await asyncio.sleep(_IN_FLIGHT)
        figures.kills += 1
    server.start(**environment)
    await server.ready(_READY)


async def _until_it_greets(server: Nursery, api: BotApi, before: int) -> None:
    """Wait until the bot has its libraries loaded and has asked Telegram who it is."""
    await server.ready(_READY)
    await _until(server, lambda: api.greetings > before, "the bot does not call Telegram")


async def _until_it_takes_in(server: Nursery, api: BotApi, before: int) -> None:
    """Wait until the bot is at work: it has taken an update in, where there is one."""
    await _until(
        server, lambda: api.ways.handed > before or not api.ways.pending, "the bot takes no update in"
    )


async def _until(server: Nursery, holds: Callable[[], bool], otherwise: str) -> None:
    until = time.monotonic() + _READY
    while not holds():
        if not server.lives:
            raise RuntimeError("the server ended by itself: " + server.log()[-2000:])
        if time.monotonic() > until:
            raise TimeoutError(f"{otherwise}: " + server.log()[-2000:])
        await asyncio.sleep(0.02)


def _judge(
    house: House,
    invited: list[Invited],
    desks: list[Recruiter],
    server: Nursery,
    figures: Figures,
    lives: dict[int, int],
) -> None:
    for one in invited:
        problems, repeated = check(house, one.conversation, one.candidate, lives)
        figures.texts += len(one.candidate.sent)
        figures.presses += len(one.candidate.pressed)
        figures.past_presses += one.candidate.pressed_past
        figures.booked += "book:yes" in one.candidate.pressed
        figures.shown += len(one.candidate.chat.heard)
        figures.shown_again += sum(repeated)
        figures.most_often_again = max([figures.most_often_again, *repeated])
        problems += check_desk(house, one.conversation, one.desk, one.application)
        figures.problems += [f"{one.conversation}: {problem}" for problem in problems]
    for desk in desks:
        figures.decided += len(desk.done)
        figures.views_asked_again += desk.asked_again
        notices, problems = desk.notices([f"Candidate {number:03d}" for number in range(len(invited))])
        figures.notices += notices
        figures.problems += problems
    orphans = server.orphans()
    figures.orphans = len(orphans)
    figures.problems += _said_wrong(server.log().splitlines())
    if figures.orphans:
        figures.problems.append(f"outlived the product they belonged to: {orphans}")


def _said_wrong(log: list[str]) -> list[str]:
    """Return what the log tells of faults, each with what stands below it."""
    places = [place for place, line in enumerate(log) if any(fault in line for fault in _FAULTS)]
    told = ["\n".join(line[:2000] for line in log[place : place + 30]) for place in places]
    return [one for one in told if not _ORPHANED.match(one)][:5]
