"""A fault proxy on loopback: forwards HTTP one request at a time and breaks what it is told to break."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Literal
from urllib.parse import urlsplit

Fault = Literal["lost", "cut", "429", "500", "401", "slow"]
_REFUSALS = {
    "429": b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "500": b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "401": b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
}


class Faults:
    """Which of the next requests break, and how."""

    def __init__(self) -> None:
        self.faults: deque[tuple[Fault, Callable[[bytes], bool]]] = deque()
        self.whenever: Callable[[bytes], Fault | None] = lambda _: None
        """Asked about every request that no single fault is meant for."""
        self.forwarded = 0

    def next(self, *faults: Fault, when: Callable[[bytes], bool] = lambda _: True) -> None:
        """Break the next requests, of those that `when` chooses by their bytes."""
        self.faults.extend((fault, when) for fault in faults)

    def fault(self, request: bytes) -> Fault | None:
        """Return what happens to a request, None when it goes well."""
        if self.faults and self.faults[0][1](request):
            return self.faults.popleft()[0]
        return self.whenever(request) if not self.faults else None


class FaultProxy(Faults):
    """`lost` forwards and loses the reply, `cut` never forwards, `slow` waits longer than anybody does."""

    def __init__(self, upstream: str, slow_seconds: float = 3.0) -> None:
        super().__init__()
        parts = urlsplit(upstream)
        assert parts.hostname
        assert parts.port
        self._upstream = (parts.hostname, parts.port)
        self._slow = slow_seconds
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()
        self.url = ""

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 20)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        for task in list(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        try:
            request = await _read_request(reader)
            if not request:
                return
            fault = self.fault(request)
            if fault == "cut":
                writer.transport.abort()
            elif fault in _REFUSALS:
                writer.write(_REFUSALS[fault])
            else:
                if fault == "slow":
                    await asyncio.sleep(self._slow)
                answer = await self._forward(request)
                if fault == "lost":
                    writer.transport.abort()
                else:
                    writer.write(answer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            await _close(writer)

    async def _forward(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(*self._upstream)
        try:
            writer.write(request)
            await writer.drain()
            answer = await reader.read(-1)
        finally:
            await _close(writer)
        self.forwarded += 1
        return answer


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


async def _read_request(reader: asyncio.StreamReader) -> bytes:
    """Return a whole request, changed to say that the connection is closed after it."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""
    lines = [line for line in head[:-4].split(b"\r\n") if not line.lower().startswith(b"connection:")]
    length = next((int(line[15:]) for line in lines if line.lower().startswith(b"content-length:")), 0)
    body = await reader.readexactly(length)
    return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body
