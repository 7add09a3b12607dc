"""What scoring gives and takes: an answer to score, and the score with everything it rests on.

A score holds no word of the candidate: evidence is offsets into the stored answer, so that erasing the
answer erases the quotes with it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from scoring.rubric.model import Element, Rubric


class Degree(StrEnum):
    """How strongly an answer makes a key point."""

    ABSENT = "absent"
    MENTIONED = "mentioned"
    EXPLAINED = "explained"
    DEMONSTRATED = "demonstrated"


class Abstention(StrEnum):
    """Why no level is given."""

    TOO_SHORT = "too_short"
    OFF_TOPIC = "off_topic"
    OTHER_LANGUAGE = "other_language"
    COPIED_QUESTION = "copied_question"
    COPIED_EXEMPLAR = "copied_exemplar"
    GIBBERISH = "gibberish"


class Finding(Struct, frozen=True):
    """Where one key point was found: `answer[start:end]`, characters; 0, 0 when absent."""

    point: str
    degree: Degree
    start: int = 0
    end: int = 0
    strength: float = 0.0


class ScorerId(Struct, frozen=True):
    """Who scored: `name` and `version`; equal ids give equal scores for equal input, to the bit."""

    name: str
    version: str


class Score(Struct, frozen=True):
    """The level of one answer.

    `level` 0-10 with one decimal, None when the scorer abstains (then `abstained` says why).
    `standard_error` is on the same scale; `confidence` 0-1. `features` are the numbers the level was
    computed from, enough to recompute it without the text or a model.
    """

    level: float | None
    standard_error: float
    confidence: float
    findings: tuple[Finding, ...]
    elements: tuple[Element, ...]
    features: dict[str, float]
    rubric: str
    scorer: ScorerId
    abstained: Abstention | None = None

    @property
    def disputed(self) -> bool:
        """Say whether two scorers differ so much that a person should look."""
        return "disputed" in self.features


class Scorer(Protocol):
    """Gives an answer its level. Pure: the same rubric, answer and language give the same score."""

    @property
    def id(self) -> ScorerId: ...

    def score(self, rubric: Rubric, answer: str, language: str) -> Score:
        """Return the score of `answer`, written in `language` ("zh", "en", ...), never raising for odd text."""
        ...
