"""HR in the browser: sign-in, the socket, pictures and reports. The commands are `bot.hr.commands`, as everywhere."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.hr.commands import COMMANDS, allowed, label, parse_button, parse_message, tell, texts
from bot.hr.session import COOKIE, SECONDS, Sessions
from dialogues.app.worker import Stored
from dialogues.core.events import Asked
from dialogues.ports import Arrival, Person
from ehr_connector.result import Result

CHANNEL = "hr-web"
MAX_FRAME = 16 * 1024
_Id = Annotated[str, Meta(min_length=1, max_length=64)]
_encode = msgspec.json.encode


class Hello(Struct, tag_field="type", tag="hello"):
    """The page is there."""


class Text(Struct, tag_field="type", tag="text"):
    """The person typed something."""

    id: _Id
    text: str


class Button(Struct, tag_field="type", tag="button"):
    """The person pressed a button."""

    id: _Id
    value: Annotated[str, Meta(min_length=1, max_length=200)]


_decoder = msgspec.json.Decoder(Hello | Text | Button)


class Sockets:
    """Open HR sockets by conversation; what nobody is there to see is not kept."""

    def __init__(self) -> None:
        self._queues: dict[int, set[asyncio.Queue[str]]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def join(self, conversation: int) -> asyncio.Queue[str]:
        """Return a queue of frames for a socket."""
        self._loop = asyncio.get_running_loop()
        queue: asyncio.Queue[str] = asyncio.Queue(100)
        self._queues.setdefault(conversation, set()).add(queue)
        return queue

    def leave(self, conversation: int, queue: asyncio.Queue[str]) -> None:
        """Forget a socket."""
        self._queues.get(conversation, set()).discard(queue)

    def send(self, conversation: int, blocks: list[dict[str, object]]) -> bool:
        """Show blocks on a person's pages, from any thread; say whether one is open."""
        queues = self._queues.get(conversation)
        if not queues or self._loop is None:
            return False
        frame = _encode({"type": "reply", "to": None, "blocks": blocks}).decode()
        self._loop.call_soon_threadsafe(self._put, list(queues), frame)
        return True

    @staticmethod
    def _put(queues: list[asyncio.Queue[str]], frame: str) -> None:
        for queue in queues:
            if not queue.full():
                queue.put_nowait(frame)


class Parts(Struct, frozen=True):
    """What HR's web page needs of the rest of the house."""

    sign_in: Callable[[str], Person | None]
    person: Callable[[str], Person | None]
    sessions: Sessions
    submit: Callable[[Arrival], asyncio.Future[Stored]]
    result: Callable[[Person, str], Result | None]
    picture: Callable[[Result], str]
    report: Callable[[Result], Awaitable[bytes]]
    language: str
    secure: bool


class HrWeb:
    """Serves HR's page."""

    def __init__(self, parts: Parts, sockets: Sockets) -> None:
        self._parts = parts
        self._sockets = sockets

    async def sign_in(self, request: Request) -> Response:
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

    async def picture(self, request: Request) -> Response:
        """Return the radar picture of an application this person may see."""
        result = await self._result(request)
        if result is None:
            return Response(status_code=404)
        drawn = await asyncio.to_thread(self._parts.picture, result)
        return Response(drawn, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})

    async def report(self, request: Request) -> Response:
        """Return the PDF report of an application this person may see."""
        result = await self._result(request)
        if result is None:
            return Response(status_code=404)
        printed = await self._parts.report(result)
        name = f"{result.application.id}.pdf"
        headers = {"Cache-Control": "no-store", "Content-Disposition": f'inline; filename="{name}"'}
        return Response(printed, media_type="application/pdf", headers=headers)

    async def _result(self, request: Request) -> Result | None:
        person = await asyncio.to_thread(self._who, dict(request.cookies))
        if person is None:
            return None
        return await asyncio.to_thread(self._parts.result, person, request.path_params["application"])

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one socket until it closes."""
        person = await asyncio.to_thread(self._who, dict(websocket.cookies))
        await websocket.accept()
        if person is None or not _same_origin(websocket):
            text = tell(self._parts.language, "sign_in.needed")
            await websocket.send_text(_encode({"type": "closed", "text": text}).decode())
            await websocket.close()
            return
        queue = self._sockets.join(person.conversation)
        sender = asyncio.ensure_future(self._send(websocket, queue))
        try:
            await self._receive(websocket, person, queue)
        except WebSocketDisconnect:
            pass
        finally:
            self._sockets.leave(person.conversation, queue)
            sender.cancel()

    async def _send(self, websocket: WebSocket, queue: asyncio.Queue[str]) -> None:
        while True:
            await websocket.send_text(await queue.get())

    async def _receive(self, websocket: WebSocket, person: Person, queue: asyncio.Queue[str]) -> None:
        while True:
            raw = await websocket.receive_text()
            try:
                incoming = _decoder.decode(raw if len(raw) <= MAX_FRAME else "")
            except msgspec.MsgspecError:
                await websocket.close(1003)
                return
            match incoming:
                case Hello():
                    queue.put_nowait(self._ready(person))
                    await self._ask(person, queue, f"today-{time.time_ns()}", "today", (), "")
                case Text():
                    await self._ask(person, queue, incoming.id, *parse_message(incoming.text))
                case Button():
                    await self._ask(person, queue, incoming.id, *parse_button(incoming.value))

    async def _ask(
        self,
        person: Person,
        queue: asyncio.Queue[str],
        name: str,
        command: str,
        args: tuple[str, ...],
        text: str,
    ) -> None:
        event = Asked(at=time.time(), command=command, args=args, text=text)
        await self._parts.submit(
            Arrival(person.conversation, CHANNEL, f"{person.conversation}:{name}", event)
        )
        queue.put_nowait(_encode({"type": "ack", "id": name}).decode())

    def _ready(self, person: Person) -> str:
        language = self._parts.language
        commands = [
            {
                "command": f"/{spec.name}",
                "label": label(language, spec.name),
                "help": texts(language)[f"command.{spec.name}"]["help"],
            }
            for spec in COMMANDS
            if spec.shown and allowed(person.role, spec.name)
        ]
        fields = {"name": person.name, "role": person.role, "language": language, "commands": commands}
        return _encode({"type": "ready", **fields}).decode()


def _same_origin(websocket: WebSocket) -> bool:
    """Refuse a socket opened by another site's page (cross-site WebSocket hijacking)."""
    origin = websocket.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == websocket.headers.get("host")
