"""Levels for rated answers, learned from other answers of the same file: `--fit new` and `--fit seen`.

`new`: a linear map with fixed signs (`features`, `linear`), fitted on other *questions*: of the scorer's level alone or of
all features, whichever does better on questions left out of the training part. Nothing of the question itself is
used, not even answers without a level.

`seen`: the same map fitted on other *answers*, and for each question what it still gets wrong there: the answer
leans towards the graded answers it resembles (kernel ridge regression on the residuals). `plain` leaves the
resemblance out: each question only moves its own height. That is as much as HR's calibration does.

Every map and strength of regularisation is chosen inside the training part only. Nothing is random: questions are dealt to
parts by the scorer's own levels, answers by a digest of what they say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from math import fsum

from msgspec import Struct

from scoring.calibration.features import SIGNS, Reading, cosine, rarity, weighed
from scoring.calibration.linear import fit_linear, solve

# So many of the features, the level first, and the penalty on their weights.
_MAPS = tuple((many, penalty) for many in (1, len(SIGNS)) for penalty in (3.0, 30.0))
_NOISES = (0.3, 0.6, 1.0, 2.0, 5.0)
_INNER = 4
# What two answers to one question share without a word in common: the height of the question.
_SAME_QUESTION = 0.3
# More graded answers to one question than this teach little more and cost much.
_MOST = 120

Levels = list[float]
Features = tuple[float, ...]
Chosen = tuple[int, float]
Done = Callable[[int], object]


def _quietly(_rows: int) -> None:
    """Tell nobody."""


class Labelled(Struct, frozen=True):
    """An answer with its numbers and the level people gave it, 0-10."""

    question: str
    features: tuple[float, ...]
    reading: Reading
    level: float


class Fitted(Struct, frozen=True):
    """Held-out levels in the order of the rows. `plain`: without resemblance to graded answers (`seen` only)."""

    levels: tuple[float, ...]
    folds: int
    plain: tuple[float, ...] = ()


def fit_new(rows: Sequence[Labelled], folds: int, done: Done = _quietly) -> Fitted:
    """Return each answer's level from a map fitted on other questions; ValueError with fewer than two."""
    questions = {row.question for row in rows}
    if len(questions) < 2:
        raise ValueError(
            "calibrating on other questions needs answers to at least two; use --fit seen or none"
        )
    folds = min(folds, len(questions))
    parts = deal_questions(rows, folds)
    found = held_out(parts, lambda inside, outside: _by_map(rows, inside, outside), done)
    return Fitted(tuple(found), folds)


def fit_seen(rows: Sequence[Labelled], folds: int, done: Done = _quietly) -> Fitted:
    """Return each answer's level with other answers to its question among those fitted on."""
    if len(rows) < 2:
        raise ValueError("calibrating on other answers needs at least two")
    folds = min(folds, len(rows))
    parts = deal_answers(rows, folds)
    plainly = held_out(parts, lambda inside, outside: _by_question(rows, inside, outside, alike=False), done)
    full = held_out(parts, lambda inside, outside: _by_question(rows, inside, outside, alike=True), done)
    return Fitted(tuple(full), folds, tuple(plainly))


def held_out(
    parts: Sequence[int], levels_of: Callable[[list[int], list[int]], Levels], done: Done = _quietly
) -> Levels:
    """Return for each row the level found by `levels_of(inside, outside)` when its part is outside.

    `done` hears how many rows have theirs.
    """
    found = [0.0] * len(parts)
    for part in sorted(set(parts)):
        inside = [at for at, own in enumerate(parts) if own != part]
        outside = [at for at, own in enumerate(parts) if own == part]
        for at, level in zip(outside, levels_of(inside, outside), strict=True):
            found[at] = min(10.0, max(0.0, level))
        done(len(outside))
    return found


def deal_questions(rows: Sequence[Labelled], folds: int) -> list[int]:
    """Return each row's part: whole questions, every part with well and badly answered ones.

    Questions are dealt there and back in the order of the mean level the scorer gives (stratified cross-validation; what
    people gave has no say). Otherwise leaving a well answered question out leaves badly answered ones in, and held-out
    levels fall where they should rise.
    """
    levels: dict[str, Levels] = {}
    for row in rows:
        levels.setdefault(row.question, []).append(row.features[0])
    order = sorted(levels, key=lambda q: (fsum(levels[q]) / len(levels[q]), _digest(q)))
    part_of = {question: _there_and_back(turn, folds) for turn, question in enumerate(order)}
    return [part_of[row.question] for row in rows]


def _there_and_back(turn: int, folds: int) -> int:
    """Return 0, 1, ..., folds - 1, folds - 1, ..., 1, 0, 0, 1, ... at its turn."""
    lap, step = divmod(turn, folds)
    return folds - 1 - step if lap % 2 else step


def deal_answers(rows: Sequence[Labelled], folds: int) -> list[int]:
    """Return each row's part; every question's answers are spread over all parts."""
    order = sorted(range(len(rows)), key=lambda at: (rows[at].question, _digest(*rows[at].reading.words), at))
    parts = [0] * len(rows)
    for turn, at in enumerate(order):
        parts[at] = turn % folds
    return parts


def _by_map(rows: Sequence[Labelled], inside: list[int], outside: list[int]) -> Levels:
    return _mapped(rows, inside, outside, _best_map(rows, inside))


