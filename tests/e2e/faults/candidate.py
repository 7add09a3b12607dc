"""A candidate's page as a program, on a bad line: resends, duplicates, swaps, loses acknowledgements, reconnects.

It keeps what the real page keeps (messages not acknowledged, the highest number shown) and notes everything it
sees, so that the checker can compare it with the record. It knows nothing of the server's inside.
"""

from __future__ import annotations

import asyncio
import json
import time
from random import Random
from typing import Any

from msgspec import Struct
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from tests.e2e.faults.answers import Words

_PATIENCE = 3.0
"""Seconds without an acknowledgement before the page opens a new connection."""


class Sent(Struct):
    """One message of the candidate's. `kept` is False for practice: its words must not be stored."""

    frame: dict[str, Any]
    kept: bool = True

    @property
    def text(self) -> str:
        return str(self.frame.get("text", ""))


class Witness(Struct):
    """What one candidate sent and saw."""

    sent: dict[str, Sent] = {}
    acknowledged: dict[str, int] = {}
    shown: dict[int, str] = {}
    again: dict[int, str] = {}
    complaints: list[str] = []
    resent: int = 0
    doubled: int = 0
    swapped: int = 0
    unheard: int = 0
    connections: int = 0
    repeated: int = 0
    finished: bool = False


class Candidate:
    """One interview from the candidate's side."""

    def __init__(self, url: str, number: int, words: Words, random: Random, pace: float) -> None:
        self.witness = Witness({}, {}, {}, {}, [])
        self._url = url
        self._number = number
        self._words = words
        self._random = random
        self._pace = pace
        self._prompt: dict[str, Any] | None = None
        self._turn = 0
        self._acted_on = 0
        self._question = ""
        self._due = 0.0
        self._last_words = 0
        self._named = 0

    async def interview(self) -> None:
        """Go through the whole interview, whatever the line does."""
        await asyncio.sleep(self._random.uniform(0, self._pace))
        while not self.witness.finished:
            await self._connected(self._talk)

    def hurry(self) -> None:
        """Answer at once from now on."""
        self._pace = min(self._pace, 0.3)
        if self._due:
            self._due = min(self._due, time.monotonic() + self._random.uniform(0, 5))

    async def look_again(self) -> None:
        """Open a fresh page and note everything it is shown."""
        while not self.witness.again or max(self.witness.again) < max(self.witness.shown):
            await self._connected(self._read_all)

    async def _connected(self, use: Any) -> None:
        try:
            async with connect(self._url, open_timeout=5, close_timeout=0.5, ping_interval=None) as socket:
                self.witness.connections += 1
                await use(socket)
        except (OSError, ConnectionClosed, InvalidHandshake, InvalidMessage, TimeoutError):
            await asyncio.sleep(self._random.uniform(0.1, 0.5))

    async def _read_all(self, socket: ClientConnection) -> None:
        await socket.send(json.dumps({"type": "hello", "after": 0}))
        self.witness.again.clear()
        last = max(self.witness.shown)
        while max(self.witness.again, default=0) < last:
            frame = json.loads(await asyncio.wait_for(socket.recv(), 5))
            if frame["type"] in ("say", "you"):
                self.witness.again[frame["seq"]] = _canonical(frame)

    async def _talk(self, socket: ClientConnection) -> None:
        last = max(self.witness.shown, default=0)
        after = self._random.randint(0, last) if self._random.random() < 0.2 else last
        await socket.send(json.dumps({"type": "hello", "after": after}))
        await self._resend(socket)
        heard = time.monotonic()
        while not self.witness.finished:
            wait = max(0.01, min(self._due - time.monotonic(), 1.0)) if self._due else 1.0
            try:
                self._take(json.loads(await asyncio.wait_for(socket.recv(), wait)))
                heard = time.monotonic()
            except TimeoutError:
                if self._unacknowledged and time.monotonic() - heard > _PATIENCE:
                    return
            if self._due and self._due <= time.monotonic() and not self._unacknowledged:
                self._due = 0.0
                await self._act(socket)
            if self._random.random() < 0.01:
                return

    @property
    def _unacknowledged(self) -> list[str]:
        return [name for name in self.witness.sent if name not in self.witness.acknowledged]

    async def _resend(self, socket: ClientConnection) -> None:
        names = self._unacknowledged
        if self._random.random() < 0.2:
            self._random.shuffle(names)
        for name in names:
            self.witness.resent += 1
            await socket.send(json.dumps(self.witness.sent[name].frame))

    def _take(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "say":
                if self._show(frame):
                    self._hear(frame)
            case "you":
                self.witness.acknowledged.setdefault(frame["id"], frame["seq"])
                self._show(frame)
            case "ack" if self._random.random() < 0.1:
                self.witness.unheard += 1
            case "ack":
                self._acknowledge(frame)
            case "refused" | "closed":
                self.witness.complaints.append(f"{frame['type']}: {frame['text']}")

    def _acknowledge(self, frame: dict[str, Any]) -> None:
        known = self.witness.acknowledged.get(frame["id"], 0)
        if known and frame["seq"] and known != frame["seq"]:
            self.witness.complaints.append(f"{frame['id']} had number {known}, now {frame['seq']}")
        self.witness.acknowledged[frame["id"]] = frame["seq"] or known

    def _show(self, frame: dict[str, Any]) -> bool:
        """Note a numbered message; say whether it is new."""
        text, seq = _canonical(frame), frame["seq"]
        before = self.witness.shown.setdefault(seq, text)
        if before != text:
            self.witness.complaints.append(f"number {seq} was {before}, now {text}")
        if before is not text:
            self.witness.repeated += 1
            return False
        return True

    def _hear(self, frame: dict[str, Any]) -> None:
        if self._last_words and frame["seq"] > self._last_words:
            self.witness.finished = True
        asks = frame["buttons"] or frame["kind"] in ("question", "task", "followup")
        if asks and frame["turn"] >= self._turn and frame["seq"] > self._acted_on:
            self._turn, self._prompt = frame["turn"], frame
            self._due = time.monotonic() + self._random.expovariate(1 / self._pace)

    async def _act(self, socket: ClientConnection) -> None:
        """Do what the open prompt asks for."""
        assert self._prompt is not None
        prompt, self._acted_on = self._prompt, max(self.witness.shown)
        values = [button["value"] for button in prompt["buttons"]]
        if prompt["kind"] in ("question", "task", "followup"):
            await self._answer(socket, prompt)
            return
        if "survey:none" in values:
            self._last_words = prompt["seq"]
        await self._press(socket, self._choice(values))

    def _choice(self, values: list[str]) -> str:
        if "practice:yes" in values:
            return "practice:yes" if self._random.random() < 0.2 else "practice:no"
        wanted = (
            "practice:no",
            "consent:yes",
            "details:right",
            "questions:none",
            "survey:none",
            "survey:5",
            "survey:4",
        )
        return next((value for value in wanted if value in values), values[0])

    async def _press(self, socket: ClientConnection, value: str) -> None:
        name = self._name()
        frame = {"type": "button", "id": name, "value": value, "seen": self._turn}
        await self._send(socket, [Sent(frame)])

    async def _answer(self, socket: ClientConnection, prompt: dict[str, Any]) -> None:
        if prompt["kind"] in ("question", "task"):
            self._question = self._words.question(prompt["text"])
        text = self._words.answer(self._question, self._random)
        parts = [text]
        if self._question and not self._words.programs.get(self._question) and self._random.random() < 0.15:
            parts = [text[: len(text) // 2], text[len(text) // 2 :]]
        await self._send(socket, [self._said(part) for part in parts])

    def _said(self, text: str) -> Sent:
        name = self._name()
        frame = {"type": "text", "id": name, "text": f"{text} [{name}]", "seen": self._turn}
        return Sent(frame, kept=bool(self._question))

    def _name(self) -> str:
        self._named += 1
        return f"c{self._number}m{self._named}"

    async def _send(self, socket: ClientConnection, messages: list[Sent]) -> None:
        """Put messages on a bad line: kept first, as the page does, then perhaps swapped, doubled, or with an old one."""
        for message in messages:
            self.witness.sent[message.frame["id"]] = message
        if len(messages) > 1 and self._random.random() < 0.5:
            self.witness.swapped += 1
            messages.reverse()
        if self._random.random() < 0.15:
            self.witness.doubled += 1
            messages = [*messages, messages[0]]
        if self._random.random() < 0.1:
            self.witness.doubled += 1
            messages = [*messages, self._random.choice(list(self.witness.sent.values()))]
        for message in messages:
            await socket.send(json.dumps(message.frame))


def _canonical(frame: dict[str, Any]) -> str:
    """Return what a message shows, as text."""
    kept = ("type", "id", "turn", "kind", "text", "buttons", "progress")
    return json.dumps({key: frame[key] for key in kept if key in frame}, ensure_ascii=False, sort_keys=True)
