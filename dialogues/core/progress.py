"""How far the interview is: standings per competency, what comes next, when it is enough, and the total."""

from __future__ import annotations

from functools import lru_cache

from dialogues.core.interview import Interview, Reply, Stage, Standing
from dialogues.core.pack import Pack, Question
from dialogues.core.scene import Scene
from scoring.difficulty import (
    Ability,
    Item,
    Observation,
    choose,
    estimate,
    expected_level,
    precise_enough,
)
from scoring.rubric.model import Competency

DONT_KNOW_LEVEL = 1.0
DONT_KNOW_ERROR = 2.0
"""What "I don't know" counts as: a low level, held loosely. The candidate and HR are told so."""
_LIGHTER = 0.3
"""How much easier a question must be, in logits, to be called easier."""
_COVERED = 0.6
"""The share of the weights that must have a level before a total is given."""


def _observation(reply: Reply, question: Question) -> Observation | None:
    if reply.stage is Stage.UNKNOWN:
        level, error = DONT_KNOW_LEVEL, DONT_KNOW_ERROR
    elif reply.stage is Stage.SCORED and reply.level is not None:
        level, error = reply.level, reply.standard_error
    else:
        return None
    return Observation(
        difficulty=question.difficulty,
        discrimination=question.discrimination,
        level=level,
        standard_error=error,
    )


def standing_of(state: Interview, pack: Pack, competency: str) -> Standing:
    """Estimate one competency from the replies scored so far."""
    seen = [
        observation
        for reply in state.replies
        if reply.competency == competency
        and (observation := _observation(reply, pack.question(reply.question))) is not None
    ]
    if not seen:
        return _unscored(competency)
    ability = estimate(seen)
    level, error = expected_level(ability)
    return Standing(
        competency=competency,
        theta=ability.theta,
        theta_se=ability.standard_error,
        level=round(level, 1),
        standard_error=round(error, 2),
        scored=len(seen),
    )


@lru_cache(maxsize=256)
def _unscored(competency: str) -> Standing:
    """Return what is held of everybody before anything was scored."""
    ability = estimate(())
    return Standing(
        competency=competency,
        theta=ability.theta,
        theta_se=ability.standard_error,
        level=None,
        standard_error=10.0,
        scored=0,
    )


def restand(scene: Scene, competency: str) -> None:
    """Bring one competency's standing up to date."""
    fresh = standing_of(scene.state, scene.pack, competency)
    others = tuple(old for old in scene.state.standings if old.competency != competency)
    order = [one.id for one in scene.pack.competencies]
    scene.update(standings=tuple(sorted((*others, fresh), key=lambda s: order.index(s.competency))))


class _Overview:
    """What was asked and what is left, worked out once for all competencies."""

    __slots__ = ("_standings", "asked", "left", "pack")

    def __init__(self, state: Interview, pack: Pack) -> None:
        self._standings = {standing.competency: standing for standing in state.standings}
        self.pack = pack
        self.asked: dict[str, int] = dict.fromkeys((c.id for c in pack.competencies), 0)
        self.left: dict[str, list[Question]] = {c.id: [] for c in pack.competencies}
        for reply in state.replies:
            self.asked[reply.competency] += 1
        used = {reply.question for reply in state.replies}
        for question in pack.questions:
            if question.id not in used:
                self.left[question.competency].append(question)

    def standing(self, competency: str) -> Standing:
        """Return what is known of a competency."""
        return self._standings.get(competency) or _unscored(competency)

    def enough(self, competency: Competency) -> bool:
        """Say whether this competency needs no further question."""
        if not self.left[competency.id]:
            return True
        standing = self.standing(competency.id)
        limits = self.pack.plan.per_competency
        return precise_enough(
            Ability(theta=standing.theta, standard_error=standing.theta_se),
            asked=self.asked[competency.id],
            minimum=limits.min,
            maximum=limits.max,
            target_se=limits.target_se,
            required_level=competency.required,
        )

    def urgency(self, competency: Competency) -> tuple[bool, float, float]:
        """Competencies below their minimum first, then the least certain, then the weightiest."""
        short = self.asked[competency.id] < self.pack.plan.per_competency.min
        return short, round(self.standing(competency.id).theta_se, 6), competency.weight


def next_question(state: Interview, pack: Pack) -> Question | None:
    """Choose the next question for the least certain competency; None when it is enough."""
    if not state.replies and pack.plan.opening:
        return pack.question(pack.plan.opening)
    if len(state.replies) >= pack.plan.total_max:
        return None
    overview = _Overview(state, pack)
    wanting = [competency for competency in pack.competencies if not overview.enough(competency)]
    if not wanting:
        return None
    last = state.replies[-1] if state.replies else None
    if last is not None and last.stage is Stage.UNKNOWN:
        return _easier(overview, wanting, pack.question(last.question))
    competency = max(wanting, key=overview.urgency).id
    standing = overview.standing(competency)
    items = [
        Item(id=q.id, difficulty=q.difficulty, discrimination=q.discrimination)
        for q in overview.left[competency]
    ]
    ability = Ability(theta=standing.theta, standard_error=standing.theta_se)
    return pack.question(choose(items, ability, seed=state.seed + len(state.replies)))


def _easier(overview: _Overview, wanting: list[Competency], than: Question) -> Question:
    """Return an easier question than the one that could not be answered, or else the easiest there is.

    The same competency comes before others.
    """
    left = [question for competency in wanting for question in overview.left[competency.id]]
    lighter = [question for question in left if is_easier(question, than)]
    if not lighter:
        return min(left, key=lambda q: (q.difficulty, q.id))
    return max(lighter, key=lambda q: (q.competency == than.competency, q.difficulty, q.id))


def is_easier(question: Question, than: Question) -> bool:
    """Say whether a candidate would notice that a question is easier."""
    return question.difficulty <= than.difficulty - _LIGHTER


def progress(scene: Scene) -> tuple[int, int]:
    """Return (number of this question, about how many there will be)."""
    state, pack = scene.state, scene.pack
    limits = pack.plan.per_competency
    usual = (limits.min + limits.max + 1) // 2
    number = max(1, len(state.replies))
    overview = _Overview(state, pack)
    current = state.replies[-1].competency if state.replies else ""
    # one that is not enough yet gets another question, unless the one being asked turns out to be enough
    to_come = sum(
        max(0 if competency.id == current else 1, usual - overview.asked[competency.id])
        for competency in pack.competencies
        if not overview.enough(competency)
    )
    return number, max(number, min(pack.plan.total_max, number + to_come))


def levels(state: Interview, pack: Pack) -> dict[str, float | None]:
    """Return the level of every competency: a person's own where there is one, else the computed one."""
    overview = _Overview(state, pack)
    computed = {c.id: overview.standing(c.id).level for c in pack.competencies}
    return computed | {override.competency: override.level for override in state.overrides}


def settle(scene: Scene) -> None:
    """Work out the total (0-100, by the job's weights) and whether the job's marks are met."""
    pack = scene.pack
    current = levels(scene.state, pack)
    weights = sum(c.weight for c in pack.competencies)
    known = [(c.weight, level) for c in pack.competencies if (level := current[c.id]) is not None]
    covered = sum(weight for weight, _ in known)
    if not known or covered < _COVERED * weights:
        scene.update(total=None, passed=False)
        return
    total = round(10 * sum(weight * level for weight, level in known) / covered, 1)
    scene.update(total=total, passed=total >= pack.pass_mark)
