"""What the Telegram channel needs of the rest of the house. Implemented in `storage`, wired in `bot.wiring`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Protocol

from msgspec import Struct

from bot.hr.reading import Reader
from dialogues.app.languages import Language
from dialogues.app.pushing import Colleague, Delivery, Pending, Seat
from dialogues.app.worker import Stored
from dialogues.core.interview import Interview
from dialogues.ports import Arrival, InviteState, Packs, Person


class Memory(Protocol):
    """What is remembered of chats, links and updates. Synchronous; called from threads."""

    @property
    def bot(self) -> int: ...

    def start(self, bot: int, username: str = "") -> None: ...

    def seat(self, chat: int) -> Seat: ...

    def sit(self, chat: int, interview: int = 0) -> None: ...

    def bind(self, conversation: int, chat: int) -> bool: ...

    def chat_of(self, conversation: int) -> int: ...

    def interviews(self, chat: int) -> list[int]: ...

    def block(self, chat: int, blocked: bool) -> None: ...

    def started_desks(self) -> list[int]: ...

    def name_person(self, user: int, name: str) -> None: ...

    def note(self, update_id: int, kind: str) -> bool: ...

    def tidy(self) -> None: ...

    def undelivered(self, limit: int = 2000) -> list[Pending]: ...

    def recent(self, conversation: int) -> list[tuple[int, int]]: ...

    def take_colleague(self, token: str, user: int) -> Colleague: ...

    def lead(self) -> AbstractContextManager[bool]: ...


class Doors(Protocol):
    """Finds interviews by their links and numbers."""

    def find_invite(self, token: str) -> InviteState: ...

    def invite(self, conversation: int) -> str: ...

    def interview(self, conversation: int) -> Interview | None: ...


class Telling(Protocol):
    """Reads questions out, in these languages."""

    @property
    def languages(self) -> tuple[str, ...]: ...

    async def spoken(self, conversation: int, message: int) -> bytes: ...


class Settings(Struct, frozen=True):
    """How this bot is run. `address` is where the web chat is; `webhook` is "" when we ask for updates ourselves."""

    token: str
    language: str
    address: str
    api_base: str = ""
    webhook: str = ""
    secret: str = ""
    rate: float = 30.0
    chat_rate: float = 1.0
    alone: bool = True
    """Whether no other process steps on the same record."""


class Parts(Struct, frozen=True):
    """The rest of the house."""

    memory: Memory
    doors: Doors
    packs: Packs
    languages: dict[str, Language]
    reader: Reader
    person: Callable[[int], Person | None]
    submit: Callable[[Arrival], asyncio.Future[Stored]]
    delivered: Callable[[Delivery], asyncio.Future[None]]
    keep: Callable[[int, str, str, bytes], int]
    picture: Callable[[Person, str], Awaitable[bytes | None]]
    report: Callable[[Person, str], Awaitable[bytes | None]]
    chart: Callable[[Person, str], Awaitable[bytes | None]]
    claim: Callable[[int, str], bool] = lambda _desk, _key: True
    """Says whether a person of HR has not been told something before, and notes that they are now."""
    telling: Telling | None = None
