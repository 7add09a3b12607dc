"""Files of rated answers: whatever can be understood is taken, the first line that cannot is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.validity.ratings import Ratings, Unreadable, parse_ratings

ROW = {
    "id": "a1",
    "lang": "en",
    "question_id": "q1",
    "question": "What does a stack do?",
    "reference": "It gives back first what was put on it last.",
    "answer": "Last in, first out.",
    "score": 4,
    "score_min": 0,
    "score_max": 5,
}


def parsed(*changes: dict[str, Any]) -> Ratings:
    rows = [{k: v for k, v in (ROW | change).items() if v is not ...} for change in changes]
    return parse_ratings(json.dumps(row) for row in rows)


def test_a_row_is_put_on_0_to_10() -> None:
    found = parsed({"score_min": 1, "score": 3, "raters": [2, None, 5]})
    row = found.rows[0]
    assert (row.id, row.language, row.question_id, row.level) == ("a1", "en", "q1", 5.0)
    assert row.raters == (2.5, None, 10.0)
    assert row.rubric.exemplars[0].text == ROW["reference"]


@pytest.mark.parametrize(
    "change",
    [{"id": ...}, {"lang": ...}, {"question_id": ...}, {"question": ...}, {"score_min": ...}, {"score": "4"}, {"answer": None}, {"answer": 42}],
)  # fmt: skip
def test_what_is_missing_is_supplied(change: dict[str, Any]) -> None:
    assert len(parsed(change).rows) == 1


def test_the_language_is_guessed_from_the_script() -> None:
    assert parsed({"lang": ..., "question": "栈是什么？"}).rows[0].language == "zh"
    assert parsed({"lang": ...}).rows[0].language == "en"


def test_questions_without_an_id_are_told_apart_by_their_words() -> None:
    rows = parsed(
        {"question_id": ...}, {"question_id": ..., "question": "And a queue?"}, {"question_id": 0}
    ).rows
    assert len({row.question_id for row in rows}) == 3


@pytest.mark.parametrize(
    "rubric",
    [
        ["last in first out", "push and pop"],
        [{"text": "last in first out", "weight": 2, "synonyms": ["lifo"]}, {"text": {"en": "push and pop"}}],
        {"key_points": ["last in first out", {"en": "push and pop", "synonyms": {"en": ["push"]}}]},
        {"first": "last in first out", "second": "push and pop"},
    ],
)
def test_key_points_instead_of_a_reference(rubric: object) -> None:
    points = parsed({"reference": ..., "rubric": rubric}).rows[0].rubric.key_points
    assert [point.text["en"] for point in points] == ["last in first out", "push and pop"]


@pytest.mark.parametrize(
    "raters", [{"raters": {"a": 4, "b": 5}}, {"rater_1": 4, "rater_2": 5}, {"raters": [4, 5]}]
)
def test_raters_in_any_form(raters: dict[str, Any]) -> None:
    assert parsed(raters).rows[0].raters == (8.0, 10.0)


@pytest.mark.parametrize(
    ("scores", "steps"),
    [([0, 3, 5], 6), ([0, 2.5, 5], 11), ([0, 4.25], 21), ([0, 4.1], 11), ([3.3, 3.7], 11)],
)
def test_steps_of_the_scale(scores: list[float], steps: int) -> None:
    assert parsed(*({"score": score} for score in scores)).steps == steps


def test_shares_are_read_in_tenths() -> None:
    assert parsed({"score": 0.5, "score_max": 1}).steps == 11


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2 is not JSON"),
        ("[1]", "line 2 is not a JSON object"),
        (json.dumps(ROW | {"score": 7}), "line 2: score 7 is outside 0 to 5"),
        (json.dumps(ROW | {"score": None}), "line 2 has no `score`"),
        (json.dumps(ROW | {"score": "good"}), "line 2: score is not a number"),
        (json.dumps(ROW | {"score": True}), "line 2: score is not a number"),
        (json.dumps(ROW | {"score_max": 0}), "line 2: score_max (0) must be above score_min (0)"),
        (json.dumps(ROW | {"reference": " "}), "line 2 has neither a reference answer nor key points"),
        (json.dumps(ROW | {"reference": None, "rubric": [{"weight": 1}]}), "line 2: key point 1 has no text"),
        (json.dumps(ROW | {"answer": ["a"]}), "line 2 has no `answer` in words"),
        (json.dumps(ROW | {"raters": 4}), "line 2: `raters` is not a list"),
        (json.dumps(ROW | {"raters": [9]}), "line 2: a rater's score 9 is outside 0 to 5"),
        ('{"score": NaN, "score_max": 5}', "line 2: score is not a number"),
    ],
)
def test_an_odd_line_is_named(line: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said.replace("(", r"\(").replace(")", r"\)")):
        parse_ratings([json.dumps(ROW), line])


def test_blank_lines_and_a_byte_order_mark_do_no_harm() -> None:
    assert len(parse_ratings(["\ufeff" + json.dumps(ROW), "", "  \n"]).rows) == 1
    with pytest.raises(Unreadable, match="holds no answers"):
        parse_ratings(["", "\n"])


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*ROW, "rubric", "raters", "rater_1", "references"]), _JSON))
def test_no_line_can_do_more_than_be_refused(change: dict[str, Any]) -> None:
    row = json.dumps(ROW | change)
    try:
        found = parse_ratings([row])
    except Unreadable:
        with pytest.raises(Unreadable, match="line 1"):
            parse_ratings([row])
    else:
        assert 0 <= found.rows[0].level <= 10


def test_every_question_knows_the_others_of_its_language() -> None:
    rows = [
        {**ROW, "question_id": "q1"},
        {**ROW, "question_id": "q2", "question": "What is a queue?"},
        {**ROW, "question_id": "q3", "lang": "zh", "question": "什么是栈？", "reference": "后进先出。"},
    ]
    first, second, third = parse_ratings([json.dumps(row) for row in rows]).rows
    assert first.rubric.around == second.rubric.around
    assert len(first.rubric.around["en"]) == 2
    assert (first.rubric.place, second.rubric.place, third.rubric.place) == (0, 1, 0)
    assert third.rubric.around == {"zh": ("什么是栈？\n后进先出。",)}
