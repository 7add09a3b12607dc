"""What an answer is measured against: competencies with anchored scales, key points and exemplars.

Plain immutable values. No file is read here and nothing is computed; the scorers do that.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """What sort of question it is; it decides which elements an answer should have."""

    INTRODUCTION = "introduction"
    BEHAVIOURAL = "behavioural"
    SITUATIONAL = "situational"
    TECHNICAL = "technical"
    CODING = "coding"
    CREATIVE = "creative"
    MANAGEMENT = "management"


class Element(StrEnum):
    """A part that a complete answer has, independent of what it is about."""

    SITUATION = "situation"
    TASK = "task"
    ACTION = "action"
    RESULT = "result"
    NUMBER = "number"
    OWN_PART = "own_part"
    DIAGNOSIS = "diagnosis"
    OPTIONS = "options"
    DECISION = "decision"
    IDEA = "idea"
    AUDIENCE = "audience"
    FEASIBILITY = "feasibility"
    REASON = "reason"
    EXAMPLE = "example"


class KeyPoint(Struct, frozen=True):
    """Something a good answer says. `synonyms` are other wordings, by language, that count as saying it."""

    id: str
    text: dict[str, str]
    weight: float = 1.0
    synonyms: dict[str, tuple[str, ...]] = {}


class Exemplar(Struct, frozen=True):
    """An answer written by the pack's author, with the level (0-10) it deserves."""

    lang: str
    level: float
    text: str


class Competency(Struct, frozen=True):
    """One thing the job needs, on a behaviourally anchored scale (BARS) from 0 to 10.

    `anchors` is language -> level (2, 5, 8) -> what that level looks like. `weight` is relative to the
    others; `required` is the level the job asks for. `advice` is one kind sentence for a candidate
    who could grow here.
    """

    id: str
    name: dict[str, str]
    weight: float
    required: float
    anchors: dict[str, dict[int, str]]
    advice: dict[str, str] = {}


class Rubric(Struct, frozen=True):
    """All a scorer may know about one question. `version` is the pack's `name@version#question`.

    `around`: for each language one text (`rubric_text`) for every question of the pack, this one at `place`; they tell
    an answer to this question from an answer to another one.
    """

    version: str
    question: str
    competency: str
    kind: Kind
    text: dict[str, str]
    key_points: tuple[KeyPoint, ...] = ()
    exemplars: tuple[Exemplar, ...] = ()
    around: dict[str, tuple[str, ...]] = {}
    place: int = 0


def rubric_text(rubric: Rubric, language: str) -> str:
    """Return all the rubric says in a language as one text, a line each: question, key points, synonyms, exemplars."""
    points = [
        text
        for point in rubric.key_points
        for text in (point.text.get(language, ""), *point.synonyms.get(language, ()))
    ]
    exemplars = [exemplar.text for exemplar in rubric.exemplars if exemplar.lang == language]
    return "\n".join(text for text in (rubric.text.get(language, ""), *points, *exemplars) if text)
