"""The chats of the people of HR. Implements `bot.hr.desk.Screens` beside the web page; what is shown is not stored."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from functools import partial
from typing import Any

from bot.telegram.buttons import Buttons
from bot.telegram.drawing import Drawing
from bot.telegram.in_turn import InTurn
from bot.telegram.parts import Post
from bot.telegram.ports import Parts
from bot.telegram.sender import Sender
from dialogues.ports import Person

Block = dict[str, Any]
_OURS = re.compile(r"\d+:\d+(?::\d+)?")
"""How answers name an update of ours; other names are those of the web page."""
PREFIX = "telegram:"
_REMEMBERED = 5000


class DeskChats:
    """Shows blocks in the chats of those who have opened one with the bot."""

    def __init__(self, parts: Parts, sender: Sender, buttons: Buttons, language: str, timezone: str) -> None:
        self._parts = parts
        self._sender = sender
        self._buttons = buttons
        self._language = language
        self._timezone = timezone
        self._started: set[int] = set()
        self.tells = False
        """Whether this process is the one that tells people what they did not ask for."""
        self._told: OrderedDict[tuple[int, str], None] = OrderedDict()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._drawing = InTurn("draw", self._draw)

    def start(self, started: list[int]) -> None:
        """Begin; `started` are the desks whose chat is open."""
        self._loop = asyncio.get_running_loop()
        self._started = set(started)

    def join(self, desk: int) -> None:
        """Take note that a person of HR has opened the chat."""
        self._started.add(desk)

    @property
    def conversations(self) -> list[int]:
        """The desks with an open chat."""
        return list(self._started)

    def send(self, conversation: int, blocks: list[Block], *, to: str = "", key: str = "") -> bool:
        """Show blocks in a person's chat, from any thread; say whether there is one."""
        asked_here = _OURS.fullmatch(to) is not None if to else self.tells
        if self._loop is None or conversation not in self._started or not asked_here:
            return False
        if key and not self._is_news(conversation, key):
            return True
        self._loop.call_soon_threadsafe(self._drawing.put, conversation, blocks)
        return True

    def _is_news(self, conversation: int, key: str) -> bool:
        """Say whether a person has not been told this, by whatever process."""
        if (conversation, key) in self._told or not self._parts.claim(conversation, key):
            return False
        self._told[conversation, key] = None
        while len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        return True

    def renew(self, person: Person) -> None:
        """Do nothing: a chat has no words of its own but those of its messages."""

    async def stop(self) -> None:
        """Stop drawing."""
        await self._drawing.stop()

    async def _draw(self, conversation: int, blocks: list[Block]) -> None:
        person = await asyncio.to_thread(self._parts.person, conversation)
        if person is None or not person.id.removeprefix(PREFIX).isdigit():
            return
        drawing = Drawing(
            person.language or self._language,
            self._timezone,
            self._buttons,
            picture=partial(self._parts.picture, person),
            report=partial(self._parts.report, person),
            chart=partial(self._parts.chart, person),
        )
        parts = await drawing.draw(blocks)
        if parts:
            self._sender.put(Post(int(person.id.removeprefix(PREFIX)), tuple(parts)))
