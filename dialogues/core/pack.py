"""A job pack: all that an interview for one job knows. Plain immutable values, read by `dialogues.app.packs`.

Texts are maps from language to text. The YAML form, with every field, is `config/schema/pack.v1.json`.
"""

from __future__ import annotations

from msgspec import Struct

from scoring.rubric.model import Competency, Element, Exemplar, KeyPoint, Kind, Rubric


class Question(Struct, frozen=True):
    """One question. `difficulty` and `discrimination` are on the logit scale of item response theory."""

    id: str
    competency: str
    kind: Kind
    difficulty: float
    text: dict[str, str]
    key_points: tuple[KeyPoint, ...] = ()
    exemplars: tuple[Exemplar, ...] = ()
    followups: dict[str, dict[Element, str]] = {}
    seconds: int = 180
    discrimination: float = 1.0


class PerCompetency(Struct, frozen=True):
    """How many questions a competency gets, and the standard error (logits) that is precise enough."""

    min: int = 2
    max: int = 4
    target_se: float = 0.55


class Plan(Struct, frozen=True):
    """The shape of the interview: an opening question's id, limits per competency and in all."""

    opening: str = ""
    per_competency: PerCompetency = PerCompetency()
    total_max: int = 12


class Faq(Struct, frozen=True):
    """A fact of the job. `words`: a candidate's question that has one of them is answered with it."""

    question: str
    answer: str
    words: tuple[str, ...]


class Pack(Struct, frozen=True):
    """A job, versioned. An interview keeps the (name, version) it began with."""

    name: str
    version: str
    title: dict[str, str]
    languages: tuple[str, ...]
    competencies: tuple[Competency, ...]
    questions: tuple[Question, ...]
    company: dict[str, str] = {}
    plan: Plan = Plan()
    seconds_between_messages: float = 0.0
    pass_mark: float = 60.0
    notices: dict[str, str] = {}
    retention_days: int = 180
    reply_within_days: int = 5
    feedback_levels: bool = True
    faq: dict[str, tuple[Faq, ...]] = {}

    def question(self, question_id: str) -> Question:
        """Return the question with this id; KeyError when the pack has none."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise KeyError(question_id)

    def competency(self, competency_id: str) -> Competency:
        """Return the competency with this id; KeyError when the pack has none."""
        for competency in self.competencies:
            if competency.id == competency_id:
                return competency
        raise KeyError(competency_id)

    def rubric(self, question_id: str) -> Rubric:
        """Return what a scorer needs to know of a question."""
        question = self.question(question_id)
        return Rubric(
            version=f"{self.name}@{self.version}#{question.id}",
            question=question.id,
            competency=question.competency,
            kind=question.kind,
            text=question.text,
            key_points=question.key_points,
            exemplars=question.exemplars,
        )
