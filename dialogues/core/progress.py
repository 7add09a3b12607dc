"""How far the interview is: standings per competency, what comes next, when it is enough, and the total."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from dialogues.core.interview import Interview, Reply, Stage, Standing
from dialogues.core.pack import Pack, Question
from dialogues.core.scene import Scene
from scoring.calibration.people import Calibration, calibrated_level
from scoring.difficulty import (
    Ability,
    Hint,
    Observation,
    Prior,
    choose,
    clearness,
    draw,
    estimate,
    expected_level,
    lean,
    precise_enough,
)
from scoring.rubric.model import Competency

DONT_KNOW_LEVEL = 1.0
DONT_KNOW_ERROR = 2.0
"""What "I don't know" counts as: a low level, held loosely. The candidate and HR are told so."""
_LIGHTER = 0.3
"""How much easier a question must be, in logits, to be called easier."""
_WORDS_FIRST = 2
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
        return _unscored(competency, pack.prior)
    ability = estimate(seen, pack.prior.mean, pack.prior.sd)
    level, error = expected_level(ability)
    learned = _calibration(state, competency)
    return Standing(
        competency=competency,
        theta=ability.theta,
        theta_se=ability.standard_error,
        level=round(level, 1),
        standard_error=round(error, 2),
        scored=len(seen),
        calibrated=calibrated_level(round(level, 1), learned) if learned is not None else None,
        calibration=learned.version if learned is not None else "",
    )


def _calibration(state: Interview, competency: str) -> Calibration | None:
    """Return what was learned of HR's corrections, if every answer was scored by the scorer they were made to."""
    learned = next((one for one in state.calibrations if one.competency == competency), None)
    if learned is None:
        return None
    scorers = {r.scorer for r in state.replies if r.competency == competency and r.level is not None}
    return learned if scorers == {learned.scorer} else None


@lru_cache(maxsize=256)
def _unscored(competency: str, prior: Prior) -> Standing:
    """Return what is held of everybody before anything was scored."""
    ability = estimate((), prior.mean, prior.sd)
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

    __slots__ = ("_closed", "_standings", "asked", "pack", "seed")

    def __init__(self, state: Interview, pack: Pack) -> None:
        self._standings = {standing.competency: standing for standing in state.standings}
        self.pack = pack
        self.seed = state.seed
        self.asked: dict[str, int] = dict.fromkeys(pack.banks, 0)
        self._closed = {reply.question for reply in state.replies}
        for reply in state.replies:
            self.asked[reply.competency] += 1
        if pack.apart:
            for asked in tuple(self._closed):
                self._closed |= pack.apart.get(asked, frozenset())

    def any_left(self, competency: str) -> bool:
        """Say whether there is a question that may still be asked."""
        closed = self._closed
        for question in self.pack.banks[competency]:  # noqa: SIM110  three times as fast as any(), on every turn
            if question.id not in closed:
                return True
        return False

    def left(self, competency: str) -> list[Question]:
        """Return the questions that may still be asked: not asked before, nor any too like one that was.

        Of a large bank they are those in the share this candidate drew, unless nothing of it is left.
        """
        bank, plan, closed = self.pack.banks[competency], self.pack.plan, self._closed
        free = [question for question in bank if question.id not in closed]
        if competency not in self.pack.large:
            return free
        drawn = {q.id for q in draw(bank, plan.per_competency.max, plan.exposure, self.seed)}
        return [question for question in free if question.id in drawn] or free

    def programs(self, tools: tuple[str, ...]) -> list[Question]:
        """Return the coding tasks that may still be set and can be run with these tools."""
        return [
            question
            for question in self.pack.programs
            if question.id not in self._closed and question.code and set(tools) & set(question.code.languages)
        ]

    def standing(self, competency: str) -> Standing:
        """Return what is known of a competency."""
        return self._standings.get(competency) or _unscored(competency, self.pack.prior)

    def ability(self, competency: str) -> Ability:
        """Return the estimate for a competency, or what is believed of everybody."""
        standing = self.standing(competency)
        return Ability(standing.theta, standing.theta_se)

    def enough(self, competency: Competency) -> bool:
        """Say whether this competency needs no further question, or has none."""
        limits = self.pack.plan.per_competency
        return precise_enough(
            self.ability(competency.id),
            asked=self.asked[competency.id],
            minimum=limits.min,
            maximum=limits.max,
            target_se=limits.target_se,
            required_level=competency.required,
        ) or not self.any_left(competency.id)

    def urgency(self, competency: Competency) -> tuple[bool, bool, float, float]:
        """Competencies below their minimum first, then those without a level, then the least clear ones.

        Clear is who stands on one side of the level that the job requires.
        """
        short = self.asked[competency.id] < self.pack.plan.per_competency.min
        unknown = not self.standing(competency.id).scored
        clear = clearness(self.ability(competency.id), competency.required)
        return short, unknown, -round(clear, 6), competency.weight


def next_question(state: Interview, pack: Pack, hints: Mapping[str, Hint] | None = None) -> Question | None:
    """Choose the next question, for the competency that is least clear; None when it is enough.

    `hints` by competency, from the candidate's papers, sway only which question comes, never an estimate.
    """
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
    if (program := _program_due(overview, wanting, state)) is not None:
        return program
    competency = max(wanting, key=overview.urgency).id
    return pack.question(_choice(overview, competency, state, hints or {}))


def _program_due(overview: _Overview, wanting: list[Competency], state: Interview) -> Question | None:
    """Return the coding task that is due: the first after two questions in words, each further one after two more."""
    pack = overview.pack
    if not pack.programs or not state.tools:
        return None
    names = {question.id for question in pack.programs}
    done = sum(reply.question in names for reply in state.replies)
    if done >= pack.plan.programs or len(state.replies) < _WORDS_FIRST * (done + 1) + done:
        return None
    left = overview.programs(state.tools)
    able = [competency for competency in wanting if any(q.competency == competency.id for q in left)]
    if not able:
        return None
    competency = max(able, key=overview.urgency).id
    items = [question.item for question in left if question.competency == competency]
    return pack.question(choose(items, overview.ability(competency), state.seed + len(state.replies), ()))


def _choice(overview: _Overview, competency: str, state: Interview, hints: Mapping[str, Hint]) -> str:
    pack = overview.pack
    ability = lean(overview.ability(competency), pack.prior, hints.get(competency))
    items = [question.item for question in overview.left(competency)]
    kinds = [pack.question(reply.question).kind for reply in state.replies if reply.competency == competency]
    seed = state.seed + len(state.replies)
    return choose(items, ability, seed, kinds, scattered=competency not in pack.large)


def _easier(overview: _Overview, wanting: list[Competency], than: Question) -> Question:
    """Return an easier question than the one that could not be answered, or else the easiest there is.

    The same competency comes before others.
    """
    left = [question for competency in wanting for question in overview.left(competency.id)]
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
    """Return every competency's level: a person's own where there is one, else the calibrated or computed one."""
    overview = _Overview(state, pack)
    ours = {c.id: overview.standing(c.id).in_force for c in pack.competencies}
    return ours | {override.competency: override.level for override in state.overrides}


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
