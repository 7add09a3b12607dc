"""The one way adapters talk HTTP: time limits, no redirects, a rate per endpoint, and answers read as faults.

A request that may have arrived is Unsure, one that cannot have is Passing. It logs nothing and repeats nothing.
"""

from __future__ import annotations

import asyncio
import base64
import io
import ipaddress
import socket
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec
from aiohttp.abc import ResolveResult
from msgspec import Struct

from ehr_connector.faults import Conflict, Expired, Gone, Misconfigured, Passing, Unsure

_LARGE = 1 << 20
_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class Answer(Struct, frozen=True):
    """An answer, read whole. `headers` are looked up without regard to case."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def is_success(self) -> bool:
        """Say whether the status is 2xx."""
        return 200 <= self.status_code < 300


class _PublicResolver(aiohttp.ThreadedResolver):
    """Resolves to public addresses only, at the moment of connecting: a name may change between two looks."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        if any(not ipaddress.ip_address(one["host"]).is_global for one in found):
            raise Misconfigured("internal_address", field="url")
        return found


class Buckets:
    """A token bucket for each endpoint: `rate` requests a second, `burst` at once."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._left: dict[str, tuple[float, float]] = {}

    async def take(self, endpoint: str) -> None:
        """Wait until this endpoint may be called once more."""
        now = time.monotonic()
        left, then = self._left.get(endpoint, (self._burst, now))
        left = min(self._burst, left + (now - then) * self._rate) - 1.0
        self._left[endpoint] = (left, now)
        if left < 0:
            await asyncio.sleep(-left / self._rate)


class Line:
    """An HTTP line to one system. `internal` allows addresses inside the company's own network."""

    def __init__(
        self,
        base: str,
        *,
        seconds: float = 20.0,
        rate: float = 20.0,
        burst: int = 20,
        internal: bool = True,
    ) -> None:
        self.base = base.rstrip("/")
        self._internal = internal
        self._seconds = seconds
        self._buckets = Buckets(rate, burst)
        self._session: aiohttp.ClientSession | None = None

    def _open(self) -> aiohttp.ClientSession:
        """Return the session, made on the loop that uses it."""
        if self._session is None:
            resolver = None if self._internal else _PublicResolver()
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self._seconds),
                connector=aiohttp.TCPConnector(resolver=resolver, limit=64),
                trust_env=False,
                auto_decompress=True,
            )
        return self._session

    async def request(
        self,
        method: str,
        path: str,
        *,
        endpoint: str = "",
        accept: frozenset[int] = frozenset(),
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Return a successful answer (or one whose status is in `accept`); every other is a fault."""
        await self._buckets.take(endpoint or path)
        address = path if path.startswith("http") else f"{self.base}{path}"
        if not self._internal:
            refuse_internal(address)
        given = dict(headers or {})
        if json is not None:
            content = msgspec.json.encode(json)
            given["content-type"] = "application/json"
        if auth is not None:
            given["authorization"] = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
        answer = await self._send(method, address, content, given, params)
        if not answer.is_success and answer.status_code not in accept:
            raise_for(answer)
        return answer

    async def _send(
        self,
        method: str,
        address: str,
        content: bytes | None,
        headers: Mapping[str, str],
        params: Mapping[str, Any] | None,
    ) -> Answer:
        try:
            async with self._open().request(
                method, address, data=_body(content), headers=headers, params=params, allow_redirects=False
            ) as answer:
                return Answer(answer.status, answer.headers, await answer.read())
        except aiohttp.InvalidURL:
            raise Misconfigured("bad_address", field="url") from None
        except _NOT_SENT:
            raise Passing("unreachable") from None
        except TimeoutError:
            raise Unsure("timeout") from None
        except (aiohttp.ClientError, OSError):
            raise Unsure("cut") from None

    async def close(self) -> None:
        """Let go of connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _body(content: bytes | None) -> io.BytesIO | bytes | None:
    """Return a body as it is sent: a large one in pieces, so that the others' requests go on meanwhile."""
    return io.BytesIO(content) if content is not None and len(content) > _LARGE else content


def raise_for(answer: Answer) -> None:
    """Raise the fault that an unsuccessful answer stands for."""
    status = answer.status_code
    match status:
        case 401:
            raise Expired("login_expired")
        case 404 | 410:
            raise Gone("gone")
        case 409 | 412:
            raise Conflict("conflict")
        case 408 | 425 | 429:
            raise Passing("rate_limited" if status == 429 else "not_now", retry_after=retry_after(answer))
        case _ if status >= 500:
            # a 5xx may come after the work was done, so what follows looks first
            raise Unsure("server_error", retry_after=retry_after(answer))
        case _:
            raise Misconfigured(f"refused_{status}")


def retry_after(answer: Answer) -> float | None:
    """Return the seconds an answer asks to wait, at most a day."""
    said = answer.headers.get("retry-after") or answer.headers.get("x-ogw-ratelimit-reset") or ""
    return min(float(said), 86_400.0) if said.replace(".", "", 1).isdigit() else None


def refuse_internal(address: str) -> None:
    """Raise Misconfigured when an address is itself a number inside this network (server-side request forgery).

    What a name leads to is looked at when it is resolved.
    """
    host = urlsplit(address).hostname or ""
    try:
        inside = not ipaddress.ip_address(host).is_global
    except ValueError:
        inside = host == "localhost" or host.endswith(".localhost")
    if inside:
        raise Misconfigured("internal_address", field="url")
