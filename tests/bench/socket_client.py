"""A WebSocket client of few lines on asyncio's bare transports: enough to talk to our own server, and light.

Frames are masked with the key 0, which the protocol allows and which leaves the bytes as they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

_UPGRADE = (
    "GET /chat/{token}/socket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Socket(asyncio.Protocol):
    """One connection. `told` gets every text frame; `lost` is called when the connection ends."""

    def __init__(self, token: str, after: int, told: Callable[[Socket, bytes], None]) -> None:
        self._token = token
        self._after = after
        self._told = told
        self._shaken = False
        self._kept = b""
        self.lost: Callable[[Socket], None] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but name
        self._transport.write(_UPGRADE.format(token=self._token).encode())

    def connection_lost(self, exc: Exception | None) -> None:
        if self.lost is not None:
            self.lost(self)

    def send(self, text: bytes) -> None:
        """Send one text frame."""
        assert self._transport is not None
        size = len(text)
        head = bytes((0x81, 0x80 | size)) if size < 126 else b"\x81\xfe" + size.to_bytes(2, "big")
        self._transport.write(head + b"\0\0\0\0" + text)

    def close(self) -> None:
        """Hang up."""
        self.lost = None
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        kept = self._kept + data
        if not self._shaken:
            head, found, kept = kept.partition(b"\r\n\r\n")
            if not found:
                self._kept = head
                return
            self._shaken = True
            self.send(b'{"type":"hello","after":%d}' % self._after)
        self._kept = self._read_frames(kept)

    def _read_frames(self, kept: bytes) -> bytes:
        at = 0
        while len(kept) - at >= 2:
            size, start = kept[at + 1], at + 2
            if size == 126:
                size, start = int.from_bytes(kept[start : start + 2], "big"), start + 2
            if len(kept) < start + size:
                break
            match kept[at] & 15:
                case 1:
                    self._told(self, kept[start : start + size])
                case 9 if self._transport is not None:
                    self._transport.write(b"\x8a\x80\0\0\0\0")
            at = start + size
        return kept[at:]
