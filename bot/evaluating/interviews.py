"""Simulated candidates in the interviews of a job pack, asked by the very rules that ask real ones.

Nobody knows the true difficulty of a pack's questions, its author least of all: every simulated candidate meets
questions whose true parameters lie around the author's. Must not know more of a candidate than an interview does.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from math import exp, sqrt
from random import Random
from statistics import fmean

from msgspec import Struct
from msgspec.structs import replace

from dialogues.core.interview import Interview, Reply, Stage
from dialogues.core.pack import Pack, Question
from dialogues.core.progress import next_question, standing_of
from scoring.difficulty import Ability, Item, Observation, estimate, expected_level
from scoring.difficulty.estimate import LIVE
from scoring.difficulty.graded import Graded
from scoring.difficulty.model import TYPICAL_ERROR, ResponseModel, sigmoid
from scoring.difficulty.stop import required_theta
from scoring.validity.banks import drawn, normal

DIFFICULTY_OFF, DISCRIMINATION_OFF = 0.5, 0.25
"""How far an author's difficulty (logits) and discrimination (logarithm) are from the truth: standard deviations."""
ANSWER_OFF = 1.2
"""What the true level of one answer differs from what ability and question lead to expect: levels."""


class Truth(StrEnum):
    """What the simulated answers follow: numbers around an expected level, or Samejima's categories."""

    CONTINUOUS = "continuous"
    GRADED = "graded"


class Candidate(Struct, frozen=True):
    """A simulated person: ability by competency, and the level every question of the pack would get."""

    seed: int
    thetas: dict[str, float]
    levels: dict[str, float]


class Walk(Struct, frozen=True):
    """One interview: the questions in order, and what was known of each competency after each of them."""

    asked: tuple[str, ...]
    known: tuple[dict[str, Ability], ...]


def simulated_candidates(pack: Pack, count: int, seed: int, truth: Truth) -> list[Candidate]:
    """Return people whose abilities on the competencies correlate by a half, with all their answers."""
    rng = Random(f"candidates:{pack.name}:{truth}:{seed}")  # noqa: S311  a simulation must repeat
    return [_candidate(pack, rng, truth) for _ in range(count)]


def _candidate(pack: Pack, rng: Random, truth: Truth) -> Candidate:
    general = normal(rng)
    thetas = {c.id: pack.prior.mean + sqrt(0.5) * (general + normal(rng)) for c in pack.competencies}
    levels = {q.id: _level(q, thetas[q.competency], rng, truth) for q in pack.questions}
    return Candidate(rng.getrandbits(63), thetas, levels)


def _level(question: Question, theta: float, rng: Random, truth: Truth) -> float:
    item = Item(
        question.id,
        question.difficulty + DIFFICULTY_OFF * normal(rng),
        question.discrimination * exp(DISCRIMINATION_OFF * normal(rng)),
    )
    if truth is Truth.GRADED:
        model = Graded()
        true = drawn(model.midpoints(), model.shares(item, theta), rng.random())
    else:
        true = 10 * sigmoid(item.discrimination * (theta - item.difficulty)) + ANSWER_OFF * normal(rng)
    seen = min(max(true, 0.0), 10.0) + TYPICAL_ERROR * normal(rng)
    return round(min(max(seen, 0.0), 10.0), 1)


def adaptive(pack: Pack, candidate: Candidate) -> Walk:
    """Interview somebody as the core does, to the end it sets itself."""
    state = Interview(
        application="simulated",
        pack=pack.name,
        pack_version=pack.version,
        language=pack.languages[0],
        seed=candidate.seed,
    )
    known: list[dict[str, Ability]] = []
    while (question := next_question(state, pack)) is not None:
        state = _answered(state, pack, question, candidate.levels[question.id])
        known.append({s.competency: Ability(s.theta, s.theta_se) for s in state.standings})
    return Walk(tuple(reply.question for reply in state.replies), tuple(known))


