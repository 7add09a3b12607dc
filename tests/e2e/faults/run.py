"""Holds the interviews, kills the server, and gathers the verdict."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from random import Random

from msgspec import Struct

from bot.house import House
from config.settings import Settings
from tests.e2e.faults.answers import JOBS, load_words
from tests.e2e.faults.candidate import Candidate
from tests.e2e.faults.process import ServerProcess, free_port
from tests.e2e.faults.verdict import check_interview, read_record

_TURNS = 30
"""About how many times a candidate acts in one interview."""
_CYCLE = 2.2
"""About how many seconds pass between two kills."""
_PATIENCE = 900
"""Seconds after which an interview that has not come to its end is called stuck, however slow the machine."""

_FAULTS = ("step_failed", "batch_failed", "effect_failed", "claim_failed", "writer_failed", "Traceback")


class Figures(Struct):
    """What happened."""

    interviews: int = 0
    kills: int = 0
    seconds: float = 0.0
    messages: int = 0
    resent: int = 0
    doubled: int = 0
    swapped: int = 0
    lost_acks: int = 0
    connections: int = 0
    repeated: int = 0
    events: int = 0
    scores: int = 0
    orphans: int = 0
    retried_batches: int = 0
    faults_logged: int = 0
    problems: list[str] = []


async def run(folder: Path, interviews: int, kills: int, seed: int, pace: float = 0.0) -> Figures:
    """Hold the interviews under fire and return the figures; `problems` is empty when the promises hold."""
    random, port = Random(seed), free_port()
    url = f"sqlite:///{folder}/faults.db"
    house = House(Settings(database_url=url, port=port, data_keys="", _env_file=None))
    house.add_shipped_packs()
    pace = pace or kills * _CYCLE / _TURNS
    invited = [invite(house, number, port, random, pace) for number in range(interviews)]
    server, started = ServerProcess(folder, port, url), time.monotonic()
    figures = Figures(interviews=interviews, problems=[])
    talking = asyncio.gather(*(candidate.interview() for _, candidate in invited))
    try:
        await _kill_repeatedly(server, kills, random, talking, figures)
        for _, candidate in invited:
            candidate.hurry()
        await asyncio.wait_for(talking, _PATIENCE)
        await asyncio.wait_for(
            asyncio.gather(*(candidate.look_again() for _, candidate in invited)), _PATIENCE
        )
    except TimeoutError:
        figures.problems.append("not every interview came to its end in time")
    finally:
        talking.cancel()
        server.stop()
    figures.seconds = time.monotonic() - started
    _judge(house, invited, server, figures)
    house.engine.dispose()
    return figures


def invite(house: House, number: int, port: int, random: Random, pace: float) -> tuple[int, Candidate]:
    """Create an application; return its conversation and the candidate who will come for it."""
    job, language = JOBS[number % len(JOBS)], ("zh", "en")[number // len(JOBS) % 2]
    profile = {"name": f"Candidate {number}", "email": f"c{number}@example.com"}
    _, conversation = house.applications.create(house.packs.active(job), language, profile)
    token = house.applications.invite(conversation)
    url = f"ws://127.0.0.1:{port}/chat/{token}/socket"
    return conversation, Candidate(url, number, load_words(job, language), Random(random.random()), pace)


async def _kill_repeatedly(
    server: ServerProcess, kills: int, random: Random, talking: asyncio.Future[list[None]], figures: Figures
) -> None:
    """Kill the server at random moments, some while it starts, as long as somebody is talking."""
    while figures.kills < kills and not talking.done():
        server.start()
        if random.random() < 0.1:
            await asyncio.sleep(random.uniform(0, 1))
        else:
            await server.ready()
            await asyncio.sleep(random.uniform(0.1, 1.6))
        server.kill()
        figures.kills += 1
    server.start()
    await server.ready()


def _judge(
    house: House, invited: list[tuple[int, Candidate]], server: ServerProcess, figures: Figures
) -> None:
    for conversation, candidate in invited:
        witness, told = candidate.witness, read_record(house, conversation)
        figures.messages += len(witness.sent)
        figures.resent += witness.resent
        figures.doubled += witness.doubled
        figures.swapped += witness.swapped
        figures.lost_acks += witness.unheard
        figures.connections += witness.connections
        figures.repeated += witness.repeated
        figures.events += len(told.names)
        figures.scores += sum(key.startswith("judge:") for key in told.keys)
        figures.problems += [f"{conversation}: {problem}" for problem in check_interview(witness, told)]
    log = server.log()
    orphans = server.orphans()
    figures.orphans = len(orphans)
    figures.retried_batches = log.count("batch_retried")
    faults = [line for line in log.splitlines() if any(name in line for name in _FAULTS)]
    figures.faults_logged = len(faults)
    if figures.orphans:
        figures.problems.append(f"outlived the server they belonged to: {orphans}")
    figures.problems += faults[:10]
