"""The candidate's page: lets a link in, stores what comes before it acknowledges, shows what is stored.

Decides nothing about the interview. Messages are numbered and kept in the record, so a page that was away asks
for what came after the last number it has.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, assert_never

import msgspec
import structlog
from msgspec import Struct

from bot.webchat.frames import MAX_FRAME, Button, Hello, Text, frame, parse_frame, say_frame, story_frame
from bot.webchat.gathering import Gathering
from bot.webchat.hub import Hub
from bot.webchat.page import FAR_AHEAD, Page
from bot.webchat.wire import Wire
from dialogues.app.languages import Language, read_ahead
from dialogues.app.outcome import Message
from dialogues.app.worker import Stored
from dialogues.core.events import Answered, Chosen, Event, Opened
from dialogues.core.interview import Interview, Phase
from dialogues.core.reading import MAX_ANSWER
from dialogues.core.tongue import Command
from dialogues.ports import Arrival, Entrance, Interviews, Packs, Returned, Story

log = structlog.get_logger()

CHANNEL = "web"
_AT_ONCE = 500
_DONE, _NOT_A_FRAME, _OUR_FAULT = 1000, 1003, 1011


class Parts(Struct, frozen=True):
    """What the pages need of the rest of the house. `apart`: the database is another machine's, or process's.

    `tools` are what interviews that begin here have at hand; `telegram` is what the bot there is called, "" for none;
    `spoken` are the languages that questions are read out in.
    """

    entrance: Entrance
    interviews: Interviews
    packs: Packs
    story: Story
    languages: dict[str, Language]
    submit: Callable[[Arrival], asyncio.Future[Stored]]
    language: str
    apart: bool
    tools: Callable[[], tuple[str, ...]] = tuple
    telegram: Callable[[], str] = str
    spoken: Callable[[], tuple[str, ...]] = tuple


class CandidateSocket:
    """Serves candidates' pages."""

    def __init__(self, parts: Parts, hub: Hub) -> None:
        self._parts = parts
        self._hub = hub
        self._invites = Gathering(parts.entrance.find_invites, apart=parts.apart)
        self._returned = Gathering(parts.entrance.returned, apart=parts.apart)
        self._tasks: set[asyncio.Future[None]] = set()
        self._command_lists = {language: self._commands_in(language) for language in parts.languages}

    def greet(self, wire: Wire, invite: str) -> Page:
        """Begin with a page that has just connected."""
        page = Page(wire, asyncio.get_running_loop(), self._take, self._hub.leave)
        self._begin(page, self._let_in(page, invite))
        return page

    def show(self, message: Message) -> None:
        """Show a message that was just stored to whoever has the conversation open."""
        said = b""
        for page in self._hub.pages(message.conversation):
            if page.held is not None:
                page.held.append(message)
                continue
            said = said or say_frame(message)
            self._show_on(page, message, said)

    def apologise(self, conversation: int) -> None:
        """Say that a message is stored but could not be dealt with at once, and need not be sent again."""
        for page in self._hub.pages(conversation):
            page.put(frame("note", text=self._phrase("trouble.moment", page.language)))

    async def catch_up(self, conversation: int) -> bool:
        """Show on the pages of a conversation what other processes have stored of it.

        False when one of them is being told its history at this moment: that may have been read before the news.
        """
        complete = True
        state = await asyncio.to_thread(self._parts.interviews.interview, conversation)
        for page in list(self._hub.pages(conversation)):
            if page.held is not None or state is None:
                complete = False
                continue
            told = await asyncio.to_thread(self._parts.story.lines, conversation, page.told, _AT_ONCE)
            self._switch(page, state.language)
            not_kept = self._phrase("practice.not_kept", state.language)
            for one in told:
                page.told = one.seq
                page.put(story_frame(one, not_kept))
        return complete

    def _begin(self, page: Page, work: Coroutine[Any, Any, None]) -> None:
        """Have something done for a page; what fails ends its connection, and it comes back."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)

        def ended(_: asyncio.Future[None]) -> None:
            self._tasks.discard(task)
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("socket_failed", conversation=page.conversation, exc_info=error)
                page.wire.end(_OUR_FAULT)

        task.add_done_callback(ended)

    async def _let_in(self, page: Page, invite: str) -> None:
        found = await self._invites.read(invite)
        if found.problem:
            catalog = self._parts.languages[self._parts.language].catalog
            page.wire.say([frame("closed", text=catalog.phrase(f"link.{found.problem}"))])
            page.wire.end(_DONE)
            return
        page.conversation = found.conversation
        if not page.left:
            self._hub.join(page)
            page.free()

    def _switch(self, page: Page, language: str) -> None:
        """Tell a page when the conversation's language has changed."""
        if page.language not in ("", language):
            page.put(frame("language", language=language, commands=self._commands(language)))
        page.language = language

    def _show_on(self, page: Page, message: Message, said: bytes) -> None:
        self._switch(page, message.language)
        page.put(said)

    def _commands(self, language: str) -> list[dict[str, str]]:
        """Return what the menu offers; `/telegram` is for the page, which knows its own link's token."""
        elsewhere = {"command": "/telegram", "label": self._phrase("command.telegram", language)}
        return [*self._command_lists[language], *([elsewhere] if self._parts.telegram() else [])]

    def _commands_in(self, language: str) -> list[dict[str, str]]:
        catalog = self._parts.languages[language].catalog
        return [
            {"command": f"/{command}", "label": catalog.phrase(f"command.{command}")} for command in Command
        ]

    def _take(self, page: Page, raw: bytes) -> None:
        if len(raw) > MAX_FRAME:
            page.put(frame("refused", id="", text=self._phrase("frame.too_big")))
            return
        try:
            incoming = parse_frame(raw)
        except msgspec.MsgspecError:
            page.wire.end(_NOT_A_FRAME)
            return
        match incoming:
            case Hello():
                page.busy()
                self._begin(page, self._welcome(page, incoming.after, incoming.zone))
            case Text():
                event = Answered(at=time.time(), text=incoming.text, seen=incoming.seen)
                self._store(page, incoming.id, event)
            case Button():
                self._store(
                    page, incoming.id, Chosen(at=time.time(), value=incoming.value, seen=incoming.seen)
                )
            case _:
                assert_never(incoming)

    def _phrase(self, name: str, language: str = "") -> str:
        return self._parts.languages[language or self._parts.language].catalog.phrase(name)

    def _store(self, page: Page, name: str, event: Event) -> None:
        """Hand in a message; it is acknowledged when it is durable. Only a page far ahead is made to wait."""

        def acknowledge(stored: asyncio.Future[Stored]) -> None:
            page.pending -= 1
            if page.pending == FAR_AHEAD // 2:
                page.wire.listen(True)
            if stored.cancelled() or stored.exception() is not None:
                page.close()  # the page comes back and sends again what was not acknowledged
            else:
                page.put(frame("ack", id=name, seq=stored.result().seq))

        conversation = page.conversation
        arrival = Arrival(conversation, CHANNEL, f"{conversation}:{name}", event)
        read_ahead(arrival, page.language, self._parts.languages)
        future = self._parts.submit(arrival)
        page.pending += 1
        future.add_done_callback(acknowledge)
        if page.pending == FAR_AHEAD:
            page.wire.listen(False)

    async def _welcome(self, page: Page, after: int, zone: str = "") -> None:
        conversation = page.conversation
        found = await self._returned.read((conversation, after))
        assert found is not None, "an invitation leads to an interview"
        state = found.state
        page.language = state.language
        page.put(self._ready(state, found.name))
        if state.phase is Phase.NEW:
            opened = Opened(
                at=time.time(),
                channel=CHANNEL,
                language=state.language,
                zone=zone[:64],
                tools=self._parts.tools(),
            )
            await self._parts.submit(Arrival(conversation, CHANNEL, f"{conversation}:open", opened))
        page.told = after = await self._tell_story(page, found, after)
        held, page.held = page.held or [], None
        for message in held:
            if message.seq > after:
                self._show_on(page, message, say_frame(message))
        page.free()

    async def _tell_story(self, page: Page, found: Returned, after: int) -> int:
        """Send what the page has missed; return the number of the last message it has now."""
        not_kept = self._phrase("practice.not_kept", found.state.language)
        lines = found.lines
        while lines:
            page.tell(story_frame(told, not_kept) for told in lines)
            after = lines[-1].seq
            if len(lines) < _AT_ONCE:
                break
            await page.room()
            lines = await asyncio.to_thread(self._parts.story.lines, page.conversation, after, _AT_ONCE)
        return after

    def _ready(self, state: Interview, name: str) -> bytes:
        pack = self._parts.packs.pack(state.pack, state.pack_version)
        return frame(
            "ready",
            name=name,
            title=pack.title.get(state.language, pack.name),
            company=pack.company.get(state.language, ""),
            language=state.language,
            commands=self._commands(state.language),
            limit=MAX_ANSWER,
            voice="voice" in self._parts.tools(),
            spoken=self._parts.spoken(),
            telegram=self._parts.telegram(),
        )
