"""The reference: the least that can take a message durably. An aiohttp handler, SQLite, and a group commit.

No dialogue, no encryption, no channels: what it reaches is what the machine allows. Run as a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import queue
import sqlite3
import threading
import time

import uvloop
from aiohttp import web

MAX_BATCH = 256
Waiting = tuple[str, int, str, "asyncio.Future[None]"]


def _open(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(
        "CREATE TABLE message (id TEXT PRIMARY KEY, conversation INTEGER, text TEXT, at REAL) WITHOUT ROWID"
    )
    connection.execute("CREATE TABLE state (conversation INTEGER PRIMARY KEY, turn INTEGER, at REAL)")
    return connection


def _write(connection: sqlite3.Connection, batch: list[Waiting]) -> None:
    at = time.time()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        "INSERT OR IGNORE INTO message VALUES (?, ?, ?, ?)", [(m[0], m[1], m[2], at) for m in batch]
    )
    connection.executemany(
        "INSERT INTO state VALUES (?, 1, ?) ON CONFLICT DO UPDATE SET turn = turn + 1, at = excluded.at",
        [(m[1], at) for m in batch],
    )
    connection.execute("COMMIT")


def _commit_forever(path: str, waiting: queue.SimpleQueue[Waiting], loop: asyncio.AbstractEventLoop) -> None:
    connection = _open(path)
    while True:
        batch = [waiting.get()]
        while len(batch) < MAX_BATCH and not waiting.empty():
            batch.append(waiting.get())
        _write(connection, batch)
        loop.call_soon_threadsafe(_tell, batch)


def _tell(batch: list[Waiting]) -> None:
    for *_, future in batch:
        if not future.done():
            future.set_result(None)


async def _serve(path: str, port: int) -> None:
    waiting: queue.SimpleQueue[Waiting] = queue.SimpleQueue()
    loop = asyncio.get_running_loop()
    threading.Thread(target=_commit_forever, args=(path, waiting, loop), daemon=True).start()

    async def take(request: web.Request) -> web.Response:
        message = json.loads(await request.read())
        number = int(request.match_info["number"])
        durable: asyncio.Future[None] = loop.create_future()
        waiting.put((f"{number}:{message['id']}", number, message["text"], durable))
        await durable
        return web.json_response({"type": "say", "text": "And what happened then?"})

    app = web.Application()
    app.router.add_post("/turn/{number}", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path")
    parser.add_argument("port", type=int)
    given = parser.parse_args()
    uvloop.run(_serve(given.path, given.port))
