"""How people come in, change rooms and go to the browser: personal links, colleagues' invitations, /web, /switch, /hr.

Each answers at once with words of the channel's own; what belongs to an interview is returned as its event.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

from bot.hr.commands import COMMANDS, helped
from bot.telegram.buttons import Buttons
from bot.telegram.incoming import Started, Who
from bot.telegram.parts import Key, Keys, Menu, Post, Text
from bot.telegram.ports import Parts, Settings
from bot.telegram.seats import Seats
from bot.telegram.splitting import shorten
from bot.telegram.words import spoken, tell
from bot.tools import tools_here
from dialogues.app.rights import MAY
from dialogues.core.events import Answered, Asked, Event, Opened
from dialogues.core.interview import Interview, Phase
from dialogues.ports import InviteState

CHANNEL = "telegram"
_DESCRIPTION = 256
"""Letters that Telegram lists beside a command, at most."""
_OVER = frozenset({Phase.FINISHED, Phase.REFUSED, Phase.ERASED})
Caused = tuple[int, Event]
"""A conversation and what happened to it."""


class Doors:
    """Lets people in. `put` sends a post."""

    def __init__(
        self, parts: Parts, settings: Settings, seats: Seats, buttons: Buttons, put: Callable[[Post], None]
    ) -> None:
        self._parts = parts
        self._settings = settings
        self._seats = seats
        self._buttons = buttons
        self._put = put

    def language(self, who: Who) -> str:
        """Return the language to speak with somebody outside of an interview."""
        return spoken(who.language, self._settings.language)

    def say(self, who: Who, phrase: str, keys: Keys = ()) -> None:
        """Say one of the channel's own texts."""
        self._put(Post(who.chat, (Text(tell(self.language(who), phrase), keys),)))

    async def open(self, started: Started) -> Caused | None:
        """Open a personal link, a candidate's or a colleague's."""
        found = await asyncio.to_thread(self._parts.doors.find_invite, started.token)
        if found.problem == "unknown":
            return await self._join(started)
        return await self._enter(started.who, found)

    async def _join(self, started: Started) -> Caused | None:
        who = started.who
        taken = await asyncio.to_thread(self._parts.memory.take_colleague, started.token, who.chat)
        if taken.problem == "unknown":
            self._say_link(who, "unknown")
            return None
        if taken.problem:
            self.say(who, f"colleague.{taken.problem}")
            return None
        await self._seats.sit(who.chat)
        self.say(who, "colleague.joined")
        self._put(Post(who.chat, (Menu(tuple(self._commands(who, taken.role))),)))
        desk = (await self._seats.of(who.chat)).desk
        return desk, Asked(at=time.time(), command="today")

    def _commands(self, who: Who, role: str) -> Iterator[tuple[str, str]]:
        """Return the commands of somebody of HR, and what each does."""
        language = self.language(who)
        for spec in COMMANDS:
            if spec.shown and role in MAY[spec.name]:
                yield spec.name, shorten(helped(language, spec.name), _DESCRIPTION)
        yield "switch", tell(language, "command.switch")

    def _say_link(self, who: Who, problem: str) -> None:
        catalog = self._parts.languages[self.language(who)].catalog
        self._put(Post(who.chat, (Text(catalog.phrase(f"link.{problem}")),)))

    async def _enter(self, who: Who, found: InviteState) -> Caused | None:
        mine = await self._seats.chat_of(found.conversation) == who.chat
        if found.problem == "revoked" or (found.problem and not mine):
            self._say_link(who, found.problem)
            return None
        if not await asyncio.to_thread(self._parts.memory.bind, found.conversation, who.chat):
            self.say(who, "link.taken")
            return None
        self._seats.changed(who.chat)
        self._seats.belongs(found.conversation, who.chat)
        await self._mention_others(who, found.conversation)
        return await self.resume(found.conversation)

    async def _mention_others(self, who: Who, opened: int) -> None:
        others = [one for one in await self._rooms(who.chat, unfinished=True) if one[0] != opened]
        if others:
            self.say(who, "switch.also", self._room_keys(others))

    async def resume(self, conversation: int) -> Caused | None:
        """Return the event that opens an interview, or says its open question again."""
        state = await asyncio.to_thread(self._parts.doors.interview, conversation)
        if state is None:
            return None
        if state.phase is Phase.NEW:
            return conversation, Opened(
                at=time.time(), channel=CHANNEL, language=state.language, tools=tools_here()
            )
        return conversation, Answered(at=time.time(), text="/start")

    async def _rooms(self, chat: int, *, unfinished: bool = False) -> list[tuple[int, Interview]]:
        """Return the interviews of a chat, newest first; those that were erased are none."""
        numbers = await asyncio.to_thread(self._parts.memory.interviews, chat)
        states = [(one, await asyncio.to_thread(self._parts.doors.interview, one)) for one in numbers]
        closed = _OVER if unfinished else {Phase.ERASED}
        return [(one, state) for one, state in states if state is not None and state.phase not in closed]

    def _room_keys(self, rooms: list[tuple[int, Interview]]) -> Keys:
        return tuple(Key(self._title(state), self._buttons.switch(one)) for one, state in rooms)

    def _title(self, state: Interview) -> str:
        pack = self._parts.packs.pack(state.pack, state.pack_version)
        return (pack.title.get(state.language) or pack.name)[:60]

    async def offer_rooms(self, who: Who) -> None:
        """Offer the interviews, and the desk, to change to."""
        seat = await self._seats.of(who.chat)
        keys = self._room_keys(await self._rooms(who.chat))
        if seat.desk:
            keys += (Key(tell(self.language(who), "switch.desk"), self._buttons.switch(0)),)
        self.say(who, "switch.pick" if len(keys) > 1 else "switch.one", keys if len(keys) > 1 else ())

    async def switch(self, who: Who, conversation: int) -> Caused | None:
        """Speak in another interview, or at the desk, from now on."""
        seat = await self._seats.of(who.chat)
        if conversation == 0 and seat.desk:
            await self._seats.sit(who.chat)
            return seat.desk, Asked(at=time.time(), command="today")
        if not await self.owns(who.chat, conversation):
            self.say(who, "button.past")
            return None
        await self._seats.sit(who.chat, conversation)
        return await self.resume(conversation)

    async def owns(self, chat: int, conversation: int) -> bool:
        """Say whether an interview belongs to this chat."""
        return conversation != 0 and await self._seats.chat_of(conversation) == chat

    async def lead_to_web(self, who: Who) -> None:
        """Give a link to the same interview in the browser."""
        seat = await self._seats.of(who.chat)
        state = (
            await asyncio.to_thread(self._parts.doors.interview, seat.interview) if seat.interview else None
        )
        if state is None or state.phase is Phase.ERASED:
            self.say(who, "web.none")
            return
        token = await asyncio.to_thread(self._parts.doors.invite, seat.interview)
        address, language = f"{self._settings.address}/chat/{token}", state.language
        text = tell(language, "web.link")
        if address.startswith("https://"):
            key = Key(tell(language, "web.button"), url=address)
            self._put(Post(who.chat, (Text(text, (key,)),)))
        else:  # Telegram's buttons open only addresses that anybody can reach
            self._put(Post(who.chat, (Text(f"{text}\n{address}"),)))
