"""What delivery needs from outside: the ledger of steps and ids, the results, and the printed report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from ehr_connector.delivery.steps import Planned, Status, Step
from ehr_connector.model import Link
from ehr_connector.result import Result


class Push(Struct, frozen=True):
    """A reason to write to a connection: `number` orders the pushes of an application."""

    connection: str
    application: str
    conversation: int
    number: int
    cause: str
    steps: list[Planned]


class Lane(Struct):
    """An application's steps on one connection, taken under a lease. `careful`: the last holder vanished."""

    connection: str
    application: str
    conversation: int
    token: int
    careful: bool
    newest: int
    steps: list[Step]
    links: dict[str, Link]
    result: Result | None = None
    """The result as it was read for the first step of this turn; the next turn reads it again."""


class Change(Struct, frozen=True):
    """What became of a lane: steps and links to be written, and whether it is let go (then `due_at` says until when).

    `due_at` None parks it until a person does something.
    """

    lane: Lane
    steps: list[Step] = []
    links: list[Link] = []
    release: bool = False
    due_at: float | None = None


class Pause(Struct, frozen=True):
    """A kind of step that waits for the operator, and the field it is about. `kind` "*" is the whole connection."""

    connection: str
    kind: str
    code: str
    field: str
    at: float


class Stuck(Struct, frozen=True):
    """How a step stands, for people."""

    connection: str
    application: str
    kind: str
    status: Status
    code: str
    field: str
    attempts: int
    at: float


class Ledger(Protocol):
    """The durable side. Synchronous: called in threads."""

    def add(self, pushes: Sequence[Push], now: float) -> None:
        """Write pushes with their steps; those known already are left alone."""
        ...

    def claim(self, connection: str, now: float, lease: float, limit: int) -> list[Lane]:
        """Take lanes that are due and nobody's."""
        ...

    def write(self, changes: Sequence[Change], now: float, lease: float) -> None:
        """Write changes of lanes that are still ours, in one transaction, and prolong their leases."""
        ...

    def pauses(self, connection: str) -> list[Pause]: ...

    def pause(self, pause: Pause) -> None: ...

    def resume(self, connection: str, now: float) -> int:
        """Take back every pause and let the steps go on; return how many there were."""
        ...

    def free_leases(self) -> None:
        """Make every lane claimable at once: the process that held them is gone."""
        ...


class Sources(Protocol):
    """Where the content of a push comes from, at the moment it is sent."""

    async def result(self, conversation: int) -> Result | None:
        """Return the result document; None when the candidate's record is gone."""
        ...

    async def report(self, result: Result) -> bytes:
        """Return the printed report, a PDF."""
        ...
