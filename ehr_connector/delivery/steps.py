"""One push is several steps; this says which one may be taken next. Pure.

The steps of an application form a lane: one is in flight at a time, in order. A step waits for those it needs in its
own push, and for the same kind of step in earlier pushes; one that failed for good holds up only what needs it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import IntEnum

from msgspec import Struct

from ehr_connector.mapping.model import Mapping
from ehr_connector.mapping.read import needs_of


class Status(IntEnum):
    """Where a step is. A conflict is recorded and counts as done: what a person did over there stands."""

    WAITING = 0
    DONE = 1
    DEAD = 2
    PAUSED = 3
    CONFLICT = 4


SETTLED = frozenset({Status.DONE, Status.CONFLICT})
FAILED = frozenset({Status.DEAD, Status.PAUSED})
EVERYTHING = "*"
"""The kind that stands for a whole connection, when it is paused."""
ERASE = "erase"
"""The one step of a push that says a candidate's record is gone."""


class Step(Struct):
    """One step. `code` and `field` say how it last went; `begun` that an earlier try may have been written."""

    id: int
    push: int
    kind: str
    position: int
    needs: tuple[str, ...]
    cause: str
    status: Status = Status.WAITING
    attempts: int = 0
    due_at: float = 0.0
    code: str = ""
    field: str = ""
    begun: bool = False


class Planned(Struct, frozen=True):
    """A step to be made for a push, taken `delay` seconds after it at the earliest."""

    kind: str
    needs: tuple[str, ...] = ()
    delay: float = 0.0


def plan_steps(mapping: Mapping, cause: str) -> list[Planned]:
    """Return the steps of one push, in the order in which they are taken."""
    planned: list[Planned] = []
    waiting = dict(mapping.records)
    while waiting:
        made = {step.kind for step in planned}
        free = [name for name, record in waiting.items() if set(needs_of(record)) <= made]
        planned += [Planned(name, needs_of(waiting.pop(name))) for name in free]
    if mapping.file is not None:
        planned.append(Planned("file", (mapping.file.record,)))
    if mapping.note is not None:
        planned.append(Planned("note", (mapping.note.record,)))
    if mapping.stage is not None:
        planned.append(Planned("stage", (mapping.stage.record,)))
    if cause == "decided" and mapping.hire is not None:
        planned.append(Planned("hire", (mapping.hire,)))
        if mapping.onboarding:
            planned.append(Planned("onboarding", ("hire",)))
    return planned


def stuck(steps: Sequence[Step]) -> set[int]:
    """Return the ids of waiting steps that need one which has failed for good."""
    by_name = {(step.push, step.kind): step for step in steps}
    found: set[int] = set()
    for step in sorted(steps, key=_order):
        needed = [by_name[step.push, need] for need in step.needs if (step.push, need) in by_name]
        if step.status is Status.WAITING and any(n.status in FAILED or n.id in found for n in needed):
            found.add(step.id)
    return found


def _order(step: Step) -> tuple[int, int]:
    return step.push, step.position


def open_steps(steps: Sequence[Step], paused: Collection[str] = ()) -> list[Step]:
    """Return the steps that only time keeps from being taken, in order."""
    if EVERYTHING in paused:
        return []
    by_name = {(step.push, step.kind): step for step in steps}
    dead_ends, free, behind = stuck(steps), [], set()
    for step in sorted(steps, key=_order):
        if step.status is not Status.WAITING or step.id in dead_ends:
            continue
        needed = [by_name[step.push, need] for need in step.needs if (step.push, need) in by_name]
        ready = all(one.status in SETTLED for one in needed) and step.kind not in behind
        behind.add(step.kind)
        if ready and step.kind not in paused:
            free.append(step)
    return free


def next_step(steps: Sequence[Step], now: float, paused: Collection[str] = ()) -> Step | None:
    """Return the step to take now."""
    return next((step for step in open_steps(steps, paused) if step.due_at <= now), None)


def next_due(steps: Sequence[Step], paused: Collection[str] = ()) -> float | None:
    """Return when the lane has to be looked at again; None when only a person can move it."""
    return min((step.due_at for step in open_steps(steps, paused)), default=None)
