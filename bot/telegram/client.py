"""The Bot API as the rest of the channel sees it: a few calls, and four kinds of failure.

The library behind it takes seconds to import; that happens in a thread, so that the server serves meanwhile.
"""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.telegram.calls import Calls
    from bot.telegram.parts import Part

LARGEST = 20 << 20
"""Bytes of the largest file that a bot may download."""


class Fault(StrEnum):
    """What kind of answer it was."""

    WAIT = "wait"
    """Too many at once: after exactly `seconds` again."""
    GONE = "blocked"
    """The person has blocked the bot or is no more."""
    REFUSED = "refused"
    """It will never be accepted as it is."""
    AWAY = "away"
    """Telegram or the way to it has trouble; later again."""
    CONFLICT = "conflict"
    """Somebody else reads this bot's updates."""
    TOKEN = "not_this_bot"  # noqa: S105 a kind of answer
    """The token is not, or no longer, this bot's."""
    TOO_BIG = "too_big"


class Failed(Exception):
    """A call failed. `kind` says what to do; `seconds` how long to wait for kind WAIT."""

    def __init__(self, kind: Fault, seconds: float = 0.0) -> None:
        super().__init__(kind.value)
        self.kind = kind
        self.seconds = seconds


class Client:
    """Calls of one bot. Every method raises Failed and nothing else."""

    def __init__(self, token: str, base: str = "") -> None:
        self._token = token
        self._base = base
        self._calls: Calls | None = None
        self._loading = asyncio.Lock()

    async def load(self) -> Calls:
        """Return the calls themselves, for what is asked once; updates can be read from then on."""
        if self._calls is None:
            async with self._loading:  # two threads that import the same at once may see it half made
                make = await asyncio.to_thread(_import_calls)
                self._calls = self._calls or make(self._token, self._base)
        return self._calls

    async def close(self) -> None:
        """Close the connections."""
        if self._calls is not None:
            await self._calls.close()

    async def send(self, chat: int, part: Part) -> int:
        """Send one part; return Telegram's number of the message."""
        return await (await self.load()).send(chat, part)

    async def updates(self, offset: int, seconds: int, kinds: list[str]) -> list[dict[str, Any]]:
        """Wait up to `seconds` for updates from `offset` on; everything below it is acknowledged by asking."""
        return await (await self.load()).updates(offset, seconds, kinds)

    async def answer(self, query: str, text: str = "") -> None:
        """Let the button go, with a word if there is one."""
        await (await self.load()).answer(query, text)

    async def clear_keys(self, chat: int, message: int) -> None:
        """Take the buttons off a message."""
        await (await self.load()).clear_keys(chat, message)

    async def typing(self, chat: int) -> None:
        """Show for some seconds that an answer is being read."""
        await (await self.load()).typing(chat)

    async def leave(self, chat: int) -> None:
        """Leave a group."""
        await (await self.load()).leave(chat)

    async def download(self, file: str) -> bytes:
        """Return a file's content; Failed TOO_BIG above 20 MB."""
        return await (await self.load()).download(file)


def _import_calls() -> type[Calls]:
    from bot.telegram.calls import Calls  # here: see above

    return Calls
