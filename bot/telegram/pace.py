"""Keeps to Telegram's rates: so many messages a second in all, and about one a second in each chat."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

_BURST = 3
"""Messages that may follow each other in a chat at once: Telegram is patient with a few."""
_FLOODED = 3
"""So many chats told to wait at the same time mean the whole bot."""
_FORGET_OVER = 10_000


class Pace:
    """Says when to send. `clock` counts seconds."""

    def __init__(
        self, a_second: float, a_second_a_chat: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._gap = 1 / a_second
        self._chat_gap = 1 / a_second_a_chat
        self._clock = clock
        self._next = 0.0
        self._chats: dict[int, float] = {}
        self._held: dict[int, float] = {}

    async def turn(self, chat: int) -> None:
        """Wait until a message may go to this chat; chats do not wait for each other's pauses."""
        wait = self.reserve_chat(chat)
        if wait > 0:
            await asyncio.sleep(wait)
        if (wait := self.flood()) > 0:
            await asyncio.sleep(wait)
        if (wait := self.reserve()) > 0:
            await asyncio.sleep(wait)

    def reserve_chat(self, chat: int) -> float:
        """Take the chat's next place; return the seconds until then."""
        now = self._clock()
        due = max(self._chats.get(chat, 0.0), now - (_BURST - 1) * self._chat_gap)
        if len(self._chats) > _FORGET_OVER:
            self._chats = {one: at for one, at in self._chats.items() if at > now - _BURST * self._chat_gap}
        self._chats[chat] = due + self._chat_gap
        return due - now

    def reserve(self) -> float:
        """Take the bot's next place; return the seconds until then."""
        now = self._clock()
        due = max(self._next, now)
        self._next = due + self._gap
        return due - now

    def spare(self) -> bool:
        """Take the bot's next place for a courtesy, if nothing else wants it now; say whether it was taken."""
        free = self._next <= self._clock() and not self.flood()
        if free:
            self.reserve()
        return free

    def held(self, chat: int, seconds: float) -> None:
        """Take note that Telegram told a chat to wait so long."""
        self._held[chat] = self._clock() + seconds

    def flood(self) -> float:
        """Return the seconds until the whole bot may send again: several chats were told to wait."""
        now = self._clock()
        if self._held:
            self._held = {chat: until for chat, until in self._held.items() if until > now}
        return max(self._held.values()) - now if len(self._held) >= _FLOODED else 0.0
