"""The load generator in Python, for machines without a C compiler. Slower than talk.c, and it says the same.

Same arguments and same JSON as talk.c; see there. It takes more of the machine away from the server, so its
figures are lower bounds.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections import deque
from pathlib import Path

import uvloop

from tests.bench.inflight import PRESSED
from tests.bench.socket_client import Socket

_PRESSES = tuple((value, f'"value":"{value}"'.encode()) for value in PRESSED)


class _Counter:
    """What all talkers count together, and the pace they keep."""

    def __init__(self, begin: float, end: float, rate: float) -> None:
        self.begin, self.end, self.rate = begin, end, rate
        self.laps: list[float] = []
        self.answers = self.errors = self.finished = self.tokens = 0
        self.due: deque[_Talker] = deque()

    def lap(self, sent: float, answer: bool) -> None:
        """Count one turn, if it lies within the time of measurement."""
        now = time.monotonic()
        if sent >= self.begin and now <= self.end:
            self.laps.append(now - sent)
            self.answers += answer

    async def keep_pace(self) -> None:
        """Let those who wait speak, so many a second; what is too late is lost, not made up in a burst."""
        last, allowed = time.monotonic(), 0.0
        while True:
            await asyncio.sleep(0.001)
            now = time.monotonic()
            allowed = min(allowed + self.rate * (now - last), 0.1 * self.rate)
            last = now
            while allowed >= 1 and self.due:
                allowed -= 1
                self.due.popleft().speak()


class _Talker:
    """One candidate: an interview after the other over WebSocket, or messages over HTTP."""

    def __init__(self, number: int, counter: _Counter, answers: list[str]) -> None:
        self.number, self._counter, self._answers = number, counter, answers
        self._said = self._turn = self._language = 0
        self._sent = 0.0
        self._press = ""
        self.send = self._nothing
        self.over: asyncio.Event = asyncio.Event()

    def _nothing(self, _: bytes) -> None: ...

    def start(self, send: object, language: int) -> None:
        """Begin another interview."""
        assert callable(send)
        self.send, self._language, self._press, self._sent = send, language, "", 0.0
        self.over.clear()

    def is_due(self) -> None:
        """Speak now, or when the pace allows."""
        if self._counter.rate:
            self._counter.due.append(self)
        else:
            self.speak()

    def speak(self) -> None:
        """Send a message."""
        self._said += 1
        # a message is stored once: each run needs names of its own, or the reference writes nothing
        name = f'"id":"{os.getpid()}-{self.number}-{self._said}"'
        if self._press:
            text = f'{{"type":"button",{name},"value":"{self._press}","seen":{self._turn}}}'
        else:
            answer = self._answers[
                (2 * (self.number * 7 + self._said * 13) + self._language) % len(self._answers)
            ]
            text = f'{{"type":"text",{name},"text":"{answer}","seen":{self._turn}}}'
        self._sent = time.monotonic()
        self.send(text.encode())

    def told(self, _: Socket, frame: bytes) -> None:
        """Take what was said, and answer it."""
        if frame.startswith(b'{"type":"refused"'):
            self._counter.errors += 1
        if not frame.startswith(b'{"type":"say"'):
            return
        if self._sent:
            self._counter.lap(self._sent, not self._press)
            self._sent = 0.0
        if self._press == "survey:none":
            self._counter.finished += 1
            self.over.set()
            return
        self._turn = int(frame.partition(b'"turn":')[2].partition(b",")[0])
        self._press = next((value for value, mark in _PRESSES if mark in frame), "")
        if self._press or b'"kind":"question"' in frame or b'"kind":"followup"' in frame:
            self.is_due()

    def replied(self) -> None:
        """Take an HTTP reply, and go on."""
        self._counter.lap(self._sent, answer=True)
        self.is_due()


class _Http(asyncio.Protocol):
    """One connection to the reference."""

    def __init__(self, talker: _Talker) -> None:
        self._talker, self._kept = talker, b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        head = f"POST /turn/{self._talker.number} HTTP/1.1\r\nHost: x\r\nContent-Length: "

        def send(body: bytes) -> None:
            transport.write(f"{head}{len(body)}\r\n\r\n".encode() + body)  # type: ignore[attr-defined]

        self._talker.start(send, self._talker.number % 2)
        self._talker.is_due()

    def data_received(self, data: bytes) -> None:
        self._kept += data
        head, found, body = self._kept.partition(b"\r\n\r\n")
        size = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        if found and len(body) >= size:
            self._kept = b""
            self._talker.replied()


async def _interviews(talker: _Talker, port: int, counter: _Counter, tokens: list[str]) -> None:
    loop = asyncio.get_running_loop()
    while counter.tokens < len(tokens):
        number, counter.tokens = counter.tokens, counter.tokens + 1
        token = tokens[number]
        _, client = await loop.create_connection(lambda t=token: Socket(t, 0, talker.told), "127.0.0.1", port)  # type: ignore[misc]
        talker.start(client.send, number % 2)
        await talker.over.wait()
        client.close()


async def _run(given: list[str], tokens: list[str], answers: list[str]) -> None:
    kind, port, count, warm, seconds, rate = given[0], int(given[1]), int(given[2]), *map(float, given[3:6])
    begin = time.monotonic() + warm
    counter = _Counter(begin, begin + seconds, rate)
    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(counter.keep_pace())] if rate else []
    for number in range(count):
        talker = _Talker(number, counter, answers)
        if kind == "ws":
            tasks.append(loop.create_task(_interviews(talker, port, counter, tokens)))
        else:
            await loop.create_connection(lambda t=talker: _Http(t), "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.sleep(warm + seconds)
    for task in tasks:
        task.cancel()
    print(json.dumps(_summed(counter, seconds)))


def _summed(counter: _Counter, seconds: float) -> dict[str, float]:
    laps = sorted(counter.laps)

    def share(part: float) -> float:
        return round(1e3 * laps[int(part * (len(laps) - 1))], 2) if laps else 0.0

    return {
        "turns": len(laps),
        "answers": counter.answers,
        "seconds": seconds,
        "p50_ms": share(0.5),
        "p99_ms": share(0.99),
        "max_ms": share(1),
        "errors": counter.errors,
        "finished": counter.finished,
        "tokens": counter.tokens,
        "cpu": time.process_time(),
    }


if __name__ == "__main__":
    read = [Path(path).read_text(encoding="utf-8").splitlines() for path in sys.argv[7:9]]
    uvloop.run(_run(sys.argv[1:7], *read))
