"""What answers say about the questions: difficulty and discrimination from data, held near the author's.

Proposals only: a person reads them and edits the pack; nothing here is ever applied by itself. The abilities of
the people are not known either, so both are estimated together (marginal maximum a posteriori by expectation
and maximisation, after Bock and Aitkin 1981, Psychometrika 46), under the response model of interviews. The
author's values are the centre of each question's prior: with few answers a proposal stays near them. The mean
and spread of the people are estimated too, so that a strong year does not make the questions easier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, fsum, log, sqrt

from msgspec import Struct

from scoring.difficulty.continuous import Continuous, expected_shares
from scoring.difficulty.estimate import PRIOR_SD
from scoring.difficulty.model import GRID, Item, sigmoid

ENOUGH_ANSWERS = 30
DIFFICULTY_SD, DISCRIMINATION_SD = 0.5, 0.25
"""How far the truth may be expected from an author's difficulty (logits) and discrimination (logarithm)."""
_ROUNDS = 80
_SETTLED = 0.002
"""Logits: far below the standard errors."""
_LEAST, _MOST = 0.2, 3.0
_MODEL = Continuous()


class Answer(Struct, frozen=True, gc=False):
    """One scored answer: to which question, its level 0-10 and the level's standard error."""

    question: str
    level: float
    standard_error: float


class Proposal(Struct, frozen=True):
    """New values for a question beside the author's, with their standard errors, from `answers` answers."""

    question: str
    answers: int
    difficulty: float
    new_difficulty: float
    difficulty_error: float
    discrimination: float
    new_discrimination: float
    discrimination_error: float


class _Values(Struct, frozen=True, gc=False):
    difficulty: float
    discrimination: float


class _Expected(Struct):
    """What is expected at each point of the grid: how much was answered there, and the weighted sum of levels."""

    weight: list[float]
    level: list[float]


def propose(
    items: Sequence[Item], people: Sequence[Sequence[Answer]], enough: int = ENOUGH_ANSWERS
) -> list[Proposal]:
    """Return a proposal for every question with enough answers, in the order of the items.

    `people` are the answers of one competency, person by person; questions that are not among the items are
    passed over. Which questions somebody was asked may depend on the answers before.
    """
    authors = {item.id: _Values(item.difficulty, item.discrimination) for item in items}
    rows = [[answer for answer in person if answer.question in authors] for person in people]
    counts = {name: sum(answer.question == name for row in rows for answer in row) for name in authors}
    values, crowd = _fit(authors, [row for row in rows if row], counts, enough)
    known = [(row, _posterior(row, values, crowd)) for row in rows]
    return [_proposal(item, values[item.id], known) for item in items if counts[item.id] >= enough]


def _fit(
    authors: Mapping[str, _Values], rows: Sequence[Sequence[Answer]], counts: Mapping[str, int], enough: int
) -> tuple[dict[str, _Values], tuple[float, float]]:
    """Return the values that explain the answers best, and the mean and spread of the people."""
    values, crowd = dict(authors), (0.0, PRIOR_SD)
    for _ in range(_ROUNDS if rows else 0):
        posteriors = [_posterior(row, values, crowd) for row in rows]
        expected = _expectations(rows, posteriors)
        fresh = {
            name: _maximise(authors[name], values[name], expected[name])
            if counts[name] >= enough
            else authors[name]
            for name in authors
        }
        moved = max(_distance(fresh[name], values[name]) for name in authors)
        values, crowd = fresh, _crowd(posteriors)
        if moved < _SETTLED:
            break
    return values, crowd


def _distance(one: _Values, other: _Values) -> float:
    turned = abs(log(one.discrimination / other.discrimination))
    return max(abs(one.difficulty - other.difficulty), turned)


def _posterior(
    row: Sequence[Answer], values: Mapping[str, _Values], crowd: tuple[float, float]
) -> list[float]:
    """Return the chances of the grid's abilities for one person; they add up to 1."""
    mean, sd = crowd
    logs = [-0.5 * ((theta - mean) / sd) ** 2 for theta in GRID]
    for answer in row:
        one, y = values[answer.question], answer.level / 10
        scale = -0.5 / _MODEL.variance(answer.standard_error)
        shares = expected_shares(one.difficulty, one.discrimination)
        logs = [known + scale * (y - share) ** 2 for known, share in zip(logs, shares, strict=True)]
    top = max(logs)
    weights = [exp(value - top) for value in logs]
    total = sum(weights)
    return [weight / total for weight in weights]


