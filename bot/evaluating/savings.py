"""How many questions the adaptive interviews of a pack save, and which response model reads the answers better.

Two ways of asking are compared at equal accuracy: on how many competencies it is said rightly whether somebody
reaches what the job requires. Must not know anything that an interview does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from math import sqrt
from statistics import fmean
from typing import TypeVar

from msgspec import Struct

from bot.evaluating.interviews import (
    Candidate,
    Truth,
    Walk,
    accuracy,
    adaptive,
    by_order,
    fixed_order,
    shuffled,
    simulated_candidates,
    squared_error,
    within_two_errors,
)
from dialogues.core.pack import Pack
from scoring.difficulty import Ability
from scoring.difficulty.continuous import Continuous
from scoring.difficulty.graded import Graded
from scoring.difficulty.model import ResponseModel

_GROUPS = 10
MODELS: dict[str, ResponseModel] = {"continuous": Continuous(), "graded": Graded()}

_Row = TypeVar("_Row")

Measure = Callable[[Pack, Candidate, dict[str, Ability]], float]


class Reading(Struct, frozen=True):
    """What one response model made of the same answers. `covered`: true abilities within 1.96 standard errors."""

    accuracy: float
    rmse: float
    covered: float


class Saving(Struct, frozen=True):
    """One pack under one truth. `fixed_accuracy` and `random_accuracy` have an element per number of questions.

    `equal_at` is how many questions of the fixed list are as accurate as the adaptive interview; None when the
    whole list is not. `saved` is the share of questions saved against that, `saved_error` its standard error.
    """

    pack: str
    truth: Truth
    people: int
    plan: int
    questions: float
    shortest: int
    longest: int
    accuracy: float
    rmse: float
    covered: float
    mean_level: float
    most_asked: float
    fixed_accuracy: tuple[float, ...]
    random_accuracy: tuple[float, ...]
    fixed_rmse: float
    equal_at: float | None
    saved: float
    saved_error: float
    models: dict[str, Reading]


def measure_pack(
    pack: Pack, people: int, seed: int, truth: Truth, advance: Callable[[int], None] = lambda _: None
) -> Saving:
    """Interview `people` simulated candidates in three ways; `advance` is told of each when done."""
    candidates = simulated_candidates(pack, people, seed, truth)
    order = fixed_order(pack)
    walks, lists, chances = [], [], []
    for candidate in candidates:
        walks.append(adaptive(pack, candidate))
        lists.append(by_order(pack, candidate, order))
        chances.append(by_order(pack, candidate, shuffled(pack, candidate)))
        advance(1)
    return _compare(pack, truth, candidates, walks, lists, chances)


def _compare(
    pack: Pack,
    truth: Truth,
    candidates: Sequence[Candidate],
    walks: Sequence[Walk],
    lists: Sequence[Walk],
    chances: Sequence[Walk],
) -> Saving:
    ends = [walk.known[-1] for walk in walks]
    lengths = [len(walk.asked) for walk in walks]
    fixed = [_after_each(accuracy, pack, c, walk) for c, walk in zip(candidates, lists, strict=True)]
    right = [accuracy(pack, c, end) for c, end in zip(candidates, ends, strict=True)]
    at, saved = equal_point(right, lengths, fixed)
    plan = min(pack.plan.total_max, len(lists[0].asked))
    full = [walk.known[plan - 1] for walk in lists]
    asked = Counter(name for walk in walks for name in walk.asked if name != pack.plan.opening)
    return Saving(
        pack=pack.name,
        truth=truth,
        people=len(candidates),
        plan=plan,
        questions=fmean(lengths),
        shortest=min(lengths),
        longest=max(lengths),
        accuracy=fmean(right),
        rmse=sqrt(_mean(squared_error, pack, candidates, ends)),
        covered=_mean(within_two_errors, pack, candidates, ends),
        mean_level=fmean(
            c.levels[name] for c, walk in zip(candidates, walks, strict=True) for name in walk.asked
        ),
        most_asked=max(asked.values()) / len(candidates),
        fixed_accuracy=tuple(map(fmean, zip(*fixed, strict=True))),
        random_accuracy=_course(pack, candidates, chances),
        fixed_rmse=sqrt(_mean(squared_error, pack, candidates, full)),
        equal_at=at,
        saved=saved,
        saved_error=_jackknife(right, lengths, fixed),
        models={name: _read_by(model, pack, candidates, lists, plan) for name, model in MODELS.items()},
    )


def _mean(
    measure: Measure, pack: Pack, candidates: Sequence[Candidate], known: Sequence[dict[str, Ability]]
) -> float:
    return fmean(measure(pack, c, abilities) for c, abilities in zip(candidates, known, strict=True))


def _after_each(measure: Measure, pack: Pack, candidate: Candidate, walk: Walk) -> list[float]:
    return [measure(pack, candidate, known) for known in walk.known]


def _course(pack: Pack, candidates: Sequence[Candidate], walks: Sequence[Walk]) -> tuple[float, ...]:
    each = [_after_each(accuracy, pack, c, walk) for c, walk in zip(candidates, walks, strict=True)]
    return tuple(map(fmean, zip(*each, strict=True)))


def _read_by(
    model: ResponseModel, pack: Pack, candidates: Sequence[Candidate], lists: Sequence[Walk], plan: int
) -> Reading:
    """Return what the model makes of the answers to the fixed plan."""
    known = [
        by_order(pack, c, walk.asked[:plan], model).known[-1]
        for c, walk in zip(candidates, lists, strict=True)
    ]
    return Reading(
        accuracy=_mean(accuracy, pack, candidates, known),
        rmse=sqrt(_mean(squared_error, pack, candidates, known)),
        covered=_mean(within_two_errors, pack, candidates, known),
    )


def equal_point(
    right: Sequence[float], lengths: Sequence[int], fixed: Sequence[Sequence[float]]
) -> tuple[float | None, float]:
    """Return how many questions of the fixed list are as accurate, and the share of them that is saved.

    `right` and `lengths` are the adaptive interviews, one per person; `fixed` has a person's accuracy after each
    question of the list. When the whole list is less accurate, the share is of the whole list.
    """
    wanted, asked = fmean(right), fmean(lengths)
    before = 0.0
    for number, reached in enumerate(never_falling([fmean(values) for values in zip(*fixed, strict=True)])):
        if reached >= wanted:
            at = number + (wanted - before) / (reached - before)
            return at, 1 - asked / at
        before = reached
    return None, 1 - asked / len(fixed[0])


def never_falling(values: Sequence[float]) -> list[float]:
    """Return the nearest series that never falls (least squares, pool adjacent violators).

    More answers never make the truth less accurate: where a course falls, that is chance.
    """
    pools: list[tuple[float, int]] = []
    for value in values:
        mean, size = value, 1
        while pools and pools[-1][0] > mean:
            last, count = pools.pop()
            mean, size = (last * count + mean * size) / (count + size), count + size
        pools.append((mean, size))
    return [mean for mean, size in pools for _ in range(size)]


def _jackknife(right: Sequence[float], lengths: Sequence[int], fixed: Sequence[Sequence[float]]) -> float:
    """Return the standard error of the share saved, leaving out a tenth of the people at a time."""
    if len(right) < 2 * _GROUPS:
        return 0.0
    without = [
        equal_point(_without(right, group), _without(lengths, group), _without(fixed, group))[1]
        for group in range(_GROUPS)
    ]
    middle = fmean(without)
    return sqrt((_GROUPS - 1) / _GROUPS * sum((value - middle) ** 2 for value in without))


def _without(rows: Sequence[_Row], group: int) -> list[_Row]:
    return [row for at, row in enumerate(rows) if at % _GROUPS != group]
