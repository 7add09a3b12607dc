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
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.webchat.frames import MAX_FRAME, Button, Hello, Text, frame, parse_frame, say_frame, story_frame
from bot.webchat.hub import Hub, Line
from dialogues.app.batch import Message
from dialogues.app.languages import Language
from dialogues.app.worker import Stored
from dialogues.core.events import Answered, Chosen, Event, Opened
from dialogues.core.interview import Interview, Phase
from dialogues.core.reading import MAX_ANSWER
from dialogues.core.tongue import Command
from dialogues.ports import Arrival, Door, Interviews, Packs, Story

log = structlog.get_logger()

CHANNEL = "web"
_AT_ONCE = 500


class Parts(Struct, frozen=True):
    """What the socket needs of the rest of the house."""

    door: Door
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

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one socket until it closes."""
        await websocket.accept()
        found = await asyncio.to_thread(self._parts.door.find_invite, websocket.path_params["invite"])
        if found.problem:
            catalog = self._parts.languages[self._parts.language].catalog
            await websocket.send_text(frame("closed", text=catalog.phrase(f"link.{found.problem}")))
            await websocket.close()
            return
        line = self._hub.join(found.conversation)
        sender = asyncio.ensure_future(self._send(websocket, line))
        try:
            await self._receive(websocket, found.conversation, line)
        except WebSocketDisconnect:
            pass
        finally:
            self._hub.leave(found.conversation, line)
            sender.cancel()

    def show(self, message: Message) -> None:
        """Show a message that was just stored to whoever has the conversation open."""
        said = ""
        for line in self._hub.lines(message.conversation):
            said = said or say_frame(message)
            if line.language not in ("", message.language):
                commands = self._commands(message.language)
                line.put(frame("language", language=message.language, commands=commands))
            line.language = message.language
            line.put(said)

    def _commands(self, language: str) -> list[dict[str, str]]:
        catalog = self._parts.languages[language].catalog
        return [
            {"command": f"/{command}", "label": catalog.phrase(f"command.{command}")} for command in Command
        ]

    async def _send(self, websocket: WebSocket, line: Line) -> None:
        while not line.closed:
            await websocket.send_text(await line.queue.get())
        await websocket.close(1013)

    async def _receive(self, websocket: WebSocket, conversation: int, line: Line) -> None:
        while True:
            raw = await websocket.receive_text()
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
        arrival = Arrival(conversation, CHANNEL, f"{conversation}:{name}", event)
        stored = await self._parts.submit(arrival)
        line.put(frame("ack", id=name, seq=stored.seq))
        if not stored.seq:
            log.warning("event_waits", conversation=conversation)

    async def _welcome(self, conversation: int, line: Line, after: int) -> None:
        state = await asyncio.to_thread(self._parts.interviews.interview, conversation)
        assert state is not None
        line.language = state.language
        line.put(
            self._ready(
                state, (await asyncio.to_thread(self._parts.door.profile, conversation)).get("name", "")
            )
        )
        if state.phase is Phase.NEW:
            opened = Opened(at=time.time(), channel=CHANNEL, language=state.language)
            await self._parts.submit(Arrival(conversation, CHANNEL, f"{conversation}:open", opened))
            return
        not_kept = self._phrase("practice.not_kept", state.language)
        while True:
            lines = await asyncio.to_thread(self._parts.story.lines, conversation, after, _AT_ONCE)
            for told in lines:
                await line.queue.put(story_frame(told, not_kept))
            if len(lines) < _AT_ONCE:
                return
            after = lines[-1].seq

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
