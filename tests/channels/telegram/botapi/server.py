"""The HTTP server: reads parameters in every form the API takes, checks the token, answers in its envelope."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Self

from aiohttp import web

from tests.channels.telegram.botapi.faults import ApiError
from tests.channels.telegram.botapi.methods import METHODS
from tests.channels.telegram.botapi.people import People
from tests.channels.telegram.botapi.state import TOKEN, File, Json, Server
from tests.channels.telegram.botapi.ways import Ways


class BotApi:
    """A running server. `base` is its address; `people` are those who talk to the bot."""

    def __init__(self, server: Server | None = None) -> None:
        self.server = server or Server()
        self.ways = Ways(self.server)
        self.people = People(self.server, self.ways)
        self.base = ""
        self.greetings = 0
        """How often a bot has asked who it is: once for each time it begins."""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        assert site._server is not None
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
        self.base = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.ways.close()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        try:
            result = await self._answer(request)
        except ApiError as error:
            return web.json_response(error.body(), status=error.code)
        if self._loses(request.match_info["method"].lower()):
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"ok": True, "result": result})

    async def _answer(self, request: web.Request) -> Any:
        token, method = request.match_info["token"], request.match_info["method"].lower()
        if ":" not in token:
            raise ApiError(404, "Not Found")
        if token != TOKEN:
            raise ApiError(401, "Unauthorized")
        given = await _given(request)
        if self.server.keep_calls and method != "getupdates":
            self.server.calls.append((method, given))
        self.greetings += method == "getme"
        self._fail(method)
        match method:
            case "getupdates":
                return await self.ways.get_updates(given)
            case "setwebhook":
                return self.ways.set_webhook(given)
            case "deletewebhook":
                return self.ways.delete_webhook(given)
            case "getwebhookinfo":
                return self.ways.webhook_info()
        if method not in METHODS:
            raise ApiError(404, "Not Found: method not found")
        return METHODS[method](self.server, given)

    def _fail(self, method: str) -> None:
        for planned in self.server.planned:
            if planned.method.lower() == method and planned.times > 0 and planned.error is not None:
                planned.times -= 1
                raise planned.error

    def _loses(self, method: str) -> bool:
        for planned in self.server.planned:
            if planned.method.lower() == method and planned.times > 0 and planned.lost:
                planned.times -= 1
                return True
        return method.startswith("send") and self.server.noise.loses_answer()

    async def _file(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != TOKEN:
            return web.json_response(ApiError(401, "Unauthorized").body(), status=401)
        file = self.server.files.get(request.match_info["path"].removeprefix("documents/"))
        if file is None:
            return web.json_response(ApiError(404, "Not Found").body(), status=404)
        await asyncio.sleep(0)
        return web.Response(body=file.content)


async def _given(request: web.Request) -> Json:
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        given |= json.loads(await request.text() or "{}")
    elif request.method == "POST":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                content = value.file.read()
                given[name] = File(content, value.filename, len(content))
            else:
                given[name] = value
    return given
