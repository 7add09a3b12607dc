"""Takes updates in: durable first, acknowledged then. Each becomes an event of a conversation, or a word of our own.

An update whose event is stored is known by (channel, external id); one that becomes no event is noted by its number.
Either way a repeated one changes nothing. What fails is not acknowledged, and Telegram, or our poller, repeats it;
what fails again and again is set aside, so that the messages behind it are not held up.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, assert_never

import structlog
from prometheus_client import Counter

from bot.telegram.buttons import Buttons, Choice, DeskChoice, Listen, Switch
from bot.telegram.client import Client, Failed
from bot.telegram.doors import CHANNEL, Caused, Doors
from bot.telegram.incoming import (
    DESK,
    Barred,
    Document,
    Edited,
    Incoming,
    InGroup,
    Nothing,
    Pressed,
    Started,
    Thing,
    Unreadable,
    Voice,
    Who,
    Words,
    number_of,
    read_update,
)
from bot.telegram.listening import Listening
from bot.telegram.parts import Text
from bot.telegram.ports import Parts
from bot.telegram.seats import Seats
from bot.telegram.words import tell
from dialogues.core.events import Answered, Asked, Chosen, DocumentReceived, Event, Unreachable, VoiceReceived
from dialogues.core.events import Unreadable as NotWords
from dialogues.ports import Arrival, Person

log = structlog.get_logger()

_TRIES = 5
"""Failures of one update after which it is set aside."""
_REMEMBERED = 2000

_UPDATES = Counter("colloquy_telegram_updates", "Updates taken in, by what they were.", ["kind"])


class Edge:
    """Takes updates in."""

    def __init__(
        self,
        parts: Parts,
        seats: Seats,
        doors: Doors,
        buttons: Buttons,
        client: Client,
        landed: Callable[[int], Awaitable[None]],
        joined: Callable[[int], None],
        listening: Listening,
    ) -> None:
        """`landed` waits for what is being sent to a chat; `joined` is told the desk of whoever of HR speaks."""
        self._parts = parts
        self._seats = seats
        self._doors = doors
        self._buttons = buttons
        self._client = client
        self._landed = landed
        self._joined = joined
        self._listening = listening
        self._failures: OrderedDict[int, int] = OrderedDict()
        self._told: OrderedDict[object, int] = OrderedDict()
        self._done: OrderedDict[int, None] = OrderedDict()
        self._later: set[asyncio.Task[None]] = set()

    async def take(self, raw: object) -> None:
        """Take an update in; when this returns it may be acknowledged. Raises what kept it from being stored."""
        try:
            number = number_of(raw)
        except Unreadable:
            log.warning("telegram_update_unreadable", update=0)
            _UPDATES.labels("unreadable").inc()
            return
        assert isinstance(raw, dict)
        if number in self._done:
            return  # repeated; what it was told then may have changed who is spoken to since
        try:
            await self._take(number, raw)
        except Exception as error:  # one update that cannot be taken must not hold up the others for ever
            if not await self._set_aside(number, error):
                raise
        self._failures.pop(number, None)
        self._done[number] = None
        _trim(self._done)

    async def _set_aside(self, number: int, error: Exception) -> bool:
        """Count a failure; say whether the update was set aside, which needs a database that works."""
        failures = self._failures[number] = self._failures.get(number, 0) + 1
        _trim(self._failures)
        log.warning("telegram_update_failed", update=number, times=failures, error=type(error).__name__)
        if failures < _TRIES:
            return False
        await asyncio.to_thread(self._parts.memory.note, number, "failed")
        log.error("telegram_update_set_aside", update=number, exc_info=error)
        _UPDATES.labels("failed").inc()
        return True

    async def _take(self, number: int, raw: dict[str, Any]) -> None:
        await self._client.load()
        try:
            incoming = read_update(raw)
        except Unreadable:
            log.warning("telegram_update_unreadable", update=number)
            incoming = Nothing("unreadable")
        _UPDATES.labels(type(incoming).__name__).inc()
        events = await self._events(number, incoming)
        if not events:
            if await asyncio.to_thread(self._parts.memory.note, number, type(incoming).__name__):
                await self._answer(incoming)
            return
        stored = [self._store(number, place, *caused) for place, caused in enumerate(events)]
        await asyncio.gather(*stored)
        if isinstance(incoming, Pressed):
            self._soon(self._let_go(incoming))

    def _store(self, number: int, place: int, conversation: int, event: Event) -> asyncio.Future[Any]:
        name = f"{self._parts.memory.bot}:{number}" + (f":{place}" if place else "")
        return self._parts.submit(Arrival(conversation, CHANNEL, name, event))

    async def _events(self, number: int, incoming: Incoming) -> list[Caused]:
        """Return what an update brings about, in order; [] when it becomes no event."""
        match incoming:
            case Words():
                return await self._words(incoming)
            case Started():
                caused = await self._doors.open(incoming)
                return [caused] if caused else []
            case Pressed():
                return await self._press(incoming)
            case Thing():
                return await self._thing(number, incoming)
            case Voice():
                return await self._voice(incoming)
            case Document():
                return await self._document(incoming)
            case Edited():
                first = self._once(("edited", incoming.who.chat, incoming.message), number)
                return await self._not_words(incoming.who, "edited") if first else []
            case Barred():
                return await self._barred(incoming)
            case InGroup() | Nothing():
                return []
            case _:
                assert_never(incoming)

    def _once(self, what: object, number: int) -> bool:
        """Say whether this update is the first about this, as far as is remembered."""
        first = self._told.setdefault(what, number)
        _trim(self._told)
        return first == number

    async def _words(self, words: Words) -> list[Caused]:
        seat = await self._seats.of(words.who.chat)
        command = words.text.partition(" ")[0].partition("@")[0].casefold()
        if command in ("/web", "/switch") and (seat.interview or seat.desk):
            return []
        if command == "/hr" and seat.desk:
            caused = await self._doors.switch(words.who, 0)
            return [caused] if caused else []
        if seat.interview:
            await self._landed(words.who.chat)
            seen = await self._seats.seen(seat.interview, words.message)
            return [(seat.interview, Answered(at=time.time(), text=words.text, seen=seen))]
        return [await self._asked(seat.desk, words)] if seat.desk else []

    async def _asked(self, desk: int, words: Words) -> Caused:
        person = await self._person(desk, words.who)
        if words.text.casefold().startswith("/start"):
            return desk, Asked(at=time.time(), command="today")
        if person is None:
            return desk, Asked(at=time.time(), command="help")
        request = await asyncio.to_thread(self._parts.reader.message, person, words.text)
        return desk, Asked(at=time.time(), command=request.command, args=request.args, text=request.text)

    async def _person(self, desk: int, who: Who) -> Person | None:
        """Return the person of HR, None once they were removed; who is only a number gets Telegram's name."""
        seat = await self._seats.of(who.chat)
        if not seat.started:
            await self._seats.sit(who.chat)
            if who.name:
                await asyncio.to_thread(self._parts.memory.name_person, who.chat, who.name)
        self._joined(desk)
        person = await asyncio.to_thread(self._parts.person, desk)
        if person is None:
            self._seats.changed(who.chat)
        return person

    async def _press(self, pressed: Pressed) -> list[Caused]:
        match self._buttons.read(pressed.carried):
            case Choice() as choice if await self._doors.owns(pressed.who.chat, choice.conversation):
                seat = await self._seats.of(pressed.who.chat)
                if seat.interview != choice.conversation:
                    await self._seats.sit(pressed.who.chat, choice.conversation)
                event = Chosen(at=time.time(), value=choice.value, seen=choice.turn)
                return [(choice.conversation, event)]
            case DeskChoice() as choice:
                return await self._press_desk(pressed.who, choice)
            case Switch() as switch:
                caused = await self._doors.switch(pressed.who, switch.conversation)
                return [caused] if caused else []
        return []

    async def _press_desk(self, who: Who, choice: DeskChoice) -> list[Caused]:
        seat = await self._seats.of(who.chat)
        if not seat.desk:
            return []
        if seat.interview:
            await self._seats.sit(who.chat)  # who presses a button of the desk is at the desk again
        await self._person(seat.desk, who)
        request = self._parts.reader.button(choice.value)
        event = Asked(at=time.time(), command=request.command, args=request.args, text=request.text)
        return [(seat.desk, event)]

    async def _thing(self, number: int, thing: Thing) -> list[Caused]:
        first = not thing.group or self._once(("album", thing.who.chat, thing.group), number)
        events = await self._not_words(thing.who, thing.what) if first else []
        return events + await self._caption(thing.who, thing.message, thing.caption)

    async def _not_words(self, who: Who, what: str) -> list[Caused]:
        seat = await self._seats.of(who.chat)
        if seat.interview:
            return [(seat.interview, NotWords(at=time.time(), what=what))]
        return [(seat.desk, Asked(at=time.time(), command="help"))] if seat.desk else []

    async def _caption(self, who: Who, message: int, caption: str) -> list[Caused]:
        return await self._words(Words(who, message, caption)) if caption.strip() else []

    async def _voice(self, spoken: Voice) -> list[Caused]:
        seat = await self._seats.of(spoken.who.chat)
        if not seat.interview:
            return await self._not_words(spoken.who, spoken.kind)
        received = VoiceReceived(
            at=time.time(),
            file=spoken.file,
            media_type=spoken.media_type,
            size=spoken.size,
            seconds=float(spoken.seconds),
            kind=spoken.kind,
        )
        return [(seat.interview, received)]

    async def _document(self, sent: Document) -> list[Caused]:
        seat = await self._seats.of(sent.who.chat)
        if seat.desk and not seat.interview:
            return [(seat.desk, Asked(at=time.time(), command="file", args=(CHANNEL, sent.file)))]
        if not seat.interview or sent.media_type == DESK:
            return await self._not_words(sent.who, "document_type")
        received = DocumentReceived(
            at=time.time(), file=sent.file, media_type=sent.media_type, size=sent.size, name=sent.name
        )
        return [(seat.interview, received), *await self._caption(sent.who, sent.message, sent.caption)]

    async def _barred(self, barred: Barred) -> list[Caused]:
        chat = barred.who.chat
        seat = await self._seats.of(chat)
        if seat.started:
            await asyncio.to_thread(self._parts.memory.block, chat, barred.blocked)
            self._seats.changed(chat)
        if not barred.blocked or seat.blocked or not seat.interview:
            return []
        return [(seat.interview, Unreachable(at=time.time(), channel=CHANNEL, code="blocked"))]

    async def _answer(self, incoming: Incoming) -> None:
        """Answer an update that became no event, once."""
        match incoming:
            case Words():
                await self._answer_words(incoming)
            case Pressed():
                wish = self._buttons.read(incoming.carried)
                if isinstance(wish, Listen) and await self._doors.owns(incoming.who.chat, wish.conversation):
                    self._soon(self._listening.send(incoming, wish))
                else:
                    self._soon(self._let_go(incoming, past=True))
            case Thing() | Document() | Voice():
                seat = await self._seats.of(incoming.who.chat)
                if not (seat.interview or seat.desk):
                    self._doors.say(incoming.who, "stranger")
            case InGroup() if self._once(("group", incoming.chat), 0):
                self._soon(self._leave(incoming.chat))
            case _:
                pass

    async def _answer_words(self, words: Words) -> None:
        seat = await self._seats.of(words.who.chat)
        command = words.text.partition(" ")[0].partition("@")[0].casefold()
        if not seat.interview and not seat.desk:
            self._doors.say(words.who, "stranger")
        elif command == "/web":
            await self._doors.lead_to_web(words.who)
        elif command == "/switch":
            await self._doors.offer_rooms(words.who)

    async def _let_go(self, pressed: Pressed, *, past: bool = False) -> None:
        """Let the pressed button go; a choice that was made loses its buttons."""
        text = tell(self._doors.language(pressed.who), "button.past") if past else ""
        await self._client.answer(pressed.query, text)
        if pressed.message and not past and isinstance(self._buttons.read(pressed.carried), Choice):
            await self._client.clear_keys(pressed.who.chat, pressed.message)

    async def _leave(self, group: int) -> None:
        """Say goodbye to a group and leave it."""
        goodbye = "\n".join(tell(language, "group.bye") for language in ("zh", "en"))
        await self._client.send(group, Text(goodbye))
        await self._client.leave(group)

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something small beside; when it fails it is not tried again."""

        async def quietly() -> None:
            try:
                await work
            except Failed as error:
                log.info("telegram_courtesy_failed", kind=error.kind.value)

        task = asyncio.get_running_loop().create_task(quietly())
        self._later.add(task)
        task.add_done_callback(self._later.discard)


def _trim(known: OrderedDict[int, int] | OrderedDict[object, int] | OrderedDict[int, None]) -> None:
    while len(known) > _REMEMBERED:
        known.popitem(last=False)
