"""Difficulty and discrimination from data: nearer to the truth than the author, never far from him without cause."""

from __future__ import annotations

import random
import warnings
from math import exp, sqrt
from statistics import correlation, fmean

import pytest

from scoring.difficulty.model import Item, sigmoid
from scoring.validity.items import Answer, Proposal, propose

ITEMS = 10


def _world(seed: int) -> tuple[list[tuple[float, float]], list[Item]]:
    """Return the true parameters of ten questions, and what their author thought."""
    rng = random.Random(seed)
    true = [(rng.gauss(0, 1), exp(0.25 * rng.gauss(0, 1))) for _ in range(ITEMS)]
    return true, [
        Item(f"q{n}", b + 0.5 * rng.gauss(0, 1), a * exp(0.25 * rng.gauss(0, 1)))
        for n, (b, a) in enumerate(true)
    ]


def _people(
    true: list[tuple[float, float]], count: int, seed: int, strength: float = 0.0, asked: int = 5
) -> list[list[Answer]]:
    rng = random.Random(seed)
    return [_answers(true, strength + rng.gauss(0, 1), rng, asked) for _ in range(count)]


def _answers(true: list[tuple[float, float]], theta: float, rng: random.Random, asked: int) -> list[Answer]:
    return [
        Answer(f"q{n}", min(max(10 * sigmoid(a * (theta - b)) + rng.gauss(0, 1.7), 0), 10), 1.2)
        for n in rng.sample(range(len(true)), asked)
        for b, a in (true[n],)
    ]


def _off(found: list[float], true: list[float]) -> float:
    return sqrt(fmean((one - other) ** 2 for one, other in zip(found, true, strict=True)))


def _by_number(proposals: list[Proposal]) -> list[Proposal]:
    return sorted(proposals, key=lambda one: int(one.question[1:]))


@pytest.mark.parametrize("strength", [0.0, 0.8])
def test_data_come_nearer_to_the_truth_than_the_author(strength: float) -> None:
    true, items = _world(1)
    proposals = _by_number(propose(items, _people(true, 300, 2, strength)))
    difficulties = [b for b, _ in true]
    assert len(proposals) == ITEMS
    assert _off([p.new_difficulty for p in proposals], difficulties) < 0.6 * _off(
        [p.difficulty for p in proposals], difficulties
    )
    turns = [a for _, a in true]
    assert _off([p.new_discrimination for p in proposals], turns) < _off(
        [p.discrimination for p in proposals], turns
    )
    covered = [
        abs(p.new_difficulty - b) < 2.5 * p.difficulty_error
        for p, (b, _) in zip(proposals, true, strict=True)
    ]
    assert fmean(covered) >= 0.8


def test_few_answers_stay_near_the_author() -> None:
    true, items = _world(3)
    people = _people(true, 70, 4, asked=5)
    few, many = (_by_number(propose(items, crowd)) for crowd in (people, people * 6))
    pairs = [(p, q) for p in few for q in many if p.question == q.question]
    assert all(p.difficulty_error > q.difficulty_error for p, q in pairs)
    assert fmean(abs(p.new_difficulty - p.difficulty) for p, _ in pairs) < fmean(
        abs(q.new_difficulty - q.difficulty) for _, q in pairs
    )


def test_below_thirty_answers_nothing_is_proposed() -> None:
    true, items = _world(5)
    assert propose(items, _people(true, 29, 6, asked=ITEMS)) == []
    assert len(propose(items, _people(true, 30, 6, asked=ITEMS))) == ITEMS
    assert propose(items, []) == []
    assert propose([], _people(true, 3, 6)) == []


def test_the_order_of_people_changes_nothing() -> None:
    true, items = _world(7)
    people = _people(true, 80, 8)
    assert propose(items, people) == propose(items, people[::-1])


def test_a_question_of_another_pack_is_passed_over() -> None:
    true, items = _world(9)
    people = _people(true, 60, 10)
    assert propose(items, [[*row, Answer("elsewhere", 3.0, 1.0)] for row in people]) == propose(items, people)


def test_girth_finds_the_same_order() -> None:
    """An independent program for graded answers, from all ten answers of 400 people."""
    girth = pytest.importorskip("girth", reason="girth is not installed: pip install girth")
    import numpy as np  # here: it comes with girth

    true, items = _world(11)
    people = _people(true, 400, 12, asked=ITEMS)
    ours = _by_number(propose(items, people))
    # its search steps outside the domain of the logarithm, and comes back
    warnings.simplefilter("ignore", RuntimeWarning)
    levels = np.array(
        [[row.level for row in sorted(person, key=lambda one: one.question)] for person in people]
    )
    categories = np.clip(np.floor(levels.T / 2).astype(int), 0, 4) + 1
    theirs = girth.grm_mml(categories)
    middles = np.nanmean(theirs["Difficulty"], axis=1)
    assert correlation([one.new_difficulty for one in ours], list(middles)) > 0.9
    assert correlation([one.new_discrimination for one in ours], list(theirs["Discrimination"])) > 0.5
