"""Quotes are marked where they were said: over several messages, and only once where two answers read the same."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from bot.hr.marks import find_marks
from dialogues.app.places import find_places
from dialogues.core.events import Answered

FIRST, SECOND, AGAIN = "I called them.", "Then I wrote 😀 it down.", "I called them."


def _material() -> Any:
    events = {3: FIRST, 5: SECOND, 8: AGAIN, 11: ""}
    replies = [
        SimpleNamespace(id="q1", events=(3, 5), rounds=(0, 0)),
        SimpleNamespace(id="q2", events=(8, 11), rounds=(1, 1)),
    ]
    return SimpleNamespace(
        state=SimpleNamespace(replies=replies),
        events={number: Answered(at=0.0, text=text) for number, text in events.items()},
    )


def _marked(answer: str, start: int, end: int) -> dict[int, list[str]]:
    evidence = SimpleNamespace(answer=answer, start=start, end=end)
    result: Any = SimpleNamespace(scores=[SimpleNamespace(name="Care", evidence=[evidence])])
    places = {n: (p.part, p.start, p.length) for n, p in find_places(_material()).items()}
    words = {3: FIRST, 5: SECOND, 8: AGAIN}
    marks = find_marks(result, places)
    return {n: [words[n][one["start"] : one["end"]] for one in found] for n, found in marks.items()}


def test_a_quote_in_the_second_message_of_an_answer() -> None:
    joined = f"{FIRST}\n{SECOND}"
    start = joined.index("wrote 😀")
    assert _marked("q1", start, start + len("wrote 😀")) == {5: ["wrote 😀"]}


def test_a_quote_over_two_messages_is_marked_in_both() -> None:
    joined = f"{FIRST}\n{SECOND}"
    start, end = joined.index("them."), joined.index(" I wrote")
    assert _marked("q1", start, end) == {3: ["them."], 5: ["Then"]}


def test_the_same_words_in_another_answer_are_not_marked() -> None:
    assert _marked("q2.1", 2, 8) == {8: ["called"]}
    assert _marked("q1", 2, 8) == {3: ["called"]}


def test_a_quote_of_an_answer_that_is_not_there_marks_nothing() -> None:
    assert _marked("q9", 0, 5) == {}
