"""A fair queue: so many at once, and of those who wait each person in turn, however much one of them sends."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class FairQueue:
    """Hands out numbered slots. Lives on one event loop."""

    def __init__(self, slots: int) -> None:
        self._free = list(range(slots))
        self._waiting: dict[Hashable, deque[asyncio.Future[int]]] = {}

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(len(row) for row in self._waiting.values())

    @asynccontextmanager
    async def slot(self, person: Hashable) -> AsyncIterator[int]:
        """Wait for a slot and hold it for the block."""
        number = await self._take(person)
        try:
            yield number
        finally:
            self._give_back(number)

    async def _take(self, person: Hashable) -> int:
        if self._free:
            return self._free.pop()
        turn: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(person, deque()).append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_back(turn.result())
            raise

    def _give_back(self, number: int) -> None:
        while self._waiting:
            person = next(iter(self._waiting))
            row = self._waiting.pop(person)
            turn = row.popleft()
            if row:
                self._waiting[person] = row  # behind everybody else who waits
            if not turn.done():
                turn.set_result(number)
                return
        self._free.append(number)
