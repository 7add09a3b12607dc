"""Puts the real computation of an interview into words for the candidate (`/why`)."""

from __future__ import annotations

from dialogues.core.catalog import Catalog
from ehr_connector.result import AnswerLevel, Result, Score


def explain(result: Result, catalog: Catalog) -> str:
    """Return how each level came about: answers, difficulty, points found and not found, and the total."""
    parts = [catalog.phrase("why.after")]
    parts.extend(_competency(result, score, catalog) for score in result.scores)
    parts.extend(
        catalog.phrase("why.abstained", name=missing.name or missing.competency)
        for missing in result.abstained
    )
    if result.total.score is not None:
        parts.append(
            catalog.phrase(
                "why.total", total=f"{result.total.score:.1f}", mark=f"{result.total.pass_mark:.0f}"
            )
        )
    if result.decision is not None:
        parts.append(catalog.phrase("why.decided", by=result.decision.by))
    parts.append(catalog.phrase("why.contest"))
    return "\n\n".join(parts)


def _competency(result: Result, score: Score, catalog: Catalog) -> str:
    head = catalog.phrase(
        "why.competency", name=score.name, level=f"{score.level:.1f}", error=f"{score.standard_error:.1f}"
    )
    lines = [head, *(_answer(result, computed, catalog) for computed in score.computation)]
    if score.calibration is not None:
        computed, level = score.calibration.computed_level, score.calibration.level
        lines.append(catalog.phrase("why.calibrated", computed=f"{computed:.1f}", level=f"{level:.1f}"))
    if score.override is not None:
        lines.append(
            catalog.phrase(
                "why.overridden", by=score.override.by, level=f"{score.override.machine_level:.1f}"
            )
        )
    return "\n".join(lines)


def _answer(result: Result, computed: AnswerLevel, catalog: Catalog) -> str:
    answers = {answer.id: (number, answer) for number, answer in enumerate(result.interview.answers, 1)}
    number, answer = answers[computed.answer]
    if computed.level is None:
        reason = catalog.phrase(f"why.reason.{answer.abstained or 'unscored'}")
        return catalog.phrase("why.answer_none", number=str(number), reason=reason)
    found = catalog.phrase("why.comma").join(point.text for point in computed.found) or catalog.phrase(
        "why.nothing"
    )
    return catalog.phrase(
        "why.answer",
        number=str(number),
        level=f"{computed.level:.1f}",
        difficulty=catalog.phrase(_difficulty(computed.difficulty)),
        found=found,
        missing=str(len(computed.missing)),
    )


def _difficulty(logits: float) -> str:
    return "why.easy" if logits < -0.7 else "why.hard" if logits > 0.7 else "why.medium"
