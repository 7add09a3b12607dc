"""What the server knows: the bot, the people, their chats with it, files."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.channels.telegram.botapi.faults import ApiError, Noise, Planned
from tests.channels.telegram.botapi.flood import Flood

TOKEN = "700001:loopback-token_0"
BOT = {
    "id": 700001,
    "is_bot": True,
    "first_name": "Interviews",
    "username": "colloquy_loopback_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}
Json = dict[str, Any]


@dataclass
class Person:
    """A user, and what their chat with the bot shows."""

    id: int
    language: str = "en"
    name: str = "Maya"
    started: bool = False
    blocked: bool = False
    refuses_voices: bool = False
    shown: dict[int, Json] = field(default_factory=dict)
    typing_until: float = 0.0
    typed: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def as_user(self) -> Json:
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language}

    def as_chat(self) -> Json:
        return {"id": self.id, "type": "private", "first_name": self.name}

    def show(self, message: Json) -> None:
        self.shown[message["message_id"]] = message
        self.changed.set()
        self.changed = asyncio.Event()

    @property
    def heard(self) -> list[Json]:
        """The bot's messages, oldest first."""
        return [one for number, one in sorted(self.shown.items()) if one["from"]["is_bot"]]


@dataclass
class File:
    """A file that somebody sent."""

    content: bytes
    name: str = ""
    size: int = 0


@dataclass
class Server:
    """Everything. `stretch` makes the server's pauses shorter or longer than the real one's, `lives` what it keeps."""

    flood: Flood = field(default_factory=Flood)
    noise: Noise = field(default_factory=Noise)
    stretch: float = 1.0
    lives: float = 1.0
    people: dict[int, Person] = field(default_factory=dict)
    groups: dict[int, bool] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    planned: list[Planned] = field(default_factory=list)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    keep_calls: bool = True
    queries: dict[str, float] = field(default_factory=dict)
    answered: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    on_message: Callable[[int, Json], None] | None = None
    _numbers: Any = field(default_factory=lambda: itertools.count(1))
    _names: Any = field(default_factory=lambda: itertools.count(1))

    def person(self, number: int, language: str = "en", name: str = "Maya") -> Person:
        return self.people.setdefault(number, Person(number, language, name))

    def number(self) -> int:
        """Return the next message's number: one sequence for whatever happens in the bot's chats."""
        return int(next(self._numbers))

    def name(self, kind: str) -> str:
        return f"{kind}{next(self._names)}"

    def plan(
        self, method: str, code: int = 0, description: str = "", *, times: int = 1, **parameters: int
    ) -> None:
        """Have the next calls of a method fail; without a code they succeed and their answer is lost."""
        error = ApiError(code, description, **parameters) if code else None
        self.planned.append(Planned(method, error, times, lost=error is None))

    def chat(self, given: Json) -> Person:
        """Return the chat that a message may go to."""
        try:
            number = int(given["chat_id"])
        except (KeyError, ValueError):
            raise ApiError(400, "Bad Request: chat_id is empty") from None
        person = self.people.get(number)
        if person is None:
            raise ApiError(400, "Bad Request: chat not found")
        if person.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if not person.started:
            raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        return person

    def message(self, person: Person, **content: Any) -> Json:
        """Show a message of the bot's and return it."""
        message = {
            "message_id": self.number(),
            "date": int(time.time()),
            "chat": person.as_chat(),
            "from": {key: BOT[key] for key in ("id", "is_bot", "first_name", "username")},
            **content,
        }
        person.show(message)
        if self.on_message is not None:
            self.on_message(person.id, message)
        return message
