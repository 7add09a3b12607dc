"""Simulated people: choosing beats a fixed order where questions differ, and agrees with an outside program."""

from __future__ import annotations

import random
from math import sqrt
from statistics import fmean

import pytest

from scoring.difficulty.graded import Graded
from scoring.difficulty.model import Item
from scoring.validity.banks import Bank, BankKind, drawn, simulated_people, synthetic_bank
from scoring.validity.path import (
    Course,
    adaptive,
    follow,
    measure_bank,
    questions_to_reach,
    without_limit,
)


def test_choosing_saves_half_on_a_graded_bank() -> None:
    result = measure_bank(BankKind.GRADED, 300, 2)
    assert result.saved is not None
    assert result.saved >= 0.5
    # 0.34 is drawn; three hundred people leave some luck
    assert max(result.courses["adaptive"].exposure) <= 0.42
    assert result.courses["no limits"].exposure[-1] > 0.9
    for course in result.courses.values():
        assert course.expected[-1] == pytest.approx(course.rmse[-1], rel=0.12)


def test_choosing_saves_little_when_all_questions_are_equal() -> None:
    result = measure_bank(BankKind.EQUAL, 100, 1)
    assert result.courses["adaptive"].expected[9] > 0.95 * result.courses["fixed"].expected[9]


def test_the_same_seed_gives_the_same_figures() -> None:
    first, again, other = (measure_bank(BankKind.TWO_PARAMETER, 40, seed) for seed in (3, 3, 4))
    assert first == again
    assert first.courses["fixed"] != other.courses["fixed"]


def test_a_bank_holds_the_quantiles_it_says() -> None:
    bank = synthetic_bank(BankKind.GRADED, 100, 5)
    assert fmean(item.difficulty for item in bank.items) == pytest.approx(0, abs=1e-9)
    assert fmean(item.discrimination for item in bank.items) == pytest.approx(1.13, abs=0.03)
    assert {item.discrimination for item in synthetic_bank(BankKind.EQUAL, 10, 5).items} == {1.0}


def test_people_answer_as_the_model_says() -> None:
    bank = Bank((Item("q", 0.0, 1.0),), Graded(steepness=1.0))
    people = simulated_people(bank, 4000, 1)
    level = fmean(person.answers["q"].level for person in people)
    assert level == pytest.approx(5.0, abs=0.15)
    assert {person.answers["q"].level for person in people} == {1.0, 3.0, 5.0, 7.0, 9.0}


@pytest.mark.parametrize(("chance", "value"), [(0.0, "a"), (0.19, "a"), (0.2, "b"), (0.99, "c"), (1.0, "c")])
def test_drawing_by_shares(chance: float, value: str) -> None:
    places = {"a": 1.0, "b": 2.0, "c": 3.0}
    assert drawn(list(places.values()), [0.2, 0.3, 0.5], chance) == places[value]


def test_questions_to_reach_lies_between_two() -> None:
    course = Course((), (0.8, 0.6, 0.4), (), ())
    assert questions_to_reach(0.5, course) == pytest.approx(2.5)
    assert questions_to_reach(0.9, course) == pytest.approx(0.5)
    assert questions_to_reach(0.3, course) is None


def test_catsim_chooses_and_estimates_alike() -> None:
    """An independent program on the same right-or-wrong bank: its errors are ours, its choices mostly too."""
    selection = pytest.importorskip("catsim.selection", reason="catsim is not installed: pip install catsim")
    import numpy as np  # here: it comes with catsim
    from catsim import ItemBank

    bank = synthetic_bank(BankKind.TWO_PARAMETER, 100, 1)
    people = simulated_people(bank, 120, 1)
    table = np.array([[item.discrimination, item.difficulty, 0.0, 1.0] for item in bank.items])
    theirs = ItemBank(table)
    selector = selection.MaxInfoSelector()
    model = bank.model
    for theta in (-1.5, -0.3, 0.4, 1.7):
        chosen = selector.select(item_bank=theirs, administered_items=[], est_theta=theta)
        best = max(bank.items, key=lambda item: model.information(item, theta))
        assert bank.items[chosen].id == best.id
    ours = follow(without_limit, bank, people, 12)
    assert _catsim_rmse(theirs, bank, people, 12) == pytest.approx(ours.rmse[-1], rel=0.25)


def _catsim_rmse(theirs: object, bank: Bank, people: list, count: int) -> float:  # type: ignore[type-arg]
    from catsim.estimation import NumericalSearchEstimator
    from catsim.selection import MaxInfoSelector

    selector, estimator = MaxInfoSelector(), NumericalSearchEstimator()
    squares = []
    for person in people:
        theta, asked, answers = 0.0, [], []
        for _ in range(count):
            chosen = selector.select(item_bank=theirs, administered_items=asked, est_theta=theta)
            asked.append(chosen)
            answers.append(person.answers[bank.items[chosen].id].level > 5)
            theta = estimator.estimate(
                item_bank=theirs, administered_items=asked, response_vector=answers, est_theta=theta
            )
        # maximum likelihood has no prior: shrink by the reliability that ours has
        squares.append((0.85 * min(max(theta, -3.0), 3.0) - person.theta) ** 2)
    return sqrt(fmean(squares))


def test_two_people_with_one_ability_meet_different_questions() -> None:
    bank = synthetic_bank(BankKind.GRADED, 100, 1)
    twins = simulated_people(bank, 2, random.Random(1).getrandbits(8))
    first, second = (set(adaptive(bank, person, 10)) for person in twins)
    assert len(first & second) < 8
