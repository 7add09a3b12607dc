"""Learning from HR: what may come of labels and what may not."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.calibration.people import Calibration, Label, calibrated_level, concordance, fit_people

LEVELS = st.floats(0, 10).map(lambda level: round(level, 1))
LABELS = st.lists(st.builds(Label, LEVELS, LEVELS, st.just(False)), min_size=10, max_size=30)


def stricter(count: int = 12, by: float = 1.5) -> list[Label]:
    """Return labels of somebody who gives so much less, with a little disagreement of their own."""
    return [Label(3 + at % 6, 3 + at % 6 - by + (0.4 if at % 2 else -0.4)) for at in range(count)]


def fitted(labels: list[Label]) -> Calibration:
    found = fit_people("job", "care", "builtin@1", labels)
    assert found is not None
    return found


def test_nine_corrections_teach_nothing_and_ten_do() -> None:
    assert fit_people("job", "care", "builtin@1", stricter(9)) is None
    assert fit_people("job", "care", "builtin@1", stricter(10)) is not None


def test_levels_that_stood_are_no_corrections() -> None:
    stood = [Label(5, 5, stood=True)] * 50
    assert fit_people("job", "care", "builtin@1", [*stricter(9), *stood]) is None


def test_a_stricter_person_is_met_and_agreement_rises() -> None:
    learned = fitted(stricter())
    assert learned.helps
    assert learned.agreed_after > learned.agreed_before + 0.2
    assert learned.off_after < 0.8 < learned.off_before
    assert 4.2 <= calibrated_level(6.0, learned) <= 5.2


def test_levels_left_standing_hold_it_back() -> None:
    stood = [Label(level, level, stood=True) for level in (3.0, 5.0, 7.0, 8.0)] * 10
    alone, together = fitted(stricter()), fitted([*stricter(), *stood])
    assert -1.5 < alone.shift < together.shift < 0
    assert together.stood == 40


def test_chance_is_not_learned() -> None:
    """Corrections up and down alike must not be called a help."""
    labels = [Label(5 + at % 3, 5 + at % 3 + (2 if at % 2 else -2)) for at in range(12)]
    assert not fitted(labels).helps


@given(LABELS, LEVELS, LEVELS)
def test_a_higher_level_never_becomes_the_lower_one(labels: list[Label], one: float, other: float) -> None:
    learned, (low, high) = fitted(labels), sorted((one, other))
    assert 0 <= calibrated_level(low, learned) <= calibrated_level(high, learned) <= 10


@given(LABELS)
def test_the_same_labels_give_the_same_map_stored_or_not(labels: list[Label]) -> None:
    learned = fitted(labels)
    assert learned == fitted(labels)
    stored = msgspec.json.decode(msgspec.json.encode(learned), type=Calibration)
    assert [calibrated_level(x / 2, stored) for x in range(21)] == [
        calibrated_level(x / 2, learned) for x in range(21)
    ]


def test_the_version_names_the_map() -> None:
    assert fitted(stricter()).version != fitted(stricter(by=1.0)).version
    assert fitted(stricter()).version == fitted(stricter()).version


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [([1, 2, 3], [1, 2, 3], 1.0), ([1, 2, 3], [3, 2, 1], -1.0), ([2, 3, 4], [1, 2, 3], 4 / 7), ([2, 2], [2, 2], 0.0)],
)  # fmt: skip
def test_concordance(ours: list[float], theirs: list[float], expected: float) -> None:
    assert concordance(ours, theirs, [1.0] * len(ours)) == pytest.approx(expected)
