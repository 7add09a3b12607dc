"""How far the interview is: standings per competency, what comes next, when it is enough, and the total."""

from __future__ import annotations

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

DONT_KNOW_LEVEL = 1.0
DONT_KNOW_ERROR = 2.0
"""What "I don't know" counts as: a low level, held loosely. The candidate and HR are told so."""
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
    ability = estimate(seen)
    level, error = expected_level(ability) if seen else (None, 10.0)
    return Standing(
        competency=competency,
        theta=ability.theta,
        theta_se=ability.standard_error,
        level=None if level is None else round(level, 1),
        standard_error=round(error, 2),
        scored=len(seen),
    )


def restand(scene: Scene, competency: str) -> None:
    """Bring one competency's standing up to date."""
    fresh = standing_of(scene.state, scene.pack, competency)
    others = tuple(old for old in scene.state.standings if old.competency != competency)
    order = [one.id for one in scene.pack.competencies]
    scene.update(standings=tuple(sorted((*others, fresh), key=lambda s: order.index(s.competency))))


def _standing(state: Interview, pack: Pack, competency: str) -> Standing:
    for standing in state.standings:
        if standing.competency == competency:
            return standing
    return standing_of(state, pack, competency)


def _asked(state: Interview, competency: str) -> int:
    return sum(reply.competency == competency for reply in state.replies)


def _left(state: Interview, pack: Pack, competency: str) -> list[Question]:
    asked = {reply.question for reply in state.replies}
    return [q for q in pack.questions if q.competency == competency and q.id not in asked]


def is_enough(state: Interview, pack: Pack, competency: str) -> bool:
    """Say whether this competency needs no further question."""
    if not _left(state, pack, competency):
        return True
    standing = _standing(state, pack, competency)
    limits = pack.plan.per_competency
    return precise_enough(
        Ability(theta=standing.theta, standard_error=standing.theta_se),
        asked=_asked(state, competency),
        minimum=limits.min,
        maximum=limits.max,
        target_se=limits.target_se,
        required_level=pack.competency(competency).required,
    )


def next_question(state: Interview, pack: Pack) -> Question | None:
    """Choose the next question for the least certain competency; None when it is enough."""
    if not state.replies and pack.plan.opening:
        return pack.question(pack.plan.opening)
    if len(state.replies) >= pack.plan.total_max:
        return None
    wanting = [c.id for c in pack.competencies if not is_enough(state, pack, c.id)]
    if not wanting:
        return None
    competency = max(wanting, key=lambda c: _urgency(state, pack, c))
    standing = _standing(state, pack, competency)
    items = [
        Item(id=q.id, difficulty=q.difficulty, discrimination=q.discrimination)
        for q in _left(state, pack, competency)
    ]
    ability = Ability(theta=standing.theta, standard_error=standing.theta_se)
    return pack.question(choose(items, ability, seed=state.seed + len(state.replies)))


def _urgency(state: Interview, pack: Pack, competency: str) -> tuple[bool, float, float]:
    """Competencies below their minimum first, then the least certain, then the weightiest."""
    standing = _standing(state, pack, competency)
    short = _asked(state, competency) < pack.plan.per_competency.min
    return short, round(standing.theta_se, 6), pack.competency(competency).weight


def progress(scene: Scene) -> tuple[int, int]:
    """Return (number of this question, about how many there will be)."""
    state, pack = scene.state, scene.pack
    limits = pack.plan.per_competency
    usual = (limits.min + limits.max) // 2
    number = max(1, len(state.replies))
    to_come = sum(
        max(0 if asked >= limits.min else 1, usual - asked)
        for competency in pack.competencies
        if (asked := _asked(state, competency.id)) < limits.max and not is_enough(state, pack, competency.id)
    )
    return number, max(number, min(pack.plan.total_max, number + to_come))


def levels(state: Interview, pack: Pack) -> dict[str, float | None]:
    """Return the level of every competency: a person's own where there is one, else the computed one."""
    computed = {c.id: _standing(state, pack, c.id).level for c in pack.competencies}
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
