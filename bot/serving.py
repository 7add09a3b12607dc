"""Runs the server process, and the demo on top of it."""

from __future__ import annotations

import asyncio
import gc
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, cast

import click
import uvicorn

from bot.demo import HR_NAMES, demo_profile
from bot.wiring import Server
from dialogues.core.interview import Phase
from storage.engine import WrongDatabase, is_sqlite

if TYPE_CHECKING:
    from bot.house import House
    from bot.webchat.wire import ChatHttp

_ALLOCATIONS = 50_000
DEMO_JOB = "sales-representative"
_DEMO = """
  Colloquy demo · 演示

  Be interviewed · 参加面试
    {link}

  Be HR · 看 HR 这一边
    {hr}

  Other jobs, Chinese or English · 其他岗位，中文或英文
    {all}/

  Open the two side by side. Ctrl-C ends the demo; what happened is kept for the next one.
  两个地址并排打开最好看。按 Ctrl-C 结束，内容会保留到下一次。
"""


def run_server(house: House, *, demo: bool = False, free_scorer: bool = False, steps: bool = True) -> None:
    """Serve until interrupted; without `steps` as a pure edge, which leaves the interviews to workers."""
    if not steps:
        _check_shared(house, "a server without worker")
    server = Server(house, demo=demo, free_scorer=free_scorer, steps=steps)
    if server.lock is not None:
        server.lock.take()
    if steps:
        _run_smoothly()
        server.step_apart()
    _serve(server)


def _run_smoothly() -> None:
    """Leave what lives as long as the process out of garbage collection, and look at the rest less often.

    Connections, tasks and states are freed by reference counts; looking for cycles among thousands of them cost
    a third of the time of taking everybody back after a restart.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, 50, 20)


def _leave(_number: int, _frame: object) -> None:
    raise SystemExit(0)


def _serve(server: Server) -> None:
    _run_smoothly()
    settings = server.house.settings
    config = uvicorn.Config(
        server.app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,  # addresses hold personal links
        http=cast("type[ChatHttp]", server.chat_http),
        ws_per_message_deflate=False,
        ws_max_size=1 << 17,
        timeout_graceful_shutdown=5,
    )
    signal.signal(signal.SIGTERM, _leave)  # uvicorn ends in order, then sends itself the signal again
    with suppress(KeyboardInterrupt):  # uvicorn has shut down in order by the time it raises this
        uvicorn.Server(config).run()


def run_worker(house: House) -> None:
    """Step and carry out what other processes take in, until interrupted."""
    _check_shared(house, "one more worker")
    asyncio.run(_work(Server(house)))


async def _work(server: Server) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with server.working():
        await stop.wait()


def _check_shared(house: House, what: str) -> None:
    if is_sqlite(house.settings.database_url):
        raise WrongDatabase(
            f"{what} needs a database that processes can share: set COLLOQUY_DATABASE_URL to a "
            "PostgreSQL database, or run `colloquy serve` alone on this one"
        )


def run_demo(house: House) -> None:
    """Serve with sample jobs and print the two addresses; interviews of earlier demos are kept."""
    house.add_shipped_packs()
    language = house.settings.language
    person = house.people.ensure("web", f"demo={HR_NAMES.get(language, HR_NAMES['en'])}", "owner")
    server = Server(house, demo=True)
    if server.lock is not None:
        server.lock.take()  # before anything is printed: another demo may be running on this database
    link, code = _demo_link(house, language), house.people.sign_in_code(person.id)
    click.echo(_DEMO.format(link=link, hr=f"{house.settings.address}/hr#{code}", all=house.settings.address))
    _serve(server)


def _demo_link(house: House, language: str) -> str:
    """Return a link to the demo interview; one that nobody has opened yet is offered again."""
    for found in house.applications.unfinished(None):
        if (
            found.phase == Phase.NEW
            and found.job == DEMO_JOB
            and found.name == demo_profile(language)["name"]
        ):
            return house.chat_link(house.applications.invite(found.conversation))
    return house.new_interview(DEMO_JOB, language, demo_profile(language))
