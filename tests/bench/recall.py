"""Everybody comes back at once: reconnects every interview and checks that its open question is shown.

A process of its own. Reads lines of JSON `[token, after, turn, text]`; prints JSON: how many, how many wrong,
and the seconds from its start until the last one had the question.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from pathlib import Path

import msgspec
import uvloop

from tests.bench.socket_client import Socket

_AT_ONCE = 400
_PATIENCE = 20.0
"""Seconds after which a question that has not come counts as wrong."""


class _Say(msgspec.Struct):
    type: str
    turn: int = 0
    text: str = ""


_say = msgspec.json.Decoder(_Say)
Expected = tuple[str, int, int, str]


async def _wait_for(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.005)
            continue
        writer.close()
        return


async def _come_back(port: int, expected: Expected, keep: list[Socket]) -> bool:
    token, after, turn, text = expected
    loop = asyncio.get_running_loop()
    right: asyncio.Future[bool] = loop.create_future()

    def told(_: Socket, frame: bytes) -> None:
        said = _say.decode(frame)
        if said.type == "say" and not right.done():
            right.set_result((said.turn, said.text) == (turn, text))

    def lost(_: Socket) -> None:
        if not right.done():
            right.set_result(False)

    _, client = await loop.create_connection(lambda: Socket(token, after, told), "127.0.0.1", port)
    client.lost = lost
    keep.append(client)
    try:
        return await asyncio.wait_for(right, _PATIENCE)
    except TimeoutError:
        return False


async def _everybody(port: int, expected: list[Expected]) -> None:
    started = time.monotonic()
    await _wait_for(port)
    listening = time.monotonic() - started
    keep: list[Socket] = []
    waiting = iter(expected)
    wrong = 0

    async def one_after_another() -> None:
        nonlocal wrong
        for one in waiting:
            wrong += not await _come_back(port, one, keep)

    async with asyncio.TaskGroup() as group:
        for _ in range(_AT_ONCE):
            group.create_task(one_after_another())
    seconds = time.monotonic() - started
    print(
        json.dumps({"back": len(expected), "wrong": wrong, "seconds": seconds, "port_seconds": listening}),
        flush=True,
    )
    await asyncio.Event().wait()  # stay connected until ended


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("expected", type=Path)
    given = parser.parse_args()
    lines = given.expected.read_text(encoding="utf-8").splitlines()
    uvloop.run(_everybody(given.port, [json.loads(line) for line in lines]))
