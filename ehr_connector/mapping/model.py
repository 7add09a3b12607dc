"""A connection's mapping as values: what is written where over there, and what a person must have decided first."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Expression = Annotated[str, Meta(min_length=1, description="JMESPath over the result document.")]
Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
Outcome = Literal["approve", "second_round", "hold", "decline"]


class Scale(Struct, frozen=True, forbid_unknown_fields=True, rename={"low": "from", "high": "to"}):
    """A number from one range put onto another: `from: [0, 10], to: [0, 3]`."""

    low: tuple[float, float]
    high: tuple[float, float]
    digits: Annotated[int, Meta(ge=0, le=6)] = 0


class Lookup(Struct, frozen=True, forbid_unknown_fields=True):
    """The id of a record over there that has this value in a field."""

    model: str
    by: str = "name"


class Rule(Struct, frozen=True, forbid_unknown_fields=True, rename={"source": "from"}):
    """How one field gets its value: from an expression, a fixed `value`, or a `ref` to another record of ours."""

    source: Expression | None = None
    value: str | int | float | bool | None = None
    ref: Name | None = None
    choices: dict[str, str | int | float | bool] | None = None
    scale: Scale | None = None
    lookup: Lookup | None = None
    cut: Annotated[int, Meta(ge=1)] | None = None


class Record(Struct, frozen=True, forbid_unknown_fields=True):
    """One record to be kept over there; with `each`, one for every item of a list (`item` in its expressions).

    `fields` are what HR may change there afterwards: a changed one is left alone. `key` tells items apart.
    """

    model: Annotated[str, Meta(min_length=1)]
    fields: dict[str, Rule | Expression]
    each: Expression | None = None
    key: Expression | None = None
    needs: tuple[Name, ...] = ()
    after: Outcome | None = None


class Attachment(Struct, frozen=True, forbid_unknown_fields=True):
    """The PDF report, attached to a record of ours."""

    record: Name
    name: str = "interview-{application}.pdf"


class Remark(Struct, frozen=True, forbid_unknown_fields=True):
    """A note on a record of ours: a title and lines, each an expression; empty lines are left out."""

    record: Name
    title: str
    lines: tuple[Expression, ...]


class StageRule(Struct, frozen=True, forbid_unknown_fields=True):
    """Move to a stage when the expression is true. `after` is a decision of a person's that must have been made."""

    to: Annotated[str, Meta(min_length=1)]
    when: Expression
    only_from: tuple[str, ...] = ()
    after: Outcome | None = None


class Stages(Struct, frozen=True, forbid_unknown_fields=True):
    """Stages of a record; the first rule that fits moves it. `emails` allows stages that write to the candidate."""

    record: Name
    rules: tuple[StageRule, ...]
    emails: Literal["forbid", "allow"] = "forbid"


class Checkpoint(Struct, frozen=True, forbid_unknown_fields=True):
    """A task of the onboarding checklist."""

    title: str
    note: str = ""
    days: Annotated[int, Meta(ge=0, le=365)] = 7


class Mapping(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that is written there, in the order in which it stands."""

    version: Annotated[int, Meta(ge=1)]
    records: dict[Name, Record]
    file: Attachment | None = None
    note: Remark | None = None
    stage: Stages | None = None
    hire: Name | None = None
    onboarding: tuple[Checkpoint, ...] = ()


class Intake(Struct, frozen=True, forbid_unknown_fields=True):
    """What is read: whoever reaches one of `stages` is invited for the job that `jobs` names (theirs -> ours).

    `erase_deleted`: whose record is gone over there, as is found out at night, is erased here.
    """

    stages: tuple[str, ...] = ()
    jobs: dict[str, str] = {}
    every: Annotated[int, Meta(ge=5)] = 60
    erase_deleted: bool = False


class Connection(Struct, frozen=True, forbid_unknown_fields=True):
    """One HR system. `options` are the adapter's own."""

    name: Name
    system: str
    mapping: Mapping
    options: dict[str, Any] = {}
    intake: Intake = Intake()
    jobs: tuple[str, ...] = ()
    """Our jobs whose results go there; empty means all."""


class NextStep(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that follows a person's decision, `days` later. `text` is what a message says, by language."""

    name: Name
    kind: Literal["notice", "talent_pool", "remind", "offer", "onboarding"]
    after: Outcome = "approve"
    days: Annotated[int, Meta(ge=0, le=365)] = 0
    text: dict[str, str] = {}
    jobs: tuple[str, ...] = ()
    connection: str = ""
    to: str = ""
    """The stage of `connection` that is the talent pool."""


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """The connector's file: `COLLOQUY_EHR_CONFIG`."""

    connections: tuple[Connection, ...] = ()
    next_steps: tuple[NextStep, ...] = ()


def main_record(mapping: Mapping) -> str:
    """Return the record that stands for the application itself: the one whose stage moves, or the first."""
    return mapping.stage.record if mapping.stage is not None else next(iter(mapping.records))


def rule_of(entry: Rule | str) -> Rule:
    """Return the rule that a field's entry stands for; a plain text is an expression."""
    return Rule(source=entry) if isinstance(entry, str) else entry
