"""Who is connected: hands new messages to the open sockets of a conversation. Losing one costs nothing: it is
read again from the record by its number."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from dialogues.app.outcome import Message

MAX_QUEUED = 200
"""Frames waiting for one slow socket; beyond it the socket is closed and comes back for what it missed."""


class Line:
    """One open socket's queue of frames to send."""

    __slots__ = ("closed", "held", "language", "pending", "queue", "told")

    def __init__(self) -> None:
        self.told = 0
        """The number up to which the page was told the story from the record."""
        self.held: list[Message] | None = []
        """New messages kept back until the page has its history; None when they are shown at once."""
        self.queue: asyncio.Queue[Any] = asyncio.Queue(MAX_QUEUED)
        self.closed = False
        self.language = ""
        self.pending = 0
        """Messages of the page that are not durable yet."""

    def close(self) -> None:
        """Have the socket closed; its page comes back for what it missed."""
        self.closed = True
        if self.queue.empty():
            self.queue.put_nowait(None)

    def put(self, frame: Any) -> None:
        """Queue a frame; a socket that cannot keep up is marked closed."""
        try:
            self.queue.put_nowait(frame)
        except asyncio.QueueFull:
            self.closed = True


class Hub:
    """Open sockets by conversation."""

    def __init__(self) -> None:
        self._lines: dict[int, set[Line]] = defaultdict(set)

    def join(self, conversation: int) -> Line:
        """Return a new line for a socket."""
        line = Line()
        self._lines[conversation].add(line)
        return line

    def leave(self, conversation: int, line: Line) -> None:
        """Forget a socket."""
        self._lines[conversation].discard(line)
        if not self._lines[conversation]:
            del self._lines[conversation]

    def send(self, conversation: int, frame: Any) -> bool:
        """Hand a frame to the sockets of a conversation; say whether there was one."""
        lines = self._lines.get(conversation)
        if not lines:
            return False
        for line in lines:
            line.put(frame)
        return True

    def lines(self, conversation: int) -> Collection[Line]:
        """Return the lines of a conversation's sockets."""
        return self._lines.get(conversation, ())

    def conversations(self) -> list[int]:
        """Return the conversations with an open socket."""
        return list(self._lines)

    @property
    def connected(self) -> int:
        """How many conversations have an open socket."""
        return len(self._lines)
