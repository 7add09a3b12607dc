"""From what a model said to a checked reading. Nothing it says is believed without a quote that the answer holds."""

from __future__ import annotations

from collections import Counter

import msgspec
from msgspec import Struct

from scoring.evidence import Span
from scoring.llm.answer import Shown
from scoring.llm.prompt import label, points_of
from scoring.llm.reading import Mark, Reading
from scoring.model import Degree
from scoring.rubric.elements import EXPECTED
from scoring.rubric.model import Rubric

_MOST_WRITTEN = 60_000
# A passage that is said to show more points than this shows none of the others.
_POINTS_A_PASSAGE = 2


class BadReply(Exception):
    """A reply that is not what was asked for; the text says what is wrong, without a word of the reply's own."""


class _Marked(Struct):
    degree: Degree
    quote: str = ""


class _Said(Struct):
    points: dict[str, _Marked]
    elements: dict[str, str] = {}


_decoder = msgspec.json.Decoder(_Said)


def parse(text: str, rubric: Rubric, language: str) -> _Said:
    """Return what was said; BadReply unless it is whole and every degree is one of the four."""
    start, end = text.find("{", _after_thinking(text)), text.rfind("}")
    if not 0 <= start < end:
        raise BadReply("there is no JSON object in it")
    if end - start > _MOST_WRITTEN:
        raise BadReply("it is far too long")
    try:
        said = _decoder.decode(text[start : end + 1].encode("utf-8", "replace"))
    except msgspec.ValidationError:
        raise BadReply("a field is missing, or a degree is not one of " + ", ".join(Degree)) from None
    except (msgspec.DecodeError, RecursionError):
        raise BadReply("it is not valid JSON") from None
    expected = {label(n) for n in range(1, len(points_of(rubric, language)) + 1)}
    if missing := sorted(expected - said.points.keys()):
        raise BadReply("it leaves out " + ", ".join(missing))
    return said


def _after_thinking(text: str) -> int:
    """Return where a model that thinks aloud has finished."""
    return max(0, text.rfind("</think>"))


def check(said: _Said, rubric: Rubric, shown: Shown, language: str) -> Reading:
    """Return the reading with only what its quotes bear out; what else was said is ignored."""
    marks: list[Mark] = []
    dropped: list[str] = []
    used: Counter[Span] = Counter()
    for number, point in enumerate(points_of(rubric, language), 1):
        marked = said.points[label(number)]
        if marked.degree is Degree.ABSENT:
            continue
        span = shown.find(marked.quote)
        if span is None or used[span] >= _POINTS_A_PASSAGE:
            dropped.append(point.id)
            continue
        used[span] += 1
        marks.append(Mark(point.id, marked.degree, span.start, span.end))
    elements = tuple(
        element for element in EXPECTED[rubric.kind] if shown.find(said.elements.get(element.value, ""))
    )
    return Reading(tuple(marks), elements, tuple(dropped))
