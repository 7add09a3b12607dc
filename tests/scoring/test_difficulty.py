"""Ability, next question, stopping: monotone, repeatable to the bit, sensible in simulated interviews."""

from __future__ import annotations

import random
import statistics
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.difficulty import (
    Ability,
    Hint,
    Item,
    JobLevel,
    Observation,
    Prior,
    choose,
    clearness,
    estimate,
    expected_level,
    job_prior,
    lean,
    precise_enough,
)
from scoring.difficulty.continuous import Continuous
from scoring.difficulty.graded import Graded
from scoring.difficulty.model import ResponseModel, sigmoid
from scoring.difficulty.next_question import worth

MODELS: dict[str, ResponseModel] = {
    "continuous": Continuous(),
    "graded": Graded(),
    "two-parameter": Graded(cuts=(5.0,), steepness=1.0),
}
every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)

OBSERVATION = st.builds(
    Observation,
    difficulty=st.floats(-3, 3),
    discrimination=st.floats(0.4, 2),
    level=st.floats(0, 10),
    standard_error=st.floats(0, 3),
)
OBSERVATIONS = st.lists(OBSERVATION, max_size=8)
BANK = [Item(f"q{n}", -2.1 + 0.3 * n, 0.8 + 0.1 * (n % 6)) for n in range(15)]

FROZEN: dict[str, object] = {
    "continuous": (-0.322012, 0.603943),
    "level": (4.262243, 1.363047),
    "graded": (-0.36741, 0.672165),
    "choices": ["q9", "q8", "q5", "q5", "q8", "q8"],
}


@every_model
@given(observations=OBSERVATIONS, rng=st.randoms(use_true_random=False))
def test_order_does_not_matter_to_the_bit(
    model: ResponseModel, observations: list[Observation], rng: random.Random
) -> None:
    shuffled = list(observations)
    rng.shuffle(shuffled)
    assert estimate(shuffled, model=model) == estimate(observations, model=model)


@every_model
@given(
    others=OBSERVATIONS,
    difficulty=st.floats(-3, 3),
    level=st.floats(0, 9),
    gain=st.floats(0.01, 1),
    error=st.floats(0, 3),
)
def test_a_better_answer_never_lowers_ability(
    model: ResponseModel,
    others: list[Observation],
    difficulty: float,
    level: float,
    gain: float,
    error: float,
) -> None:
    worse, better = (Observation(difficulty, 1.0, x, error) for x in (level, level + gain))
    before, after = (estimate([*others, one], model=model).theta for one in (worse, better))
    # 2e-6: both are rounded to six decimals
    assert after >= before - 2e-6


@given(st.floats(-2, 2), st.integers(1, 6))
def test_error_shrinks_with_answers_of_one_ability(theta: float, count: int) -> None:
    answers = [Observation(theta, 1.0, 5.0, 1.2)] * (count + 1)
    assert estimate(answers).standard_error < estimate(answers[:-1]).standard_error


@every_model
@given(observation=OBSERVATION)
def test_one_answer_never_makes_less_sure_beyond_reason(
    model: ResponseModel, observation: Observation
) -> None:
    """A 0 on the easiest question leaves much room below, so the prior's error may grow, but not by half."""
    assert estimate([observation], model=model).standard_error < 1.5 * 1.2


@every_model
@given(observations=OBSERVATIONS)
def test_answers_that_contradict_each_other_leave_the_scale_at_most(
    model: ResponseModel, observations: list[Observation]
) -> None:
    """A 10 on the hardest question and a 0 on the easiest: either end may be true, so asking goes on."""
    ability = estimate(observations, model=model)
    assert -4 <= ability.theta <= 4
    assert ability.standard_error <= 4


@given(st.lists(st.floats(3, 7), min_size=2, max_size=6))
def test_answers_that_agree_make_surer(levels: list[float]) -> None:
    answers = [Observation(0.0, 1.0, level, 1.2) for level in levels]
    assert estimate(answers).standard_error < estimate(answers[:-1]).standard_error


@every_model
def test_no_answers_give_the_prior(model: ResponseModel) -> None:
    ability = estimate([], prior_mean=0.5, prior_sd=0.8, model=model)
    assert ability.theta == pytest.approx(0.5, abs=0.01)
    assert ability.standard_error == pytest.approx(0.8, abs=0.02)


@every_model
def test_a_sure_answer_moves_more_than_a_doubtful_one(model: ResponseModel) -> None:
    sure, doubtful = (estimate([Observation(0, 1, 9, error)], model=model).theta for error in (0.5, 3.0))
    assert sure > doubtful > 0


def test_known_estimates_stay() -> None:
    """A result replays on another machine to the bit: these are frozen."""
    answers = [Observation(-0.9, 1.0, 6.4, 1.1), Observation(0.9, 1.2, 3.5, 1.4), Observation(0.0, 0.6, 1, 2)]
    ability = estimate(answers)
    assert (ability.theta, ability.standard_error) == FROZEN["continuous"]
    assert expected_level(ability) == FROZEN["level"]
    graded = estimate(answers, model=Graded())
    assert (graded.theta, graded.standard_error) == FROZEN["graded"]


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


