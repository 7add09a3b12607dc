"""Plays questions to the candidate's page: checks the link, the message and how often; sends sound and nothing else."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from bot.speaking.telling import Telling
from dialogues.ports import Entrance
from scoring.speaking.model import NotSpoken

PATH = "/chat/{invite}/spoken/{message:int}"
_A_MINUTE = 30
"""Questions that one interview may ask to hear in a minute; a player may ask for one in several parts."""
_REMEMBERED = 5_000
_KEPT_BY_PAGES = "private, max-age=86400"


class SpokenDoor:
    """The address that a page's player asks."""

    def __init__(
        self, entrance: Entrance, telling: Telling, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._entrance, self._telling, self._clock = entrance, telling, clock
        self._asked: OrderedDict[int, list[float]] = OrderedDict()

    async def play(self, request: Request) -> Response:
        """Send a question of this interview as sound; `?as=mp3` for browsers that cannot play OGG/Opus."""
        found = (await asyncio.to_thread(self._entrance.find_invites, [request.path_params["invite"]]))[0]
        if found.problem:
            return _refused("link", 403)
        if not self._may_ask(found.conversation):
            return _refused("too_often", 429)
        wording = await self._telling.wording(found.conversation, request.path_params["message"])
        if wording is None:
            return _refused("text", 404)
        mp3 = request.query_params.get("as") == "mp3"
        try:
            path = await self._telling.recording(wording, mp3=mp3)
        except NotSpoken as error:
            return _refused(error.code, 404 if error.code in ("language", "text") else 503)
        media_type = "audio/mpeg" if mp3 else "audio/ogg"
        return FileResponse(path, media_type=media_type, headers={"Cache-Control": _KEPT_BY_PAGES})

    def _may_ask(self, conversation: int) -> bool:
        now = self._clock()
        times = [at for at in self._asked.pop(conversation, []) if at > now - 60]
        may = len(times) < _A_MINUTE
        self._asked[conversation] = [*times, now] if may else times
        while len(self._asked) > _REMEMBERED:
            self._asked.popitem(last=False)
        return may


def _refused(trouble: str, status: int) -> Response:
    return JSONResponse({"trouble": trouble}, status_code=status, headers={"Cache-Control": "no-store"})