def _mapped(rows: Sequence[Labelled], inside: Sequence[int], outside: list[int], chosen: Chosen) -> Levels:
    fitted = _map(rows, inside, chosen)
    return [fitted(rows[at].features) for at in outside]


def _map(rows: Sequence[Labelled], inside: Sequence[int], chosen: Chosen) -> Callable[[Features], float]:
    many, penalty = chosen
    own = [rows[i] for i in inside]
    questions = [row.question for row in own]
    levels = [row.level for row in own]
    fitted = fit_linear([row.features[:many] for row in own], levels, SIGNS[:many], penalty, questions)
    return lambda features: fitted(features[:many])


def _best_map(rows: Sequence[Labelled], inside: list[int]) -> Chosen:
    """Return the map with the smallest squared error on held-out questions of the training part."""
    own = [rows[i] for i in inside]
    questions = len({row.question for row in own})
    parts = deal_questions(own, min(_INNER, questions)) if questions > 1 else deal_answers(own, _INNER)

    def error(chosen: Chosen) -> float:
        found = held_out(parts, lambda ins, outs: _mapped(own, ins, outs, chosen))
        return _squares(found, own)

    return min(_MAPS, key=error) if len(own) > _INNER else _MAPS[1]


def _by_question(rows: Sequence[Labelled], inside: list[int], outside: list[int], *, alike: bool) -> Levels:
    common = _map(rows, inside, _best_map(rows, inside))
    missed = {i: rows[i].level - common(rows[i].features) for i in inside}
    kernels = _kernels(rows, inside, alike=alike)
    noise = _best_noise(rows, inside, missed, kernels)
    leans = _lean(rows, inside, outside, missed, noise, kernels)
    return [common(rows[at].features) + lean for at, lean in zip(outside, leans, strict=True)]


def _best_noise(
    rows: Sequence[Labelled], inside: list[int], missed: dict[int, float], kernels: dict[str, _Kernel]
) -> float:
    """Return the noise with the smallest squared error on held-out answers of the training part."""
    parts = deal_answers([rows[i] for i in inside], _INNER)

    def error(noise: float) -> float:
        off = 0.0
        for part in range(_INNER):
            ins = [i for i, own in zip(inside, parts, strict=True) if own != part]
            outs = [i for i, own in zip(inside, parts, strict=True) if own == part]
            leans = _lean(rows, ins, outs, missed, noise, kernels)
            off += fsum((lean - missed[o]) ** 2 for o, lean in zip(outs, leans, strict=True))
        return off

    return min(_NOISES, key=error)


def _lean(
    rows: Sequence[Labelled],
    inside: Iterable[int],
    outside: Sequence[int],
    missed: dict[int, float],
    noise: float,
    kernels: dict[str, _Kernel],
) -> Levels:
    """Return what the graded answers to the same question add to each outside row's level."""
    graded = {question: found[:_MOST] for question, found in _by_name(rows, inside).items()}
    pulls = {q: kernels[q].pulls(found, missed, noise) for q, found in graded.items()}
    return [
        kernels[rows[o].question].lean(o, graded[rows[o].question], pulls[rows[o].question])
        if rows[o].question in graded
        else 0.0
        for o in outside
    ]


def _kernels(rows: Sequence[Labelled], inside: Sequence[int], *, alike: bool) -> dict[str, _Kernel]:
    return {question: _Kernel(rows, found, alike=alike) for question, found in _by_name(rows, inside).items()}


def _by_name(rows: Sequence[Labelled], chosen: Iterable[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at in chosen:
        found.setdefault(rows[at].question, []).append(at)
    return found


class _Kernel:
    """How alike any two answers to one question are; how telling a word is comes from the training part."""

    def __init__(self, rows: Sequence[Labelled], inside: Sequence[int], *, alike: bool) -> None:
        self._rows, self._alike = rows, alike
        self._telling = rarity(rows[i].reading for i in inside) if alike else {}
        self._known: dict[tuple[int, int], float] = {}
        self._weighed: dict[int, dict[str, float]] = {}

    def pulls(self, graded: Sequence[int], missed: dict[int, float], noise: float) -> Levels:
        matrix = [[self._value(i, j) + (noise if i == j else 0.0) for j in graded] for i in graded]
        return solve(matrix, [missed[i] for i in graded])

    def lean(self, row: int, graded: Sequence[int], pulls: Levels) -> float:
        return fsum(self._value(row, i) * pull for i, pull in zip(graded, pulls, strict=True))

    def _value(self, one: int, other: int) -> float:
        if not self._alike:
            return _SAME_QUESTION
        pair = (one, other) if one < other else (other, one)
        found = self._known.get(pair)
        if found is None:
            found = self._known[pair] = _SAME_QUESTION + cosine(self._weights(one), self._weights(other))
        return found

    def _weights(self, row: int) -> dict[str, float]:
        found = self._weighed.get(row)
        if found is None:
            found = self._weighed[row] = weighed(self._rows[row].reading, self._telling)
        return found


def _squares(found: Levels, rows: Sequence[Labelled]) -> float:
    return fsum((level - row.level) ** 2 for level, row in zip(found, rows, strict=True))


@lru_cache(maxsize=65536)
def _digest(*parts: str) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=8).hexdigest()
