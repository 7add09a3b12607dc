"""One reading for all who come while another runs; each gets their own answer, and their own error."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from bot.webchat.gathering import Gathering


async def test_those_who_come_during_a_reading_share_the_next() -> None:
    parts: list[list[int]] = []
    first_may_end = threading.Event()
    begun, loop = asyncio.Event(), asyncio.get_running_loop()

    def read(keys: Sequence[int]) -> list[str]:
        parts.append(list(keys))
        loop.call_soon_threadsafe(begun.set)
        first_may_end.wait(5)
        return [f"for {key}" for key in keys]

    gathering = Gathering(read)
    first = asyncio.ensure_future(gathering.read(0))
    await begun.wait()
    others = [asyncio.ensure_future(gathering.read(key)) for key in range(1, 40)]
    await asyncio.sleep(0.05)
    assert parts == [[0]]  # one reading at a time
    first_may_end.set()
    assert await first == "for 0"
    assert await asyncio.gather(*others) == [f"for {key}" for key in range(1, 40)]
    assert parts == [[0], list(range(1, 40))]


async def test_an_error_reaches_those_who_asked_and_the_next_are_served() -> None:
    def read(keys: Sequence[int]) -> list[int]:
        if 13 in keys:
            raise ValueError("no thirteen")
        return list(keys)

    gathering = Gathering(read)
    with pytest.raises(ValueError, match="thirteen"):
        await gathering.read(13)
    assert await gathering.read(14) == 14


async def test_one_who_left_does_not_stop_the_others() -> None:
    gathering = Gathering[int, int](list)
    left, stays = (asyncio.ensure_future(gathering.read(key)) for key in (1, 2))
    await asyncio.sleep(0)
    left.cancel()
    assert await stays == 2