def test_unscattered_the_best_is_taken() -> None:
    best = max(BANK, key=lambda item: worth(item, Ability(0.4, 0.6)))
    assert {choose(BANK, Ability(0.4, 0.6), seed, scattered=False) for seed in range(50)} == {best.id}


def test_known_choices_stay() -> None:
    """An interview replays on another machine: these are frozen."""
    assert [choose(BANK, Ability(0.4, 0.6), seed) for seed in range(6)] == FROZEN["choices"]


def test_choice_prefers_what_discriminates_and_is_pleasant() -> None:
    ability = Ability(0.0, 0.5)
    assert choose([Item("rough", -0.8, 0.5), Item("sharp", -0.8, 1.5)], ability, 1) == "sharp"
    assert (
        choose([Item("pleasant", -0.8, 1.0), Item("hard", 0.8, 1.0)], ability, 1, scattered=False)
        == "pleasant"
    )
    with pytest.raises(ValueError, match="no question"):
        choose([], ability, 1)


def test_a_kind_asked_before_comes_later() -> None:
    twins = [Item("a", 0.0, 1.0, "technical"), Item("b", 0.0, 1.0, "behavioural")]
    ability = Ability(0.3, 0.8)
    assert choose(twins, ability, 1, ["technical"], scattered=False) == "b"
    assert choose(twins, ability, 1, ["behavioural"], scattered=False) == "a"


@every_model
def test_information_peaks_near_the_difficulty(model: ResponseModel) -> None:
    values = [model.information(Item("q", 0.0, 1.0), theta) for theta in (-4, -2, 0, 2, 4)]
    assert max(values) == values[2]
    assert values[1] == pytest.approx(values[3])


@every_model
def test_more_discrimination_is_more_information(model: ResponseModel) -> None:
    values = [model.information(Item("q", 0.0, a), 0.1) for a in (0.6, 1.0, 1.4)]
    assert values == sorted(values)


def test_one_cut_is_the_two_parameter_model() -> None:
    model, item = MODELS["two-parameter"], Item("q", 0.5, 1.3)
    p = sigmoid(1.3 * (0.2 - 0.5))
    assert model.information(item, 0.2) == pytest.approx(1.3**2 * p * (1 - p))


@given(st.floats(-3, 3), st.floats(0.3, 3), st.floats(-4, 4))
def test_the_chances_of_the_categories_add_up(difficulty: float, discrimination: float, theta: float) -> None:
    shares = Graded().shares(Item("q", difficulty, discrimination), theta)
    assert sum(shares) == pytest.approx(1)
    assert all(share > 0 for share in shares)


def test_the_median_level_means_the_same_in_both_models() -> None:
    """0 logits on an average question: as likely above 5 as below."""
    shares = Graded(cuts=(5.0,)).shares(Item("q", 0.0, 1.4), 0.0)
    assert shares == pytest.approx([0.5, 0.5])
    assert Graded().success(Item("q", 0.0, 1.4), 0.0) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("theta", "error", "asked", "stop"),
    [
        (0.4, 0.9, 2, False),
        (0.4, 0.5, 2, True),  # precise
        (0.4, 0.5, 1, False),  # too few
        (0.4, 0.9, 4, True),  # as many as the plan allows
        (3.0, 0.9, 2, True),  # clearly above 6
        (3.0, 0.9, 1, False),  # clearly above, but too few
        (-2.0, 0.9, 2, True),  # clearly below
    ],
)
def test_stopping(theta: float, error: float, asked: int, stop: bool) -> None:
    ability = Ability(theta, error)
    assert precise_enough(ability, asked, 2, 4, target_se=0.55, required_level=6) is stop


def test_the_minimum_comes_before_the_maximum() -> None:
    """A plan cannot say so (packs are checked), but nobody may be judged on less than the minimum."""
    assert not precise_enough(Ability(3.0, 0.1), 2, minimum=3, maximum=1, target_se=1.0, required_level=5)


def test_clearness_counts_standard_errors() -> None:
    assert clearness(Ability(0.0, 0.5), 5) == 0
    assert clearness(Ability(1.0, 0.5), 5) == clearness(Ability(-1.0, 0.5), 5) == pytest.approx(2)


def test_a_job_for_beginners_starts_lower() -> None:
    means = [job_prior(level).mean for level in (JobLevel.ENTRY, JobLevel.EXPERIENCED, JobLevel.SENIOR)]
    assert means == sorted(means)
    assert job_prior(JobLevel.EXPERIENCED) == Prior()


def test_a_hint_sways_the_choice_while_little_is_known() -> None:
    start = Ability(0.0, 1.2)
    leaning = lean(start, Prior(), Hint(shift=0.9))
    assert leaning.theta > 0.2
    assert leaning.standard_error == start.standard_error
    known = Ability(0.0, 0.4)
    assert lean(known, Prior(), Hint(shift=0.9)).theta < leaning.theta / 3
    assert lean(start, Prior(), None) == start
    assert lean(start, Prior(), Hint(shift=5.0)) == lean(start, Prior(), Hint(shift=1.0))


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
