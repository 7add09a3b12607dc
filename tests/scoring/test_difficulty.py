"""Ability, next question, stopping: monotone, repeatable to the bit, sensible in simulated interviews."""

from __future__ import annotations

import random
import statistics
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.difficulty import Ability, Item, Observation, choose, estimate, expected_level, precise_enough
from scoring.difficulty.estimate import sigmoid
from scoring.difficulty.next_question import information

OBSERVATIONS = st.lists(
    st.builds(
        Observation,
        difficulty=st.floats(-3, 3),
        discrimination=st.floats(0.4, 2),
        level=st.floats(0, 10),
        standard_error=st.floats(0, 3),
    ),
    max_size=8,
)
BANK = [Item(f"q{n}", -2.1 + 0.3 * n, 0.8 + 0.1 * (n % 6)) for n in range(15)]


@given(OBSERVATIONS, st.randoms(use_true_random=False))
def test_order_does_not_matter_to_the_bit(observations: list[Observation], rng: random.Random) -> None:
    shuffled = list(observations)
    rng.shuffle(shuffled)
    assert estimate(shuffled) == estimate(observations)


@given(OBSERVATIONS, st.floats(-3, 3), st.floats(0, 9), st.floats(0.01, 1))
def test_a_better_answer_never_lowers_ability(
    others: list[Observation], difficulty: float, level: float, gain: float
) -> None:
    worse, better = (Observation(difficulty, 1.0, x, 1.2) for x in (level, level + gain))
    assert estimate([*others, better]).theta >= estimate([*others, worse]).theta


@given(st.floats(-2, 2), st.integers(1, 6))
def test_error_shrinks_with_answers_of_one_ability(theta: float, count: int) -> None:
    answers = [Observation(theta, 1.0, 5.0, 1.2)] * (count + 1)
    assert estimate(answers).standard_error < estimate(answers[:-1]).standard_error


def test_no_answers_give_the_prior() -> None:
    ability = estimate([], prior_mean=0.5, prior_sd=0.8)
    assert ability.theta == pytest.approx(0.5, abs=0.01)
    assert ability.standard_error == pytest.approx(0.8, abs=0.02)


def test_a_sure_answer_moves_more_than_a_doubtful_one() -> None:
    sure, doubtful = (estimate([Observation(0, 1, 9, error)]).theta for error in (0.5, 3.0))
    assert sure > doubtful > 0


def test_expected_level_follows_ability() -> None:
    levels = [expected_level(Ability(theta / 2, 0.5))[0] for theta in range(-6, 7)]
    assert all(a < b for a, b in pairwise(levels))
    assert expected_level(Ability(0, 0.5))[0] == pytest.approx(5)
    assert expected_level(Ability(0, 0.9))[1] > expected_level(Ability(0, 0.3))[1] > 0


@given(st.floats(-3, 3), st.floats(0.2, 1.2), st.integers(0, 2**63), st.randoms(use_true_random=False))
def test_choice_ignores_the_order_of_candidates(
    theta: float, error: float, seed: int, rng: random.Random
) -> None:
    twins = [*BANK, *(Item(f"{item.id}-twin", item.difficulty, item.discrimination) for item in BANK)]
    shuffled = list(twins)
    rng.shuffle(shuffled)
    assert choose(shuffled, Ability(theta, error), seed) == choose(twins, Ability(theta, error), seed)


def test_choice_spreads_over_the_best_few() -> None:
    taken = {choose(BANK, Ability(0.0, 0.6), seed) for seed in range(200)}
    assert 2 <= len(taken) <= 3


def test_known_choices_stay() -> None:
    """An interview replays on another machine: these are frozen."""
    taken = [choose(BANK, Ability(0.4, 0.6), seed) for seed in range(6)]
    assert taken == ["q7", "q8", "q8", "q8", "q5", "q7"]


def test_choice_prefers_what_discriminates_and_is_pleasant() -> None:
    ability = Ability(0.0, 0.5)
    assert choose([Item("rough", -0.8, 0.5), Item("sharp", -0.8, 1.5)], ability, 1) == "sharp"
    assert choose([Item("pleasant", -0.8, 1.0), Item("hard", 0.8, 1.0)], ability, 1) == "pleasant"
    with pytest.raises(ValueError, match="no question"):
        choose([], ability, 1)


def test_information_peaks_at_the_difficulty() -> None:
    values = [information(Item("q", 0.0, 1.0), theta) for theta in (-2, -1, 0, 1, 2)]
    assert max(values) == values[2]
    assert values[1] == pytest.approx(values[3])


@pytest.mark.parametrize(
    ("theta", "error", "asked", "stop"),
    [
        (0.4, 0.9, 2, False),
        (0.4, 0.5, 2, True),  # precise
        (0.4, 0.5, 1, False),  # too few
        (0.4, 0.9, 4, True),  # as many as the plan allows
        (3.0, 0.9, 2, True),  # clearly above 6
        (-2.0, 0.9, 2, True),  # clearly below
    ],
)
def test_stopping(theta: float, error: float, asked: int, stop: bool) -> None:
    ability = Ability(theta, error)
    assert precise_enough(ability, asked, 2, 4, target_se=0.55, required_level=6) is stop


def interview(theta: float, seed: int) -> tuple[list[float], Ability]:
    """Return the difficulties asked of a simulated candidate, and what was concluded."""
    rng, left = random.Random(seed), list(BANK)
    observations: list[Observation] = []
    asked: list[float] = []
    ability = estimate([])
    while not precise_enough(ability, len(asked), 3, 6, 0.35, 6.0):
        chosen = choose(left, ability, seed)
        item = next(item for item in left if item.id == chosen)
        left.remove(item)
        expected = sigmoid(item.discrimination * (theta - item.difficulty))
        level = min(max(10 * expected + rng.gauss(0, 1.2), 0), 10)
        observations.append(Observation(item.difficulty, item.discrimination, level, 1.2))
        asked.append(item.difficulty)
        ability = estimate(observations)
    return asked, ability


def test_strong_candidates_are_asked_harder_questions() -> None:
    strong, weak = ([interview(theta, seed) for seed in range(60)] for theta in (1.5, -1.5))
    last = [statistics.mean(asked[-1] for asked, _ in group) for group in (strong, weak)]
    assert last[0] > last[1] + 1.0
    assert statistics.mean(a.theta for _, a in strong) > 0.9
    assert statistics.mean(a.theta for _, a in weak) < -0.9


def test_first_question_is_the_same_for_both() -> None:
    assert interview(1.5, 7)[0][0] == interview(-1.5, 7)[0][0]


def test_fast() -> None:
    observations = [Observation(-1 + 0.5 * n, 1.0, 4.0 + n, 1.1) for n in range(5)]
    best = 1.0
    for _ in range(10):
        start = time.process_time()
        for seed in range(50):
            choose(BANK, estimate(observations), seed)
        best = min(best, (time.process_time() - start) / 50)
    assert best < 600e-6  # about 90 microseconds alone; the bound is for a busy machine
