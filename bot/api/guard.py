"""The doors of the API: keys and scopes, limits on size and rate, and requests that come twice."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

from fastapi import Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from msgspec import Struct
from pydantic import BaseModel
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from storage.inbound import ApiKeys, Inbound, Key

MAX_BODY = 256 * 1024
_PER_SECOND, _BURST = 20.0, 100.0
Model = TypeVar("Model", bound=BaseModel)
IdempotencyKey = Annotated[str, Header(max_length=200, pattern=r"^[\x21-\x7e]*$")]


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, code: str, message: str, retry_after: int = 0) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


async def tell_refusal(_: Request, error: Exception) -> JSONResponse:
    """Return the answer to a refused request."""
    assert isinstance(error, Refused)
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse({"code": error.code, "message": error.message}, error.status, headers)


class _Allowance(Struct):
    left: float
    at: float


class Guard:
    """Lets in whoever has a key with the scope, and not too often."""

    def __init__(self, keys: ApiKeys, rate: float = _PER_SECOND, burst: float = _BURST) -> None:
        self._keys = keys
        self._rate = rate
        self._burst = burst
        self._allowed: dict[str, _Allowance] = {}

    def needs(self, scope: str) -> Callable[..., Awaitable[Key]]:
        """Return the check for a scope, as FastAPI depends on it."""
        scheme = HTTPBearer(auto_error=False, description="A key made with: colloquy ehr keys make NAME")

        async def let_in(request: Request) -> Key:
            given: HTTPAuthorizationCredentials | None = await scheme(request)
            key = await asyncio.to_thread(self._keys.find, given.credentials) if given is not None else None
            if key is None:
                raise Refused(
                    401, "no_key", "Send the header Authorization: Bearer KEY with a key that is in use."
                )
            self._count(key.id)
            if scope not in key.scopes:
                raise Refused(
                    403, "no_scope", f"This key may not do that; make one with the scope “{scope}”."
                )
            return key

        let_in.__annotations__["request"] = Request  # FastAPI reads it; here it is a text
        return let_in

    def _count(self, name: str) -> None:
        now = time.monotonic()
        one = self._allowed.setdefault(name, _Allowance(self._burst, now))
        one.left = min(self._burst, one.left + (now - one.at) * self._rate)
        one.at = now
        if one.left < 1:
            raise Refused(429, "too_many", "Too many requests; wait a moment and send it again.", 1)
        one.left -= 1


class Once:
    """Answers a request with an idempotency key that was here before as it was answered then."""

    def __init__(self, inbound: Inbound) -> None:
        self._inbound = inbound

    async def __call__(
        self, key: Key, name: str, path: str, body: BaseModel, work: Callable[[], Model], answer: type[Model]
    ) -> Model:
        """Return what `work` returns, or returned before; work is done in a thread."""
        if not name:
            return await asyncio.to_thread(work)
        source = f"api:{key.id}"
        mark = hashlib.blake2b(f"{path} {name}".encode(), digest_size=20).hexdigest()
        digest = hashlib.blake2b(body.model_dump_json().encode(), digest_size=20).hexdigest()
        seen = await asyncio.to_thread(self._inbound.begin, source, mark, digest)
        if seen is not None:
            if seen.digest != digest:
                raise Refused(
                    422, "key_reused", "This Idempotency-Key came with another body before; use a new one."
                )
            if not seen.answer:
                raise Refused(
                    409, "in_progress", "The same request is being worked on; ask again in a second.", 1
                )
            return answer.model_validate_json(seen.answer)
        try:
            made = await asyncio.to_thread(work)
        except BaseException:  # a cancelled request, too, may be tried again with its key
            await asyncio.to_thread(self._inbound.give_up, source, mark)
            raise
        application = str(getattr(made, "application", ""))
        await asyncio.to_thread(self._inbound.finish, source, mark, made.model_dump_json(), application)
        return made


class SizeLimit:
    """Refuses bodies over the limit before anything reads them whole."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if length.isdigit() and int(length) > MAX_BODY:
            await _TOO_LARGE(scope, receive, send)
            return
        taken, begun = 0, False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MAX_BODY:
                raise ValueError(MAX_BODY)  # whoever reads gives up; the answer is ours
            return message

        async def answered(message: Message) -> None:
            nonlocal begun
            if taken <= MAX_BODY or begun:
                begun = True
                await send(message)

        await self._app(scope, counted, answered)
        if taken > MAX_BODY and not begun:
            await _TOO_LARGE(scope, receive, send)


_TOO_LARGE = JSONResponse(
    {"code": "too_large", "message": f"The body is over {MAX_BODY} bytes; send less at once."}, 413
)