def _expectations(
    rows: Sequence[Sequence[Answer]], posteriors: Sequence[Sequence[float]]
) -> dict[str, _Expected]:
    expected: dict[str, _Expected] = {}
    for row, weights in zip(rows, posteriors, strict=True):
        for answer in row:
            known = expected.setdefault(answer.question, _Expected([0.0] * len(GRID), [0.0] * len(GRID)))
            sure = 1 / _MODEL.variance(answer.standard_error)
            share = sure * answer.level / 10
            known.weight = [sum_ + sure * weight for sum_, weight in zip(known.weight, weights, strict=True)]
            known.level = [sum_ + share * weight for sum_, weight in zip(known.level, weights, strict=True)]
    return expected


def _crowd(posteriors: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Return mean and standard deviation of the people's abilities, rounded so that likelihoods can be kept."""
    together = [fsum(column) / len(posteriors) for column in zip(*posteriors, strict=True)]
    mean = fsum(weight * theta for weight, theta in zip(together, GRID, strict=True))
    spread = fsum(weight * (theta - mean) ** 2 for weight, theta in zip(together, GRID, strict=True))
    return round(mean, 3), round(max(sqrt(spread), 0.3), 3)


def _maximise(author: _Values, start: _Values, expected: _Expected) -> _Values:
    """Return the values of one question that explain what is expected of it, by ever smaller steps around `start`."""
    best, step = start, 0.4
    loss = _loss(author, best, expected)
    while step > _SETTLED / 2:
        around = [(_loss(author, near, expected), near) for near in _near(best, step)]
        lowest, nearest = min(around, key=lambda pair: pair[0])
        if lowest < loss:
            loss, best = lowest, nearest
        else:
            step /= 2
    return best


def _near(values: _Values, step: float) -> list[_Values]:
    factor = exp(step / 2)
    steeper = [values.discrimination * factor, values.discrimination / factor]
    return [
        _Values(values.difficulty + step, values.discrimination),
        _Values(values.difficulty - step, values.discrimination),
        *(_Values(values.difficulty, min(max(one, _LEAST), _MOST)) for one in steeper),
    ]


def _loss(author: _Values, values: _Values, expected: _Expected) -> float:
    """Return minus the log posterior, up to a constant."""
    a, b = values.discrimination, values.difficulty
    misfit = 0.0
    for theta, weight, level in zip(GRID, expected.weight, expected.level, strict=True):
        share = sigmoid(a * (theta - b))
        misfit += weight * share * share - 2 * level * share
    off = ((b - author.difficulty) / DIFFICULTY_SD) ** 2
    return 0.5 * (misfit + off + (log(a / author.discrimination) / DISCRIMINATION_SD) ** 2)


def _proposal(
    item: Item, found: _Values, known: Sequence[tuple[Sequence[Answer], Sequence[float]]]
) -> Proposal:
    answers = [(answer, weights) for row, weights in known for answer in row if answer.question == item.id]
    errors = _errors(found, answers)
    return Proposal(
        question=item.id,
        answers=len(answers),
        difficulty=item.difficulty,
        new_difficulty=round(found.difficulty, 2),
        difficulty_error=round(errors[0], 2),
        discrimination=item.discrimination,
        new_discrimination=round(found.discrimination, 2),
        discrimination_error=round(found.discrimination * errors[1], 2),
    )


def _errors(values: _Values, answers: Sequence[tuple[Answer, Sequence[float]]]) -> tuple[float, float]:
    """Return the standard errors of difficulty and of the logarithm of discrimination.

    From the cross products of each person's slope of the log likelihood, which know that abilities are not known.
    """
    bb, ba, aa = DIFFICULTY_SD**-2, 0.0, DISCRIMINATION_SD**-2
    for answer, weights in answers:
        b, a = _slopes(answer, values, weights)
        bb, ba, aa = bb + b * b, ba + a * b, aa + a * a
    determinant = bb * aa - ba * ba
    return sqrt(aa / determinant), sqrt(bb / determinant)


def _slopes(answer: Answer, values: _Values, weights: Sequence[float]) -> tuple[float, float]:
    """Return the slopes of one answer's log likelihood in difficulty and in the logarithm of discrimination."""
    sure = 1 / _MODEL.variance(answer.standard_error)
    shares = expected_shares(values.difficulty, values.discrimination)
    by_theta = [
        sure * (answer.level / 10 - share) * values.discrimination * share * (1 - share) for share in shares
    ]
    b = -fsum(weight * slope for weight, slope in zip(weights, by_theta, strict=True))
    offsets = [theta - values.difficulty for theta in GRID]
    a = fsum(w * slope * off for w, slope, off in zip(weights, by_theta, offsets, strict=True))
    return b, a
