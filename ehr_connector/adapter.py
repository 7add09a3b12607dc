"""The one protocol between delivery and an HR system. An adapter raises the faults of `faults.py` and nothing else.

It knows nothing of interviews and keeps nothing: ids and hashes are the id map's. `upsert`, `put_file`, `add_note`
and `set_stage` may be repeated with the same key and leave one record; an adapter whose system cannot promise that
offers `find`, which is asked first whenever an earlier try may have been written.
"""

# ruff: noqa: ARG002  the arguments belong to the protocol

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ehr_connector.faults import Misconfigured
from ehr_connector.model import (
    Capability,
    Description,
    File,
    Move,
    Note,
    Page,
    Pulled,
    Ref,
    Task,
    Write,
)


class Adapter(Protocol):
    """One connection to one system."""

    capabilities: frozenset[Capability]
    whole: frozenset[str]
    """Models whose records are always written whole, because what is left out would be gone."""

    async def health(self) -> str:
        """Return the system's name and version as it gives them; a fault when it does not answer."""
        ...

    async def describe(self, models: Sequence[str]) -> Description:
        """Return the fields of these models, the stages, and what an admin should know."""
        ...

    async def upsert(self, write: Write, known: Ref | None) -> Ref:
        """Create or update a record. Gone when `known` was deleted; Misconfigured names the field."""
        ...

    async def read(self, ref: Ref, fields: Sequence[str]) -> dict[str, Any]:
        """Return fields of a record as the system has them now; Gone when it was deleted."""
        ...

    async def find(self, model: str, key: str) -> Ref | None:
        """Return the record with our key."""
        ...

    async def look_up(self, model: str, field: str, value: str) -> Ref | None:
        """Return the one record whose field has this value."""
        ...

    async def put_file(self, ref: Ref, file: File) -> Ref:
        """Attach a file, in place of an earlier one with its key."""
        ...

    async def add_note(self, ref: Ref, note: Note) -> Ref:
        """Write a note once."""
        ...

    async def set_stage(self, ref: Ref, move: Move) -> None:
        """Move to a stage; Conflict when a person has moved it elsewhere."""
        ...

    async def hire(self, ref: Ref) -> Ref:
        """Make an employee of an applicant, once, and return it."""
        ...

    async def onboard(self, employee: Ref, tasks: Sequence[Task]) -> Sequence[Ref]:
        """Create the checklist, once."""
        ...

    async def erase(self, key: str) -> None:
        """Say that everything about an application has to be deleted."""
        ...

    async def pull(self, kind: str, cursor: str) -> Page:
        """Return what has changed since the cursor ("" from the beginning)."""
        ...

    async def fetch(self, kind: str, name: str) -> Pulled | None:
        """Return one thing as it is there now, by the id an event named; None when this system has no such kind."""
        ...

    async def answer_order(self, order: Ref, link: str) -> None:
        """Tell where the candidate takes the interview that was ordered."""
        ...

    def verify(self, headers: Mapping[str, str], body: bytes) -> Sequence[Pulled]:
        """Return the events of an inbound request; Misconfigured when its signature is wrong."""
        ...

    async def renew(self) -> None:
        """Log in afresh."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Limited:
    """The answers of a system that cannot do something; adapters build on it."""

    capabilities: frozenset[Capability] = frozenset()
    whole: frozenset[str] = frozenset()

    async def read(self, ref: Ref, fields: Sequence[str]) -> dict[str, Any]:
        raise Misconfigured("not_offered", field="read")

    async def find(self, model: str, key: str) -> Ref | None:
        return None

    async def look_up(self, model: str, field: str, value: str) -> Ref | None:
        raise Misconfigured("not_offered", field="look_up")

    async def put_file(self, ref: Ref, file: File) -> Ref:
        raise Misconfigured("not_offered", field="file")

    async def add_note(self, ref: Ref, note: Note) -> Ref:
        raise Misconfigured("not_offered", field="note")

    async def set_stage(self, ref: Ref, move: Move) -> None:
        raise Misconfigured("not_offered", field="stage")

    async def hire(self, ref: Ref) -> Ref:
        raise Misconfigured("not_offered", field="hire")

    async def onboard(self, employee: Ref, tasks: Sequence[Task]) -> Sequence[Ref]:
        raise Misconfigured("not_offered", field="onboard")

    async def erase(self, key: str) -> None:
        raise Misconfigured("not_offered", field="erase")

    async def pull(self, kind: str, cursor: str) -> Page:
        return Page((), cursor)

    async def fetch(self, kind: str, name: str) -> Pulled | None:
        return None

    async def answer_order(self, order: Ref, link: str) -> None:
        return

    def verify(self, headers: Mapping[str, str], body: bytes) -> Sequence[Pulled]:
        raise Misconfigured("not_offered", field="events")

    async def renew(self) -> None:
        return

    async def close(self) -> None:
        return
