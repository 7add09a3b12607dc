"""HR in the browser: sign-in, the socket, pictures and reports. The commands are `bot.hr.commands`, as everywhere."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct
from starlette import requests
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from bot.hr.commands import COMMANDS, About, label, tell, texts
from bot.hr.managing import LARGEST
from bot.hr.reading import Reader, Request
from bot.hr.session import COOKIE, SECONDS, Sessions
from dialogues.app.rights import may
from dialogues.app.worker import Stored
from dialogues.core.events import Asked
from dialogues.ports import Arrival, Person
from ehr_connector.result import Result
from scoring.report.charts import Chart, render_chart_svg

CHANNEL = "hr-web"
MAX_TEXT = 4000
_PATIENCE = 100
"""Frames waiting for one slow page; what is shown beyond them is lost, and found again by asking."""
_Id = Annotated[str, Meta(min_length=1, max_length=64)]
_encode = msgspec.json.encode


class Hello(Struct, tag_field="type", tag="hello"):
    """The page is there; `after` is the time of the last frame it has when it came back by itself, 0 when new."""

    after: Annotated[float, Meta(ge=0)] = 0.0


class Text(Struct, tag_field="type", tag="text"):
    """The person typed something."""

    id: _Id
    text: str


class Button(Struct, tag_field="type", tag="button"):
    """The person pressed a button."""

    id: _Id
    value: Annotated[str, Meta(min_length=1, max_length=200)]


_decoder = msgspec.json.Decoder(Hello | Text | Button)


Queue = asyncio.Queue[str]


class Sockets:
    """Open HR sockets by conversation; what nobody is there to see is not kept. Implements `bot.hr.desk.Screens`."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._queues: dict[int, set[Queue]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def join(self, conversation: int) -> Queue:
        """Return a queue of frames for a socket."""
        self._loop = asyncio.get_running_loop()
        queue: Queue = asyncio.Queue(_PATIENCE)
        self._queues.setdefault(conversation, set()).add(queue)
        return queue

    def leave(self, conversation: int, queue: Queue) -> None:
        """Forget a socket."""
        queues = self._queues.get(conversation, set())
        queues.discard(queue)
        if not queues:
            self._queues.pop(conversation, None)

    def send(
        self, conversation: int, blocks: list[dict[str, object]], *, to: str = "", key: str = ""
    ) -> bool:
        """Show blocks on a person's pages, from any thread; say whether one is open."""
        frame = _frame("reply", to=to or None, key=key or None, blocks=blocks, at=time.time())
        return self._send(conversation, frame)

    @property
    def conversations(self) -> list[int]:
        """The desks with an open page."""
        return list(self._queues)

    def renew(self, person: Person) -> None:
        """Greet the person's pages again, in the language they speak now."""
        self._send(person.conversation, ready_frame(person, self._language))

    def _send(self, conversation: int, frame: str) -> bool:
        queues = self._queues.get(conversation)
        if not queues or self._loop is None:
            return False
        self._loop.call_soon_threadsafe(self._put, list(queues), frame)
        return True

    @staticmethod
    def _put(queues: list[Queue], frame: str) -> None:
        for queue in queues:
            if not queue.full():
                queue.put_nowait(frame)


class Parts(Struct, frozen=True):
    """What HR's web page needs of the rest of the house."""

    sign_in: Callable[[str], Person | None]
    person: Callable[[str], Person | None]
    sessions: Sessions
    submit: Callable[[Arrival], asyncio.Future[Stored]]
    reader: Reader
    result: Callable[[Person, str, str], Result | None]
    picture: Callable[[Result, str], str]
    report: Callable[[Result], Awaitable[bytes]]
    chart: Callable[[Person, str], Chart | None]
    language: str
    secure: bool
    keep: Callable[[int, str, bytes], int]


