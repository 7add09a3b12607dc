"""What has happened to a conversation: past tense, one sentence each.

The edge stamps the time (`at`, seconds since the epoch, UTC) into the event, so that the core needs no clock.
An event is stored before it is stepped; the fields named in `PRIVATE` are kept in the encrypted text table.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from scoring.model import Score


class Outcome(StrEnum):
    """What a person decided about an application."""

    APPROVE = "approve"
    SECOND_ROUND = "second_round"
    HOLD = "hold"
    DECLINE = "decline"


class Opened(Struct, frozen=True, gc=False, tag_field="event"):
    """The candidate opened the conversation for the first time.

    `tools` are what is at hand for it: programming languages that can be run, and `voice`.
    """

    at: float
    channel: str
    language: str = ""
    zone: str = ""
    tools: tuple[str, ...] = ()


class Answered(Struct, frozen=True, gc=False, tag_field="event"):
    """The candidate wrote `text`, having seen the prompt of turn `seen` (0: the channel cannot know)."""

    at: float
    text: str
    seen: int = 0


class Chosen(Struct, frozen=True, gc=False, tag_field="event"):
    """The candidate pressed the button `value`."""

    at: float
    value: str
    seen: int = 0


class Scored(Struct, frozen=True, gc=False, tag_field="event"):
    """A scorer gave the answer, as it stood at `revision`, its score."""

    at: float
    answer: str
    revision: int
    score: Score


class Unscored(Struct, frozen=True, gc=False, tag_field="event"):
    """Scoring gave up on an answer after its retries; `code` is the stable error code."""

    at: float
    answer: str
    revision: int
    code: str


class Explained(Struct, frozen=True, gc=False, tag_field="event"):
    """The computation a candidate asked for was put into words."""

    at: float
    text: str


class Woke(Struct, frozen=True, gc=False, tag_field="event"):
    """The alarm that the conversation set has gone off."""

    at: float
    alarm: str


class Expired(Struct, frozen=True, gc=False, tag_field="event"):
    """The time for which the job keeps what was said is over, or `by` has deleted the person there."""

    at: float
    by: str = ""


class Decided(Struct, frozen=True, gc=False, tag_field="event"):
    """The person `by` (their name; `person` is their id) decided about the application, for `reason`."""

    at: float
    by: str
    outcome: Outcome
    reason: str = ""
    person: str = ""


class Overridden(Struct, frozen=True, gc=False, tag_field="event"):
    """The person `by` replaced the level of a competency, for `reason`."""

    at: float
    by: str
    competency: str
    level: float
    reason: str
    person: str = ""


class HrWrote(Struct, frozen=True, gc=False, tag_field="event"):
    """The person `by` wrote to the candidate; `about` is "feedback" when it is about the interview."""

    at: float
    by: str
    text: str
    person: str = ""
    about: str = ""


class Unreadable(Struct, frozen=True, gc=False, tag_field="event"):
    """The candidate sent something that is not words: `what` is a name of `dialogues.core.phases.things.KINDS`."""

    at: float
    what: str


class DocumentReceived(Struct, frozen=True, gc=False, tag_field="event"):
    """The candidate sent a document called `name`; the channel can fetch it by `file`. `size` is in bytes."""

    at: float
    file: str
    media_type: str
    size: int
    name: str = ""


class DocumentKept(Struct, frozen=True, gc=False, tag_field="event"):
    """A document was fetched and stored, sealed, under the number `upload`."""

    at: float
    upload: int


class DocumentLost(Struct, frozen=True, gc=False, tag_field="event"):
    """A document could not be fetched; `code` is the stable error code."""

    at: float
    code: str


class Unreachable(Struct, frozen=True, gc=False, tag_field="event"):
    """Messages no longer reach the candidate on `channel`; `code` says why, for example `blocked`."""

    at: float
    channel: str
    code: str


class SlotsFound(Struct, frozen=True, gc=False, tag_field="event"):
    """What may be booked: `days` (a date, how many times are free), and the `times` of the `day` asked for.

    `trouble` says why it is not what was wished: unread, past, closed, full, taken, far, none.
    """

    at: float
    request: int
    days: tuple[tuple[str, int], ...] = ()
    day: str = ""
    times: tuple[float, ...] = ()
    trouble: str = ""


class SlotHeld(Struct, frozen=True, gc=False, tag_field="event"):
    """This time is kept free for the candidate for some minutes."""

    at: float
    request: int
    start: float
    end: float


class SlotTaken(Struct, frozen=True, gc=False, tag_field="event"):
    """The time is not to be had; `near` are the nearest that are."""

    at: float
    request: int
    start: float
    near: tuple[float, ...] = ()


class Booked(Struct, frozen=True, gc=False, tag_field="event"):
    """The appointment stands. `number` stays the same when it is moved, `sequence` grows; `link` is its calendar file."""

    at: float
    request: int
    kind: str
    number: int
    sequence: int
    start: float
    end: float
    link: str = ""


class Unbooked(Struct, frozen=True, gc=False, tag_field="event"):
    """The appointment was cancelled."""

    at: float
    request: int
    kind: str


class DayAwaited(Struct, frozen=True, gc=False, tag_field="event"):
    """The candidate is on the waiting list of a day."""

    at: float
    request: int
    day: str


class ZoneFound(Struct, frozen=True, gc=False, tag_field="event"):
    """The time zone that was meant; "" when none was recognised."""

    at: float
    request: int
    zone: str


class Reminded(Struct, frozen=True, gc=False, tag_field="event"):
    """The moment has come to remind of the appointment that begins at `start`, or to tell of a place become free."""

    at: float
    which: str
    kind: str
    number: int
    sequence: int
    start: float


class MoveAsked(Struct, frozen=True, gc=False, tag_field="event"):
    """The person `by` asks the candidate for another time, `start` if they named one."""

    at: float
    by: str
    kind: str
    start: float = 0.0
    person: str = ""


class Asked(Struct, frozen=True, gc=False, tag_field="event"):
    """Somebody of HR asked for something: `command` is empty for free text."""

    at: float
    command: str
    args: tuple[str, ...] = ()
    text: str = ""


class OfferMade(Struct, frozen=True, gc=False, tag_field="event"):
    """The person `by` offered the candidate the job, in these words."""

    at: float
    by: str
    text: str
    person: str = ""


class StepDue(Struct, frozen=True, gc=False, tag_field="event"):
    """Something that follows the decision is due, and `text` says what HR has to do."""

    at: float
    text: str


class Checked(Struct, frozen=True, gc=False):
    """How an example of a coding task went: a verdict's name, processor seconds."""

    test: str
    verdict: str
    seconds: float = 0.0


