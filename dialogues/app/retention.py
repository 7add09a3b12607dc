"""Keeps the promise of the consent: what was said is erased when the job's retention time is over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from dialogues.core.events import Expired
from dialogues.ports import Arrival

log = structlog.get_logger()

_EVERY_SECONDS = 3600.0
_FIRST_SECONDS = 30.0
Submit = Callable[[Arrival], Awaitable[object]]


async def sweep_forever(expired: Callable[[float], list[int]], submit: Submit) -> None:
    """Erase every interview whose time is over, once an hour, until cancelled; first, let everybody come back."""
    await asyncio.sleep(_FIRST_SECONDS)
    while True:
        try:
            await sweep(await asyncio.to_thread(expired, time.time()), submit)
        except Exception:  # the database may be away for a moment; the next hour tries again
            log.exception("retention_sweep_failed")
        await asyncio.sleep(_EVERY_SECONDS)


async def sweep(conversations: list[int], submit: Submit) -> None:
    """Hand in one `Expired` for each conversation; a repeated one is dropped by its name."""
    for conversation in conversations:
        event = Expired(at=time.time())
        await submit(Arrival(conversation, "self", f"{conversation}:expired", event))
