"""How much choosing questions gains: simulated people are asked in several ways, and the errors compared.

Adaptive is exactly what interviews do (`scoring.difficulty`); beside it stand a fixed order, the same questions
for everybody, and an order of chance. Nothing here is fitted, and nothing is known to the adaptive way that an
interview does not know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import sqrt
from statistics import fmean

from msgspec import Struct

from scoring.difficulty.estimate import estimate
from scoring.difficulty.exposure import draw, scatter
from scoring.difficulty.model import Ability, Item, Observation, ResponseModel
from scoring.difficulty.next_question import choose
from scoring.difficulty.stop import required_theta
from scoring.validity.banks import Bank, BankKind, Person, simulated_people, synthetic_bank

PRIOR_SD = 1.0
"""The prior of the simulated people, who are drawn from it."""
REQUIRED_LEVEL = 6.0
BANK_SIZE, QUESTIONS = 100, 20

Way = Callable[[Bank, Person, int], list[str]]
"""Give the ids to ask one person, in order, as many as the number says."""


class Course(Struct, frozen=True):
    """What one way of asking reached: element n - 1 of each tuple is after n questions.

    `rmse` is the error made, `expected` the error that the posteriors say (root of their mean variance), both in
    logits: the people come from the prior, so they agree, and `expected` has less luck in it. `accuracy` is the share of people put on the right side of a required
    level of 6; `exposure` is the share of people that the most asked question was asked of.
    """

    rmse: tuple[float, ...]
    expected: tuple[float, ...]
    accuracy: tuple[float, ...]
    exposure: tuple[float, ...]


def adaptive(bank: Bank, person: Person, count: int, exposure: float = 0.4) -> list[str]:
    """Choose as an interview does, within the limit of exposure."""
    left = list(draw(bank.items, count, exposure, person.seed))
    answers: list[Observation] = []
    asked: list[str] = []
    for number in range(count):
        ability = estimate(answers, 0.0, PRIOR_SD, bank.model)
        chosen = choose(left, ability, person.seed + number, (), bank.model, scattered=False)
        left = [item for item in left if item.id != chosen]
        answers.append(person.answers[chosen])
        asked.append(chosen)
    return asked


def fixed(bank: Bank, person: Person, count: int) -> list[str]:
    """Ask one of a few lists that share the bank between them, each with easy and hard questions in mixed order.

    One list alone would be lucky or unlucky in its questions; all of them together are what a list is on average.
    """
    lists = max(1, len(bank.items) // count)
    by_difficulty = sorted(bank.items, key=lambda item: (item.difficulty, item.id))
    mine = {item.id for item in by_difficulty[person.seed % lists :: lists]}
    return [item.id for item in bank.items if item.id in mine][:count]


def by_chance(bank: Bank, person: Person, count: int) -> list[str]:
    """Ask in an order of chance, another one for everybody."""
    shuffled = sorted(bank.items, key=lambda item: (scatter(person.seed, item.id), item.id))
    return [item.id for item in shuffled[:count]]


@lru_cache(maxsize=16384)
def _information(model: ResponseModel, item: Item, theta: float) -> float:
    return model.information(item, theta)


def without_limit(bank: Bank, person: Person, count: int) -> list[str]:
    """Choose as an interview would if no question could be asked too often and none were too hard to be pleasant."""
    left: list[Item] = list(bank.items)
    answers: list[Observation] = []
    asked: list[str] = []
    for _ in range(count):
        theta = round(estimate(answers, 0.0, PRIOR_SD, bank.model).theta, 1)
        best = max(left, key=lambda item: (_information(bank.model, item, theta), item.id))
        left.remove(best)
        answers.append(person.answers[best.id])
        asked.append(best.id)
    return asked


WAYS: dict[str, Way] = {
    "adaptive": adaptive,
    "fixed": fixed,
    "random": by_chance,
    "no limits": without_limit,
}


def follow(way: Way, bank: Bank, people: Sequence[Person], count: int) -> Course:
    """Ask everybody `count` questions in this way; return what was known after each."""
    paths = [way(bank, person, count) for person in people]
    known = [_known(bank, person, path) for person, path in zip(people, paths, strict=True)]
    thetas = [person.theta for person in people]
    after = [_errors(thetas, [abilities[number] for abilities in known]) for number in range(count)]
    rmse, expected, accuracy = zip(*after, strict=True)
    return Course(rmse, expected, accuracy, _exposure(paths, count))


def _known(bank: Bank, person: Person, path: Sequence[str]) -> list[Ability]:
    answers = [person.answers[item_id] for item_id in path]
    return [estimate(answers[: n + 1], 0.0, PRIOR_SD, bank.model) for n in range(len(path))]


def _errors(thetas: Sequence[float], known: Sequence[Ability]) -> tuple[float, float, float]:
    """Return the root mean square error, the one expected, and the share on the right side."""
    cut = required_theta(REQUIRED_LEVEL)
    pairs = list(zip(thetas, known, strict=True))
    squares = fmean((ability.theta - theta) ** 2 for theta, ability in pairs)
    right = fmean((ability.theta >= cut) is (theta >= cut) for theta, ability in pairs)
    return sqrt(squares), sqrt(fmean(ability.standard_error**2 for ability in known)), right


def _exposure(paths: Sequence[Sequence[str]], count: int) -> tuple[float, ...]:
    asked: Counter[str] = Counter()
    shares = []
    for number in range(count):
        asked.update(path[number] for path in paths)
        shares.append(max(asked.values()) / len(paths))
    return tuple(shares)


def questions_to_reach(error: float, course: Course) -> float | None:
    """Return after how many questions, between whole ones too, this error is expected; None when it never is."""
    before = PRIOR_SD
    for number, value in enumerate(course.expected):
        if value <= error:
            return number + (before - error) / (before - value)
        before = value
    return None


class BankResult(Struct, frozen=True):
    """What a bank gave. `to_match` is after how many questions each way is as exact as `questions` fixed ones."""

    kind: BankKind
    size: int
    people: int
    questions: int
    courses: dict[str, Course]
    to_match: dict[str, float | None]

    @property
    def saved(self) -> float | None:
        """The share of questions that choosing saves; None when it never gets as exact."""
        match = self.to_match["adaptive"]
        return None if match is None else 1 - match / self.questions


def measure_bank(
    kind: BankKind, people: int, seed: int, advance: Callable[[int], None] = lambda _: None
) -> BankResult:
    """Ask simulated people from a synthetic bank in every way; `advance` is told of each person and way when done."""
    bank = synthetic_bank(kind, BANK_SIZE, seed)
    crowd = simulated_people(bank, people, seed)
    courses = {}
    for name, way in WAYS.items():
        courses[name] = follow(way, bank, crowd, QUESTIONS)
        advance(people)
    aim = courses["fixed"].expected[-1]
    to_match = {name: questions_to_reach(aim, course) for name, course in courses.items()}
    return BankResult(kind, BANK_SIZE, people, QUESTIONS, courses, to_match)
