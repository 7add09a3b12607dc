"""What the application needs from outside: the record, scorers, and people's screens.

Each port has at least two implementations today (SQLite and PostgreSQL; the built-in and the free scorer; the
web hub and the terminal) and one contract suite.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from msgspec import Struct

from dialogues.core.effects import Effect, Notice
from dialogues.core.events import Event
from dialogues.core.interview import Interview
from dialogues.core.pack import Pack
from dialogues.core.tongue import Foreseen
from dialogues.heard import Recorded
from dialogues.learned import Learned
from ehr_connector.result import Result
from scoring.code.likeness import Likeness
from scoring.rubric.model import Element


class Arrival(Struct, gc=False):
    """An event on its way in. (channel, external_id) is unique for ever; `settles` is the effect it answers.

    `elements`, `length` and `foreseen` may hold what was found in its text beforehand, read as the language
    `read_as`: it saves the stepping process the time, and is never stored.
    """

    conversation: int
    channel: str
    external_id: str
    event: Event
    settles: int = 0
    id: int = 0
    read_as: str = ""
    elements: tuple[Element, ...] = ()
    length: int = 0
    foreseen: Foreseen | None = None


class Held(Struct, gc=False):
    """A conversation taken for a batch: its row, read under its lock."""

    id: int
    role: str
    version: int
    state: bytes
    application: str


class EventRow(Struct, gc=False):
    """An event to be stored; `seq` 0 while it waits to be stepped."""

    id: int
    conversation: int
    seq: int
    channel: str
    external_id: str
    kind: str
    body: bytes
    at: float
    status: int
    words: str
    stored: bool = False
    code: str = ""


class EffectRow(Struct, gc=False):
    """An effect to be stored. Of a message (`kind` Say) the text is `words`, rendered."""

    id: int
    conversation: int
    seq: int
    key: str
    kind: str
    body: bytes
    due_at: float
    status: int
    words: str = ""


class StateRow(Struct, gc=False):
    """A conversation's new state and what the lists show of it."""

    id: int
    version: int
    state: bytes
    phase: str = ""
    channel: str = ""
    total: float | None = None
    passed: bool = False
    outcome: str = ""
    finished_at: float = 0.0
    updated_at: float = 0.0


class AuditRow(Struct):
    """Who did what to what; never what was said."""

    at: float
    actor: str
    action: str
    target: str


class Changes(Struct):
    """Everything one batch writes, in one transaction."""

    events: list[EventRow] = []
    effects: list[EffectRow] = []
    states: list[StateRow] = []
    profiles: dict[int, dict[str, str]] = {}
    erased: list[int] = []
    audits: list[AuditRow] = []
    settled: list[int] = []


class Due(Struct):
    """An effect whose time has come, taken under a lease."""

    id: int
    conversation: int
    effect: Effect
    attempts: int


class Transaction(Protocol):
    """One transaction; nothing is kept unless the block ends without an exception."""

    def take(self, conversations: Collection[int], remembered: Mapping[int, Held]) -> dict[int, Held]:
        """Lock and read conversations; one that another process holds, or that does not exist, is left out.

        `remembered` are some as this process wrote them last: they need not be read again where only one
        process writes. Should one have changed all the same, `write` says so.
        """
        ...

    def known(self, arrivals: Sequence[Arrival]) -> dict[tuple[str, str], tuple[int, int]]:
        """Return (channel, external_id) -> (id, seq) of the arrivals that are stored already."""
        ...

    def behind(self, limit: int) -> list[int]:
        """Return conversations with stored events that were never stepped, the one waiting longest first."""
        ...

    def waiting(self, conversations: Collection[int]) -> list[Arrival]:
        """Return the events of these that were stored and never stepped, oldest first. Call after `take`."""
        ...

    def profiles(self, conversations: Collection[int]) -> dict[int, dict[str, str]]:
        """Return what is known of the candidates of these conversations."""
        ...

    def write(self, changes: Changes) -> None:
        """Write a batch. Raises Stale when a conversation changed meanwhile."""
        ...


class Record(Protocol):
    """The durable record. All methods are synchronous: one writer thread per process calls them."""

    def transaction(self) -> AbstractContextManager[Transaction]: ...

    def claim_due(self, now: float, lease: float, limit: int) -> list[Due]:
        """Take effects that are due and unclaimed, for `lease` seconds, oldest first."""
        ...

    def postpone(self, effect: int, due_at: float, attempts: int, code: str) -> None:
        """Put a failed effect back for later."""
        ...

    def bury(self, effect: int, code: str) -> None:
        """Give a failed effect up; it stays visible as a dead letter."""
        ...

    def settle(self, effects: Collection[int]) -> None:
        """Mark effects done."""
        ...

    def delivered(self, deliveries: Sequence[tuple[int, int, str]]) -> None:
        """Note of pushed messages (id, the messenger's number for it, "" or why it was given up)."""
        ...

    def free_leases(self) -> None:
        """Make every unfinished effect claimable at once: the process that held them is gone."""
        ...

    def words_of(self, conversation: int, seqs: Sequence[int]) -> list[str]:
        """Return the texts of these events in this order; "" for erased or missing ones."""
        ...


class Packs(Protocol):
    """Job packs by name and version; an interview in flight keeps its version."""

    def pack(self, name: str, version: str) -> Pack: ...


class Interviews(Protocol):
    """Reads the state of interviews."""

    def interview(self, conversation: int) -> Interview | None: ...


