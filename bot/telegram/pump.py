"""Delivers stored messages: as they are published, and from the record what a crash or another process left.

Each is noted before the next one of its chat is sent, so that a crash repeats at most one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import structlog

from bot.telegram.buttons import Buttons
from bot.telegram.in_turn import InTurn
from bot.telegram.parts import Key, Keys, Part, Post, Text
from bot.telegram.ports import Parts
from bot.telegram.seats import Seats
from bot.telegram.splitting import split_text
from dialogues.app.outcome import Message
from dialogues.app.pushing import Delivery, Pending
from dialogues.core.effects import SayKind
from dialogues.core.events import Unreachable
from dialogues.ports import Arrival

log = structlog.get_logger()

CHANNEL = "telegram"
_ANSWERED = frozenset({SayKind.QUESTION.value, SayKind.TASK.value, SayKind.FOLLOWUP.value})
_SAVE_TYPING = ("do:skip", "do:pause")
_REMEMBERED = 600.0
_PAUSE = 1.0


class Pump:
    """Turns stored messages into posts and notes what became of them. `put` sends a post.

    `listening` gives the button of a question that can be heard.
    """

    def __init__(self, parts: Parts, seats: Seats, buttons: Buttons) -> None:
        self._parts = parts
        self._seats = seats
        self._buttons = buttons
        self.put: Callable[[Post], None] = _nowhere
        self.listening: Callable[[Message, str], tuple[Key, ...]] = lambda _message, _language: ()
        self._known: dict[int, float] = {}
        self._sorting = InTurn("sort", self._sort)

    def offer(self, message: Message) -> None:
        """Deliver a message that was just stored; call in the order of storing."""
        self._offer(Pending(message, self._seats.known_chat(message.conversation)))

    async def take_over(self) -> None:
        """Deliver what another process left: of each interview it may have sent the first without noting it."""
        pending = await asyncio.to_thread(self._parts.memory.undelivered)
        first = {one.message.conversation: one.message.turn for one in reversed(pending)}
        for conversation, turn in first.items():
            self._seats.perhaps_shown(conversation, turn)
        for one in pending:
            self._offer(one)

    async def load(self) -> int:
        """Deliver what waits in the record and is not on its way yet; return how many there were."""
        pending = await asyncio.to_thread(self._parts.memory.undelivered)
        for one in pending:
            self._offer(one)
        self._forget_old()
        return len(pending)

    async def stop(self) -> None:
        """Let go; the record keeps what is not delivered."""
        await self._sorting.stop()

    def _offer(self, pending: Pending) -> None:
        number = pending.message.id
        if number not in self._known:
            self._known[number] = time.monotonic()
            self._sorting.put(0, pending)

    def _forget_old(self) -> None:
        """Forget what was noted long ago; what is still on its way stays known by being younger than a crash."""
        if len(self._known) > 50_000:
            old = time.monotonic() - _REMEMBERED
            self._known = {one: at for one, at in self._known.items() if at > old}

    async def _sort(self, _: int, pending: Pending) -> None:
        message = pending.message
        chat = pending.chat or await self._seats.chat_of(message.conversation)
        if chat:
            self._seats.belongs(message.conversation, chat)
            self.put(_post(chat, message, await self._keys(message)))
        else:
            log.warning("telegram_message_without_chat", conversation=message.conversation)
            await self._note(Delivery(message.id, code="no_chat"))

    async def _keys(self, message: Message) -> Keys:
        """Return a message's own buttons; under what is answered in words, those that save typing a command."""
        shown: list[tuple[str, str]] = message.buttons
        more: Keys = ()
        if message.kind in _ANSWERED:
            language = message.language or await self._language(message.conversation)
            phrase = self._parts.languages[language].catalog.phrase
            shown = shown or [(phrase(f"button.{value}"), value) for value in _SAVE_TYPING]
            more = self.listening(message, language)
        own = tuple(
            Key(label, self._buttons.choice(message.conversation, message.turn, value))
            for label, value in shown
        )
        return (*own, *more)

    async def _language(self, conversation: int) -> str:
        state = await asyncio.to_thread(self._parts.doors.interview, conversation)
        return state.language if state is not None else "en"

    async def settled(self, post: Post, number: int, code: str) -> None:
        """Note what became of a post; returns when that is durable."""
        if not post.id:
            return
        if code == "blocked":
            await self._lose_touch(post)
        await self._note(Delivery(post.id, number, code))

    def sent(self, post: Post, number: int) -> None:
        """Remember that the person has been shown this from Telegram's number on."""
        if post.id:
            self._seats.delivered(post.conversation, number, post.turn)

    def doubted(self, post: Post) -> None:
        """Remember that the person may have been shown this before."""
        if post.id:
            self._seats.perhaps_shown(post.conversation, post.turn)

    async def _note(self, delivery: Delivery) -> None:
        while True:
            try:
                await self._parts.delivered(delivery)
            except Exception as error:  # noqa: BLE001
                # whatever keeps the database from noting it: nothing more goes to this chat until it is noted
                log.warning("telegram_delivery_not_noted", error=type(error).__name__)
                await asyncio.sleep(_PAUSE)
            else:
                return

    async def _lose_touch(self, post: Post) -> None:
        """Let HR know, once, that the candidate cannot be reached here any more."""
        if (await self._seats.of(post.chat)).blocked:
            return
        name = f"{post.conversation}:unreachable:{post.id}"
        event = Unreachable(at=time.time(), channel=CHANNEL, code="blocked")
        try:
            await self._parts.submit(Arrival(post.conversation, "self", name, event))
            await asyncio.to_thread(self._parts.memory.block, post.chat, True)
        except Exception as error:  # noqa: BLE001
            # HR is told with the next message that is refused
            log.warning("telegram_block_not_noted", error=type(error).__name__)
        self._seats.changed(post.chat)


def _post(chat: int, message: Message, keys: Keys) -> Post:
    texts = split_text(message.text) or ["…"]
    parts: list[Part] = [Text(text) for text in texts[:-1]]
    parts.append(Text(texts[-1], keys))
    return Post(chat, tuple(parts), message.id, message.conversation, message.turn)


def _nowhere(_: Post) -> None:
    raise AssertionError("the pump is not connected to a sender")
