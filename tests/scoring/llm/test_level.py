"""The computation from marks to a level: bounded, monotone, and the same when done again from the features."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from scoring.llm.level import recompute, score_of, taken_over, trouble_in
from scoring.llm.reading import Mark, Reading, Trouble
from scoring.model import Degree, Score, ScorerId
from scoring.rubric.elements import EXPECTED
from scoring.rubric.model import Kind, Rubric
from tests.scoring.rubrics import COMPLAINT

POINTS = COMPLAINT.key_points
FIRST = Score(5.0, 2.0, 0.5, (), (), {"length": 60.0}, COMPLAINT.version, ScorerId("builtin", "1"))
RISING = (Degree.ABSENT, Degree.MENTIONED, Degree.EXPLAINED, Degree.DEMONSTRATED)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    degrees = draw(st.tuples(*(st.sampled_from(RISING) for _ in POINTS)))
    marks = tuple(
        Mark(point.id, degree, 0, 5)
        for point, degree in zip(POINTS, degrees, strict=True)
        if degree != RISING[0]
    )
    absent = [point.id for point in POINTS if point.id not in {mark.point for mark in marks}]
    dropped = tuple(draw(st.lists(st.sampled_from(absent), unique=True)) if absent else ())
    elements = draw(st.sets(st.sampled_from(EXPECTED[COMPLAINT.kind])))
    return Reading(marks, tuple(elements), dropped)


def level(reading: Reading, rubric: Rubric = COMPLAINT) -> float:
    found = score_of(reading, rubric, POINTS, FIRST, "m").level
    assert found is not None
    return found


def test_the_ends_of_the_scale() -> None:
    everything = Reading(
        tuple(Mark(point.id, Degree.DEMONSTRATED, 0, 5) for point in POINTS), EXPECTED[COMPLAINT.kind]
    )
    assert level(everything) == 10.0
    assert level(Reading()) == 0.0
    assert level(Reading(elements=EXPECTED[COMPLAINT.kind])) == 0.4, "a story about something else"
    assert level(everything, replace(COMPLAINT, kind=Kind.CODING)) == 10.0


@given(readings(), st.sampled_from(list(Kind)))
def test_it_is_bounded_and_can_be_computed_again(reading: Reading, kind: Kind) -> None:
    score = score_of(reading, replace(COMPLAINT, kind=kind), POINTS, FIRST, "m")
    assert score.level is not None
    assert 0 <= score.level <= 10
    assert 1.5 <= score.standard_error <= 10
    assert recompute(score) == score


@given(readings(), st.integers(0, len(POINTS) - 1))
def test_making_a_point_more_strongly_never_lowers_the_level(reading: Reading, index: int) -> None:
    name = POINTS[index].id
    others = tuple(mark for mark in reading.marks if mark.point != name)
    levels = [
        level(
            replace(reading, marks=(*others, *((Mark(name, degree, 0, 5),) if degree != RISING[0] else ())))
        )
        for degree in RISING
    ]
    assert levels == sorted(levels)
    assert levels[0] < levels[-1]


@given(readings())
def test_a_dropped_point_earns_nothing_and_widens_the_error(reading: Reading) -> None:
    clean = replace(reading, dropped=())
    one, other = (score_of(found, COMPLAINT, POINTS, FIRST, "m") for found in (reading, clean))
    assert one.level == other.level
    assert (one.standard_error > other.standard_error) is bool(reading.dropped)


def test_every_reason_for_standing_in_can_be_read_back() -> None:
    assert trouble_in(FIRST) is None
    for trouble in Trouble:
        assert trouble_in(taken_over(FIRST, trouble)) is trouble
