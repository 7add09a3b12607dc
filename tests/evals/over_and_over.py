"""One process that scores the same answers over and over, in an order, with threads and in surroundings of its own.

Must stop at the first bit that differs and say where: a digest alone would not tell what to mend.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from msgspec import Struct

from scoring.model import Scorer
from tests.evals.answers import Posed
from tests.evals.whole_score import first_difference, whole_score

_AT_ONCE = 250
_THREADS = (1, 2, 4)
_ZONES = ("UTC", "Asia/Shanghai", "America/St_Johns")
_LOCALES = ("C", "C.UTF-8", "tr_TR.UTF-8")
_NUMERIC = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Differs(Exception):
    """An answer was scored differently; the message says which, and the first field that differs."""


class Amount(Struct, frozen=True):
    """How often one process scores: `rounds` of all answers, then `more` of every `step`th by origin and length."""

    rounds: int
    more: int
    step: int

    def scorings(self, answers: int) -> int:
        """Return how many scorings that is."""
        return self.rounds * answers + self.more * len(range(self.step // 2, answers, self.step))

    def sample(self, answers: Sequence[Posed]) -> list[Posed]:
        """Return the sample: both languages, every origin, from short to long."""
        spread = sorted(answers, key=lambda p: (p.language, p.id.partition("/")[0], len(p.text), p.id))
        return spread[self.step // 2 :: self.step]


class Surroundings(Struct, frozen=True):
    """What must not matter in a process. `fresh`: the scorer is made anew for every round, caches and all."""

    number: int

    @property
    def threads(self) -> int:
        return _THREADS[self.number % 3]

    @property
    def fresh(self) -> bool:
        return self.number % 2 == 1

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables the process is started with."""
        third = self.number // 3 % 3
        numeric = dict.fromkeys(_NUMERIC, str(self.threads))
        seed = str(self.number * 7919 % 4294967296)
        return {"PYTHONHASHSEED": seed, "TZ": _ZONES[third], "LC_ALL": _LOCALES[third], **numeric}


def score_over_and_over(
    make: Callable[[], Scorer],
    answers: Sequence[Posed],
    amount: Amount,
    surroundings: Surroundings,
    tell: Callable[[int], None],
) -> dict[str, bytes]:
    """Return the whole score of every answer by its id; `tell` hears how many scorings are done.

    Raises Differs as soon as an answer is not scored as the first time.
    """
    first: dict[str, bytes] = {}
    scorer, done = make(), 0
    with ThreadPoolExecutor(surroundings.threads) as pool:
        for turn, scored in enumerate(_rounds(answers, amount, surroundings.number)):
            if turn and surroundings.fresh and turn < amount.rounds:
                scorer = make()
            for at in range(0, len(scored), _AT_ONCE):
                block = scored[at : at + _AT_ONCE]
                wholes = pool.map(partial(whole_score, scorer), block)
                for posed, whole in zip(block, wholes, strict=True):
                    must_be_equal(posed.id, first.setdefault(posed.id, whole), whole)
                done += len(block)
                tell(done)
    return first


def must_be_equal(name: str, one: bytes, other: bytes) -> None:
    """Raise Differs when two whole scores of an answer are not equal to the bit."""
    if one != other:
        raise Differs(f"{name} is scored differently: {first_difference(one, other)}")


def _rounds(answers: Sequence[Posed], amount: Amount, seed: int) -> Iterator[list[Posed]]:
    """Give the answers in an order of each round's own; the first process keeps the order they come in."""
    rng = random.Random(seed)
    sample = amount.sample(answers)
    for turn in range(amount.rounds + amount.more):
        chosen = list(answers if turn < amount.rounds else sample)
        if seed:
            rng.shuffle(chosen)
        yield chosen
