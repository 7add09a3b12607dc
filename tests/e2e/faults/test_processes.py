"""An edge without worker and two workers on one PostgreSQL: the interviews go on when a worker is killed."""

from __future__ import annotations

import asyncio
import base64
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import httpx
import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect

from bot.house import House
from config.settings import Settings
from tests.e2e.faults.process import ServerProcess, free_port
from tests.e2e.faults.run import invite
from tests.e2e.faults.verdict import check_interview, read_record
from tests.storage.postgres import new_database, running_postgres

_INTERVIEWS = 6
_KEY = base64.b64encode(bytes(range(32))).decode()


def _settings(url: str, port: int) -> Settings:
    return Settings(database_url=url, port=port, data_keys=_KEY, hr_users="web:anna:owner", _env_file=None)  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(900)
async def test_an_edge_and_two_workers_hold_interviews_together(tmp_path: Path) -> None:
    with running_postgres() as address:
        url, port = new_database(address, "colloquy"), free_port()
        house = House(_settings(url, port))
        edge = ServerProcess(tmp_path, port, url, "serve", "--no-worker")
        workers = [ServerProcess(tmp_path, port + number, url, "worker") for number in (1, 2)]
        for process in (edge, *workers):
            process.start(COLLOQUY_DATA_KEYS=_KEY)
        try:
            await edge.ready()
            house.add_people()
            desk, asked = _Desk(house, port), asyncio.Event()
            listening = asyncio.ensure_future(desk.listen(asked))
            await _hold_interviews(house, port, workers)
            await asyncio.sleep(2)  # HR is looked after once a second
            asked.set()
            await asyncio.wait_for(listening, 120)
            assert len([key for key in desk.told if ":hr:" in key]) >= _INTERVIEWS
        finally:
            for process in (edge, *workers):
                process.stop()
            house.engine.dispose()
        faults = [line for one in (edge, *workers) for line in one.log().splitlines() if "Traceback" in line]
        assert faults == []
        assert [one for process in (edge, *workers) for one in process.orphans()] == []


async def _hold_interviews(house: House, port: int, workers: list[ServerProcess]) -> None:
    random = Random(7)
    invited = [invite(house, number, port, random, pace=0.3) for number in range(_INTERVIEWS)]
    talking = asyncio.gather(*(candidate.interview() for _, candidate in invited))
    for turn in range(2):
        await asyncio.sleep(4)
        workers[turn].kill()
        await asyncio.sleep(0.5)
        workers[turn].start(COLLOQUY_DATA_KEYS=_KEY)
    await asyncio.wait_for(talking, 600)
    await asyncio.gather(*(candidate.look_again() for _, candidate in invited))
    for conversation, candidate in invited:
        assert check_interview(candidate.witness, read_record(house, conversation)) == []


class _Desk:
    """The page of a person of HR at the edge: notes what it is told by itself, and asks."""

    def __init__(self, house: House, port: int) -> None:
        self.told: set[str] = set()
        self.answers = 0
        self._code = house.people.sign_in_code("web:anna")
        self._port = port

    async def listen(self, asked: asyncio.Event) -> None:
        """Be there until the answer to a question has come."""
        async with httpx.AsyncClient() as client:
            address = f"http://127.0.0.1:{self._port}/hr/session"
            answer = await client.post(address, json={"code": self._code})
        cookie = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}
        async with connect(f"ws://127.0.0.1:{self._port}/hr/socket", additional_headers=cookie) as socket:
            asking = asyncio.ensure_future(self._ask(socket, asked))
            while not self.answers:
                self._take(msgspec.json.decode(await socket.recv()), asked)
            await asking

    async def _ask(self, socket: ClientConnection, asked: asyncio.Event) -> None:
        await asked.wait()
        await socket.send(msgspec.json.encode({"type": "text", "id": "q1", "text": "/queue"}).decode())

    def _take(self, frame: dict[str, Any], asked: asyncio.Event) -> None:
        if frame["type"] == "reply" and frame.get("key"):
            self.told.add(frame["key"])
        elif frame["type"] == "reply" and asked.is_set():
            self.answers += 1


@pytest.mark.parametrize("arguments", [("worker",), ("serve", "--no-worker")])
def test_on_sqlite_a_second_process_is_refused_in_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    command = [sys.executable, "-m", "bot", *arguments]
    environment = {"COLLOQUY_DATABASE_URL": f"sqlite:///{tmp_path}/x.db", "COLLOQUY_PORT": str(free_port())}
    done = subprocess.run(
        command, env=environment, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "PostgreSQL" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
