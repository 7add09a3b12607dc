"""A whole server in this process, with a connected HR system, and interviews that end at a word."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import yaml

from bot.house import House
from bot.wiring import Server
from config.settings import Settings
from dialogues.core.events import Answered, Chosen, Decided, Opened, Outcome
from dialogues.ports import Arrival
from tests.ehr.ledger import _empty
from tests.storage.store import pack_text

PACK = "sales-representative"


def settings(folder: Path, config: dict[str, Any] | None = None, **given: Any) -> Settings:
    """Return settings with a database of its own and, perhaps, the connector's file."""
    path = folder / "colloquy.db"
    if not path.exists():
        path.write_bytes(_empty())
    chosen = {"database_url": f"sqlite:///{path}", "public_url": "https://talk.example.org", **given}
    if config is not None:
        file = folder / "ehr.yaml"
        file.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
        chosen["ehr_config"] = str(file)
    return Settings(_env_file=None, **chosen)


@asynccontextmanager
async def working(folder: Path, config: dict[str, Any] | None = None) -> AsyncIterator[Server]:
    """Give a server that works: no HTTP, scores for nothing, reports of a few bytes."""
    house = House(settings(folder, config))
    house.packs.add(pack_text(), activate=True)
    house.people.ensure("web", "anna", "owner")
    server = Server(house, free_scorer=True)

    async def report(result: Any) -> bytes:
        return b"%PDF" + result.application.id.encode()

    server.ehr.sources.report = report  # type: ignore[method-assign]
    async with server.working():
        yield server
    house.engine.dispose()


class Talk:
    """One candidate, of few words."""

    def __init__(self, server: Server, conversation: int) -> None:
        self.server = server
        self.conversation = conversation
        self._count = 0

    async def send(self, event: Any) -> None:
        self._count += 1
        name = f"{self.conversation}:t{self._count}-{type(event).__name__}"
        await self.server.worker.submit(Arrival(self.conversation, "web", name, event))

    async def finish(self, answer: str = "") -> None:
        """Go through the interview, to its end, with the same answer to everything or with none."""
        await self.send(Opened(at=time.time(), channel="web", language="zh"))
        await self.send(Chosen(at=time.time(), value="consent:yes"))
        await self.send(Answered(at=time.time(), text="王小明"))
        for _ in range(1000):
            state = self.server.house.applications.interview(self.conversation)
            assert state is not None
            if state.finished_at:
                return
            if state.prompt is None:  # what was said is being judged
                await asyncio.sleep(0.1)
                continue
            special = {"confirm": "details:right", "practice_offer": "practice:no"}
            if answer and state.prompt.ask == "answer":
                await self.send(Answered(at=time.time(), text=answer))
            else:
                value = special.get(state.prompt.ask, "do:skip")
                await self.send(Chosen(at=time.time(), value=value, seen=state.turn))
        raise AssertionError("never finished")

    async def decide(self, outcome: str) -> None:
        await self.send(
            Decided(at=time.time(), by="Anna", outcome=Outcome(outcome), reason="strong", person="web:anna")
        )


async def until(what: Any, seconds: float = 20.0) -> None:
    """Wait until something is true."""
    for _ in range(int(seconds / 0.02)):
        if what():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came true")
