"""A short trial under fire in both ways of getting updates, and the proof that the checker notices what it is for."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.e2e.telegram.run import run
from tests.e2e.telegram.verdict import Shown, _without_repeats


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
    assert figures.updates_doubled > 10
    assert figures.updates_delayed > 100
    assert figures.past_presses > 0
    assert figures.updates_overtaken > 0


@pytest.mark.parametrize(
    ("heard", "found"),
    [
        ("a0 b0 c0", ""),
        ("a0 b0 b1 c1", ""),
        ("a0 b0 b1 b2 c2", ""),
        ("a0 b0 b2 b2 c2", "nothing was killed"),
        ("a0 b0 b0 c0", "nothing was killed"),
        ("a0 b0 b1 b1 c1", "nothing was killed"),
        ("a0 c0 b0", "out of order"),
        ("a0 b0 a1 c1", "out of order"),
        ("a0 b0", "never arrived"),
        ("a0 b0 c0 d0", "nobody said it"),
    ],
)
def test_the_checker_finds_what_is_wrong(heard: str, found: str) -> None:
    chat = [Shown(one[0], int(one[1])) for one in heard.split()]
    problems, _ = _without_repeats(chat, ["a", "b", "c"])
    assert (found in problems[0]) if found else problems == []


def test_a_message_said_twice_is_shown_twice() -> None:
    chat = [Shown("a"), Shown("a"), Shown("b")]
    assert _without_repeats(chat, ["a", "a", "b"]) == ([], [])
    assert "never arrived" in _without_repeats(chat[1:], ["a", "a", "b"])[0][0]
