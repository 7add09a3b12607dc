"""A job pack: all that an interview for one job knows. Plain immutable values, read by `dialogues.app.packs`.

Texts are maps from language to text. The YAML form, with every field, is `config/schema/pack.v1.json`.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from itertools import combinations

from msgspec import Struct
from msgspec.structs import replace

from scheduler.slots import Hours
from scoring.code.model import Task
from scoring.difficulty import Item, JobLevel, Prior, job_prior
from scoring.difficulty.alike import Wording, near_duplicates
from scoring.difficulty.exposure import open_count
from scoring.rubric.model import Competency, Element, Exemplar, KeyPoint, Kind, Rubric, rubric_text


class Question(Struct, frozen=True, dict=True):
    """One question. `difficulty` and `discrimination` are on the logit scale of item response theory.

    `enemies` are ids of questions, or names of groups, of which nobody is asked another one. With `code` the answer
    is a program.
    """

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
    enemies: tuple[str, ...] = ()
    code: Task | None = None

    @cached_property
    def item(self) -> Item:
        """The question as the choice of the next one sees it."""
        return Item(self.id, self.difficulty, self.discrimination, self.kind)


class PerCompetency(Struct, frozen=True):
    """How many questions a competency gets, and the standard error (logits) that is precise enough."""

    min: int = 2
    max: int = 4
    target_se: float = 0.45


class Plan(Struct, frozen=True):
    """The shape of the interview: an opening question's id, limits per competency and in all.

    `exposure` is the largest share of candidates that a question of a large enough bank may be asked of. `programs`
    is how many coding tasks are set, where the pack has any and the machine can run them.
    """

    opening: str = ""
    per_competency: PerCompetency = PerCompetency()
    total_max: int = 12
    exposure: float = 0.4
    programs: int = 1


class Faq(Struct, frozen=True):
    """A fact of the job. `words`: a candidate's question that has one of them is answered with it."""

    question: str
    answer: str
    words: tuple[str, ...]


class Appointments(Struct, frozen=True):
    """How this job is booked. `country` names the public holidays, "" for none; None: not booked through us.

    A candidate may change an appointment `changes` times, until `change_notice_minutes` before it begins, and is
    waited for `wait_minutes` after that.
    """

    timezone: str = "Asia/Shanghai"
    country: str = "CN"
    changes: int = 3
    change_notice_minutes: int = 30
    wait_minutes: int = 15
    interview: Hours | None = None
    second_round: Hours | None = None

    def hours(self, kind: str) -> Hours | None:
        """Return when appointments of this kind take place."""
        return self.second_round if kind == "second_round" else self.interview


class Pack(Struct, frozen=True, dict=True):
    """A job, versioned. An interview keeps the (name, version) it began with.

    What is worked out from the fields is worked out once, at the first use.
    """

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
    job_level: JobLevel = JobLevel.EXPERIENCED
    nudge_after_hours: float = 24.0
    booking: Appointments | None = None
    delivery_facts: bool = False

    @cached_property
    def programs(self) -> tuple[Question, ...]:
        """The questions that are answered by a program."""
        return tuple(question for question in self.questions if question.code is not None)

    @cached_property
    def by_id(self) -> dict[str, Question]:
        """The questions by id."""
        return {question.id: question for question in self.questions}

    @cached_property
    def banks(self) -> dict[str, tuple[Question, ...]]:
        """The questions of each competency that are answered in words, in the pack's order; none is an empty bank."""
        banks: dict[str, list[Question]] = {competency.id: [] for competency in self.competencies}
        for question in self.questions:
            if question.code is None:
                banks[question.competency].append(question)
        return {name: tuple(bank) for name, bank in banks.items()}

    @cached_property
    def large(self) -> frozenset[str]:
        """The competencies with so many questions that one candidate is not offered all of them."""
        most, exposure = self.plan.per_competency.max, self.plan.exposure
        return frozenset(
            name for name, bank in self.banks.items() if open_count(len(bank), most, exposure) < len(bank)
        )

    @cached_property
    def prior(self) -> Prior:
        """What is believed of every candidate before the first answer."""
        return job_prior(self.job_level)

    @cached_property
    def apart(self) -> dict[str, frozenset[str]]:
        """For every question that has some: those nobody is asked besides it, as enemies or near-duplicates."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for one, other in (*_enemies(self.questions), *_near_duplicates(self)):
            found[one].add(other)
            found[other].add(one)
        return {name: frozenset(others) for name, others in found.items()}

    def question(self, question_id: str) -> Question:
        """Return the question with this id; KeyError when the pack has none."""
        return self.by_id[question_id]

    def competency(self, competency_id: str) -> Competency:
        """Return the competency with this id; KeyError when the pack has none."""
        for competency in self.competencies:
            if competency.id == competency_id:
                return competency
        raise KeyError(competency_id)

    def rubric(self, question_id: str) -> Rubric:
        """Return what a scorer needs to know of a question."""
        rubric = self._rubric(self.question(question_id))
        return replace(rubric, around=self.texts, place=self._places[question_id])

    @cached_property
    def texts(self) -> dict[str, tuple[str, ...]]:
        """For each language one text a question, in the pack's order: all its rubric says."""
        rubrics = [self._rubric(question) for question in self.questions]
        return {code: tuple(rubric_text(rubric, code) for rubric in rubrics) for code in self.languages}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {question.id: place for place, question in enumerate(self.questions)}

    def _rubric(self, question: Question) -> Rubric:
        return Rubric(
            version=f"{self.name}@{self.version}#{question.id}",
            question=question.id,
            competency=question.competency,
            kind=question.kind,
            text=question.text,
            key_points=question.key_points,
            exemplars=question.exemplars,
        )


def _enemies(questions: tuple[Question, ...]) -> list[tuple[str, str]]:
    """Return the pairs of which one names the other, or both name the same group."""
    return [
        (one.id, other.id)
        for one, other in combinations(questions, 2)
        if (one.enemies or other.enemies)
        and (
            other.id in one.enemies
            or one.id in other.enemies
            or not set(one.enemies).isdisjoint(other.enemies)
        )
    ]


def _near_duplicates(pack: Pack) -> set[tuple[str, str]]:
    """Return the pairs that ask nearly the same in any language of the pack."""
    return {
        pair
        for code in pack.languages
        for pair in near_duplicates([_wording(question, code) for question in pack.questions])
    }


def _wording(question: Question, code: str) -> Wording:
    wants = tuple(point.text.get(code, "") for point in question.key_points)
    return Wording(question.id, question.text.get(code, ""), wants)
