"""Ticks the housekeeping with APScheduler. No fact of an interview lives here: reminders are rows of the outbox.

A chore that is missed, or still runs when its next turn comes, is simply run at the next one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

log = structlog.get_logger()

Chore = Callable[[], Awaitable[None]]


class Clock:
    """Runs chores: some every so many seconds, some at an hour of the day."""

    def __init__(self, timezone: str) -> None:
        self._timezone = timezone
        self._scheduler = AsyncIOScheduler(timezone=timezone)

    def every(self, seconds: float, name: str, chore: Chore) -> None:
        """Run a chore again and again."""
        self._add(name, chore, IntervalTrigger(seconds=seconds, timezone=self._timezone))

    def daily(self, hour: int, name: str, chore: Chore) -> None:
        """Run a chore once a day, at this hour of the company's clock."""
        self._add(name, chore, CronTrigger(hour=hour, minute=0, timezone=self._timezone))

    def _add(self, name: str, chore: Chore, trigger: IntervalTrigger | CronTrigger) -> None:
        async def run() -> None:
            try:
                await chore()
            except Exception:  # a chore must not end the clock; it is run again at its next turn
                log.exception("chore_failed", chore=name)

        self._scheduler.add_job(
            run, trigger, id=name, coalesce=True, max_instances=1, misfire_grace_time=3600
        )

    async def run_forever(self) -> None:
        """Tick until cancelled."""
        self._scheduler.start()
        try:
            await asyncio.Event().wait()
        finally:
            self._scheduler.shutdown(wait=False)
