"""The client of OpenAI-compatible endpoints, as all of ours are asked: bounded, without redirects, silent in the log.

It is the only module that makes one. What is said through it may be a candidate's words, and the key is a secret:
nothing here may write either down.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import openai
from httpx2 import AsyncByteStream, Limits, Response

_MOST_BYTES = 1 << 20
# A connection that was kept may be gone by the next answer, and asking again might be paid for twice.
_FRESH_CONNECTIONS = Limits(max_keepalive_connections=0)


class TooMuch(Exception):
    """The body of a response is longer than any reply can be, or packed."""


def make_client(base_url: str, key: str, timeout: float, most_bytes: int = _MOST_BYTES) -> openai.AsyncOpenAI:
    """Return a client of one endpoint; a reply longer than `most_bytes` raises TooMuch."""
    for name in ("openai", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)  # at lower levels they write out what people said
    client = openai.AsyncOpenAI(
        base_url=base_url,
        api_key=key or "none",
        max_retries=0,
        timeout=timeout,
        default_headers={"Accept-Encoding": "identity"},
        http_client=openai.DefaultAsyncHttpxClient(
            follow_redirects=False,
            timeout=timeout,
            event_hooks={"response": [_Bound(most_bytes).apply]},
            limits=_FRESH_CONNECTIONS,
        ),
    )
    client.organization = client.project = None  # the environment's belong to another endpoint
    return client


class _Bound:
    """Lets no response be longer than a reply can be; a packed one might unfold to anything."""

    def __init__(self, most: int) -> None:
        self._most = most

    async def apply(self, response: Response) -> None:
        assert isinstance(response.stream, AsyncByteStream)
        if response.headers.get("content-encoding", "identity") != "identity":
            raise TooMuch
        response.stream = _Bounded(response.stream, self._most)


class _Bounded(AsyncByteStream):
    """A response's body, up to so many bytes."""

    def __init__(self, stream: AsyncByteStream, most: int) -> None:
        self._stream = stream
        self._most = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self._most
        async for part in self._stream:
            left -= len(part)
            if left < 0:
                raise TooMuch
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


def trouble_of(status: int) -> str:
    """Return what an endpoint's refusal means: `rate_limited`, `server_error` (try again) or `misconfigured` (mend it)."""
    if status == 429:
        return "rate_limited"
    return "server_error" if status >= 500 or status in (408, 409) else "misconfigured"
