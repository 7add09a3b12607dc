"""The one way adapters talk HTTP: time limits, no redirects, a rate per endpoint, and answers read as faults.

A request that may have arrived is Unsure, one that cannot have is Passing. It logs nothing and repeats nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from ehr_connector.faults import Conflict, Expired, Gone, Misconfigured, Passing, Unsure

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


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
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.base = base.rstrip("/")
        self._internal = internal
        self._buckets = Buckets(rate, burst)
        self._client = httpx.AsyncClient(
            timeout=seconds, follow_redirects=False, headers=dict(headers or {}), trust_env=False
        )

    async def request(
        self,
        method: str,
        path: str,
        *,
        endpoint: str = "",
        accept: frozenset[int] = frozenset(),
        **given: Any,
    ) -> httpx.Response:
        """Return a successful answer (or one whose status is in `accept`); every other is a fault."""
        await self._buckets.take(endpoint or path)
        address = path if path.startswith("http") else f"{self.base}{path}"
        if not self._internal:
            await asyncio.to_thread(refuse_internal, address)
        try:
            answer = await self._client.request(method, address, **given)
        except _NOT_SENT:
            raise Passing("unreachable") from None
        except httpx.TimeoutException:
            raise Unsure("timeout") from None
        except httpx.HTTPError:
            raise Unsure("cut") from None
        if not answer.is_success and answer.status_code not in accept:
            raise_for(answer)
        return answer

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()


def raise_for(answer: httpx.Response) -> None:
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


def retry_after(answer: httpx.Response) -> float | None:
    """Return the seconds an answer asks to wait, at most a day."""
    said = answer.headers.get("retry-after") or answer.headers.get("x-ogw-ratelimit-reset") or ""
    return min(float(said), 86_400.0) if said.replace(".", "", 1).isdigit() else None


def refuse_internal(address: str) -> None:
    """Raise Misconfigured when an address leads into the network this runs in (server-side request forgery)."""
    parts = urlsplit(address)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, proto=socket.IPPROTO_TCP)
    except OSError:
        raise Passing("unreachable") from None
    for entry in found:
        if not ipaddress.ip_address(entry[4][0]).is_global:
            raise Misconfigured("internal_address", field="url")
