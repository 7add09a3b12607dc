"""A scripted OpenAI-compatible server on loopback: it says what a test tells it to, and misbehaves on demand."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

Asked = dict[str, Any]
Act = Callable[[asyncio.StreamWriter], Any]
Step = Callable[[Asked], Act]


def send(body: bytes, status: str = "200 OK", **headers: str) -> Act:
    """Send a whole response."""
    fields = {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())

    async def act(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body)
        await writer.drain()

    return act


def completion(content: object, finish: str = "stop", **message: Any) -> bytes:
    """Return the body of a chat completion."""
    said = {"role": "assistant", "content": content, **message}
    choice = {"index": 0, "finish_reason": finish, "message": said}
    usage = {"prompt_tokens": 300, "completion_tokens": 50, "total_tokens": 350}
    whole = {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [choice],
        "usage": usage,
    }
    return json.dumps(whole).encode()


def says(content: object, finish: str = "stop", **message: Any) -> Step:
    """Answer with this text."""
    text = content if isinstance(content, str) or content is None else json.dumps(content, ensure_ascii=False)
    return lambda _: send(completion(text, finish, **message))


def fails(status: int, error: object = "no", **headers: str) -> Step:
    """Refuse with a status."""
    return lambda _: send(json.dumps({"error": error}).encode(), f"{status} No", **headers)


def raw(body: bytes, **headers: str) -> Step:
    """Answer with any bytes."""
    return lambda _: send(body, **headers)


def hangs(_: Asked) -> Act:
    """Never answer."""

    async def act(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    return act


def drips(_: Asked) -> Act:
    """Send a byte of a body now and then: each read succeeds, the whole never comes."""

    async def act(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)

    return act


def floods(_: Asked) -> Act:
    """Send a body without end as fast as it is taken."""

    async def act(writer: asyncio.StreamWriter) -> None:
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        while True:
            writer.write(piece)
            await writer.drain()

    return act


def cuts(_: Asked) -> Act:
    """Send half a body and hang up."""

    async def act(writer: asyncio.StreamWriter) -> None:
        body = completion("{}")
        writer.write(
            f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        )
        writer.write(body[: len(body) // 2])
        await writer.drain()

    return act


class Scripted:
    """The server. `script` is used up step by step, then `always` goes on; `asked` holds the request bodies."""

    def __init__(self, always: Step) -> None:
        self.always = always
        self.script: list[Step] = []
        self.asked: list[Asked] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
            fields = {name.lower(): value for name, value in fields.items()}
            body = await reader.readexactly(int(fields.get("content-length", 0)))
            asked = json.loads(body) if body.startswith(b"{") else {"body": body}
            self.asked.append(asked)
            self.headers.append(fields)
            step = self.script.pop(0) if self.script else self.always
            await step(asked)(writer)
        self._tasks.discard(task)
        writer.transport.abort() if writer.transport.get_write_buffer_size() > 1 << 15 else writer.close()

    def stop(self) -> None:
        """Die: connections are cut, new ones refused."""
        if self._loop.is_running():
            asyncio.run_coroutine_threadsafe(self._die(), self._loop).result(10)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
            self._loop.close()

    async def _die(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@contextmanager
def scripted(always: Step) -> Iterator[Scripted]:
    """Run the server while the block lasts."""
    server = Scripted(always)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def rubric_in(asked: Asked) -> dict[str, Any]:
    """Return the rubric that a request asks about."""
    body: str = asked["messages"][1]["content"]
    found: dict[str, Any] = json.loads(body.removeprefix("Rubric:\n").split("\n", 1)[0])
    return found


def answer_in(asked: Asked) -> str:
    """Return the answer that a request shows."""
    body: str = asked["messages"][1]["content"]
    fence = body.rsplit("\n", 1)[1]
    return body.split(f"\n{fence}\n", 1)[1].rsplit(f"\n{fence}", 1)[0]


def generous(asked: Asked) -> Act:
    """Be a model that finds every point explained and every element, each in another stretch of the answer."""
    rubric, answer = rubric_in(asked), " ".join(answer_in(asked).split())
    words = answer.split(" ") if " " in answer else list(answer)
    joint = " " if " " in answer else ""
    labels = [*rubric["points"], *rubric["elements"]]
    size = max(1, len(words) // max(1, len(labels)))
    parts = [joint.join(words[n * size : (n + 1) * size + 3][:12]) for n in range(len(labels))]
    quotes = dict(zip(labels, parts, strict=True))
    marks = {name: {"degree": "explained", "quote": quotes[name]} for name in rubric["points"]}
    return says({"points": marks, "elements": {name: quotes[name] for name in rubric["elements"]}})(asked)
