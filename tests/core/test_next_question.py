"""Which question the core asks next: never two that belong apart, by lot where there are many, within the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dialogues.core.interview import Interview, Reply, Stage
from dialogues.core.pack import Pack, PerCompetency, Plan, Question
from dialogues.core.progress import next_question, standing_of
from scoring.difficulty import Hint, JobLevel
from scoring.rubric.model import KeyPoint, Kind
from tests.core.driver import fresh
from tests.core.sample import PACK


def _question(number: int, competency: str = "care", enemies: tuple[str, ...] = ()) -> Question:
    return Question(
        id=f"{competency}{number}",
        competency=competency,
        kind=list(Kind)[1 + number % 3],
        difficulty=-2 + 4 * (number % 10) / 9,
        text={"zh": f"问题 {number}？", "en": f"Question {number}?"},
        enemies=enemies,
    )


def pack_of(*questions: Question, most: int = 4, total: int = 8, exposure: float = 0.4) -> Pack:
    """Return a pack of two competencies with these questions and enough others of the second."""
    others = tuple(_question(number, "craft") for number in range(5))
    plan = Plan(per_competency=PerCompetency(2, most, 0.2), total_max=total, exposure=exposure)
    return replace(PACK, questions=(*questions, *others), plan=plan)


def walk(pack: Pack, level: float = 5.0, seed: int = 1, stage: Stage = Stage.SCORED) -> Iterator[Question]:
    """Answer every question with the same level; yield what is asked."""
    state = fresh(pack, "en", seed)
    while (question := next_question(state, pack)) is not None:
        yield question
        state = answered(state, pack, question, level, stage)


def answered(state: Interview, pack: Pack, question: Question, level: float, stage: Stage) -> Interview:
    """Return the state after an answer."""
    number = len(state.replies) + 1
    reply = Reply(
        id=f"a{number}",
        question=question.id,
        competency=question.competency,
        turn=number,
        asked_at=0.0,
        language="en",
        asked_in="en",
        stage=stage,
        level=level if stage is Stage.SCORED else None,
        standard_error=1.2,
    )
    state = replace(state, replies=(*state.replies, reply))
    others = tuple(one for one in state.standings if one.competency != question.competency)
    return replace(state, standings=(*others, standing_of(state, pack, question.competency)))


@pytest.mark.parametrize("seed", range(12))
def test_enemies_are_never_asked_of_one_candidate(seed: int) -> None:
    pack = pack_of(
        _question(0, enemies=("care1",)),
        _question(1),
        _question(2, enemies=("returns",)),
        _question(3, enemies=("returns",)),
        _question(4),
        _question(5),
    )
    asked = {question.id for question in walk(pack, seed=seed)}
    assert not {"care0", "care1"} <= asked
    assert not {"care2", "care3"} <= asked
    assert len(asked & {f"care{n}" for n in range(6)}) >= 2


@pytest.mark.parametrize("seed", range(12))
def test_near_duplicates_are_never_asked_of_one_candidate(seed: int) -> None:
    wanted = (
        "listens until the angry customer has finished, apologises, offers a refund or a repair in writing"
    )
    twins = tuple(
        replace(_question(n), key_points=(KeyPoint(id="k", text={"en": wanted, "zh": ""}),)) for n in (4, 5)
    )
    pack = pack_of(*(_question(n) for n in range(4)), *twins, most=6, total=12)
    pack = replace(pack, plan=replace(pack.plan, per_competency=PerCompetency(5, 6, 0.1)))
    assert pack.apart == {"care4": frozenset({"care5"}), "care5": frozenset({"care4"})}
    asked = [question.id for question in walk(pack, seed=seed)]
    assert len({"care4", "care5"} & set(asked)) == 1


def test_when_only_enemies_are_left_the_competency_is_done() -> None:
    pack = pack_of(*(_question(n, enemies=("same",)) for n in range(4)))
    asked = Counter(question.competency for question in walk(pack))
    assert asked["care"] == 1
    assert asked["craft"] >= 2


def test_no_question_of_a_large_bank_reaches_most_candidates() -> None:
    pack = pack_of(*(_question(n) for n in range(40)), most=4)
    assert pack.large == {"care"}
    asked = Counter(question.id for seed in range(400) for question in walk(pack, seed=seed))
    care = {name: count for name, count in asked.items() if name.startswith("care")}
    assert max(care.values()) <= 0.4 * 400
    assert len(care) > 20


def test_exposure_of_one_opens_the_whole_bank() -> None:
    assert pack_of(*(_question(n) for n in range(40)), exposure=1.0).large == frozenset()


@given(st.floats(0, 10), st.integers(0, 2**62), st.sampled_from([Stage.SCORED, Stage.SKIPPED]))
def test_the_plan_is_kept(level: float, seed: int, stage: Stage) -> None:
    pack = pack_of(*(_question(n) for n in range(20)))
    asked = list(walk(pack, level, seed, stage))
    counts = Counter(question.competency for question in asked)
    assert len({question.id for question in asked}) == len(asked) <= pack.plan.total_max
    limits = pack.plan.per_competency
    assert all(limits.min <= counts[c.id] <= limits.max for c in pack.competencies)


def test_who_is_clear_is_asked_less() -> None:
    pack = pack_of(*(_question(n) for n in range(8)), total=12)
    lengths = [len(list(walk(pack, level))) for level in (9.5, 6.0, 1.0)]
    assert lengths[0] < lengths[1] > lengths[2]


def test_a_hint_changes_the_question_but_no_estimate() -> None:
    pack = pack_of(*(_question(n) for n in range(8)))
    state = fresh(pack, "en")
    plain, hinted = (
        next_question(state, pack, hints) for hints in (None, {name: Hint(-1.0, 0.5) for name in pack.banks})
    )
    assert plain is not None
    assert hinted is not None
    assert hinted.difficulty < plain.difficulty
    assert standing_of(state, pack, "care").theta == 0


def test_the_level_of_the_job_moves_first_questions_and_few_answers() -> None:
    questions = tuple(_question(n) for n in range(8))
    entry, senior = (
        replace(pack_of(*questions), job_level=level) for level in (JobLevel.ENTRY, JobLevel.SENIOR)
    )
    first = [next(walk(pack, seed=3)).difficulty for pack in (entry, senior)]
    assert first[0] < first[1]
    state = fresh(entry, "en")
    state = answered(state, entry, questions[4], 5.0, Stage.SCORED)
    assert standing_of(state, entry, "care").theta < standing_of(state, senior, "care").theta
