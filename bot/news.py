"""Shows the people connected here what other processes have stored: one question for all of them, often.

Only where several processes work on one record. Reads and shows; stores and decides nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

import structlog

log = structlog.get_logger()

_PAUSE = 0.2
_NOTICES_EVERY = 5
"""Looks at the conversations between two looks at what HR was told."""


class News:
    """Watches the conversations that have an open socket here, and what HR is told.

    `versions` gives the version of each conversation, `show` brings its sockets up to date and says whether it
    could, and `tell` shows HR's pages what they were told lately and not shown yet.
    """

    def __init__(
        self,
        connected: Callable[[], Collection[int]],
        versions: Callable[[Collection[int]], dict[int, int]],
        show: Callable[[int], Awaitable[bool]],
        tell: Callable[[], Awaitable[None]],
    ) -> None:
        self._connected = connected
        self._versions = versions
        self._show = show
        self._tell = tell
        self._seen: dict[int, int] = {}
        self._own: dict[int, set[int]] = {}

    def wrote(self, versions: dict[int, int]) -> None:
        """Note what this process stored, and has shown, itself."""
        for conversation, version in versions.items():
            if conversation in self._seen:
                self._own.setdefault(conversation, set()).add(version)

    async def watch_forever(self) -> None:
        """Look a few times a second, until cancelled."""
        looks = 0
        while True:
            try:
                await self.look()
                if looks % _NOTICES_EVERY == 0:
                    await self._tell()
            except Exception:  # the database may be away for a moment; the next look tries again
                log.exception("news_failed")
            looks += 1
            await asyncio.sleep(_PAUSE)

    async def look(self) -> None:
        """Show every conversation that somebody else has changed."""
        connected = self._connected()
        for gone in self._seen.keys() - set(connected):
            del self._seen[gone]
            self._own.pop(gone, None)
        if connected:
            now = await asyncio.to_thread(self._versions, connected)
            for conversation, version in now.items():
                if self._is_news(conversation, version):
                    await self._try_show(conversation)

    async def _try_show(self, conversation: int) -> None:
        """Show a conversation; one that could not be shown on every socket is news again at the next look."""
        version = self._seen.pop(conversation)
        if await self._show(conversation):
            self._seen[conversation] = version

    def _is_news(self, conversation: int, version: int) -> bool:
        before, own = self._seen.get(conversation), self._own.get(conversation, set())
        self._seen[conversation] = version
        if before is None:
            return True
        foreign = any(one not in own for one in range(before + 1, version + 1))
        own -= {one for one in own if one <= version}
        return foreign
