"""Reads for many at once: while one reading runs, those who come meanwhile gather for the next.

What group commit is to writing. Knows nothing of what is read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

_AT_ONCE = 128
_GATHERING_SECONDS = 0.015
"""How long those who come are gathered when no reading under way does it: nobody sees it on a page that opens."""

K = TypeVar("K")
V = TypeVar("V")


class Gathering(Generic[K, V]):
    """Turns a reading of many into one that each can wait for.

    `read` runs in a thread when `apart`, for a database that must be waited for. The embedded one answers from
    memory in less time than a thread needs to get its turn back, once for each row, from a busy event loop.
    """

    def __init__(self, read: Callable[[Sequence[K]], Sequence[V]], *, apart: bool = True) -> None:
        self._read = read
        self._apart = apart
        self._waiting: list[tuple[K, asyncio.Future[V]]] = []
        self._reader: asyncio.Task[None] | None = None

    async def read(self, key: K) -> V:
        """Return what `read` gives for this key."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[V] = loop.create_future()
        self._waiting.append((key, future))
        if self._reader is None:
            self._reader = loop.create_task(self._read_all())
        return await future

    async def _read_all(self) -> None:
        while self._waiting:
            if not self._apart:
                await asyncio.sleep(_GATHERING_SECONDS)
            part, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
            try:
                found = await self._look_up([key for key, _ in part])
            except Exception as error:  # noqa: BLE001
                # whatever the database says belongs to those who asked
                for _, future in part:
                    if not future.done():
                        future.set_exception(error)
                continue
            for (_, future), value in zip(part, found, strict=True):
                if not future.done():
                    future.set_result(value)
        self._reader = None

    async def _look_up(self, keys: Sequence[K]) -> Sequence[V]:
        return await asyncio.to_thread(self._read, keys) if self._apart else self._read(keys)
