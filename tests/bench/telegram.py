"""A thousand candidates at once in Telegram, through the loopback Bot API server: turns a second, and how long one takes.

The Bot API server and the candidates are one process, the product another, on the same machine: what is measured is
all of them together, so the figures are lower bounds of what the product does.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvloop

from tests.bench.crowd import Applicant, add_applicants, answers, environment, open_house
from tests.bench.inflight import PRESSED
from tests.bench.processes import Process, free_port
from tests.channels.telegram.botapi.people import Chat
from tests.channels.telegram.botapi.server import BotApi
from tests.channels.telegram.botapi.state import BOT, TOKEN

CANDIDATES, PACED = 1_000, 60
_WARM, _PATIENCE, _LOOK = 3.0, 120.0, 0.05


class _Crowd:
    """Candidates who answer whatever is asked, at once or at a pace, and take the next interview when one is over."""

    def __init__(self, api: BotApi, applicants: list[Applicant]) -> None:
        self._api = api
        self._applicants = deque(applicants)
        self._texts = answers()
        self._chats: dict[int, tuple[Chat, str]] = {}
        self._sent: dict[int, float] = {}
        self._over: set[int] = set()
        self._due: deque[tuple[int, dict[str, Any]]] = deque()
        self._said = 0
        self.greeted: set[int] = set()
        self.laps: list[float] = []
        self.begin = self.end = float("inf")
        self.rate = 0.0
        self.finished = 0
        api.server.on_message = self._heard

    def start(self) -> None:
        """Have another candidate open their link."""
        if not self._applicants:
            return
        one = self._applicants.popleft()
        number = 10_000 + len(self._chats)
        chat = self._api.people.chat(number, one.language)
        self._chats[number] = (chat, one.language)
        self._sent[number] = time.monotonic()
        chat.open(f"https://t.me/{BOT['username']}?start={one.token}")

    def _heard(self, number: int, message: dict[str, Any]) -> None:
        now, sent = time.monotonic(), self._sent.pop(number, 0.0)
        self.greeted.add(number)
        if sent and self.begin <= now <= self.end:
            self.laps.append(now - sent)
        if self.rate:
            self._due.append((number, message))
        else:
            asyncio.get_running_loop().call_soon(self._react, number, message)

    def _react(self, number: int, message: dict[str, Any]) -> None:
        chat, language = self._chats[number]
        carried = str(message.get("reply_markup", ""))
        value = next((one for one in PRESSED if one in carried), "")
        if value == "questions:none":
            self._over.add(number)
        if value:
            self._sent[number] = time.monotonic()
            chat.press(message, value)
            if value == "survey:none":
                self.finished += 1
                self.start()
        elif (not carried or "do:skip" in carried) and number not in self._over:
            self._said += 1
            texts = self._texts[language]
            self._sent[number] = time.monotonic()
            chat.say(texts[self._said % len(texts)])

    async def keep_pace(self, rate: float, seconds: float) -> None:
        """Let those who wait speak, so many a second."""
        self.rate, until, allowed, last = rate, time.monotonic() + seconds, 0.0, time.monotonic()
        while (now := time.monotonic()) < until:
            allowed, last = min(allowed + rate * (now - last), 0.1 * rate + 1), now
            while allowed >= 1 and self._due:
                allowed -= 1
                self._react(*self._due.popleft())
            await asyncio.sleep(0.002)

    @property
    def waiting(self) -> int:
        """How many wait for a reply."""
        return len(self._sent)

    def count(self, seconds: float) -> None:
        """Measure for so long from now on."""
        self.laps, self.begin = [], time.monotonic()
        self.end = self.begin + seconds


def measure(folder: Path, url: str, *, quick: bool) -> dict[str, Any]:
    """Measure candidates who answer at once, then a paced crowd."""
    return uvloop.run(_measure(folder, url, quick))


async def _measure(folder: Path, url: str, quick: bool) -> dict[str, Any]:
    candidates, seconds = (100, 4.0) if quick else (CANDIDATES, 20.0)
    port = free_port()
    settings = environment(url, port)
    house = open_house(url, port, settings)
    applicants = add_applicants(house, 8 * candidates)
    house.engine.dispose()
    async with BotApi() as api:
        api.server.keep_calls = False
        arguments = ["tests.bench.server", "--free"]
        product = Process(arguments, port, settings | _telegram(api))
        try:
            await asyncio.to_thread(product.wait_until_ready)
            return {"candidates": candidates} | await _talk(api, product, applicants, candidates, seconds)
        finally:
            await asyncio.to_thread(product.stop)


def _telegram(api: BotApi) -> dict[str, str]:
    return {
        "COLLOQUY_TELEGRAM_TOKEN": TOKEN,
        "COLLOQUY_TELEGRAM_API_BASE": api.base,
        "COLLOQUY_TELEGRAM_MODE": "webhook",
        "COLLOQUY_TELEGRAM_WEBHOOK_SECRET": "bench",
        "COLLOQUY_TELEGRAM_RATE": "100000",
        "COLLOQUY_TELEGRAM_CHAT_RATE": "1000",
    }


async def _talk(
    api: BotApi, product: Process, applicants: list[Applicant], candidates: int, seconds: float
) -> dict[str, Any]:
    while api.ways.webhook is None:  # noqa: ASYNC110 the other process tells the server, nobody tells us
        await asyncio.sleep(0.05)
    crowd = _Crowd(api, applicants)
    for _ in range(candidates):
        crowd.start()
    await _until(lambda: len(crowd.greeted) >= candidates)
    await asyncio.sleep(_WARM)
    before = product.cpu()
    crowd.count(seconds)
    await asyncio.sleep(seconds)
    saturated = _figures(crowd.laps, seconds) | {"cpu_share": round((product.cpu() - before) / seconds, 2)}
    crowd.rate = PACED
    await _until(lambda: not crowd.waiting)
    pacing = asyncio.ensure_future(crowd.keep_pace(PACED, seconds + 2))
    await asyncio.sleep(1)
    crowd.count(seconds)
    await pacing
    own, whole = product.memory()
    return {
        "saturated": saturated,
        "paced": _figures(crowd.laps, seconds) | {"asked_for": PACED},
        "finished": crowd.finished,
        "server_pss_mib": round(own.pss, 1),
        "whole_pss_mib": round(whole.pss, 1),
    }


async def _until(holds: Callable[[], bool]) -> None:
    """Wait, but not for ever: on a machine that is busy with other things the figures say so."""
    for _ in range(int(_PATIENCE / _LOOK)):
        if holds():
            return
        await asyncio.sleep(_LOOK)


def _figures(laps: list[float], seconds: float) -> dict[str, Any]:
    ordered = sorted(laps) or [0.0]
    return {
        "turns": len(laps),
        "per_second": round(len(laps) / seconds, 1),
        "p50_ms": round(1e3 * ordered[len(ordered) // 2], 1),
        "p99_ms": round(1e3 * ordered[int(0.99 * (len(ordered) - 1))], 1),
        "max_ms": round(1e3 * ordered[-1], 1),
    }
