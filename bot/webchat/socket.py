"""The candidate's socket: lets a link in, stores what comes before it acknowledges, shows what is stored.

Decides nothing about the interview. Messages are numbered and kept in the record, so a page that was away asks
for what came after the last number it has.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import assert_never

import msgspec
import structlog
from msgspec import Struct
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from bot.webchat.frames import MAX_FRAME, Button, Hello, Text, frame, parse_frame, say_frame, story_frame
from bot.webchat.gathering import Gathering
from bot.webchat.hub import Hub, Line
from dialogues.app.languages import Language
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
_FAR_AHEAD = 32
_GONE = (WebSocketDisconnect, WebSocketDisconnected)


class Parts(Struct, frozen=True):
    """What the socket needs of the rest of the house."""

    entrance: Entrance
    interviews: Interviews
    packs: Packs
    story: Story
    languages: dict[str, Language]
    submit: Callable[[Arrival], asyncio.Future[Stored]]
    language: str


class CandidateSocket:
    """Serves candidates' sockets."""

    def __init__(self, parts: Parts, hub: Hub) -> None:
        self._parts = parts
        self._hub = hub
        self._invites = Gathering(parts.entrance.find_invites)
        self._returned = Gathering(parts.entrance.returned)

    async def serve(self, websocket: WebSocket, invite: str) -> None:
        """Serve one socket until it closes."""
        await websocket.accept()
        found = await self._invites.read(invite)
        if found.problem:
            catalog = self._parts.languages[self._parts.language].catalog
            await websocket.send_text(frame("closed", text=catalog.phrase(f"link.{found.problem}")))
            await websocket.close()
            return
        line = self._hub.join(found.conversation)
        try:
            await self._talk(websocket, found.conversation, line)
        finally:
            self._hub.leave(found.conversation, line)

    async def _talk(self, websocket: WebSocket, conversation: int, line: Line) -> None:
        """Send and receive until either ends; a socket that one of them finds gone is gone for both."""
        both = [
            asyncio.ensure_future(self._send(websocket, line)),
            asyncio.ensure_future(self._receive(websocket, conversation, line)),
        ]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            for ended in await asyncio.gather(*both, return_exceptions=True):
                if isinstance(ended, Exception) and not isinstance(ended, _GONE):
                    log.error("socket_failed", conversation=conversation, exc_info=ended)

    def show(self, message: Message) -> None:
        """Show a message that was just stored to whoever has the conversation open."""
        said = ""
        for line in self._hub.lines(message.conversation):
            if line.held is not None:
                line.held.append(message)
                continue
            said = said or say_frame(message)
            self._show_on(line, message, said)

    def apologise(self, conversation: int) -> None:
        """Say that a message is stored but could not be dealt with at once, and need not be sent again."""
        for line in self._hub.lines(conversation):
            line.put(frame("note", text=self._phrase("trouble.moment", line.language)))

    async def catch_up(self, conversation: int) -> bool:
        """Show on the sockets of a conversation what other processes have stored of it.

        False when one of them is being told its history at this moment: that may have been read before the news.
        """
        complete = True
        state = await asyncio.to_thread(self._parts.interviews.interview, conversation)
        for line in list(self._hub.lines(conversation)):
            if line.held is not None or state is None:
                complete = False
                continue
            told = await asyncio.to_thread(self._parts.story.lines, conversation, line.told, _AT_ONCE)
            self._switch(line, state.language)
            not_kept = self._phrase("practice.not_kept", state.language)
            for one in told:
                line.told = one.seq
                line.put(story_frame(one, not_kept))
        return complete

    def _switch(self, line: Line, language: str) -> None:
        """Tell a page when the conversation's language has changed."""
        if line.language not in ("", language):
            line.put(frame("language", language=language, commands=self._commands(language)))
        line.language = language

    def _show_on(self, line: Line, message: Message, said: str) -> None:
        self._switch(line, message.language)
        line.put(said)

    def _commands(self, language: str) -> list[dict[str, str]]:
        catalog = self._parts.languages[language].catalog
        return [
            {"command": f"/{command}", "label": catalog.phrase(f"command.{command}")} for command in Command
        ]

    async def _send(self, websocket: WebSocket, line: Line) -> None:
        while not line.closed:
            said = await line.queue.get()
            if said is not None:
                await websocket.send_text(said)
        await websocket.close(1013)

    async def _receive(self, websocket: WebSocket, conversation: int, line: Line) -> None:
        while True:
            try:
                raw = await websocket.receive_text()
            except KeyError:  # the frame held bytes, which no page of ours sends
                await websocket.close(1003)
                return
            if len(raw) > MAX_FRAME:
                line.put(frame("refused", id="", text=self._phrase("frame.too_big")))
                continue
            try:
                incoming = parse_frame(raw)
            except msgspec.MsgspecError:
                await websocket.close(1003)
                return
            match incoming:
                case Hello():
                    await self._welcome(conversation, line, incoming.after)
                case Text():
                    event = Answered(at=time.time(), text=incoming.text, seen=incoming.seen)
                    await self._store(conversation, line, incoming.id, event)
                case Button():
                    pressed = Chosen(at=time.time(), value=incoming.value, seen=incoming.seen)
                    await self._store(conversation, line, incoming.id, pressed)
                case _:
                    assert_never(incoming)

    def _phrase(self, name: str, language: str = "") -> str:
        return self._parts.languages[language or self._parts.language].catalog.phrase(name)

    async def _store(self, conversation: int, line: Line, name: str, event: Event) -> None:
        """Hand in a message; it is acknowledged when it is durable. Only a page far ahead is made to wait."""

        def acknowledge(stored: asyncio.Future[Stored]) -> None:
            line.pending -= 1
            if stored.cancelled() or stored.exception() is not None:
                line.close()  # the page comes back and sends again what was not acknowledged
            else:
                line.put(frame("ack", id=name, seq=stored.result().seq))

        future = self._parts.submit(Arrival(conversation, CHANNEL, f"{conversation}:{name}", event))
        line.pending += 1
        future.add_done_callback(acknowledge)
        if line.pending >= _FAR_AHEAD:
            await asyncio.wait([future])

    async def _welcome(self, conversation: int, line: Line, after: int) -> None:
        found = await self._returned.read((conversation, after))
        assert found is not None, "an invitation leads to an interview"
        state = found.state
        line.language = state.language
        line.put(self._ready(state, found.name))
        if state.phase is Phase.NEW:
            opened = Opened(at=time.time(), channel=CHANNEL, language=state.language)
            await self._parts.submit(Arrival(conversation, CHANNEL, f"{conversation}:open", opened))
        line.told = after = await self._tell_story(conversation, line, found, after)
        held, line.held = line.held or [], None
        for message in held:
            if message.seq > after:
                self._show_on(line, message, say_frame(message))

    async def _tell_story(self, conversation: int, line: Line, found: Returned, after: int) -> int:
        """Send what the page has missed; return the number of the last message it has now."""
        not_kept = self._phrase("practice.not_kept", found.state.language)
        lines = found.lines
        while lines:
            for told in lines:
                await line.queue.put(story_frame(told, not_kept))
            after = lines[-1].seq
            if len(lines) < _AT_ONCE:
                break
            lines = await asyncio.to_thread(self._parts.story.lines, conversation, after, _AT_ONCE)
        return after

    def _ready(self, state: Interview, name: str) -> str:
        pack = self._parts.packs.pack(state.pack, state.pack_version)
        return frame(
            "ready",
            name=name,
            title=pack.title.get(state.language, pack.name),
            company=pack.company.get(state.language, ""),
            language=state.language,
            commands=self._commands(state.language),
            limit=MAX_ANSWER,
        )
