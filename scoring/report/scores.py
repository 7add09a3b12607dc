"""How each competency and coding task of a result is put into words for a report."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from ehr_connector.coding import Coding
from ehr_connector.result import Abstained, Anchor, Result, Score
from scoring.report.texts import Texts
from scoring.report.transcript import answer_labels, signed

_CONFIDENT: Final = 0.75
_DOUBTFUL: Final = 0.5

View = dict[str, Any]


def score_view(result: Result, score: Score, texts: Texts, zone: ZoneInfo) -> View:
    """Return what is said of a scored competency."""
    nearest = nearest_anchor(score.anchors, score.level)
    labels = answer_labels(result, texts)
    weights = sum(other.weight or 0.0 for other in result.scores)
    share = (score.weight or 0.0) / weights if weights else None
    return {
        "name": score.name or score.competency,
        "level": f"{score.level:.1f}",
        "value": score.level,
        "error": f"{score.standard_error:.1f}",
        "required": f"{score.required:g}",
        "meets": score.meets,
        "confidence": confidence_word(score.confidence, texts),
        "explanation": score.explanation,
        "anchor": None if nearest is None else _anchor_view(nearest, texts),
        "quotes": [
            {"quote": evidence.quote, "source": labels.get(evidence.answer, evidence.answer)}
            for evidence in score.evidence
        ],
        "found": _points(score, texts, found=True),
        "missing": _points(score, texts, found=False),
        "override": _override_view(score, texts, zone),
        "calibration": _calibration_view(score, texts),
        "weight": "" if share is None else f"{share:.0%}",
        "points": "" if share is None else f"{share * score.level * 10:.1f}",
        "computation": _computation(score, labels),
        "scorer": f"{score.scorer.name} {score.scorer.version}",
    }


def abstained_view(missing: Abstained, texts: Texts) -> View:
    """Return what is said of a competency without a level."""
    return {
        "name": missing.name or missing.competency,
        "required": "" if missing.required is None else f"{missing.required:g}",
        "reason": texts.get(f"reason.{missing.reason}", missing.reason),
    }


def coding_view(task: Coding, texts: Texts) -> View:
    """Return what is said of a coding task."""
    passed = sum(test.passed for test in task.tests)
    return {
        "task": task.task,
        "language": task.language,
        "passed": task.passed,
        "count": texts["coding_tests"].format(passed=passed, count=len(task.tests)),
        "explanation": task.explanation,
        "source": task.source,
        "said": task.said,
        "tests": [
            {"name": test.name, "passed": test.passed, "explanation": test.explanation} for test in task.tests
        ],
    }


def confidence_word(confidence: float, texts: Texts) -> str:
    """Return how confident a score is, in a word."""
    grade = "high" if confidence >= _CONFIDENT else "medium" if confidence >= _DOUBTFUL else "low"
    return texts[f"confidence.{grade}"]


def nearest_anchor(anchors: tuple[Anchor, ...], level: float) -> Anchor | None:
    """Return the anchor closest to `level`, the lower of two equally close; None when there are none."""
    return min(anchors, key=lambda anchor: (abs(anchor.level - level), anchor.level), default=None)


def local_time(moment: str, zone: ZoneInfo) -> str:
    """Return an ISO 8601 UTC time as people read it in `zone`."""
    local = datetime.fromisoformat(moment).astimezone(zone)
    # The offset, not the zone's abbreviation: CST is Shanghai's, Chicago's and Havana's.
    offset = f"{local:%z}"
    return f"{local:%Y-%m-%d %H:%M} (UTC{'' if offset == '+0000' else offset[:3] + ':' + offset[3:]})"


def _anchor_view(anchor: Anchor, texts: Texts) -> View:
    return {"label": texts["anchor_nearest"].format(level=f"{anchor.level:g}"), "text": anchor.text}


def _points(score: Score, texts: Texts, *, found: bool) -> list[View]:
    """Return the key points over all answers, each once, found ones with how strongly they were made."""
    points = [
        point for computed in score.computation for point in (computed.found if found else computed.missing)
    ]
    return [
        {
            "text": point.text,
            "degree": texts.get(f"degree.{point.degree}", point.degree) if found else "",
        }
        for point in {point.id: point for point in points}.values()
    ]


def _override_view(score: Score, texts: Texts, zone: ZoneInfo) -> View | None:
    override = score.override
    if override is None:
        return None
    told = texts["override"].format(
        level=f"{override.machine_level:.1f}", by=override.by, at=local_time(override.at, zone)
    )
    return {"told": told, "reason": override.reason}


def _calibration_view(score: Score, texts: Texts) -> str | None:
    learned = score.calibration
    if learned is None:
        return None
    computed, level = f"{learned.computed_level:.1f}", f"{learned.level:.1f}"
    return texts["calibration"].format(computed=computed, level=level, version=learned.version)


def _computation(score: Score, labels: dict[str, str]) -> list[View]:
    return [
        {
            "answer": labels.get(computed.answer, computed.answer),
            "difficulty": signed(computed.difficulty),
            "level": None if computed.level is None else f"{computed.level:.1f}",
            "found": f"{len(computed.found)}/{len(computed.found) + len(computed.missing)}",
        }
        for computed in score.computation
    ]
