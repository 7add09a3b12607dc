"""The WebSocket of the candidate's page, on uvicorn's own protocol and past everything else in it.

Candidates' sockets are most of what the server does. Through the general interface for applications each would
have three tasks, two queues and a pause of its reading for every message; here a message is one call in and what is
said in the same moment one write out. Other sockets (HR's) go the usual way. Knows frames, not what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import State

_CHAT_SOCKET = re.compile(r"/chat/([^/?]+)/socket(?:\?|$)")
_UNSUPPORTED = 1003


class Ear(Protocol):
    """Listens to one page. Every call comes on the event loop."""

    def heard(self, raw: bytes) -> None:
        """Take a text frame."""
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
        """Send text frames in one go; nothing happens on a connection that has ended."""
        ...

    def end(self, code: int) -> None:
        """Say goodbye with a status code."""
        ...

    def listen(self, on: bool) -> None:
        """Take frames in, or leave them to the network for a while."""
        ...


Greet = Callable[[Wire, str], Ear]
"""Called with a new connection and the invitation in its address."""


class ChatWire(WebSocketsSansIOProtocol):
    """uvicorn's protocol for one connection; a candidate's is taken here, any other goes to the application."""

    def __init__(self, greet: Greet, **given: Any) -> None:
        super().__init__(**given)
        self._greet = greet
        self._ear: Ear | None = None

    def handle_connect(self, event: Request) -> None:
        """Shake hands with a candidate's page."""
        found = _CHAT_SOCKET.match(event.path)
        if found is None:
            super().handle_connect(event)
            return
        response = self.conn.accept(event)
        self.handshake_initiated = self.handshake_complete = True
        self.conn.send_response(response)
        self._flush()
        if response.status_code != 101:
            self.close_sent = True
            self.transport.close()
            return
        self.start_keepalive()
        self._ear = self._greet(self, found[1])

    def send_receive_event_to_app(self) -> None:
        """Hand over a whole message."""
        if self._ear is None:
            super().send_receive_event_to_app()
            return
        message = self.frames[0] if len(self.frames) == 1 else b"".join(self.frames)
        self.frames = []
        if self.close_sent:
            return
        if self.curr_msg_data_type == "text":
            self._ear.heard(message)
        else:
            self.end(_UNSUPPORTED)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._ear is not None:
            self._ear.gone()
            self._ear = None

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._ear is not None:
            self._ear.writable(False)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._ear is not None:
            self._ear.writable(True)

    def say(self, frames: Sequence[bytes]) -> None:
        if self.conn.state is not State.OPEN or self.disconnected:
            return
        for frame in frames:
            self.conn.send_text(frame)
        self._flush()

    def end(self, code: int) -> None:
        if self.conn.state is not State.OPEN or self.disconnected:
            return
        self.conn.send_close(code)
        self._flush()
        self.close_sent = True
        self.listen(True)  # the page's goodbye has to be read
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.close)

    def listen(self, on: bool) -> None:
        if on == self.read_paused and not self.disconnected:
            self.read_paused = not on
            (self.transport.resume_reading if on else self.transport.pause_reading)()

    def _flush(self) -> None:
        self.transport.write(b"".join(self.conn.data_to_send()))
