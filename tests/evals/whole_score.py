"""All of a score as bytes that are equal only when every bit of it is: what is stored, quoted, and told to the candidate.

A level has one decimal, so comparing levels would let a machine's last binary digit pass. Floats are written as hex,
in the order in which they are stored. Must not round, sort or leave out anything.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from msgspec import Struct

from dialogues.app.explain import explain
from dialogues.app.languages import Language, load_languages
from dialogues.core.pack import Question
from ehr_connector import result as document
from scoring.difficulty import Ability, Observation, estimate, expected_level
from scoring.model import Degree, Score, Scorer
from tests.evals.answers import Posed

_DAY = "2026-11-22T08:00:00Z"
_ID = "a1"


def whole_score(scorer: Scorer, posed: Posed) -> bytes:
    """Score an answer; return the score, its quotes, the estimate from this answer alone, and what `/why` says of it."""
    score = scorer.score(posed.rubric, posed.text, posed.language)
    question = posed.pack.question(posed.rubric.question)
    ability = _ability(question, score)
    level, error = expected_level(ability)
    everything = {
        "score": score,
        "quotes": [posed.text[finding.start : finding.end] for finding in score.findings],
        "ability": ability,
        "standing": (level, error),
        "why": explain(_result(posed, question, score, level, error), _languages()[posed.language].catalog),
    }
    return json.dumps(in_bits(everything), ensure_ascii=False, separators=(",", ":")).encode()


def in_bits(value: Any) -> Any:
    """Return the value in plain containers, floats as hex; the order of dictionaries is kept."""
    if isinstance(value, float):
        return value.hex()
    if isinstance(value, Struct):
        return {name: in_bits(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, dict):
        return {name: in_bits(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [in_bits(one) for one in value]
    return value


def first_difference(one: bytes, other: bytes) -> str:
    """Return the first field in which two whole scores differ, with both values; "" when there is none."""
    return _difference(json.loads(one), json.loads(other), "")


def _difference(one: Any, other: Any, path: str) -> str:
    if isinstance(one, dict) and isinstance(other, dict) and list(one) == list(other):
        parts = [(f"{path}.{name}", one[name], other[name]) for name in one]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        parts = [(f"{path}[{at}]", a, b) for at, (a, b) in enumerate(zip(one, other, strict=True))]
    else:
        same = json.dumps(one) == json.dumps(other)  # another order of keys is another score, too
        return "" if same else f"{path.lstrip('.')}: {one!r} and {other!r}"
    return next((found for name, a, b in parts if (found := _difference(a, b, name))), "")


def _ability(question: Question, score: Score) -> Ability:
    if score.level is None:
        return estimate(())
    seen = Observation(question.difficulty, question.discrimination, score.level, score.standard_error)
    return estimate([seen])


@cache
def _languages() -> dict[str, Language]:
    return load_languages()


def _result(posed: Posed, question: Question, score: Score, level: float, error: float) -> document.Result:
    """Return a result document that holds this answer only."""
    return document.Result(
        id="r",
        application=document.Application(id="a", job=posed.pack.name, stage="scored"),
        candidate=document.Candidate(name="A", language=posed.language, channel="web"),
        pack=document.PackVersion(name=posed.pack.name, version=score.rubric),
        interview=document.Interview(started_at=_DAY, answers=(_answer(posed, question, score),)),
        scores=(_competency(posed, question, score, level, error),),
        total=document.Total(score=10 * level, pass_mark=60.0, passed=10 * level >= 60),
        feedback=document.Feedback(to_candidate=""),
        audit=document.Audit(chain_head=""),
        notice=document.ai_notice(posed.language),
    )


def _answer(posed: Posed, question: Question, score: Score) -> document.Answer:
    return document.Answer(
        id=_ID,
        question_id=question.id,
        competency=question.competency,
        kind=question.kind,
        difficulty=question.difficulty,
        asked=question.text[posed.language],
        answer=posed.text,
        language=posed.language,
        seconds=0,
        level=score.level,
        abstained=score.abstained,
    )


def _competency(posed: Posed, question: Question, score: Score, level: float, error: float) -> document.Score:
    degrees = {finding.point: finding.degree for finding in score.findings}
    points = [
        document.Point(id=p.id, text=p.text[posed.language], degree=degrees.get(p.id, Degree.ABSENT))
        for p in question.key_points
    ]
    computed = document.AnswerLevel(
        answer=_ID,
        level=score.level,
        difficulty=question.difficulty,
        found=tuple(point for point in points if point.degree != Degree.ABSENT),
        missing=tuple(point for point in points if point.degree == Degree.ABSENT),
    )
    return document.Score(
        competency=question.competency,
        level=level,
        standard_error=error,
        confidence=score.confidence,
        required=0.0,
        meets=True,
        explanation="",
        name=question.competency,
        scorer=document.ScorerVersion(name=score.scorer.name, version=score.scorer.version),
        computation=(computed,),
    )
