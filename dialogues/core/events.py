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
    """The candidate opened the conversation for the first time."""

    at: float
    channel: str
    language: str = ""


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
    """The time for which the job keeps what was said is over."""

    at: float


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
    """The person `by` wrote to the candidate."""

    at: float
    by: str
    text: str
    person: str = ""


class Asked(Struct, frozen=True, gc=False, tag_field="event"):
    """Somebody of HR asked for something: `command` is empty for free text."""

    at: float
    command: str
    args: tuple[str, ...] = ()
    text: str = ""


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
)
Event = CandidateEvent | Asked

PRIVATE: dict[type[Event], str] = {
    Answered: "text",
    Explained: "text",
    Decided: "reason",
    Overridden: "reason",
    HrWrote: "text",
    Asked: "text",
}
"""The one field of each event that holds a person's words."""
