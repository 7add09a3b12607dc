"""Tells the candidate's page of the coding task that is open: languages and starter code, for its editor.

Tells nothing of hidden tests, and nothing to whoever has no link.
"""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.house import House
from dialogues.core.interview import Interview
from dialogues.core.phases.coding import NAMES, open_task
from dialogues.ports import Entrance
from scoring.code.source import MAX_SOURCE


def task_route(entrance: Entrance, house: House) -> Route:
    """Return the address that a page asks."""

    def look(invite: str) -> Response:
        found = entrance.find_invites([invite])[0]
        if found.problem:
            return Response(status_code=403)
        state = house.applications.interview(found.conversation)
        if not isinstance(state, Interview):
            return Response(status_code=204)
        known = open_task(state, house.packs.pack(state.pack, state.pack_version))
        if known is None or not known[1].languages:
            return Response(status_code=204)
        name, task = known
        return JSONResponse(
            {
                "question": name,
                "languages": [{"id": one.value, "name": NAMES[one]} for one in task.languages],
                "starter": {one: task.starter.get(one, "") for one in task.languages},
                "limit": MAX_SOURCE,
            },
            headers={"Cache-Control": "no-store"},
        )

    async def show(request: Request) -> Response:
        return await asyncio.to_thread(look, request.path_params["invite"])

    return Route("/chat/{invite}/task", show)
