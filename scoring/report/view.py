"""What a report says, in words and in order, before anyone decides how it looks.

The Markdown, the PDF and the card are set from these plain values, so that they cannot say different things.
Candidates' words are passed on as they are: escaping belongs to whoever writes a format.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from ehr_connector.result import Result
from scoring.report.scores import abstained_view, coding_view, local_time, score_view
from scoring.report.texts import Texts, load_texts, report_language
from scoring.report.transcript import transcript_view

_OUTCOMES: Final = ("approve", "second_round", "hold", "decline")

View = dict[str, Any]


def report_view(result: Result, language: str, timezone: str = "UTC") -> View:
    """Return everything a report shows, JSON-ready, labelled in `language` with times in `timezone`."""
    texts, zone = load_texts(language), ZoneInfo(timezone)
    return {
        "language": report_language(language),
        "texts": dict(texts),
        "notice": result.notice,
        "title": f"{result.candidate.name} · {_job(result)}",
        "name": result.candidate.name,
        "job": _job(result),
        "facts": _facts(result, texts, zone),
        "total": _total_view(result, texts),
        "scores": [score_view(result, score, texts, zone) for score in result.scores],
        "abstained": [abstained_view(missing, texts) for missing in result.abstained],
        "coding": [coding_view(task, texts) for task in result.coding],
        "decision": _decision_view(result, texts, zone),
        "boxes": [texts[f"box.{outcome}"] for outcome in _OUTCOMES],
        "feedback": _feedback_view(result, texts, zone),
        "survey": _survey_view(result, texts),
        "transcript": transcript_view(result, texts),
        "audit": _audit(result, texts),
    }


def aigc_label(result: Result) -> str:
    """Return the implicit label for a file's metadata that China's labelling measures ask of exports."""
    return json.dumps({"AIGC": {"Label": "1", "ContentProducer": "Colloquy", "ProduceID": result.id}})


def _job(result: Result) -> str:
    return result.pack.title or result.application.job


def _facts(result: Result, texts: Texts, zone: ZoneInfo) -> list[tuple[str, str]]:
    candidate, interview = result.candidate, result.interview
    channel = texts.get(f"channel.{candidate.channel}", candidate.channel)
    facts = [
        ("company", result.pack.company),
        ("contact", "\n".join(filter(None, (candidate.email, candidate.phone)))),
        ("interviewed", f"{local_time(interview.started_at, zone)}\n{channel}"),
        ("duration", _duration(result, texts)),
        ("answers", str(len(interview.answers))),
        ("language", texts.get(f"language.{candidate.language}", candidate.language)),
        ("reference", " · ".join(filter(None, (result.application.id, result.application.external_id)))),
    ]
    return [(texts[key], said) for key, said in facts if said]


def _duration(result: Result, texts: Texts) -> str:
    interview = result.interview
    if interview.finished_at is None:
        return ""
    lasted = datetime.fromisoformat(interview.finished_at) - datetime.fromisoformat(interview.started_at)
    return texts["duration_value"].format(minutes=max(1, round(lasted.total_seconds() / 60)))


def _total_view(result: Result, texts: Texts) -> View:
    total = result.total
    return {
        "score": None if total.score is None else f"{total.score:.1f}".removesuffix(".0"),
        "pass_mark": f"{total.pass_mark:g}",
        "passed": total.passed,
        "said": texts[
            "total_none_hint" if total.passed is None else "passed" if total.passed else "not_passed"
        ],
        "percentile": ""
        if total.percentile is None
        else texts["percentile"].format(percent=f"{total.percentile:.0f}"),
    }


def _decision_view(result: Result, texts: Texts, zone: ZoneInfo) -> View | None:
    decision = result.decision
    if decision is None:
        return None
    return {
        "outcome": texts.get(f"outcome.{decision.outcome}", decision.outcome),
        "by": decision.by,
        "at": local_time(decision.at, zone),
        "reason": decision.reason,
    }


def _feedback_view(result: Result, texts: Texts, zone: ZoneInfo) -> View:
    sent = result.feedback.sent_at
    return {
        "text": result.feedback.to_candidate,
        "note": texts["feedback_unsent"] if sent is None else local_time(sent, zone),
    }


def _survey_view(result: Result, texts: Texts) -> View | None:
    survey = result.survey
    if survey is None:
        return None
    rating = "" if survey.rating is None else texts["survey_rating"].format(rating=survey.rating)
    return {"rating": rating, "comment": survey.comment}


def _audit(result: Result, texts: Texts) -> list[tuple[str, str]]:
    scorers = sorted({f"{score.scorer.name} {score.scorer.version}" for score in result.scores})
    rows = [
        ("pack", f"{result.pack.name} {result.pack.version}"),
        ("scorer", ", ".join(scorers)),
        ("audit", result.audit.chain_head),
        ("reference", result.id),
    ]
    return [(texts[key], said) for key, said in rows if said]
