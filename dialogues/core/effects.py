"""What the core wants done: imperative, one sentence each.

Every effect has a `key` that comes from the state; the pair (conversation, key) is unique in the outbox, so
the same step carried out twice writes nothing twice. `Say` may carry a person's words: it is stored rendered
and encrypted. No other effect does; they refer to events by number.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from dialogues.core.events import Outcome


class Line(Struct, frozen=True, gc=False):
    """A phrase of the catalogue with its arguments. `profile` names details of the candidate to fill in."""

    phrase: str
    args: dict[str, str] = {}
    profile: tuple[str, ...] = ()


class Button(Struct, frozen=True, gc=False):
    """A tap that saves typing: the phrase of its label, and the value that comes back."""

    phrase: str
    value: str
    args: dict[str, str] = {}


class SayKind(StrEnum):
    """What a message is to the person who reads it."""

    QUESTION = "question"
    FOLLOWUP = "followup"
    CHOICE = "choice"
    NOTE = "note"
    RESULT = "result"


class Say(Struct, frozen=True, gc=False, tag_field="effect"):
    """Tell the candidate these lines, one message.

    `turn` is the prompt that is open afterwards. `decided_by` names the person behind an adverse message.
    """

    key: str
    language: str
    lines: tuple[Line, ...]
    buttons: tuple[Button, ...] = ()
    kind: SayKind = SayKind.NOTE
    turn: int = 0
    progress: tuple[int, int] | None = None
    decided_by: str = ""


class Judge(Struct, frozen=True, gc=False, tag_field="effect"):
    """Score the answer made of the texts of these events."""

    key: str
    answer: str
    revision: int
    question: str
    language: str
    events: tuple[int, ...]


class Explain(Struct, frozen=True, gc=False, tag_field="effect"):
    """Put the real computation of this interview into words for the candidate."""

    key: str
    language: str


class WakeAt(Struct, frozen=True, gc=False, tag_field="effect"):
    """Send `Woke` at this time."""

    key: str
    alarm: str
    at: float


class Notice(StrEnum):
    """What HR is told about."""

    FINISHED = "finished"
    HUMAN_WANTED = "human_wanted"
    MESSAGE = "message"
    QUESTION = "question"
    REFUSED = "refused"
    STOPPED = "stopped"
    ERASED = "erased"
    UNSCORED = "unscored"


class TellHr(Struct, frozen=True, gc=False, tag_field="effect"):
    """Tell the people of HR who may see this job; `event` is the message it is about, 0 for none."""

    key: str
    notice: Notice
    event: int = 0


class KeepDetail(Struct, frozen=True, gc=False, tag_field="effect"):
    """Put the text of an event, from `start` to `end` (0: to the end), into the candidate's profile."""

    key: str
    field: str
    event: int
    start: int = 0
    end: int = 0


class Forget(Struct, frozen=True, gc=False, tag_field="effect"):
    """Keep nothing of the words of this event: it belonged to the practice round."""

    key: str
    event: int


class Erase(Struct, frozen=True, gc=False, tag_field="effect"):
    """Blank every word of and about this person; keep the anonymous skeleton."""

    key: str


class Show(Struct, frozen=True, gc=False, tag_field="effect"):
    """Show the person of HR a view of what is stored now."""

    key: str
    view: str
    args: tuple[str, ...] = ()
    to: str = ""


class Decide(Struct, frozen=True, gc=False, tag_field="effect"):
    """Carry a person's decision to the candidate's conversation; the reason is the text of `event`."""

    key: str
    application: str
    outcome: Outcome
    event: int


class Override(Struct, frozen=True, gc=False, tag_field="effect"):
    """Carry a person's own level for a competency to the candidate's conversation."""

    key: str
    application: str
    competency: str
    level: float
    event: int


class Write(Struct, frozen=True, gc=False, tag_field="effect"):
    """Carry what a person of HR wrote (the text of `event`) to the candidate."""

    key: str
    application: str
    event: int


class Create(Struct, frozen=True, gc=False, tag_field="effect"):
    """Create an invitation from what `event` says (job and contact)."""

    key: str
    event: int
    args: tuple[str, ...] = ()


CandidateEffect = Say | Judge | Explain | WakeAt | TellHr | KeepDetail | Forget | Erase
DeskEffect = Show | Decide | Override | Write | Create
Effect = CandidateEffect | DeskEffect
