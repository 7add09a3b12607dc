"""Who sits in which chat, and what they have been shown: a short memory in front of the tables."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque

from bot.telegram.ports import Memory
from dialogues.app.pushing import Seat

_FRESH_SECONDS = 30.0
"""Other processes may give somebody a seat; so long nobody notices."""
_MOST = 20_000
_RECENT = 8
_Shown = deque[tuple[int, int]]


class Seats:
    """Reads seats, chats and turns."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._seats: OrderedDict[int, tuple[float, Seat]] = OrderedDict()
        self._chats: OrderedDict[int, int] = OrderedDict()
        self._shown: OrderedDict[int, _Shown] = OrderedDict()
        self._fresh: OrderedDict[int, _Shown] = OrderedDict()
        self._perhaps: OrderedDict[int, int] = OrderedDict()

    async def of(self, chat: int) -> Seat:
        """Return who is in a chat."""
        known = self._seats.get(chat)
        if known is not None and time.monotonic() - known[0] < _FRESH_SECONDS:
            return known[1]
        seat = await asyncio.to_thread(self._memory.seat, chat)
        self._seats[chat] = (time.monotonic(), seat)
        _trim(self._seats)
        return seat

    def changed(self, chat: int) -> None:
        """Forget what is known of a chat's seat."""
        self._seats.pop(chat, None)

    async def sit(self, chat: int, interview: int = 0) -> None:
        """Speak in this interview from now on; 0 is none."""
        await asyncio.to_thread(self._memory.sit, chat, interview)
        self.changed(chat)

    async def chat_of(self, conversation: int) -> int:
        """Return the chat an interview belongs to; 0 when none."""
        chat = self._chats.get(conversation, 0)
        if not chat:
            chat = await asyncio.to_thread(self._memory.chat_of, conversation)
            self.belongs(conversation, chat)
        return chat

    def known_chat(self, conversation: int) -> int:
        """Return the chat an interview belongs to, if that is known without asking; else 0."""
        return self._chats.get(conversation, 0)

    def belongs(self, conversation: int, chat: int) -> None:
        """Take note of the chat an interview belongs to."""
        if chat:
            self._chats[conversation] = chat
            _trim(self._chats)

    def delivered(self, conversation: int, message: int, turn: int) -> None:
        """Take note that a message of this turn has arrived under Telegram's number."""
        shown = self._shown.get(conversation)
        if shown is None:  # not read yet, and perhaps not stored yet
            shown = self._fresh.setdefault(conversation, deque(maxlen=_RECENT))
            _trim(self._fresh)
        shown.append((message, turn))

    def perhaps_shown(self, conversation: int, turn: int) -> None:
        """Take note that a message of this turn may have arrived under a number nobody knows."""
        self._perhaps[conversation] = max(turn, self._perhaps.get(conversation, 0))
        _trim(self._perhaps)

    async def seen(self, conversation: int, message: int) -> int:
        """Return the turn of the last message that stood above this one in the chat; 0 when unknown.

        Telegram numbers the messages of a bot's chats in their order, whoever sent them.
        """
        shown = self._shown.get(conversation)
        if shown is None:
            recent = await asyncio.to_thread(self._memory.recent, conversation)
            fresh = self._fresh.pop(conversation, ())
            shown = self._shown.setdefault(conversation, deque(recent, _RECENT))
            shown.extend(one for one in fresh if one not in shown)
            _trim(self._shown)
        above = max((turn for number, turn in shown if number < message), default=0)
        return max(above, self._perhaps.get(conversation, 0)) if above else 0


def _trim(
    known: OrderedDict[int, object]
    | OrderedDict[int, tuple[float, Seat]]
    | OrderedDict[int, int]
    | OrderedDict[int, _Shown],
) -> None:
    while len(known) > _MOST:
        known.popitem(last=False)
