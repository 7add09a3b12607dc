"""The Telegram channel put together: starts and stops its parts, and is what the server talks to."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from bot.telegram.buttons import Buttons
from bot.telegram.client import Client, Failed, Fault
from bot.telegram.documents import Documents
from bot.telegram.doors import Doors
from bot.telegram.edge import Edge
from bot.telegram.listening import Listening
from bot.telegram.pace import Pace
from bot.telegram.parts import Post, Text
from bot.telegram.polling import Poller
from bot.telegram.ports import Parts, Settings
from bot.telegram.pump import CHANNEL, Pump
from bot.telegram.screens import DeskChats
from bot.telegram.seats import Seats
from bot.telegram.sender import Sender
from bot.telegram.setting_up import choose_way, describe, introduce
from bot.telegram.troubles import explain
from bot.telegram.webhook import Webhook
from bot.telegram.words import spoken, tell
from dialogues.app.outcome import Message

log = structlog.get_logger()

_LOOK_ALONE, _LOOK_SHARED = 5.0, 0.25
"""Seconds between two looks for messages that nobody has offered: left by a crash, or stored by others."""
_TIDY_EVERY = 600.0
_LEAD_AGAIN = 2.0
_TYPING, _TYPES = 4.0, 15
"""Seconds between two signs that an answer is being read, which Telegram shows for five; and how many at most."""
_LONGEST_PAUSE = 60.0


class Telegram:
    """One bot."""

    def __init__(self, parts: Parts, settings: Settings, timezone: str) -> None:
        self._parts = parts
        self._settings = settings
        self._client = Client(settings.token, settings.api_base)
        buttons = Buttons()
        self._seats = Seats(parts.memory)
        self._pump = Pump(parts, self._seats, buttons)
        self._pace = Pace(settings.rate, settings.chat_rate)
        self._sender = Sender(self._client, self._pace, self._blocked, self._pump)
        self._pump.put = self._sender.put
        self.screens = DeskChats(parts, self._sender, buttons, settings.language, timezone)
        self._doors = Doors(parts, settings, self._seats, buttons, self._sender.put)
        listening = Listening(
            parts.telling, buttons, self._client.answer, self._sender.put, self._doors.language
        )
        self._pump.listening = listening.key
        self._edge = Edge(
            parts,
            self._seats,
            self._doors,
            buttons,
            self._client,
            self._sender.landed,
            self.screens.join,
            listening,
        )
        self.webhook = Webhook(self._edge, settings.secret)
        self.fetch = Documents(parts, self._client).fetch
        self._state = "starting"
        self._typing: dict[int, asyncio.Task[None]] = {}

    async def start(self) -> None:
        """Take up what was left to deliver; call before anything new is stored."""
        self._parts.memory.start(int(self._settings.token.partition(":")[0]))
        self.screens.start(await asyncio.to_thread(self._parts.memory.started_desks))
        if self._settings.alone:
            await self._pump.take_over()

    def chores(self) -> list[Coroutine[Any, Any, None]]:
        """Return what runs as long as the server does."""
        return [self._lead_forever(), self._tidy_forever()]

    async def stop(self) -> None:
        """Let go of everything; the record knows what is left."""
        await self.screens.stop()
        await self._pump.stop()
        await self._sender.stop()
        for task in list(self._typing.values()):
            task.cancel()
        await self._client.close()

    async def download(self, file: str) -> bytes | None:
        """Return a file that a person of HR sent; None when it cannot be had."""
        try:
            return await self._client.download(file)
        except Failed as error:
            log.info("telegram_file_lost", kind=error.kind.value)
            return None

    @property
    def state(self) -> str:
        """`ready`, or `broken: why`."""
        return self._state

    def show(self, message: Message) -> None:
        """Deliver a message that was just stored, if it is for this channel."""
        if message.channel == CHANNEL and (typing := self._typing.get(message.conversation)):
            typing.cancel()
        if message.channel == CHANNEL and self._settings.alone:
            self._pump.offer(message)

    def typing(self, conversation: int) -> None:
        """Show that an answer is being read until something is said, unless something is being said anyway."""
        chat = self._seats.known_chat(conversation)
        if chat and conversation not in self._typing and not self._sender.busy(chat):
            task = asyncio.get_running_loop().create_task(self._type(chat))
            self._typing[conversation] = task
            task.add_done_callback(lambda _: self._typing.pop(conversation, None))

    async def _type(self, chat: int) -> None:
        try:
            for _ in range(_TYPES):
                if self._pace.spare():
                    await self._client.typing(chat)
                await asyncio.sleep(_TYPING)
        except Failed as error:
            log.info("telegram_courtesy_failed", kind=error.kind.value)

    def apologise(self, conversation: int) -> None:
        """Say that something is stored but could not be dealt with at once."""
        chat = self._seats.known_chat(conversation)
        if chat:
            text = tell(spoken("", self._settings.language), "trouble")
            self._sender.put(Post(chat, (Text(text),)))

    async def _blocked(self, chat: int) -> bool:
        return (await self._seats.of(chat)).blocked

    async def _lead_forever(self) -> None:
        """Send and poll whenever no other process does."""
        while True:
            try:
                with self._parts.memory.lead() as leads:
                    if leads:
                        await self._lead()  # returns only by an exception
            except Exception:  # the database may be away for a moment; somebody leads again then
                log.exception("telegram_lead_failed")
            self._state = "ready: another process sends"
            await asyncio.sleep(_LEAD_AGAIN)

    async def _lead(self) -> None:
        if not self._settings.alone:
            await self._pump.take_over()
        looking = asyncio.ensure_future(self._look_forever())
        self.screens.tells = True
        try:
            await self._set_up()
            if self._settings.webhook:
                await looking
            else:
                await Poller(self._client, self._edge).poll_forever()
        finally:
            looking.cancel()
            self.screens.tells = False

    async def _set_up(self) -> None:
        """Introduce ourselves to Telegram, as often as it takes."""
        pause = 1.0
        while True:
            try:
                bot, username = await introduce(self._client)
                await asyncio.to_thread(self._parts.memory.start, bot, username)
                await choose_way(self._client, self._settings)
                self._state = "ready"
                await describe(self._client, self._parts.languages, self._settings.language)
            except Failed as error:
                if self._state == "ready" and error.kind is not Fault.TOKEN:
                    log.warning("telegram_not_described", kind=error.kind.value)
                    return
                self._state = f"broken: {explain(error.kind)}"
                log.error("telegram_not_started", kind=error.kind.value)  # noqa: TRY400 the error holds no more
                await asyncio.sleep(error.seconds or pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                return

    async def _look_forever(self) -> None:
        while True:
            try:
                await self._pump.load()
            except Exception:  # the database may be away for a moment; the next look tries again
                log.exception("telegram_look_failed")
            await asyncio.sleep(_LOOK_ALONE if self._settings.alone else _LOOK_SHARED)

    async def _tidy_forever(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self._parts.memory.tidy)
            except Exception:  # the database may be away for a moment; the next time does it
                log.exception("telegram_tidy_failed")
            await asyncio.sleep(_TIDY_EVERY)
