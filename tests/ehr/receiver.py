"""A receiver of webhooks as a company would write one, and short ways to run an application on loopback."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """Serve an application; give its address."""
    config = uvicorn.Config(app, log_level="error", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        task = asyncio.ensure_future(server.serve([listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


class Receiver:
    """Verifies with the package `standardwebhooks`, drops ids it knows, keeps records by key."""

    def __init__(self, secret: str) -> None:
        self._webhook = Webhook(secret)
        self.seen: set[str] = set()
        self.repeated = 0
        self.unsigned = 0
        self.records: dict[str, dict[str, Any]] = {}
        self.deleted: set[str] = set()
        self.files: dict[str, dict[str, Any]] = {}
        self.notes: dict[str, str] = {}
        self.stages: dict[str, str] = {}
        self.tasks: dict[str, list[Any]] = {}
        self.order: list[str] = []
        self.app = Starlette(routes=[Route("/hook", self.receive, methods=["POST"])])

    async def receive(self, request: Request) -> Response:
        body = await request.body()
        try:
            event = self._webhook.verify(body, dict(request.headers))
        except WebhookVerificationError:
            self.unsigned += 1
            return Response(status_code=400)
        event = event if isinstance(event, dict) else json.loads(body)
        name = request.headers["webhook-id"]
        known = name in self.seen
        self.repeated += known
        status = 204 if known else self._take(event["type"], event["data"])
        if status < 300:
            self.seen.add(name)
        key = event["data"].get("key", "")
        return JSONResponse({"id": f"id-{key}"}) if status < 300 else Response(status_code=status)

    def _take(self, kind: str, data: dict[str, Any]) -> int:
        record = data.get("record", {}).get("id", "").removeprefix("id-") or data.get("key", "")
        if record in self.deleted:
            return 410
        self.order.append(f"{kind} {record}")
        match kind:
            case "record.upserted":
                self.records.setdefault(record, {}).update(data["values"])
                self.stages.setdefault(record, "New")
            case "file.ready":
                self.files[data["key"]] = data
            case "note.added":
                self.notes[data["key"]] = data["text"]
            case "stage.moved":
                if self.stages[record] != data["to"] and self.stages[record] not in data["only_from"]:
                    return 409
                self.stages[record] = data["to"]
            case "onboarding.started":
                self.tasks[record] = data["tasks"]
        return 200