class HrWeb:
    """Serves HR's page."""

    def __init__(self, parts: Parts, sockets: Sockets) -> None:
        self._parts = parts
        self._sockets = sockets

    async def sign_in(self, request: requests.Request) -> Response:
        """Turn a sign-in code into a cookie."""
        body = await request.body()
        try:
            code = msgspec.json.decode(body[:1024], type=dict[str, str]).get("code", "")
        except msgspec.MsgspecError:
            code = ""
        person = await asyncio.to_thread(self._parts.sign_in, code) if code else None
        if person is None:
            return JSONResponse({"text": tell(self._parts.language, "sign_in.failed")}, status_code=403)
        response = Response(status_code=204)
        response.set_cookie(
            COOKIE,
            self._parts.sessions.issue(person.id),
            max_age=SECONDS,
            httponly=True,
            samesite="strict",
            secure=self._parts.secure,
            path="/hr",
        )
        return response

    def _who(self, cookies: dict[str, str]) -> Person | None:
        name = self._parts.sessions.person(cookies.get(COOKIE, ""))
        return self._parts.person(name) if name else None

    async def picture(self, request: requests.Request) -> Response:
        """Return the radar picture of an application this person may see."""
        person, result = await self._result(request, "card")
        if person is None or result is None:
            return Response(status_code=404)
        language = person.language or self._parts.language
        drawn = await asyncio.to_thread(self._parts.picture, result, language)
        return Response(drawn, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})

    async def chart(self, request: requests.Request) -> Response:
        """Return a picture that compares, as far as this person may see what is in it."""
        person = await asyncio.to_thread(self._who, dict(request.cookies))
        name = request.path_params["name"]
        found = await asyncio.to_thread(self._parts.chart, person, name) if person is not None else None
        if found is None:
            return Response(status_code=404)
        drawn = await asyncio.to_thread(render_chart_svg, found)
        return Response(drawn, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})

    async def report(self, request: requests.Request) -> Response:
        """Return the PDF report of an application this person may see."""
        _, result = await self._result(request, "report")
        if result is None:
            return Response(status_code=404)
        printed = await self._parts.report(result)
        name = f"{result.application.id}.pdf"
        headers = {"Cache-Control": "no-store", "Content-Disposition": f'inline; filename="{name}"'}
        return Response(printed, media_type="application/pdf", headers=headers)

    async def take(self, request: requests.Request) -> Response:
        """Keep a file that a person dropped on the page; the answer is what the page then presses."""
        person = await asyncio.to_thread(self._who, dict(request.cookies))
        if person is None or not may(person, "file"):
            return Response(status_code=404)
        language, content = person.language or self._parts.language, bytearray()
        async for piece in request.stream():
            content += piece
            if len(content) > LARGEST:
                return JSONResponse({"text": tell(language, "file.too_big")}, status_code=413)
        key = f"file:{time.time_ns()}"
        number = await asyncio.to_thread(self._parts.keep, person.conversation, key, bytes(content))
        return JSONResponse({"value": f"file:{number}"})

    async def _result(self, request: requests.Request, act: str) -> tuple[Person | None, Result | None]:
        person = await asyncio.to_thread(self._who, dict(request.cookies))
        if person is None:
            return None, None
        name = request.path_params["application"]
        return person, await asyncio.to_thread(self._parts.result, person, name, act)

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one socket until it closes."""
        person = await asyncio.to_thread(self._who, dict(websocket.cookies))
        await websocket.accept()
        if person is None or not _same_origin(websocket):
            text = tell(self._parts.language, "sign_in.needed")
            await websocket.send_text(_frame("closed", text=text))
            await websocket.close()
            return
        queue = self._sockets.join(person.conversation)
        sender = asyncio.ensure_future(self._send(websocket, queue))
        try:
            await self._receive(websocket, person, queue)
        except (WebSocketDisconnect, WebSocketDisconnected):
            pass
        finally:
            self._sockets.leave(person.conversation, queue)
            sender.cancel()

    async def _send(self, websocket: WebSocket, queue: Queue) -> None:
        while True:
            await websocket.send_text(await queue.get())

    async def _receive(self, websocket: WebSocket, person: Person, queue: Queue) -> None:
        while True:
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            try:
                incoming = _decoder.decode(message.get("text") or b"")
            except msgspec.MsgspecError:
                await websocket.close(1003)
                return
            match incoming:
                case Hello():
                    await self._welcome(person, queue, incoming.after)
                case Text() if len(incoming.text) > MAX_TEXT:
                    text = tell(person.language or self._parts.language, "too_long", limit=str(MAX_TEXT))
                    await queue.put(_frame("refused", id=incoming.id, text=text))
                case Text():
                    request = await asyncio.to_thread(self._read, person.id, incoming.text)
                    await self._ask(person, queue, incoming.id, request)
                case Button():
                    await self._ask(person, queue, incoming.id, self._parts.reader.button(incoming.value))

    def _read(self, name: str, text: str) -> Request:
        person = self._parts.person(name)  # what they may see is asked anew: the page may be open for days
        return self._parts.reader.message(person, text) if person is not None else Request("help")

    async def _welcome(self, person: Person, queue: Queue, after: float) -> None:
        current = await asyncio.to_thread(self._parts.person, person.id)
        await queue.put(ready_frame(current or person, self._parts.language))
        request = Request("missed", (repr(after),)) if after else Request("today")
        await self._submit(person, f"{request.command}-{time.time_ns()}", request)

    async def _ask(self, person: Person, queue: Queue, name: str, request: Request) -> None:
        await self._submit(person, name, request)
        await queue.put(_frame("ack", id=name))

    async def _submit(self, person: Person, name: str, request: Request) -> None:
        event = Asked(at=time.time(), command=request.command, args=request.args, text=request.text)
        await self._parts.submit(
            Arrival(person.conversation, CHANNEL, f"{person.conversation}:{name}", event)
        )


def _frame(type_: str, /, **fields: object) -> str:
    return _encode({"type": type_, **fields}).decode()


def ready_frame(person: Person, language: str) -> str:
    """Return the frame that greets a page: who is there, and the commands they may use, in their language."""
    language = person.language or language
    commands = [
        {
            "command": f"/{spec.name}",
            "label": label(language, spec.name),
            "help": texts(language)[f"command.{spec.name}"]["help"],
            "more": spec.about is not About.NOTHING,
        }
        for spec in COMMANDS
        if spec.shown and may(person, spec.name)
    ]
    fields = {"name": person.name, "role": person.role, "language": language, "commands": commands}
    return _frame("ready", at=time.time(), **fields)


def _same_origin(websocket: WebSocket) -> bool:
    """Refuse a socket opened by another site's page (cross-site WebSocket hijacking)."""
    origin = websocket.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == websocket.headers.get("host")
