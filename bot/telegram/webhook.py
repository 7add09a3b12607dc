"""The webhook: checks Telegram's secret, takes the update in, and answers 200 only when it is durable."""

from __future__ import annotations

import hmac

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot.telegram.edge import Edge

log = structlog.get_logger()

PATH = "/telegram/webhook"
_HEADER = "x-telegram-bot-api-secret-token"
_LARGEST = 1 << 20


class Webhook:
    """Serves the webhook."""

    def __init__(self, edge: Edge, secret: str) -> None:
        self._edge = edge
        self._secret = secret.encode()

    async def receive(self, request: Request) -> Response:
        """Take one update in; anything but 200 makes Telegram send it again."""
        given = request.headers.get(_HEADER, "").encode()
        if not hmac.compare_digest(given, self._secret):
            return Response(status_code=403)
        body = await request.body()
        if len(body) > _LARGEST:
            log.warning("telegram_update_unreadable", size=len(body))
            return Response(status_code=200)  # no update is that large; sent again it would be no smaller
        try:
            raw = msgspec.json.decode(body)
        except msgspec.MsgspecError:
            raw = None
        try:
            await self._edge.take(raw)
        except Exception:  # noqa: BLE001
            # whatever kept it from being stored is logged there; Telegram repeats it
            return Response(status_code=500)
        return Response(status_code=200)
