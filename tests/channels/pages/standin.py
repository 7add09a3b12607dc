"""A small server that speaks the web chat protocol, so that the pages can be tested without the real one.

It keeps one conversation in memory, does exactly what a test tells it (keep silent, drop the line, refuse)
and writes down every frame. It must not grow behaviour of its own: what the interviewer says is the real
server's business.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.channels.pages.content import CHAT_COMMANDS, HR_READY, RADAR

Frame = dict[str, Any]

BOT = Path(__file__).parents[3] / "bot"
CHAT_PAGES = BOT / "webchat" / "static"
HR_PAGES = BOT / "hr" / "static"
POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    "connect-src 'self' ws: wss:"
)
WAIT = 5.0


class Strict:
    """Add the headers the real server sends; the pages must work under them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] += [
                    (b"content-security-policy", POLICY.encode()),
                    (b"referrer-policy", b"no-referrer"),
                    (b"cache-control", b"no-cache"),
                ]
            await send(message)

        await self.app(scope, receive, with_headers)


class StandIn:
    """The server and the levers a test pulls; `heard` holds every frame the page sent, in order."""

    def __init__(self) -> None:
        self.heard: list[Frame] = []
        self.history: list[Frame] = []
        self.hr_ready: Frame = dict(HR_READY)
        self.ready: Frame = {
            "type": "ready",
            "name": "王小明",
            "title": "销售代表",
            "language": "zh",
            "company": "青禾科技",
            "commands": CHAT_COMMANDS["zh"],
            "limit": 8000,
        }
        self.acknowledges = True
        self.refusal: str | None = None
        self.answer: Callable[[Frame], list[Frame]] = lambda frame: []
        self.codes = {"good-code"}
        self.task: Frame | None = None
        self.sound: Path | None = None
        self.played: list[str] = []
        self.takes_recordings = True
        self.signed_in_only = False
        self.closed: Frame | None = None
        self.connections = 0
        self._sockets: set[WebSocket] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.address = ""

    # levers, called from the test's thread

    def push(self, frame: Frame) -> None:
        """Send a frame to every open page; `say` and `you` are also remembered as history."""
        self._run(self._send_all(frame))

    def drop(self) -> None:
        """Cut every connection."""
        self._run(self._close_all())

    def texts(self) -> list[Frame]:
        """Give the messages heard so far, duplicates included."""
        return [frame for frame in self.heard if frame["type"] in ("text", "button")]

    def wait(self, ready: Callable[[], bool]) -> None:
        """Wait until the condition holds; fail the test when it does not come true."""
        end = time.monotonic() + WAIT
        while not ready():
            assert time.monotonic() < end, f"never happened; heard {self.heard}"
            time.sleep(0.01)

    # the server

    def app(self) -> Starlette:
        routes = [
            Route("/chat/{invite}", lambda request: FileResponse(CHAT_PAGES / "chat.html")),
            WebSocketRoute("/chat/{invite}/socket", self._chat),
            Route("/chat/{invite}/task", self._open_task),
            Route("/chat/{invite}/spoken/{message:int}", self._speak),
            Route("/chat/{invite}/voice", self._record, methods=["POST"]),
            Route("/hr", lambda request: FileResponse(HR_PAGES / "hr.html")),
            Route("/hr/session", self._session, methods=["POST"]),
            WebSocketRoute("/hr/socket", self._hr),
            Route("/hr/card/{name}", lambda request: Response(RADAR, media_type="image/svg+xml")),
            Mount("/static/chat", StaticFiles(directory=CHAT_PAGES)),
            Mount("/static/hr", StaticFiles(directory=HR_PAGES)),
        ]
        return Starlette(routes=routes, middleware=[Middleware(Strict)])

    async def _open_task(self, _: Request) -> Response:
        return JSONResponse(self.task) if self.task is not None else Response(status_code=204)

    async def _speak(self, request: Request) -> Response:
        self.played.append(request.url.path + "?" + request.url.query)
        return FileResponse(self.sound) if self.sound is not None else Response(status_code=503)

    async def _record(self, request: Request) -> Response:
        if not self.takes_recordings:
            return Response(status_code=413)
        name, seconds = request.query_params["id"], float(request.query_params["seconds"])
        seq = self.next_seq()
        self.history.append(
            {"type": "you", "seq": seq, "id": name, "text": "", "voice": seconds, "at": time.time()}
        )
        return JSONResponse({"stored": True, "seq": seq})

    async def _session(self, request: Request) -> Response:
        if (await request.json()).get("code") not in self.codes:
            return JSONResponse({"text": "这个登录链接已经用过了，请再要一个。"}, status_code=403)
        answer = Response(status_code=204)
        answer.set_cookie("hr", "yes", httponly=True, samesite="strict")
        return answer

    async def _chat(self, socket: WebSocket) -> None:
        await socket.accept()
        self.connections += 1
        if self.closed:
            await socket.send_json(self.closed)
            await socket.close()
            return
        await self._converse(socket, self._greet_candidate)

    async def _hr(self, socket: WebSocket) -> None:
        if self.signed_in_only and socket.cookies.get("hr") != "yes":
            await socket.close()
            return
        await socket.accept()
        self.connections += 1
        await self._converse(socket, self._greet_hr)

    async def _converse(self, socket: WebSocket, greet: Callable[[WebSocket, Frame], Any]) -> None:
        self._loop = asyncio.get_running_loop()
        self._sockets.add(socket)
        try:
            while True:
                frame = await socket.receive_json()
                self.heard.append(frame)
                await (greet if frame["type"] == "hello" else self._take)(socket, frame)
        except WebSocketDisconnect:
            pass
        finally:
            self._sockets.discard(socket)

    async def _greet_candidate(self, socket: WebSocket, frame: Frame) -> None:
        await socket.send_json(self.ready)
        for past in self.history:
            if past["seq"] > frame["after"]:
                await socket.send_json(past)

    async def _greet_hr(self, socket: WebSocket, frame: Frame) -> None:
        await socket.send_json(self.hr_ready)

    async def _take(self, socket: WebSocket, frame: Frame) -> None:
        if self.refusal is not None:
            await socket.send_json({"type": "refused", "id": frame["id"], "text": self.refusal})
            return
        known = [past["seq"] for past in self.history if past.get("id") == frame["id"]]
        seq = known[0] if known else self._store(frame)
        if not self.acknowledges:
            return
        await socket.send_json({"type": "ack", "id": frame["id"], "seq": seq})
        for answer in [] if known else self.answer(frame):
            await self._send_all(answer)

    def _store(self, frame: Frame) -> int:
        text = frame.get("text") or self._label(frame["value"])
        you = {"type": "you", "seq": self.next_seq(), "id": frame["id"], "text": text, "at": time.time()}
        self.history.append(you)
        return int(you["seq"])

    def _label(self, value: str) -> str:
        offered = [button for past in self.history for button in past.get("buttons", [])]
        return next((str(button["label"]) for button in offered if button["value"] == value), value)

    def next_seq(self) -> int:
        """Give the number of the next message of the conversation."""
        return max((frame["seq"] for frame in self.history), default=0) + 1

    async def _send_all(self, frame: Frame) -> None:
        if frame["type"] == "say" and frame not in self.history:
            self.history.append(frame)
        for socket in list(self._sockets):
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # it hung up meanwhile
                await socket.send_json(frame)

    async def _close_all(self) -> None:
        for socket in list(self._sockets):
            self._sockets.discard(socket)
            await socket.close(1012)

    def _run(self, work: Any) -> None:
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT)


@contextlib.contextmanager
def serving() -> Iterator[StandIn]:
    """Run a stand-in on a free port of this machine for as long as the block lasts."""
    stand_in = StandIn()
    config = uvicorn.Config(stand_in.app(), host="127.0.0.1", port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    stand_in.address = f"http://127.0.0.1:{port}"
    try:
        yield stand_in
    finally:
        server.should_exit = True
        thread.join(WAIT)