class CodeJudged(Struct, frozen=True, gc=False, tag_field="event"):
    """The examples were tried with the program of an attempt; none of `checked` means that we could not.

    `text` is what the program, or its compiler, wrote where it first went wrong.
    """

    at: float
    answer: str
    attempt: int
    checked: tuple[Checked, ...]
    text: str = ""


class VoiceReceived(Struct, frozen=True, gc=False, tag_field="event"):
    """The candidate spoke: a voice or video note that the channel can fetch by `file`. `size` in bytes; 0: unknown."""

    at: float
    file: str
    media_type: str
    size: int = 0
    seconds: float = 0.0
    kind: str = "voice"


class Delivery(Struct, frozen=True, gc=False, omit_defaults=True):
    """How an answer was spoken: facts for people of HR. No scorer is ever given any of them.

    Seconds; `rate` in words (Chinese: characters) a minute; pauses of at least half a second and of at least one;
    `fillers` a minute, English only.
    """

    seconds: float = 0.0
    speech: float = 0.0
    rate: float = 0.0
    pauses: int = 0
    long_pauses: int = 0
    latency: float = 0.0
    fillers: float | None = None


class Transcribed(Struct, frozen=True, gc=False, tag_field="event"):
    """What was spoken in the event `heard` is written down; or `trouble` says why not.

    `text` is the transcript, `doubtful` the places (start, end) in it that are uncertain, `upload` the recording kept.
    """

    at: float
    heard: int
    text: str = ""
    language: str = ""
    doubtful: tuple[tuple[int, int], ...] = ()
    trouble: str = ""
    upload: int = 0
    delivery: Delivery | None = None


class TalkEnded(Struct, frozen=True, gc=False, tag_field="event"):
    """The person `by` ended the talk with a person that the candidate had asked for."""

    at: float
    by: str
    person: str = ""


CandidateEvent = (
    Opened
    | Answered
    | Chosen
    | Scored
    | Unscored
    | Explained
    | Woke
    | Expired
    | Decided
    | Overridden
    | HrWrote
    | Unreadable
    | DocumentReceived
    | DocumentKept
    | DocumentLost
    | Unreachable
    | SlotsFound
    | SlotHeld
    | SlotTaken
    | Booked
    | Unbooked
    | DayAwaited
    | ZoneFound
    | Reminded
    | MoveAsked
    | OfferMade
    | StepDue
    | CodeJudged
    | VoiceReceived
    | Transcribed
    | TalkEnded
)
Event = CandidateEvent | Asked

PRIVATE: dict[type[Event], str] = {
    Answered: "text",
    Explained: "text",
    Decided: "reason",
    Overridden: "reason",
    HrWrote: "text",
    Asked: "text",
    DocumentReceived: "name",
    OfferMade: "text",
    StepDue: "text",
    CodeJudged: "text",
    Transcribed: "text",
}
"""The one field of each event that holds a person's words."""
