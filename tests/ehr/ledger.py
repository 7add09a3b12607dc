"""A ledger on a database of the test's own, and a source of results that needs no interview."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from msgspec.structs import replace

from ehr_connector.delivery.courier import Courier
from ehr_connector.delivery.hashing import Hasher
from ehr_connector.delivery.ports import Lane, Push
from ehr_connector.delivery.reaction import Policy
from ehr_connector.delivery.sending import Sender
from ehr_connector.delivery.steps import Status, Step, plan_steps
from ehr_connector.mapping.model import Connection
from ehr_connector.result import Application, Audit, Candidate, Decision, Result
from storage.deliveries import SqlLedger
from storage.engine import open_engine
from storage.migrate import upgrade
from tests.report.sample import sample_result

FAST = Policy(schedule=(0.01,) * 9, jitter=0.0, step_seconds=8.0, breaker_failures=50, poll_seconds=0.02)
HASHER = Hasher(b"k" * 32)


def new_ledger(folder: Path) -> SqlLedger:
    """Return a ledger on a fresh database."""
    path = folder / "ledger.db"
    path.write_bytes(_empty())
    return SqlLedger(open_engine(f"sqlite:///{path}"))


@cache
def _empty() -> bytes:
    """Return a database with the schema and nothing else: to copy one is faster than to migrate one."""
    with TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/empty.db")
        upgrade(engine)
        engine.dispose()
        return Path(folder, "empty.db").read_bytes()


def a_result(number: int = 1, **changes: Any) -> Result:
    """Return a result of application `a_NUMBER`, with a name in two scripts."""
    result = sample_result()
    who = Candidate(
        name=f"王小明 🎉 {number}",
        email=f"w{number}@example.org",
        phone="+8613800000000",
        language="zh",
        channel="web",
    )
    about = Application(id=f"a_{number}", external_id="", job=result.application.job, stage="finished")
    changes = {"decision": None, "audit": Audit(chain_head=f"{number}"), **changes}
    return replace(result, id=f"r_{number}", application=about, candidate=who, **changes)


def approved(result: Result, outcome: str = "approve") -> Result:
    """Return the result with a person's decision."""
    decision = Decision(by="Anna", at="2026-11-21T10:00:00Z", outcome=outcome, reason="strong")
    return replace(result, decision=decision)


class Shelf:
    """Results by conversation, whose number is the application's. Implements `delivery.ports.Sources`."""

    def __init__(self) -> None:
        self.results: dict[int, Result] = {}
        self.printed = 0
        self.pdf = b"%PDF-1.7 \x00\xff report"

    async def result(self, conversation: int) -> Result | None:
        return self.results.get(conversation)

    async def report(self, result: Result) -> bytes:
        self.printed += 1
        return self.pdf + result.application.id.encode()


class Pushing:
    """A connection with everything around it: push, carry, look."""

    def __init__(
        self, connection: Connection, adapter: Any, ledger: SqlLedger, policy: Policy = FAST
    ) -> None:
        self.connection = connection
        self.shelf = Shelf()
        self.ledger = ledger
        self.sender = Sender(connection, adapter, self.shelf, HASHER)
        self.told: list[tuple[Lane, Step]] = []
        self.courier = self.new_courier(policy)
        self._numbers: dict[int, int] = {}
        self.before: Callable[[int], None] = lambda _: None

    def new_courier(self, policy: Policy = FAST) -> Courier:
        """Return a courier such as another process, or the next one, would have."""
        return Courier(
            self.connection.name,
            self.sender.send,
            self.ledger,
            policy=policy,
            probe=self.sender.adapter.health,
            renew=self.sender.adapter.renew,
            tell=lambda lane, step: self.told.append((lane, step)),
        )

    def add(self, number: int, cause: str = "finished", result: Result | None = None) -> None:
        """Write a push."""
        self.before(number)
        self.shelf.results[number] = result if result is not None else a_result(number)
        self._numbers[number] = self._numbers.get(number, 0) + 1
        steps = plan_steps(self.connection.mapping, cause)
        push = Push(self.connection.name, f"a_{number}", number, self._numbers[number], cause, steps)
        self.ledger.add([push], 0.0)

    async def push(self, number: int = 1, cause: str = "finished", result: Result | None = None) -> None:
        """Write a push and carry until nothing is due."""
        self.add(number, cause, result)
        await self.carry(number)

    async def carry(self, number: int = 1) -> None:
        """Carry until this application has nothing left that time alone would move."""
        for _ in range(400):
            await self.courier.drain()
            if not self.ledger.open_lanes(self.connection.name):
                return
            import asyncio

            await asyncio.sleep(0.02)
        raise AssertionError(f"never done: {self.statuses(number)}")

    def statuses(self, number: int = 1) -> dict[str, Status]:
        """Return the newest status of every kind of step."""
        found: dict[str, Status] = {}
        for step in sorted(self.lane(number).steps, key=lambda s: (s.push, s.position)):
            found[step.kind] = step.status
        return found

    def steps(self, number: int = 1) -> dict[str, Step]:
        """Return the newest step of every kind."""
        return {s.kind: s for s in sorted(self.lane(number).steps, key=lambda s: (s.push, s.position))}

    def lane(self, number: int = 1) -> Lane:
        """Return the lane as it is stored."""
        return self.ledger.peek(self.connection.name, f"a_{number}", number)
