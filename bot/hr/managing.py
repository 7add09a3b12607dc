"""Carries out what HR wants beside acts on one result: comparing, feedback, lists, packs, colleagues, the log.

Finds who asks and whether they may, once for all of it; each matter has its own module. Words that a person typed are
forgotten when they are carried out, and what they are about to confirm is kept sealed, for a day at most.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from bot.hr.commands import label
from bot.hr.desk import Block, Parts
from bot.hr.views import Views
from dialogues.app.rights import NotAllowed, check, may
from dialogues.core.effects import Effect, Manage
from dialogues.core.pack import Pack
from dialogues.ports import Arrival, AuditRow, Listed, Person

Drawn = list[Block]
LARGEST = 2_000_000
"""Bytes of a file that is taken from a person of HR."""


class Administration(Protocol):
    """The record, as far as people of HR administer it."""

    def keep(self, desk: int, key: str, content: bytes) -> int: ...

    def kept(self, desk: int, number: int) -> bytes | None: ...

    def drop(self, desk: int, number: int) -> None: ...

    def revoke(self, conversation: int) -> None: ...

    def token(self, conversation: int) -> str: ...

    def people_of(self, job: str) -> list[tuple[int, float, dict[str, str]]]: ...

    def versions(self, job: str) -> list[tuple[str, bool, float]]: ...

    def add_pack(self, text: str, *, activate: bool) -> Pack: ...

    def activate(self, job: str, version: str) -> bool: ...

    def paused(self) -> set[str]: ...

    def pause(self, job: str, *, on: bool) -> None: ...

    def invite_colleague(self, name: str, role: str, jobs: str) -> str: ...

    def remove(self, person: str) -> None: ...

    def log(self, applications: Collection[str] | None, actor: str, limit: int) -> list[AuditRow]: ...

    def fed_back(self, applications: Sequence[str]) -> set[str]: ...


class More(Struct, frozen=True):
    """What this needs beyond the desk's own parts.

    `draft` writes feedback from the evidence; `links` and `colleague_links` turn a token into addresses; `fetch` gets a
    file from a messenger, None when it is gone.
    """

    admin: Administration
    draft: Callable[[Listed], str]
    links: Callable[[str], dict[str, str]]
    colleague_links: Callable[[str], dict[str, str]]
    preview: Callable[[int, tuple[str, ...], str, str], list[Block]] | None = None
    fetch: Mapping[str, Callable[[str], Awaitable[bytes | None]]] = {}
    end_preview: Callable[[int], object] | None = None


class Wish(Struct):
    """What one person wants now. `arrivals` collects what is to reach candidates' conversations."""

    person: Person
    effect: Manage
    words: str
    parts: Parts
    more: More
    arrivals: list[Arrival]

    @property
    def args(self) -> tuple[str, ...]:
        return self.effect.args

    @property
    def language(self) -> str:
        return self.person.language or self.parts.language

    @property
    def desk(self) -> int:
        return self.person.conversation

    @property
    def views(self) -> Views:
        return self.parts.views(self.person)

    def text(self, phrase: str, /, **args: str) -> Block:
        """Return a text block."""
        return self.views.text(phrase, **args)

    def button(self, command: str, *args: str, said: str = "") -> dict[str, str]:
        """Return a button; its label is the command's own unless another is given."""
        return {"label": said or label(self.language, command), "value": ":".join((command, *args))}

    def log(self, action: str, target: str) -> None:
        """Write into the audit log."""
        self.parts.log(self.person, action, target)

    def titles(self) -> dict[str, str]:
        """Return job -> title of the jobs this person may see."""
        return {job: title for job, (title, _) in self.parts.office.jobs(self.person).items()}

    def may(self, act: str, job: str | None = None) -> bool:
        """Say whether the person may do something."""
        return may(self.person, act, job)


Carry = Callable[[Wish], Drawn]


def buttons(*shown: dict[str, str]) -> Block:
    """Return a row of buttons."""
    return {"block": "buttons", "buttons": list(shown)}


def table(
    columns: object,
    rows: list[list[str]],
    actions: list[list[dict[str, str]]] | None = None,
    *,
    about: int = 1,
) -> Block:
    """Return a table; without buttons when none are given. `about` is the column that says what a row is about."""
    actions = actions or [[] for _ in rows]
    return {"block": "table", "columns": columns, "rows": rows, "actions": actions, "about": about}


def chart(name: str, alt: str) -> Block:
    """Return a picture of `bot.hr.charts`, which is drawn when it is looked at; `alt` says what it shows."""
    return {"block": "picture", "url": f"/hr/chart/{name}.svg", "alt": alt}


class HrOffice:
    """Carries out `Manage`; `carries` says what does which act."""

    def __init__(self, parts: Parts, more: More, carries: dict[str, Carry]) -> None:
        self._parts = parts
        self._more = more
        self._carries = carries

    async def manage(self, conversation: int, effect: Effect) -> None:
        """Do what is wanted; what reaches a candidate is stored before the words are forgotten."""
        assert isinstance(effect, Manage)
        effect = await self._with_file(conversation, effect)
        arrivals, blocks = await asyncio.to_thread(self._carry, conversation, effect)
        for arrival in arrivals:
            await self._parts.submit(arrival)
        await asyncio.to_thread(self._parts.forget, conversation, [effect.event])
        if blocks:
            await asyncio.to_thread(self._parts.answer, conversation, effect.event, blocks)

    async def _with_file(self, desk: int, effect: Manage) -> Manage:
        """Fetch a file that was handed in through a messenger and keep it; `args` then has its number."""
        fetch = (
            self._more.fetch.get(effect.args[0]) if effect.act == "file" and len(effect.args) == 2 else None
        )
        person = await asyncio.to_thread(self._parts.office.person, desk)
        if fetch is None or person is None or not may(person, "file"):
            return effect
        content = await fetch(effect.args[1])
        if content is None or len(content) > LARGEST:
            return replace(effect, args=())
        number = await asyncio.to_thread(self._more.admin.keep, desk, effect.key, content)
        return replace(effect, args=(str(number),))

    def _carry(self, conversation: int, effect: Manage) -> tuple[list[Arrival], Drawn]:
        person = self._parts.office.person(conversation)
        if person is None:
            return [], []
        words = self._parts.office.words_of(conversation, [effect.event])[0].strip()
        wish = Wish(person, effect, words, self._parts, self._more, [])
        try:
            check(person, effect.act)
            blocks = self._carries[effect.act](wish)
        except NotAllowed:
            self._parts.log(person, f"refused:{effect.act}", effect.args[0] if effect.args else "")
            return [], self._parts.views(person).not_allowed()
        return wish.arrivals, blocks
