"""What the connector and an HR system talk about: records, references, files, notes, stages, and what there is.

Plain values. They know nothing of interviews, of any one system, or of how they are sent.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct


class Capability(StrEnum):
    """What an HR system can do for us; what is missing is shown, not faked."""

    UPSERT = "upsert"
    READ = "read"
    FIND = "find"
    FILE = "file"
    NOTE = "note"
    STAGE = "stage"
    HIRE = "hire"
    ONBOARD = "onboard"
    ERASE = "erase"
    PULL_JOBS = "pull_jobs"
    PULL_APPLICANTS = "pull_applicants"
    PULL_REVIEWS = "pull_reviews"
    EVENTS = "events"


class Ref(Struct, frozen=True):
    """A record over there."""

    model: str
    id: str


Value = str | int | float | bool | None | Ref | tuple[Ref, ...]


class Write(Struct, frozen=True):
    """One record to be created or updated. `key` is our own name for it and never changes.

    `occasion` is the same for every try of one step and differs between steps.
    """

    key: str
    model: str
    values: dict[str, Value]
    occasion: str = ""


class Link(Struct, frozen=True):
    """A line of the id map: our key, their record, and keyed hashes of what we sent and of what they then showed."""

    key: str
    ref: Ref
    sent: dict[str, str] = {}
    seen: dict[str, str] = {}


class File(Struct, frozen=True):
    """A file for a record; `digest` is the SHA-256 of its content, in hex."""

    key: str
    name: str
    media_type: str
    content: bytes
    digest: str
    occasion: str = ""


class Note(Struct, frozen=True):
    """A remark for people, in plain text."""

    key: str
    title: str
    text: str
    occasion: str = ""


class Move(Struct, frozen=True):
    """A change of stage, made only from one of `only_from` (empty: from anywhere).

    `emails` allows stages that write to the candidate by themselves.
    """

    key: str
    to: str
    only_from: tuple[str, ...] = ()
    emails: bool = False
    occasion: str = ""


class Task(Struct, frozen=True):
    """One thing to be done before a new colleague's first day. `days` counts from the hire."""

    key: str
    title: str
    note: str = ""
    days: int = 7


class FieldInfo(Struct, frozen=True):
    """A field the system says it has. `choices` are value -> label; `relation` is the model it points to."""

    name: str
    kind: str
    label: str = ""
    required: bool = False
    readonly: bool = False
    choices: dict[str, str] = {}
    relation: str = ""


class StageInfo(Struct, frozen=True):
    """A stage. `writes` names the e-mail it sends to the candidate by itself; `final` says that it hires."""

    name: str
    writes: str = ""
    final: bool = False


class Description(Struct, frozen=True):
    """What a system says it has. `open_ended` systems take any field of any model."""

    system: str
    version: str
    models: dict[str, dict[str, FieldInfo]] = {}
    stages: tuple[StageInfo, ...] = ()
    open_ended: bool = False
    remarks: tuple[str, ...] = ()


class Pulled(Struct, frozen=True):
    """One thing read from the system, by its own id. `body` has the names of our API's documents.

    `changed` tells one change of it from the next: a time, or the id of the event.
    """

    kind: str
    id: str
    body: dict[str, Any]
    changed: str = ""


class Page(Struct, frozen=True):
    """A page of what changed; `cursor` is where the next one begins."""

    items: tuple[Pulled, ...]
    cursor: str
    more: bool = False
