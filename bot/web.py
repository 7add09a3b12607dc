"""The HTTP edge: pages, HR's socket, health and metrics, with the security headers on everything."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.hr.web import HrWeb

_HERE = Path(__file__).parent
_HEADERS = [
    (
        b"content-security-policy",
        b"default-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; "
        b"frame-ancestors 'self' https://web.telegram.org; base-uri 'none'; form-action 'self'",
    ),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), microphone=(self), geolocation=(), payment=(), usb=()"),
]


class SecurityHeaders:
    """Adds the security headers to every HTTP answer; sockets pass through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_HEADERS]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class Static(StaticFiles):
    """Files that browsers ask after each time, so that a new release is seen at once; unchanged ones cost a 304."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


async def _chat_page(_: Request) -> Response:
    return FileResponse(_HERE / "webchat" / "static" / "chat.html", headers={"Cache-Control": "no-store"})


async def _hr_page(_: Request) -> Response:
    return FileResponse(_HERE / "hr" / "static" / "hr.html", headers={"Cache-Control": "no-store"})


async def _broken(_: Request, __: Exception) -> Response:
    """Answer for a fault of ours: this one is made outside the middleware, so it brings the headers itself."""
    text = "Something went wrong on our side; please try again in a moment. 我们这边出了点问题，请稍后再试。"
    headers = {name.decode(): value.decode() for name, value in _HEADERS}
    return Response(text, status_code=500, media_type="text/plain", headers=headers)


async def _alive(_: Request) -> Response:
    return JSONResponse({"status": "alive"})


async def _metrics(_: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def make_app(
    hr: HrWeb,
    ready: Callable[[], dict[str, str]],
    demo: Callable[[str, str], str] | None,
    demo_page: Callable[[], str] | None,
    webhooks: Mapping[str, Callable[[Request], Awaitable[Response]]] | None = None,
    api: ASGIApp | None = None,
) -> Starlette:
    """Return the application. `ready` tells of each part; `demo` makes a fresh interview for a visitor.

    `webhooks` are the messengers', by path.
    """

    async def _ready(_: Request) -> Response:
        parts = await asyncio.to_thread(ready)
        broken = any(state.startswith("broken") for state in parts.values())
        return JSONResponse({"parts": parts}, status_code=503 if broken else 200)

    routes: list[BaseRoute] = [
        Route("/healthz", _alive),
        Route("/readyz", _ready),
        Route("/metrics", _metrics),
        Route("/chat/{invite}", _chat_page),
        Route("/hr", _hr_page),
        Route("/hr/session", hr.sign_in, methods=["POST"]),
        Route("/hr/card/{application}.svg", hr.picture),
        Route("/hr/report/{application}.pdf", hr.report),
        Route("/hr/chart/{name}.svg", hr.chart),
        Route("/hr/file", hr.take, methods=["POST"]),
        WebSocketRoute("/hr/socket", hr.serve),
        Mount("/static/chat", Static(directory=_HERE / "webchat" / "static")),
        Mount("/static/hr", Static(directory=_HERE / "hr" / "static")),
    ]
    routes += [Route(path, receive, methods=["POST"]) for path, receive in (webhooks or {}).items()]
    if api is not None:
        routes.append(Mount("/api/v1", api))
    if demo is not None and demo_page is not None:
        routes += _demo_routes(demo, demo_page)
    handlers = {500: _broken}
    return Starlette(routes=routes, middleware=[Middleware(SecurityHeaders)], exception_handlers=handlers)


def _demo_routes(demo: Callable[[str, str], str], page: Callable[[], str]) -> list[BaseRoute]:
    async def _choose(_: Request) -> Response:
        return HTMLResponse(await asyncio.to_thread(page))

    async def _begin(request: Request) -> Response:
        try:
            job, language = request.path_params["job"], request.path_params["language"]
            address = await asyncio.to_thread(demo, job, language)
        except LookupError:
            return Response("no such job", status_code=404)
        return Response(status_code=303, headers={"Location": address})

    return [Route("/", _choose), Route("/demo/{job}/{language}", _begin, methods=["POST"])]
