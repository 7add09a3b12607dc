"""What assessment marketplaces call: Greenhouse's three addresses and Ashby's three, each in its own dialect.

They stand under `/partner/CONNECTION/` and are not in our OpenAPI: their documents are the marketplaces' own.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.api.guard import Refused
from ehr_connector.faults import EhrFault
from ehr_connector.model import Pulled
from ehr_connector.partner.adapter import PartnerAdapter
from ehr_connector.partner.dialects import check_ashby

if TYPE_CHECKING:
    from bot.api.rooms import Rooms

Answer = Callable[[str, dict[str, Any]], Awaitable[Any]]


class _Desk:
    """Answers one marketplace's requests."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    async def tests(self, _connection: str, _: dict[str, Any]) -> Any:
        """Greenhouse: which interviews there are."""
        found = await asyncio.to_thread(self._rooms.packs)
        return [{"partner_test_id": name, "partner_test_name": title} for name, title in found.items()]

    async def send(self, connection: str, body: dict[str, Any]) -> Any:
        """Greenhouse: order one. The address they are told of the result at is the order's id."""
        who = body.get("candidate") or {}
        name = " ".join(filter(None, (str(who.get("first_name", "")), str(who.get("last_name", "")))))
        order = {
            "job": str(body.get("partner_test_id", "")),
            "name": name,
            "email": str(who.get("email", "")),
        }
        made = await self._order(connection, str(body.get("url", "")), order)
        return {"partner_interview_id": made}

    async def status(self, connection: str, query: dict[str, Any]) -> Any:
        """Greenhouse: how far it is, and the score when it is over."""
        found = await asyncio.to_thread(
            self._rooms.partner_status, connection, str(query.get("partner_interview_id", ""))
        )
        if found.status != "completed":
            return {
                "partner_status": "sent",
                "partner_profile_url": found.report,
                "partner_score": None,
                "metadata": {},
            }
        scores = {name: str(level) for name, level in found.scores.items()}
        return {
            "partner_status": "complete",
            "partner_profile_url": found.report,
            "partner_score": found.score,
            "metadata": scores,
        }

    async def ashby_list(self, _connection: str, _: dict[str, Any]) -> Any:
        """Ashby: which interviews there are."""
        found = await asyncio.to_thread(self._rooms.packs)
        types = [
            {"assessment_type_id": name, "name": title, "description": title} for name, title in found.items()
        ]
        return {"success": True, "results": types}

    async def ashby_start(self, connection: str, body: dict[str, Any]) -> Any:
        """Ashby: order one."""
        who = body.get("candidate") or {}
        job = (body.get("assessment_type") or {}).get("assessment_type_id", "")
        order = {"job": str(job), "name": str(who.get("name", "")), "email": str(who.get("email", ""))}
        made = await self._order(
            connection, str(body.get("ashby_id") or body.get("application_id") or ""), order
        )
        return {
            "success": True,
            "results": {"assessment_id": made, "assessment_status": {"value": "Started"}},
        }

    async def ashby_cancel(self, connection: str, body: dict[str, Any]) -> Any:
        """Ashby: cancel one."""
        await asyncio.to_thread(self._rooms.cancel, connection, str(body.get("assessment_id", "")))
        return {"success": True, "results": {"assessment_id": str(body.get("assessment_id", ""))}}

    async def _order(self, connection: str, order: str, body: dict[str, str]) -> str:
        if not order or not body["name"]:
            raise Refused(422, "invalid", "An order needs an id and a candidate's name.")
        if not await self._rooms.ordered(connection, Pulled("order", order, dict(body), order)):
            raise Refused(409, "no_pack", "There is no interview with this id; list them first.")
        return order


def partner_routes(rooms: Rooms) -> list[Route]:
    """Return the addresses."""
    desk = _Desk(rooms)
    table: tuple[tuple[str, str, str, Answer], ...] = (
        ("GET", "list_tests", "greenhouse", desk.tests),
        ("POST", "send_test", "greenhouse", desk.send),
        ("GET", "test_status", "greenhouse", desk.status),
        ("POST", "assessment.list", "ashby", desk.ashby_list),
        ("POST", "assessment.start", "ashby", desk.ashby_start),
        ("POST", "assessment.cancel", "ashby", desk.ashby_cancel),
    )
    return [
        Route(f"/partner/{{connection}}/{path}", _door(rooms, dialect, answer), methods=[method])
        for method, path, dialect, answer in table
    ]


def _door(rooms: Rooms, dialect: str, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    async def open_door(request: Request) -> Response:
        connection, body = request.path_params["connection"], await request.body()
        adapter = rooms.adapter(connection)
        if not isinstance(adapter, PartnerAdapter) or adapter.options.dialect != dialect:
            raise Refused(404, "unknown", "There is no such connection.")
        _check(adapter, request, body)
        try:
            given = msgspec.json.decode(body, type=dict[str, Any]) if body else dict(request.query_params)
        except msgspec.MsgspecError:
            raise Refused(400, "invalid", "The body is not a JSON object.") from None
        return JSONResponse(await answer(connection, given))

    return open_door


def _check(adapter: PartnerAdapter, request: Request, body: bytes) -> None:
    """Let in who has the key, as the user's name of Basic, and who signs where a secret is set."""
    kind, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        user = (
            base64.b64decode(encoded, validate=True).decode().partition(":")[0]
            if kind.lower() == "basic"
            else ""
        )
    except (binascii.Error, UnicodeDecodeError):
        user = ""
    if not hmac.compare_digest(user.encode(), adapter.options.key.encode()):
        raise Refused(401, "no_key", "Send the connection's key as the user of Basic authentication.")
    if adapter.options.dialect == "ashby" and adapter.options.secret:
        try:
            check_ashby(adapter.options.secret, request.headers, body)
        except EhrFault:
            raise Refused(401, "not_signed", "The signature does not fit; check the secret.") from None
