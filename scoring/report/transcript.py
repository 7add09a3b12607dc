"""The interview as a report prints it: numbered answers, follow-ups under them, quoted words marked."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from ehr_connector.result import Answer, Followup, Result
from scoring.report.spoken import spoken_view
from scoring.report.texts import Texts

Piece = dict[str, Any]
Span = tuple[int, int]


def answer_labels(result: Result, texts: Texts) -> dict[str, str]:
    """Return how each answer and follow-up answer is called in the report, by its id."""
    labels = {}
    for number, answer in enumerate(result.interview.answers, 1):
        labels[answer.id] = texts["answer_n"].format(number=number)
        for index, followup in enumerate(answer.followups, 1):
            labels[followup.id] = texts["followup_n"].format(number=number, followup=index)
    return labels


def transcript_view(result: Result, texts: Texts) -> list[Piece]:
    """Return every answer with its question, follow-ups and the words that scores quote."""
    labels, quoted = answer_labels(result, texts), _quoted(result)
    names = {score.competency: score.name for score in result.scores}
    names |= {missing.competency: missing.name for missing in result.abstained}
    return [
        {
            "label": labels[answer.id],
            "about": _about(answer, names.get(answer.competency) or answer.competency, texts),
            "asked": answer.asked,
            "answer": marked_pieces(answer.answer, quoted.get(answer.id, [])),
            "spoken": spoken_view(answer.spoken, answer.transcript, texts),
            "followups": [_followup(followup, quoted, texts) for followup in answer.followups],
        }
        for answer in result.interview.answers
    ]


def marked_pieces(text: str, spans: list[Span]) -> list[Piece]:
    """Return `text` cut into pieces, those within any of `spans` marked; joined they are `text` again."""
    ends = sorted({0, len(text), *(min(place, len(text)) for span in spans for place in span)})
    return [
        {"text": text[start:end], "marked": any(low <= start and end <= high for low, high in spans)}
        for start, end in pairwise(ends)
    ]


def signed(value: float) -> str:
    """Return a difficulty as it is printed: one decimal, a real minus sign, no sign on zero."""
    written = f"{value:+.1f}"
    return "0.0" if written in {"+0.0", "-0.0"} else written.replace("-", "−")


def _quoted(result: Result) -> dict[str, list[Span]]:
    quoted: dict[str, list[Span]] = {}
    for score in result.scores:
        for evidence in score.evidence:
            quoted.setdefault(evidence.answer, []).append((evidence.start, evidence.end))
    return quoted


def _about(answer: Answer, competency: str, texts: Texts) -> str:
    facts = [
        competency,
        f"{texts['difficulty']} {signed(answer.difficulty)}",
        texts["seconds"].format(seconds=round(answer.seconds)) if answer.seconds else "",
        texts.get(f"reason.{answer.abstained}", answer.abstained) if answer.abstained else "",
        f"{texts['level']} {answer.level:.1f}" if answer.level is not None else "",
    ]
    return " · ".join(filter(None, facts))


def _followup(followup: Followup, quoted: dict[str, list[Span]], texts: Texts) -> Piece:
    return {
        "asked": followup.asked,
        "answer": marked_pieces(followup.answer, quoted.get(followup.id, [])),
        "spoken": spoken_view(followup.spoken, followup.transcript, texts),
    }
