"""Finds the quotes of a result in the messages of the conversation. An answer may be several messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ehr_connector.result import Result

Marks = dict[int, list[dict[str, Any]]]


def find_marks(result: Result, places: Mapping[int, tuple[str, int, int]]) -> Marks:
    """Return number of a message -> the pieces of it that a score rests on, in the message's own characters."""
    marks: Marks = {}
    for number, (part, start, length) in places.items():
        for score in result.scores:
            for evidence in score.evidence:
                begin, end = max(evidence.start - start, 0), min(evidence.end - start, length)
                if evidence.answer == part and begin < end:
                    marks.setdefault(number, []).append({"start": begin, "end": end, "label": score.name})
    return marks
