"""Scores rated answers and says how well that agrees with people: everything behind `colloquy eval scores`.

An answer the scorer abstains from still counts: with the level its features would have given, or 0 when nothing
was found in it. Leaving it out would flatter the figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, to_builtins

from scoring.builtin.level import level_from_features
from scoring.calibration.fits import Fitted
from scoring.model import Abstention, Scorer, ScorerId
from scoring.rubric.model import Rubric
from scoring.validity.agreement import (
    Agreement,
    Band,
    agreement,
    auc,
    between_people,
    mean_of_known,
    within_questions,
)
from scoring.validity.ratings import Rating, Ratings

_NOTHING_FOUND = 0.0
# How much the nearest other question takes away from speaking of this one.
_OTHER_COUNTS = 0.7
COUNTED = "an abstained answer counts with the level its features would give, 0 when nothing was found"


class Measured(Struct, frozen=True):
    """One rated answer as the scorer sees it. `off_topic`: the same against another question of the file."""

    level: float
    features: dict[str, float]
    abstained: Abstention | None
    off_topic: Seen | None


class Seen(Struct, frozen=True):
    """An answer beside a question it was not given to: its level, and how clearly it speaks of the question."""

    level: float
    on_topic: float


class Measurement(Struct, frozen=True):
    """The figures of one file; the names of the first eight are relied on by others.

    `without_words`: for `seen`, when the words of graded answers may not be kept, as in HR's calibration.
    """

    n: int
    abstained: int
    pearson: float | None
    spearman: float | None
    qwk: float | None
    mae10: float | None
    per_question_r: float | None
    bands: dict[str, Band]
    fit: str
    folds: int
    steps: int
    questions: dict[str, float | None]
    auc_on_off_topic: float | None
    auc_levels: float | None
    human: Agreement | None
    scorer: ScorerId
    without_words: Agreement | None
    reasons: dict[str, int]
    counted: str = COUNTED


def measure_one(scorer: Scorer, rating: Rating, other: Rubric | None) -> Measured:
    """Return the rating's answer scored, and scored again as if it had been given to another question."""
    score = scorer.score(rating.rubric, rating.answer, rating.language)
    return Measured(
        level=counted_level(score.level, score.features),
        features=score.features,
        abstained=score.abstained,
        off_topic=_as_if_asked(scorer, rating, other) if other is not None else None,
    )


def counted_level(level: float | None, features: dict[str, float]) -> float:
    """Return the level that counts in the agreement, also for an answer that was abstained from."""
    if level is not None:
        return level
    return level_from_features(features) if features else _NOTHING_FOUND


def other_rubrics(rows: Sequence[Rating]) -> list[Rubric | None]:
    """Return for each row the rubric of another question of its language, spread evenly; None without one."""
    rubrics: dict[str, dict[str, Rubric]] = {}
    for row in rows:
        rubrics.setdefault(row.language, {}).setdefault(row.question_id, row.rubric)
    places = {
        language: {question: at for at, question in enumerate(known)} for language, known in rubrics.items()
    }
    return [
        _another(list(rubrics[row.language].values()), places[row.language][row.question_id], turn)
        for turn, row in enumerate(rows)
    ]


def summarise(
    ratings: Ratings,
    measured: Sequence[Measured],
    fitted: Fitted,
    scorer: ScorerId,
    fit: str = "none",
) -> Measurement:
    """Return the figures; `fitted` has the levels to judge, computed or calibrated, in the order of the rows."""
    levels, people = fitted.levels, [row.level for row in ratings.rows]
    overall = agreement(levels, people, ratings.steps)
    own = within_questions([row.question_id for row in ratings.rows], levels, people)
    reasons = [m.abstained for m in measured if m.abstained is not None]
    return Measurement(
        n=overall.n,
        abstained=len(reasons),
        pearson=overall.pearson,
        spearman=overall.spearman,
        qwk=overall.qwk,
        mae10=overall.mae10,
        per_question_r=mean_of_known(own.values()),
        bands=overall.bands,
        fit=fit,
        folds=fitted.folds,
        steps=ratings.steps,
        questions=own,
        auc_on_off_topic=_topic_auc(measured),
        auc_levels=_level_auc(measured),
        human=between_people([row.raters for row in ratings.rows], ratings.steps),
        scorer=scorer,
        without_words=agreement(fitted.plain, people, ratings.steps) if fitted.plain else None,
        reasons={reason.value: reasons.count(reason) for reason in Abstention if reason in reasons},
    )


def as_json(measurement: Measurement) -> dict[str, Any]:
    """Return the figures as plain values, in the order they are declared."""
    plain: dict[str, Any] = to_builtins(measurement)
    return plain


def on_topic(features: Mapping[str, float]) -> float:
    """Return how clearly an answer speaks of its question: how near it is to it, less most of how near to the nearest other.

    Where nothing is known of other questions, only how near it is to its own.
    """
    if "topic.other" not in features:
        return features.get("topic.share", _NOTHING_FOUND)
    return features["topic.own"] - features["topic.other"] * _OTHER_COUNTS


def _as_if_asked(scorer: Scorer, rating: Rating, other: Rubric) -> Seen:
    score = scorer.score(other, rating.answer, rating.language)
    # an abstention is the right verdict here: below every level
    return Seen(_NOTHING_FOUND if score.level is None else score.level, on_topic(score.features))


def _topic_auc(measured: Sequence[Measured]) -> float | None:
    pairs = [(on_topic(m.features), m.off_topic.on_topic) for m in measured if m.off_topic is not None]
    return _figure(auc([own for own, _ in pairs], [other for _, other in pairs]))


def _level_auc(measured: Sequence[Measured]) -> float | None:
    pairs = [(m.level, m.off_topic.level) for m in measured if m.off_topic is not None]
    return _figure(auc([own for own, _ in pairs], [other for _, other in pairs]))


def _figure(found: float | None) -> float | None:
    return None if found is None else round(found, 4)


def _another(rubrics: list[Rubric], own: int, turn: int) -> Rubric | None:
    others = len(rubrics) - 1
    return rubrics[(own + 1 + turn % others) % len(rubrics)] if others else None
