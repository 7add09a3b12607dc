"""Asks Telegram for updates where there is no public address: stores what came, then asks from the next one on."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from bot.telegram.client import Client, Failed, Fault
from bot.telegram.edge import Edge
from bot.telegram.incoming import KINDS, Unreadable, chat_of, number_of

log = structlog.get_logger()

_WAIT = 50
"""Seconds that Telegram holds a question open when there is nothing new."""
_LONGEST_PAUSE = 60.0
_AGAIN = 0.5


class Poller:
    """Reads updates of one bot. Two at the same time disturb each other: Telegram tells both (409)."""

    def __init__(self, client: Client, edge: Edge) -> None:
        self._client = client
        self._edge = edge
        self._offset = 0
        self._troubles = 0

    async def poll_forever(self) -> None:
        """Take updates in until cancelled."""
        while True:
            await self.poll()

    async def poll(self) -> None:
        """Ask once and take in what comes; pauses after a failure, longer each time."""
        try:
            updates = await self._client.updates(self._offset, _WAIT, KINDS)
        except Failed as error:
            await self._pause(error)
            return
        self._troubles = 0
        await self._take_all(updates)

    async def _pause(self, error: Failed) -> None:
        self._troubles += 1
        if error.kind is Fault.CONFLICT:
            log.error(
                "telegram_polled_by_another",
                what_to_do="stop the other process that reads this bot's updates, or its webhook",
            )
        else:
            log.warning("telegram_not_reachable", kind=error.kind.value, times=self._troubles)
        wait = error.seconds or min(_AGAIN * 2.0**self._troubles, _LONGEST_PAUSE)
        await asyncio.sleep(wait)

    async def _take_all(self, updates: list[dict[str, Any]]) -> None:
        """Take updates in, those of one chat in order, and move on when all are durable."""
        chats: dict[int, list[dict[str, Any]]] = {}
        for update in updates:
            chats.setdefault(chat_of(update), []).append(update)
        await asyncio.gather(*(self._take_in_order(chat) for chat in chats.values()))
        numbers = [_number(update) for update in updates]
        self._offset = max([self._offset, *(number + 1 for number in numbers)])

    async def _take_in_order(self, updates: list[dict[str, Any]]) -> None:
        for update in updates:
            pause = _AGAIN
            while not await self._took(update):
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    async def _took(self, update: dict[str, Any]) -> bool:
        try:
            await self._edge.take(update)
        except Exception:  # noqa: BLE001
            # whatever kept it from being stored is logged there; it is taken again until it is stored or set aside
            return False
        return True


def _number(update: dict[str, Any]) -> int:
    try:
        return number_of(update)
    except Unreadable:
        return 0
