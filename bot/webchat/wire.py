"""The WebSocket of the candidate's page: the shortest way from its frames to those who understand them.

Candidates' sockets are most of what the server does, and after a restart all of them come back at once. Through the
general interface for applications each would be parsed twice, have three tasks and two queues, and have its reading
stopped for every message. Here the server's own parser reads the request, the WebSocket library's protocol reads and
writes the frames, a message is one call in, and what is said in the same moment is one write out. Other requests and
sockets go the usual way. Knows frames, not what they mean.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol as Frames
from websockets.protocol import Side, State
from websockets.utils import accept_key

_CHAT_SOCKET = re.compile(rb"/chat/([^/?]+)/socket(?:\?.*)?", re.DOTALL)
_KEY = re.compile(rb"[A-Za-z0-9+/]{22}==")
_NEEDED = {b"sec-websocket-version": re.compile(rb"13"), b"sec-websocket-key": _KEY}
_WELCOME = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n\r\n"
_MAX_MESSAGE = 1 << 17
_PING_SECONDS = 20.0
_GOODBYE_SECONDS = 10.0
_GOING_AWAY, _UNSUPPORTED = 1012, 1003


class Ear(Protocol):
    """Listens to one page. Every call comes on the event loop."""

    def heard(self, raw: bytes) -> None:
        """Take a text message."""
        ...

    def writable(self, may: bool) -> None:
        """Take note that the page cannot keep up, or can again."""
        ...

    def gone(self) -> None:
        """Take note that the connection has ended."""
        ...


class Wire(Protocol):
    """One page's connection, as those who talk to it see it."""

    def say(self, frames: Sequence[bytes]) -> None:
        """Send text messages in one go; nothing happens on a connection that has ended."""
        ...

    def end(self, code: int) -> None:
        """Say goodbye with a status code."""
        ...

    def listen(self, on: bool) -> None:
        """Take messages in, or leave them to the network for a while."""
        ...


Greet = Callable[[Wire, str], Ear]
"""Called with a new connection and the invitation in its address."""


class ChatHttp(HttpToolsProtocol):
    """The server's HTTP protocol; it hands candidates' sockets to a `ChatWire`, past everything else."""

    def __init__(self, greet: Greet, **given: Any) -> None:
        super().__init__(**given)
        self._greet = greet

    def handle_websocket_upgrade(self) -> None:
        """Shake hands with a candidate's page; leave any other socket to the application."""
        found = _CHAT_SOCKET.fullmatch(self.url)
        key = self._key() if found is not None and self.scope["method"] == "GET" else ""
        if found is None or not key:
            super().handle_websocket_upgrade()
            return
        self.connections.discard(self)
        wire = ChatWire(self.loop, self.transport, self.connections)
        self.transport.set_protocol(wire)
        self.transport.write(_WELCOME.format(accept_key(key)).encode())
        wire.ear = self._greet(wire, found[1].decode("latin-1"))

    def _key(self) -> str:
        """Return the key of the handshake; "" when there is anything wrong with it, which is told elsewhere."""
        told = {name: value for name, value in self.headers if name in _NEEDED}
        if all(pattern.fullmatch(told.get(name, b"")) for name, pattern in _NEEDED.items()):
            return told[b"sec-websocket-key"].decode()
        return ""


class ChatWire(asyncio.Protocol):
    """One open connection. Implements `Wire`; the server ends it by `shutdown`."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport, connections: set[Any]
    ) -> None:
        self.ear: Ear | None = None
        self._loop = loop
        self._transport = transport
        self._connections = connections
        self._frames = Frames(Side.SERVER, max_size=_MAX_MESSAGE)
        self._parts: list[bytes] = []
        self._text = False
        self._listening = True
        self._answered = True
        self._timer = loop.call_later(_PING_SECONDS, self._ping)
        connections.add(self)

    def data_received(self, data: bytes) -> None:
        """Take what has come."""
        self._frames.receive_data(data)
        for event in self._frames.events_received():
            if isinstance(event, Frame):
                self._take(event)
        self._flush()

    def _take(self, frame: Frame) -> None:
        match frame.opcode:
            case Opcode.TEXT | Opcode.BINARY | Opcode.CONT:
                if frame.opcode is not Opcode.CONT:
                    self._text, self._parts = frame.opcode is Opcode.TEXT, []
                self._parts.append(bytes(frame.data))
                if frame.fin:
                    self._deliver(b"".join(self._parts))
            case Opcode.PONG:
                self._answered = True
            case _:
                pass  # pings and goodbyes are answered by the library

    def _deliver(self, message: bytes) -> None:
        self._parts = []
        if self._frames.state is not State.OPEN or self.ear is None:
            return
        if self._text:
            self.ear.heard(message)
        else:
            self.end(_UNSUPPORTED)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio names it
        """Tell those who talk here."""
        self._timer.cancel()
        self._connections.discard(self)
        ear, self.ear = self.ear, None
        if ear is not None:
            ear.gone()

    def eof_received(self) -> None:
        """Let the connection close: the other side has hung up."""

    def pause_writing(self) -> None:
        """Pass on that the page is slow."""
        if self.ear is not None:
            self.ear.writable(False)

    def resume_writing(self) -> None:
        """Pass on that the page has caught up."""
        if self.ear is not None:
            self.ear.writable(True)

    def say(self, frames: Sequence[bytes]) -> None:
        if self._frames.state is not State.OPEN:
            return
        for frame in frames:
            self._frames.send_text(frame)
        self._flush()

    def end(self, code: int) -> None:
        if self._frames.state is not State.OPEN:
            return
        self._frames.send_close(code)
        self._flush()
        self.listen(True)  # the page's goodbye has to be read

    def listen(self, on: bool) -> None:
        if on is not self._listening and not self._transport.is_closing():
            self._listening = on
            (self._transport.resume_reading if on else self._transport.pause_reading)()

    def shutdown(self) -> None:
        """Say goodbye: the server is going down."""
        self.end(_GOING_AWAY)
        self._transport.close()

    def _flush(self) -> None:
        """Write what is to be sent; close when all has been said, or soon after our goodbye."""
        output = self._frames.data_to_send()
        if not output:
            return
        if not self._transport.is_closing():
            self._transport.write(b"".join(output))
        if not output[-1]:  # the library's mark for the end
            self._transport.close()
        elif self._frames.close_expected():
            self._timer.cancel()
            self._timer = self._loop.call_later(_GOODBYE_SECONDS, self._transport.close)

    def _ping(self) -> None:
        """Ask whether the page is still there; hang up on one that has not answered the last time."""
        if not self._answered or self._frames.state is not State.OPEN:
            self._transport.abort()
            return
        self._answered = False
        self._frames.send_ping(b"")
        self._flush()
        self._timer = self._loop.call_later(_PING_SECONDS, self._ping)
