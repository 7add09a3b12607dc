"""Sends what is to be sent: in order within a chat, one at a time there, at Telegram's pace, until it is sure.

Knows nothing of interviews. What becomes of a post is told to its `Outcome`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from bot.telegram.client import Client, Failed, Fault
from bot.telegram.in_turn import InTurn
from bot.telegram.pace import Pace
from bot.telegram.parts import Part, Post

log = structlog.get_logger()

_LONGEST_PAUSE = 60.0
_TRIES = 6
"""Tries of what is not stored; what is stored is tried for as long as Telegram is away."""
_FINAL = {Fault.GONE: "blocked", Fault.REFUSED: "refused", Fault.TOO_BIG: "too_big"}

_CROSSING = 1.0
"""Seconds a message from a chat waits for what is being sent there: which of them was first must be known."""


class Outcome(Protocol):
    """Who wants to know what became of a post. `number` is Telegram's number of its last part."""

    def sent(self, post: Post, number: int) -> None:
        """It has arrived."""
        ...

    def doubted(self, post: Post) -> None:
        """It may have arrived: the answer was lost, and it is sent again."""
        ...

    async def settled(self, post: Post, number: int, code: str) -> None:
        """It is done with, or was given up for `code`; the chat's next post waits for this."""
        ...


class Sender:
    """Sends posts. `blocked` says whether a chat is known to refuse them."""

    def __init__(
        self, client: Client, pace: Pace, blocked: Callable[[int], Awaitable[bool]], outcome: Outcome
    ) -> None:
        self._client = client
        self._pace = pace
        self._blocked = blocked
        self._outcome = outcome
        self._flying: dict[int, asyncio.Future[None]] = {}
        self._chats = InTurn("send", self._send)

    def put(self, post: Post) -> None:
        """Send a post after those that are on their way to the same chat."""
        self._chats.put(post.chat, post)

    def busy(self, chat: int) -> bool:
        """Say whether something is on its way to a chat."""
        return self._chats.busy(chat)

    async def stop(self) -> None:
        """Stop sending; what is stored is sent by the next process."""
        await self._chats.stop()

    async def _send(self, chat: int, post: Post) -> None:
        number, code = 0, "blocked" if post.id and await self._blocked(chat) else ""
        for part in post.parts if not code else ():
            number, code = await self._deliver(post, part)
            if code:
                break
        await self._outcome.settled(post, number, code)

    async def landed(self, chat: int) -> None:
        """Wait, not long, until what is being sent to a chat at this moment has its number."""
        flying = self._flying.get(chat)
        if flying is not None:
            await asyncio.wait([flying], timeout=_CROSSING)

    async def _fly(self, post: Post, part: Part) -> int:
        landed = self._flying[post.chat] = asyncio.get_running_loop().create_future()
        try:
            number = await self._client.send(post.chat, part)
            if part is post.parts[-1]:
                self._outcome.sent(post, number)
            return number
        finally:
            landed.set_result(None)
            del self._flying[post.chat]

    async def _deliver(self, post: Post, part: Part) -> tuple[int, str]:
        tries, chat = 0, post.chat
        while True:
            await self._pace.turn(chat)
            try:
                return await self._fly(post, part), ""
            except Failed as error:
                if error.kind in _FINAL:
                    log.warning("telegram_message_refused", kind=error.kind.value)
                    return 0, _FINAL[error.kind]
                if error.kind is not Fault.WAIT:
                    tries += 1
                    self._outcome.doubted(post)
                if tries >= _TRIES and not post.id:
                    return 0, error.kind.value
                await asyncio.sleep(self._pause(chat, error, tries))

    def _pause(self, chat: int, error: Failed, tries: int) -> float:
        """Return the seconds until the next try: what Telegram asks for to the second, else growing ones."""
        if error.kind is Fault.WAIT:
            self._pace.held(chat, error.seconds)
            return error.seconds
        log.warning("telegram_send_again", kind=error.kind.value, tries=tries)
        return min(0.25 * 2.0**tries, _LONGEST_PAUSE)