class StoryLine(Struct):
    """One message of a conversation. `mine` is the candidate's own; then `external_id` is the sender's name for it.

    A recording of theirs has `spoken`, its seconds, and no text.
    """

    seq: int
    mine: bool
    text: str
    at: float
    kind: str = "note"
    turn: int = 0
    buttons: list[tuple[str, str]] = []
    progress: tuple[int, int] | None = None
    external_id: str = ""
    spoken: float | None = None


class StoredEvent(Struct):
    """An event as it was stepped. `whole` is False when its words were erased or never kept."""

    seq: int
    event: Event
    channel: str
    whole: bool


class Listed(Struct):
    """One application as the lists show it; no word of the candidate's but the name."""

    application: str
    job: str
    phase: str
    channel: str
    total: float | None
    passed: bool
    outcome: str
    created_at: float
    updated_at: float
    finished_at: float
    conversation: int
    name: str = ""


class InviteState(Struct):
    """What a link leads to; `problem` is "", "unknown", "expired", "revoked" or, before it began, "paused"."""

    conversation: int
    problem: str


class Returned(Struct):
    """What a page that comes back is shown: the interview, the candidate's name, and what it has missed."""

    state: Interview
    name: str
    lines: list[StoryLine]


class Person(Struct, frozen=True):
    """One person of HR. `jobs` None means every job; `language` "" means the company's.

    `notify` is which results they are told unasked, `quiet` the hours in which they are told nothing, such as `22-8`.
    """

    id: str
    name: str
    role: str
    jobs: tuple[str, ...] | None
    conversation: int
    language: str = ""
    notify: str = "each"
    quiet: str = ""


class Story(Protocol):
    """Reads conversations back."""

    def lines(self, conversation: int, after: int = 0, limit: int = 500) -> list[StoryLine]:
        """Return the messages with a number above `after`, in order."""
        ...


class Entrance(Protocol):
    """Lets candidates in, many at a time."""

    def find_invites(self, tokens: Sequence[str]) -> list[InviteState]:
        """Return where each link leads."""
        ...

    def returned(self, calls: Sequence[tuple[int, int]]) -> list[Returned | None]:
        """Return what each (conversation, number of the last message seen) is shown, a first part of the lines."""
        ...


class Door(Protocol):
    """Lets candidates in by their personal links."""

    def find_invite(self, token: str) -> InviteState: ...

    def profile(self, conversation: int) -> dict[str, str]: ...


class Waiting(Struct, frozen=True):
    """Something HR was told about a candidate; `event` is the message it is about, 0 for none, `key` its name."""

    found: Listed
    notice: Notice
    event: int
    at: float
    key: str
    when: float = 0.0


class Office(Protocol):
    """What HR's channel reads and does beyond conversations.

    Role and job are checked in every method that takes a person: lists hold only what they may see, and what is
    about one application raises `dialogues.app.rights.NotAllowed`.
    """

    def person(self, conversation: int) -> Person | None: ...

    def people(self) -> list[Person]: ...

    def search(self, person: Person, name: str) -> list[Listed]:
        """Return the applications whose id, HR-system id or candidate's name this is."""
        ...

    def by_conversation(self, conversation: int) -> Listed | None: ...

    def ranked(self, person: Person) -> list[Listed]: ...

    def unfinished(self, person: Person) -> list[Listed]: ...

    def waiting(self, person: Person) -> list[Waiting]:
        """Return what nobody of HR has reacted to yet, oldest first."""
        ...

    def told_since(self, person: Person, since: float) -> list[Waiting]:
        """Return what this person was told, or would have been, after `since`, oldest first."""
        ...

    def result(self, person: Person, found: Listed) -> Result | None: ...

    def story(self, person: Person, found: Listed) -> list[StoryLine]: ...

    def places(self, person: Person, found: Listed) -> dict[int, tuple[str, int, int]]:
        """Return number of a candidate's message -> (part of an answer, where it starts in it, its length)."""
        ...

    def recordings(self, person: Person, found: Listed) -> dict[int, Recorded]:
        """Return number of a message that was spoken -> what was heard of it."""
        ...

    def likeness(self, person: Person, found: Listed, question: str) -> Likeness | None:
        """Return how alike a program is to those of others; None where that would say nothing."""

    def competencies(self, person: Person, found: Listed) -> dict[str, str]:
        """Return competency id -> name in the person's language."""
        ...

    def jobs(self, person: Person) -> dict[str, tuple[str, str]]:
        """Return job -> (title in the person's language, active version)."""
        ...

    def invite(self, person: Person, job: str, profile: dict[str, str]) -> tuple[str, str]:
        """Create an application; return (its id, its personal link)."""
        ...

    def learned(self, person: Person, job: str) -> list[Learned]:
        """Return what was learned about each competency of a job that anybody corrected."""
        ...

    def calibrate(self, person: Person, job: str, competency: str, *, on: bool) -> bool:
        """Use what was learned for interviews created from now on, or stop; say whether that was possible."""
        ...

    def words_of(self, conversation: int, seqs: Sequence[int]) -> list[str]: ...

    def name_of(self, conversation: int, event: int) -> str:
        """Return the sender's own name for a message, so that the answer can name it."""
        ...

    def audit(self, row: AuditRow) -> None: ...

    def audits(self, person: Person, found: Listed) -> list[AuditRow]: ...


class Stale(Exception):
    """A conversation was changed by another process between reading and writing; the batch is tried again."""
