"""The flood guard: so many messages a second in all and a few at once in a chat, then 429 with a time to wait."""

from __future__ import annotations

import math
import time

from tests.channels.telegram.botapi.faults import ApiError


class Bucket:
    """So many a second, so many at once."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._left, self._at = burst, time.monotonic()

    def take(self) -> float:
        """Take one; return 0, or the seconds to wait."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return (1 - self._left) / self._rate
        self._left -= 1
        return 0.0


class Flood:
    """Both limits. 0 is none. `told` counts the 429s."""

    def __init__(self, rate: float = 0.0, chat_rate: float = 0.0, burst: float = 4.0) -> None:
        self._chat_rate, self._burst = chat_rate, burst
        self._all = Bucket(rate, rate) if rate else None
        self._chats: dict[int, Bucket] = {}
        self.told = 0
        self.too_early = 0
        self._until: dict[int, float] = {}

    def check(self, chat: int) -> None:
        """Raise 429 when there were too many; count those who do not wait as told."""
        if time.monotonic() < self._until.get(chat, 0.0):
            self.too_early += 1
        wait = 0.0
        if self._chat_rate:
            wait = self._chats.setdefault(chat, Bucket(self._chat_rate, self._burst)).take()
        if not wait and self._all is not None:
            wait = self._all.take()
        if wait:
            self.told += 1
            seconds = max(1, math.ceil(wait))
            self._until[chat] = time.monotonic() + seconds - 0.05
            raise ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
