"""One thing after the other for each key, different keys at the same time. Knows nothing of what is done."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import structlog

log = structlog.get_logger()

T = TypeVar("T")


class InTurn(Generic[T]):
    """Queues by key, each with a task of its own while there is something in it."""

    def __init__(self, name: str, do: Callable[[int, T], Awaitable[None]]) -> None:
        """`do` must not raise for what it expects; an exception is logged under `name` and its thing dropped."""
        self._name = name
        self._do = do
        self._queues: dict[int, deque[T]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, key: int, thing: T) -> None:
        """Have a thing done after those that were put under the same key before; call on the event loop."""
        queue = self._queues.get(key)
        if queue is not None:
            queue.append(thing)
            return
        self._queues[key] = deque([thing])
        task = asyncio.get_running_loop().create_task(self._work(key), name=f"{self._name}-{key}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def busy(self, key: int) -> bool:
        """Say whether something is being done under this key."""
        return key in self._queues

    async def _work(self, key: int) -> None:
        queue = self._queues[key]
        try:
            while queue:
                try:
                    await self._do(key, queue[0])
                except Exception:  # one thing must not stop those behind it
                    log.exception("telegram_work_failed", work=self._name)
                queue.popleft()
        finally:
            self._queues.pop(key, None)

    async def stop(self) -> None:
        """Let go of everything; whatever is stored is taken up again."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
