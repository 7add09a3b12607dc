"""HR's channel on a real record, without sockets: people ask, candidates are interviewed, screens are lists."""

from __future__ import annotations

import asyncio
import itertools
import time
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select, update
from starlette.testclient import TestClient

from bot.house import House
from bot.hr.reading import Reader, Request
from bot.hr.session import COOKIE, Sessions
from bot.wiring import Server
from config.settings import Settings
from dialogues.core.events import Answered, Asked, Chosen, Event, Opened
from dialogues.core.interview import Ask, Phase
from dialogues.ports import Arrival, Person
from storage import tables
from tests.channels.client import add_packs

Blocks = list[dict[str, Any]]
_TAPS = {
    Ask.CONSENT: "consent:yes",
    Ask.CONFIRM: "details:right",
    Ask.PRACTICE_OFFER: "practice:no",
    Ask.QUESTIONS: "questions:none",
    Ask.SURVEY: "survey:4",
    Ask.COMMENT: "survey:none",
}
_PATIENCE = 60.0


class Bureau:
    """A house with a writer and a runner, and the screens of its people of HR."""

    def __init__(self, folder: Path, language: str = "en") -> None:
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            database_url=f"sqlite:///{folder}/hr.db",
            language=language,
        )
        self.house = House(settings)
        add_packs(self.house)
        self.server = Server(self.house, free_scorer=True)
        self.reader = Reader(self.house.office)
        self.shown: dict[int, list[Blocks]] = {}
        self.told: dict[int, list[Blocks]] = {}
        self._numbers = itertools.count(1)
        self.server.hr_sockets.send = self._show  # type: ignore[method-assign]

    def _show(self, conversation: int, blocks: Blocks, *, to: str = "", key: str = "") -> bool:
        (self.told if key else self.shown).setdefault(conversation, []).append(blocks)
        return True

    def start(self) -> None:
        self.server.worker.start()

    async def stop(self) -> None:
        await self.server.worker.stop()
        self.server.judges.close()
        self.house.engine.dispose()

    def person(self, handle: str, role: str, jobs: str = "*") -> Person:
        """Return a person of HR with this role, who may see these jobs."""
        person = self.house.people.ensure("web", handle, role)
        with self.house.engine.begin() as connection:
            statement = update(tables.person).where(tables.person.c.id == person.id)
            connection.execute(statement.values(jobs=jobs))
        found = self.house.people.by_id(person.id)
        assert found is not None
        self.server.hr_sockets._queues.setdefault(found.conversation, set())  # they are looking
        return found

    async def _submit(self, conversation: int, event: Event) -> None:
        name = f"{conversation}:{next(self._numbers)}"
        await self.server.worker.submit(Arrival(conversation, "test", name, event))

    async def ask(self, person: Person, text: str) -> Blocks:
        """Type something; return what is shown in answer."""
        return await self._request(person, self.reader.message(person, text))

    async def press(self, person: Person, value: str) -> Blocks:
        """Press a button; return what is shown in answer."""
        return await self._request(person, self.reader.button(value))

    async def _request(self, person: Person, request: Request) -> Blocks:
        before = len(self.shown.get(person.conversation, []))
        event = Asked(at=time.time(), command=request.command, args=request.args, text=request.text)
        await self._submit(person.conversation, event)
        await self._until(lambda: len(self.shown.get(person.conversation, [])) > before)
        return self.shown[person.conversation][-1]

    async def notice(self, person: Person, containing: str) -> Blocks:
        """Wait for a notice with these words."""
        await self._until(
            lambda: any(containing in words(one) for one in self.told.get(person.conversation, []))
        )
        return next(one for one in self.told[person.conversation] if containing in words(one))

    async def _until(self, true: Any) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not true():
            assert time.monotonic() < deadline, "nothing came"
            await asyncio.sleep(0.005)

    async def candidate(self, name: str, job: str = "sales-representative", language: str = "en") -> int:
        """Invite a candidate who opens the link; return the conversation."""
        pack = self.house.packs.active(job)
        profile = {"name": name, "email": "someone@example.org"}
        _, conversation = self.house.applications.create(pack, language, profile)
        await self._submit(conversation, Opened(at=time.time(), channel="web", language=language))
        return conversation

    async def write(self, conversation: int, text: str) -> None:
        """Let the candidate write."""
        await self._submit(conversation, Answered(at=time.time(), text=text))

    async def press_as(self, conversation: int, value: str) -> None:
        """Let the candidate press a button."""
        await self._submit(conversation, Chosen(at=time.time(), value=value))

    async def finish(
        self, conversation: int, answer: str = "I asked what they needed and wrote it down."
    ) -> None:
        """Let the candidate go through to the end."""
        for _ in range(80):
            state = self.house.applications.interview(conversation)
            assert state is not None
            if state.phase is Phase.FINISHED:
                return
            prompt = state.prompt
            value = _TAPS.get(prompt.ask) if prompt is not None else None
            if value is not None:
                await self.press_as(conversation, value)
            else:
                await self.write(conversation, answer)
        raise AssertionError(state.phase)

    async def interviewed(self, name: str, job: str = "sales-representative") -> str:
        """Return the application of somebody who went through a whole interview."""
        conversation = await self.candidate(name, job)
        await self.finish(conversation)
        return self.application(conversation)

    def application(self, conversation: int) -> str:
        state = self.house.applications.interview(conversation)
        assert state is not None
        return state.application

    def said(self, application: str) -> list[str]:
        """Return what the candidate of this application has been told."""
        found = self.house.applications.one(application, None)
        assert found is not None
        return [line.text for line in self.house.story.lines(found.conversation, limit=2000) if not line.mine]

    def audits(self, application: str) -> list[tuple[str, str]]:
        """Return (who, what) of the audit log."""
        log = tables.audit.c
        with self.house.engine.connect() as connection:
            rows = connection.execute(select(log.actor, log.action).where(log.target == application))
            return [(row.actor, row.action) for row in rows]

    def traces(self, person: Person) -> str:
        """Return everything stored of HR's own conversation, opened."""
        found = []
        with self.house.engine.connect() as connection:
            for table in (tables.inbox, tables.outbox):
                rows = connection.execute(
                    select(table.c.id, table.c.body).where(table.c.conversation == person.conversation)
                ).all()
                found += [row.body.decode() for row in rows]
                ids = [row.id for row in rows]
                sealed = connection.execute(select(tables.text).where(tables.text.c.id.in_(ids)))
                found += [self.house.sealer.open(row.id, row.sealed) for row in sealed]
            desk = tables.conversation.c
            state = connection.execute(select(desk.state).where(desk.id == person.conversation)).scalar_one()
        return "\n".join([*found, state.decode()])


def page(bureau: Bureau, person: Person) -> TestClient:
    """Return this person's browser, signed in."""
    cookie = Sessions(bureau.house.keys[0]).issue(person.id)
    return TestClient(bureau.server.app, cookies={COOKIE: cookie})


def words(blocks: Blocks) -> str:
    """Return everything a person can read in these blocks."""
    return msgspec.json.encode(blocks).decode()


def values(blocks: Blocks) -> list[str]:
    """Return the values of all buttons."""
    found = []
    for block in blocks:
        rows = [block.get("buttons", []), *block.get("actions", [])]
        found += [button["value"] for row in rows for button in row]
    return found
