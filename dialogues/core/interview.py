"""The state of one interview: plain immutable data in one row, without a word of the candidate's.

Texts stay in the encrypted text table; the state refers to them by the number of the event that brought them.
`schema_version` grows when a field changes its meaning; `dialogues.app.upcasters` lifts older rows.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from scoring.calibration.people import Calibration
from scoring.rubric.model import Element

SCHEMA_VERSION = 1


class Phase(StrEnum):
    """Where an interview is. The transition table is in `dialogues.core.step`."""

    NEW = "new"
    CONSENT = "consent"
    DETAILS = "details"
    PRACTICE = "practice"
    BOOKING = "booking"
    INTERVIEW = "interview"
    QUESTIONS = "questions"
    SURVEY = "survey"
    FINISHED = "finished"
    REFUSED = "refused"
    ERASED = "erased"


class Ask(StrEnum):
    """What the one open prompt is waiting for."""

    CONSENT = "consent"
    CONFIRM = "confirm"
    DETAIL = "detail"
    PRACTICE_OFFER = "practice_offer"
    PRACTICE_ANSWER = "practice_answer"
    ANSWER = "answer"
    QUESTIONS = "questions"
    SURVEY = "survey"
    COMMENT = "comment"
    DAY = "day"
    TIME = "time"
    SLOT = "slot"
    ZONE = "zone"
    MOVE = "move"
    START = "start"


class Aside(StrEnum):
    """A side conversation laid over the open prompt, which stays open."""

    PAUSED = "paused"
    STOPPED = "stopped"
    CONFIRM_STOP = "confirm_stop"
    CONFIRM_DELETE = "confirm_delete"
    LANGUAGE = "language"
    HUMAN = "human"


class Prompt(Struct, frozen=True, gc=False):
    """The one thing asked and not yet answered. `about` is a question's id or a detail's name."""

    turn: int
    ask: Ask
    about: str = ""


class Stage(StrEnum):
    """How far one answer is."""

    OPEN = "open"
    SCORING = "scoring"
    SCORED = "scored"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    UNSCORED = "unscored"


class Reply(Struct, frozen=True, gc=False, omit_defaults=True):
    """One answer: the events it is made of, and what became of it.

    `revision` counts the versions sent to the scorer; a score for an older one is out of date.
    `rounds` says of each event after how many follow-ups it came; `asked_in` is the language of the question.
    `units` is its length so far (Chinese characters or words). `level` is None until scored, or abstained.
    `code` is the programming language of a program, of which `attempts` were tried. `spoken` are the transcripts
    behind the answer, also those that the candidate replaced by their own words. `explained` are words about a program.
    """

    id: str
    question: str
    competency: str
    turn: int
    asked_at: float
    language: str
    asked_in: str
    events: tuple[int, ...] = ()
    rounds: tuple[int, ...] = ()
    followed: tuple[str, ...] = ()
    found: tuple[Element, ...] = ()
    units: int = 0
    answered_at: float = 0.0
    revision: int = 0
    stage: Stage = Stage.OPEN
    level: float | None = None
    standard_error: float = 0.0
    abstained: str = ""
    disputed: bool = False
    scorer: str = ""
    code: str = ""
    attempts: int = 0
    spoken: tuple[int, ...] = ()
    explained: tuple[int, ...] = ()


class Standing(Struct, frozen=True, gc=False, omit_defaults=True):
    """What is known of one competency: ability on the logit scale, and the level 0-10 it stands for.

    `level` is the expected level on a question of average difficulty, as computed; None while nothing was scored.
    `calibrated` is what HR's earlier corrections make of it, by the calibration of that version.
    """

    competency: str
    theta: float
    theta_se: float
    level: float | None
    standard_error: float
    scored: int
    calibrated: float | None = None
    calibration: str = ""

    @property
    def in_force(self) -> float | None:
        """Return the level that counts unless a person gives another."""
        return self.level if self.calibrated is None else self.calibrated


class Consent(Struct, frozen=True, gc=False):
    """What was agreed to, and when."""

    version: str
    at: float


class Override(Struct, frozen=True, gc=False):
    """A person's own level for a competency; the computed one is kept beside it."""

    competency: str
    level: float
    by: str
    at: float
    event: int


class Decision(Struct, frozen=True, gc=False):
    """What a person decided; the reason is the text of `event`."""

    outcome: str
    by: str
    at: float
    event: int


class Booking(Struct, frozen=True, gc=False, omit_defaults=True):
    """An appointment being chosen or kept. `request` numbers what was asked of the calendar; older answers are stale.

    `days` and `times` are what was offered last, `start` is 0 until a time is booked. `doing` says what the newest
    request is for, `proposed` is a time a person of HR asks for, `note` the event of the candidate's own note.
    `held` is the time kept free while it is confirmed; `unconfirmed` says that a time was wished for before the
    candidate's details were confirmed, which is made up for together with it.
    """

    kind: str = "interview"
    request: int = 0
    doing: str = ""
    days: tuple[tuple[str, int], ...] = ()
    day: str = ""
    times: tuple[float, ...] = ()
    number: int = 0
    sequence: int = 0
    start: float = 0.0
    end: float = 0.0
    changes: int = 0
    proposed: float = 0.0
    note: int = 0
    held: float = 0.0
    unconfirmed: bool = False


class Voice(Struct, frozen=True, gc=False, omit_defaults=True):
    """A recording that is being dealt with. `heard` is the event that brought it, `shown` that of its transcript.

    What was measured of the transcript waits here for the candidate's word: `units`, `found`, `language`, `nervous`.
    """

    heard: int
    file: str
    media_type: str
    turn: int
    shown: int = 0
    units: int = 0
    found: tuple[Element, ...] = ()
    language: str = ""
    nervous: bool = False


class Interview(Struct, frozen=True, gc=False, omit_defaults=True):
    """Everything the core knows of one interview. `seq` numbers events and messages in order."""

    application: str
    pack: str
    pack_version: str
    language: str
    seed: int
    known: tuple[str, ...] = ()
    schema_version: int = SCHEMA_VERSION
    channel: str = ""
    seq: int = 0
    turn: int = 0
    phase: Phase = Phase.NEW
    prompt: Prompt | None = None
    aside: Aside | None = None
    consent: Consent | None = None
    replies: tuple[Reply, ...] = ()
    standings: tuple[Standing, ...] = ()
    total: float | None = None
    passed: bool = False
    started_at: float = 0.0
    finished_at: float = 0.0
    last_at: float = 0.0
    nudged_turn: int = 0
    alarm_at: float = 0.0
    comforted: int = 0
    rating: int = 0
    comment_event: int = 0
    overrides: tuple[Override, ...] = ()
    decision: Decision | None = None
    offer: str = ""
    calibrations: tuple[Calibration, ...] = ()
    zone: str = ""
    booking: Booking | None = None
    tools: tuple[str, ...] = ()
    voice: Voice | None = None
    voice_consent: Consent | None = None
