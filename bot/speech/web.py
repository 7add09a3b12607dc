"""Takes recordings from the candidate's page: checks the link, seals what comes, hands in that somebody spoke."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from dialogues.app.worker import Stored
from dialogues.core.events import VoiceReceived
from dialogues.ports import Arrival, Entrance
from scoring.speech.model import MAX_BYTES
from storage.media import Recordings

_NAME = re.compile(r"[\w.-]{1,64}")
CHANNEL = "web"


class VoiceDoor:
    """The address that recordings are posted to."""

    def __init__(
        self, entrance: Entrance, recordings: Recordings, submit: Callable[[Arrival], Awaitable[Stored]]
    ) -> None:
        self._entrance, self._recordings, self._submit = entrance, recordings, submit

    async def take(self, request: Request) -> Response:
        """Store a recording under the name the page gave it; the same name again is the same recording."""
        name = request.query_params.get("id", "")
        invite = request.path_params["invite"]
        found = (await asyncio.to_thread(self._entrance.find_invites, [invite]))[0]
        if found.problem or not _NAME.fullmatch(name):
            return JSONResponse({"trouble": "link"}, status_code=403)
        content = await _body(request)
        if content is None:
            return JSONResponse({"trouble": "too_big"}, status_code=413)
        media_type = request.headers.get("content-type", "")[:60]
        conversation = found.conversation
        stored = await asyncio.to_thread(
            self._recordings.keep, conversation, f"voice:{name}", media_type, content
        )
        event = VoiceReceived(
            at=time.time(),
            file=str(stored),
            media_type=media_type,
            size=len(content),
            seconds=_seconds(request),
        )
        known = await self._submit(Arrival(conversation, CHANNEL, f"{conversation}:{name}", event))
        return JSONResponse({"stored": True, "seq": known.seq})


def _seconds(request: Request) -> float:
    try:
        return min(3600.0, max(0.0, float(request.query_params.get("seconds", "0"))))
    except ValueError:
        return 0.0


async def _body(request: Request) -> bytes | None:
    """Return what is posted; None when it is empty or too much."""
    content = bytearray()
    try:
        async for piece in request.stream():
            content += piece
            if len(content) > MAX_BYTES:
                return None
    except ClientDisconnect:
        return None
    return bytes(content) or None