def _answered(state: Interview, pack: Pack, question: Question, level: float) -> Interview:
    reply = Reply(
        id=f"a{len(state.replies) + 1}",
        question=question.id,
        competency=question.competency,
        turn=len(state.replies) + 1,
        asked_at=0.0,
        language=state.language,
        asked_in=state.language,
        stage=Stage.SCORED,
        level=level,
        standard_error=TYPICAL_ERROR,
    )
    state = replace(state, replies=(*state.replies, reply))
    others = tuple(one for one in state.standings if one.competency != question.competency)
    return replace(state, standings=(*others, standing_of(state, pack, question.competency)))


def fixed_order(pack: Pack) -> list[str]:
    """Return all questions as a sensible list for everybody has them: in turn, the most average ones first."""
    banks = [sorted(bank, key=lambda q: (abs(q.difficulty), q.id)) for bank in pack.banks.values()]
    opening = [pack.plan.opening] if pack.plan.opening else []
    rounds = [bank[at].id for at in range(max(map(len, banks))) for bank in banks if at < len(bank)]
    return opening + [name for name in rounds if name not in opening]


def by_order(pack: Pack, candidate: Candidate, order: Sequence[str], model: ResponseModel = LIVE) -> Walk:
    """Ask somebody the questions of a list."""
    known: list[dict[str, Ability]] = []
    now: dict[str, Ability] = {}
    answers: dict[str, list[Observation]] = {name: [] for name in pack.banks}
    for name in order:
        question = pack.question(name)
        answers[question.competency].append(_observation(question, candidate.levels[name]))
        seen = estimate(answers[question.competency], pack.prior.mean, pack.prior.sd, model)
        now = {**now, question.competency: seen}
        known.append(now)
    return Walk(tuple(order), tuple(known))


def _observation(question: Question, level: float) -> Observation:
    return Observation(question.difficulty, question.discrimination, level, TYPICAL_ERROR)


def shuffled(pack: Pack, candidate: Candidate) -> list[str]:
    """Return the questions in an order of chance, the opening first, the competencies in turn."""
    rng = Random(candidate.seed)  # noqa: S311  a simulation must repeat
    place = {question.id: rng.random() for question in pack.questions}
    banks = [sorted(bank, key=lambda q: place[q.id]) for bank in pack.banks.values()]
    opening = [pack.plan.opening] if pack.plan.opening else []
    rounds = [bank[at].id for at in range(max(map(len, banks))) for bank in banks if at < len(bank)]
    return opening + [name for name in rounds if name not in opening]


def accuracy(pack: Pack, candidate: Candidate, known: dict[str, Ability]) -> float:
    """Return the share of competencies put on the right side of what the job requires."""
    return fmean(
        (_shown(known.get(c.id, _nothing(pack))) >= c.required)
        is (candidate.thetas[c.id] >= required_theta(c.required))
        for c in pack.competencies
    )


@lru_cache(maxsize=4096)
def _shown(ability: Ability) -> float:
    """Return the level as results show it."""
    return round(expected_level(ability)[0], 1)


def squared_error(pack: Pack, candidate: Candidate, known: dict[str, Ability]) -> float:
    """Return the mean squared error of the abilities, in logits."""
    return fmean(
        (known.get(c.id, _nothing(pack)).theta - candidate.thetas[c.id]) ** 2 for c in pack.competencies
    )


def within_two_errors(pack: Pack, candidate: Candidate, known: dict[str, Ability]) -> float:
    """Return the share of competencies whose true ability lies within 1.96 standard errors of the estimate."""
    return fmean(
        abs(known[c.id].theta - candidate.thetas[c.id]) <= 1.96 * known[c.id].standard_error
        for c in pack.competencies
        if c.id in known
    )


def _nothing(pack: Pack) -> Ability:
    return Ability(pack.prior.mean, pack.prior.sd)
