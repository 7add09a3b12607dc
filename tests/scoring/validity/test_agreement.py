"""The agreement statistics against values worked out by hand, and what must hold of them always."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.validity.agreement import (
    agreement,
    auc,
    between_people,
    in_steps,
    mean_of_known,
    pearson,
    quadratic_kappa,
    spearman,
    within_questions,
)

LEVELS = st.lists(st.floats(0, 10).map(lambda x: round(x, 1)), min_size=2, max_size=40)


def test_pearson() -> None:
    assert pearson([1, 2, 3, 4], [2, 4, 6, 8]) == pytest.approx(1)
    assert pearson([1, 2, 3, 4], [1, 3, 2, 4]) == pytest.approx(0.8)
    assert pearson([5, 5, 5], [1, 2, 3]) is None
    assert pearson([1], [1]) is None


def test_spearman_shares_ranks() -> None:
    assert spearman([1, 2, 3], [1, 10, 1000]) == pytest.approx(1)
    assert spearman([1, 2, 2, 4], [1, 2, 3, 4]) == pytest.approx(0.9487, abs=1e-4)


def test_kappa_by_hand() -> None:
    """Two raters, three categories: observed 2 of 4 off by one step."""
    assert quadratic_kappa([0, 1, 2, 1], [0, 1, 1, 2], 3) == pytest.approx(1 - 0.5 / 1.0)
    assert quadratic_kappa([0, 1, 2], [0, 1, 2], 3) == 1
    assert quadratic_kappa([0, 0, 2, 2], [2, 2, 0, 0], 3) == -1
    assert quadratic_kappa([1, 1], [1, 1], 3) is None


def test_a_wrong_height_costs_kappa_but_not_r() -> None:
    people = [4.0, 5, 6, 7, 8]
    low = [level - 4 for level in people]
    found = agreement(low, people, 11)
    assert found.pearson == 1
    assert found.qwk is not None
    assert found.qwk < 0.3
    assert found.mae10 == 4


def test_steps_are_the_nearest_and_halfway_goes_up() -> None:
    assert in_steps([0, 0.49, 0.5, 9.5, 10, 12, -1], 11) == [0, 0, 1, 10, 10, 10, 0]
    assert in_steps([0, 2.4, 2.5, 10], 3) == [0, 0, 1, 2]


def test_bands_split_by_people() -> None:
    bands = agreement([1, 5, 9, 9], [0, 5, 10, 3.4], 11).bands
    assert [bands[name].n for name in ("low", "middle", "high")] == [1, 2, 1]
    assert bands["low"].bias10 == 1
    assert bands["middle"].mae10 == pytest.approx(2.8)
    assert bands["high"].within_2 == 1


def test_auc_counts_ties_half() -> None:
    assert auc([3, 2], [1, 2]) == pytest.approx(3.5 / 4)
    assert auc([], [1]) is None


def test_within_questions() -> None:
    own = within_questions(list("aaabbbcc"), [1, 2, 3, 4, 4, 4, 1, 2], [1, 2, 3, 1, 2, 3, 1, 2])
    assert own == {"a": 1.0, "b": 0.0, "c": None}
    assert mean_of_known(own.values()) == 0.5


def test_people_among_themselves() -> None:
    found = between_people([(1, 2, None), (3, 4, 3), (5, 6, None), (8, 9, 8)], 11)
    assert found is not None
    assert found.n == 4
    assert found.pearson == pytest.approx(1, abs=1e-3)
    assert found.mae10 == pytest.approx((1 + 0 + 1) / 3, abs=0.01)
    assert between_people([(), (3,)], 11) is None


@given(LEVELS)
def test_whoever_agrees_with_himself_agrees(levels: list[float]) -> None:
    found = agreement(levels, levels, 11)
    assert found.mae10 == 0
    assert found.qwk in (None, 1.0)
    assert found.pearson in (None, 1.0)


@given(LEVELS, st.randoms(use_true_random=False))
def test_the_order_of_a_file_changes_nothing(levels: list[float], chance: object) -> None:
    pairs = [(level, (level * 7 + 3) % 10) for level in levels]
    shuffled = list(pairs)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (agreement([a for a, _ in order], [b for _, b in order], 11) for order in (pairs, shuffled))
    assert one == other
