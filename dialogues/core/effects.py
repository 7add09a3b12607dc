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
    TASK = "task"
    """A question that is answered by a program."""
    FOLLOWUP = "followup"
    CHOICE = "choice"
    NOTE = "note"
    RESULT = "result"


class Say(Struct, frozen=True, gc=False, tag_field="effect"):
    """Tell the candidate these lines, one message.

    `turn` is the prompt that is open afterwards. `decided_by` names the person behind an adverse message.
    `unkept` is the phrase written down in place of the lines, which are shown once and kept nowhere (decision 0010).
    """

    key: str
    language: str
    lines: tuple[Line, ...]
    buttons: tuple[Button, ...] = ()
    kind: SayKind = SayKind.NOTE
    turn: int = 0
    progress: tuple[int, int] | None = None
    decided_by: str = ""
    unkept: str = ""


class Judge(Struct, frozen=True, gc=False, tag_field="effect"):
    """Score the answer made of the texts of these events; `code` is its programming language when it is a program."""

    key: str
    answer: str
    revision: int
    question: str
    language: str
    events: tuple[int, ...]
    code: str = ""


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
    DISPUTED = "disputed"
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    MISSED = "missed"
    KEPT = "kept"
    DOCUMENT = "document"
    UNREACHABLE = "unreachable"
    OFFER_ACCEPTED = "offer_accepted"
    OFFER_DECLINED = "offer_declined"
    OFFER_ASKED = "offer_asked"
    EHR_STUCK = "ehr_stuck"
    NEXT_STEP = "next_step"
    TALK_OVER = "talk_over"


class TellHr(Struct, frozen=True, gc=False, tag_field="effect"):
    """Tell the people of HR who may see this job; `event` is the message it is about, 0 for none.

    `when` is the time of an appointment, for a notice about one.
    """

    key: str
    notice: Notice
    event: int = 0
    when: float = 0.0


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


class FetchDocument(Struct, frozen=True, gc=False, tag_field="effect"):
    """Fetch the document that `event` brought from the channel it came by, and store it.

    With a `program` it is one in this language ("?" not known) and becomes the answer to prompt `turn` instead.
    """

    key: str
    channel: str
    file: str
    media_type: str
    event: int
    program: str = ""
    turn: int = 0


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


class Calibrate(Struct, frozen=True, gc=False, tag_field="effect"):
    """Use what was learned from HR's corrections for later interviews, or stop using it."""

    key: str
    job: str
    competency: str
    on: bool
    event: int


class Create(Struct, frozen=True, gc=False, tag_field="effect"):
    """Create an invitation from what `event` says (job and contact)."""

    key: str
    event: int
    args: tuple[str, ...] = ()


class FindSlots(Struct, frozen=True, gc=False, tag_field="effect"):
    """Find out which days, or which times of a `day`, may be booked; with an `event`, what its words mean by it.

    `since` is when the candidate was last here: a clock that was put back must not offer what is over.
    `few` asks for so many times of different days to choose from at once. With a `job` and its `version` nobody is
    choosing yet: which days are free for a newcomer, as of a few seconds ago, is enough.
    """

    key: str
    request: int
    kind: str
    zone: str = ""
    day: str = ""
    event: int = 0
    since: float = 0.0
    few: int = 0
    job: str = ""
    version: str = ""


class HoldSlot(Struct, frozen=True, gc=False, tag_field="effect"):
    """Keep a time free for this candidate for a few minutes, while they confirm it."""

    key: str
    request: int
    kind: str
    start: float
    zone: str = ""
    since: float = 0.0


class ConfirmSlot(Struct, frozen=True, gc=False, tag_field="effect"):
    """Book the time held, or move the appointment there is; its reminders are planned with it."""

    key: str
    request: int
    kind: str
    start: float
    zone: str = ""
    channel: str = ""
    heard_at: float = 0.0


class CloseBooking(Struct, frozen=True, gc=False, tag_field="effect"):
    """Close appointments of this conversation, their reminders with them: begun, cancelled, released or erased."""

    key: str
    request: int
    kind: str
    how: str


class AwaitDay(Struct, frozen=True, gc=False, tag_field="effect"):
    """Put the candidate on the waiting list of a day that is full."""

    key: str
    request: int
    kind: str
    day: str
    zone: str = ""


class FindZone(Struct, frozen=True, gc=False, tag_field="effect"):
    """Find out which time zone the words of an event name."""

    key: str
    request: int
    event: int


class Remind(Struct, frozen=True, gc=False, tag_field="effect"):
    """Remind of an appointment, if it still stands as it did at `sequence`. Planned when it was booked."""

    key: str
    booking: int
    sequence: int
    which: str
    kind: str
    start: float
    due: float = 0.0


class Arrange(Struct, frozen=True, gc=False, tag_field="effect"):
    """Carry out what a person of HR wants of the appointments; more of it may stand in the text of `event`."""

    key: str
    act: str
    event: int
    args: tuple[str, ...] = ()


class PushResult(Struct, frozen=True, gc=False, tag_field="effect"):
    """Bring the HR systems up to date, because of `cause`: finished, decided, overridden, offer or erased."""

    key: str
    cause: str


class JudgeCode(Struct, frozen=True, gc=False, tag_field="effect"):
    """Try the program in the text of `event` with the examples of a coding task."""

    key: str
    answer: str
    attempt: int
    question: str
    language: str
    event: int


class Transcribe(Struct, frozen=True, gc=False, tag_field="effect"):
    """Write down what was spoken in the recording that `heard` brought; `keep`: store the recording, too."""

    key: str
    channel: str
    file: str
    media_type: str
    heard: int
    language: str
    since: float = 0.0
    keep: bool = True
    heard_at: float = 0.0


class Discard(Struct, frozen=True, gc=False, tag_field="effect"):
    """Forget a recording that the candidate did not agree to having kept."""

    key: str
    channel: str
    file: str


class Manage(Struct, frozen=True, gc=False, tag_field="effect"):
    """Carry out what a person of HR wants beside acts on one result; more of it may stand in the text of `event`."""

    key: str
    act: str
    event: int
    args: tuple[str, ...] = ()


CandidateEffect = (
    Say
    | Judge
    | Explain
    | WakeAt
    | TellHr
    | KeepDetail
    | Forget
    | Erase
    | FetchDocument
    | JudgeCode
    | Transcribe
    | Discard
)
DeskEffect = Show | Decide | Override | Write | Create | Arrange | Calibrate | Manage
BookingEffect = FindSlots | HoldSlot | ConfirmSlot | CloseBooking | AwaitDay | FindZone | Remind
Effect = CandidateEffect | DeskEffect | BookingEffect | PushResult
