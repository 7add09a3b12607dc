"""One open page: what it was told, what waits to be sent to it, and what it sent before it could be taken.

Frames put in the same moment leave in one write. Knows nothing of what they say.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from bot.webchat.wire import Wire
from dialogues.app.outcome import Message

MAX_QUEUED = 200
"""Frames waiting for one slow page; beyond it the connection is ended and the page comes back for what it missed."""
FAR_AHEAD = 32
"""Messages of a page under way at which it is not read further for the moment."""
_TRY_AGAIN = 1013


class Page:
    """The page at the end of a wire. Implements `bot.webchat.wire.Ear`."""

    __slots__ = (
        "_flushing", "_loop", "_may_write", "_room", "conversation", "early", "held", "language",
        "leave", "left", "pending", "take", "told", "waiting", "wire",
    )  # fmt: skip

    def __init__(
        self,
        wire: Wire,
        loop: asyncio.AbstractEventLoop,
        take: Callable[[Page, bytes], None],
        leave: Callable[[Page], None],
    ) -> None:
        """`take` gets its messages one after the other; `leave` is called when it has gone."""
        self.wire, self._loop, self.take, self.leave = wire, loop, take, leave
        self.conversation = 0
        """0 until its invitation is read."""
        self.left = False
        self.language = ""
        self.told = 0
        """The number up to which the page was told the story from the record."""
        self.held: list[Message] | None = []
        """New messages kept back until the page has its history; None when they are shown at once."""
        self.early: list[bytes] | None = []
        """What it sent while it was being let in; None when messages are taken at once."""
        self.pending = 0
        """Messages of the page that are not durable yet."""
        self.waiting: list[bytes] = []
        """Frames not yet sent."""
        self._flushing = False
        self._may_write = True
        self._room: asyncio.Future[None] | None = None

    def heard(self, raw: bytes) -> None:
        """Take a message now, or when what came before has been dealt with."""
        if self.early is None:
            self.take(self, raw)
            return
        self.early.append(raw)
        if len(self.early) == FAR_AHEAD:
            self.wire.listen(False)

    def busy(self) -> None:
        """Keep back what comes next until `free`."""
        if self.early is None:
            self.early = []

    def free(self) -> None:
        """Take what was kept back, as far as nothing in it makes the page busy again."""
        early, self.early = self.early or [], None
        for number, raw in enumerate(early, 1):
            self.take(self, raw)
            if self.early is not None:
                self.early += early[number:]
                return
        self.wire.listen(True)

    def writable(self, may: bool) -> None:
        """Go on sending, or keep frames until the page has read what it got."""
        self._may_write = may
        if may:
            self._flush()

    def gone(self) -> None:
        """Let go of everything that waited for this page."""
        self.left, self.waiting = True, []
        self._make_room()
        self.leave(self)

    def put(self, frame: bytes) -> None:
        """Send a frame soon; the connection of a page that cannot keep up is ended."""
        if len(self.waiting) >= MAX_QUEUED and not self._may_write:
            self.close()
            return
        self.waiting.append(frame)
        self._flush_soon()

    def tell(self, frames: Iterable[bytes]) -> None:
        """Send what the page has asked for, however much it is."""
        self.waiting += frames
        self._flush_soon()

    async def room(self) -> None:
        """Wait until the page has read what it was told, or has gone."""
        if self.waiting and not self._may_write:
            self._room = self._loop.create_future()
            await self._room

    def close(self) -> None:
        """End the connection; its page comes back for what it missed."""
        self.waiting = []
        self.wire.end(_TRY_AGAIN)

    def _flush_soon(self) -> None:
        if not self._flushing and self._may_write:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = False
        if self.waiting and self._may_write:
            frames, self.waiting = self.waiting, []
            self.wire.say(frames)
            self._make_room()

    def _make_room(self) -> None:
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        self._room = None
