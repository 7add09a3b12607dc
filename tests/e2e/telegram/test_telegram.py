"""A short trial under fire in both ways of getting updates, and the proof that the checker notices what it is for."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.e2e.telegram.run import run
from tests.e2e.telegram.verdict import _without_repeats


@pytest.mark.slow
@pytest.mark.timeout(280)
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_interviews_survive_a_product_that_is_killed_again_and_again(tmp_path: Path, mode: str) -> None:
    figures = await run(tmp_path, interviews=12, kills=8, seed=Random().randrange(10**6), mode=mode)
    assert figures.problems == []
    assert figures.kills == 8
    assert figures.texts > 60
    assert figures.decided == 12
    assert figures.booked >= 3


@pytest.mark.parametrize(
    ("heard", "found"),
    [
        (["a", "b", "c"], ""),
        (["a", "b", "b", "c"], ""),
        (["a", "b", "b", "b", "c"], "twice more"),
        (["a", "c", "b"], "out of order"),
        (["a", "b", "a", "c"], "out of order"),
        (["a", "b"], "never arrived"),
        (["a", "b", "c", "d"], "out of order"),
    ],
)
def test_the_checker_finds_what_is_wrong(heard: list[str], found: str) -> None:
    problems, _ = _without_repeats(heard, ["a", "b", "c"])
    assert (found in problems[0]) if found else problems == []
