"""The examples run, as a newcomer would run them, and do what they say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def output_of(example: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", f"examples/{example}.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_core_alone_asks_follows_up_pauses_and_goes_on() -> None:
    said = output_of("core_alone")
    assert said.count(">> ") == 7
    assert "<< Hello Ada!" in said
    assert "Judge(key='judge:a1.1'" in said
    assert said.index("Sure, take a break") < said.index("Welcome back")


def test_a_channel_of_ones_own_hears_everything_once() -> None:
    said = output_of("custom_channel")
    assert said.count("Hello Ada!") == 1
    assert said.count("Is that right?") == 1
    assert said.count("Let's begin.") == 1
    assert "belongs to an earlier question" not in said


def test_a_scorer_of_ones_own_stands_beside_the_built_in_one() -> None:
    said = output_of("custom_scorer").splitlines()
    assert said[0] == "word-for-word: 6.7 ± 2.5"
    assert said[1] == "  power: mentioned 'turn it off'"
    assert any(line.startswith("builtin: ") for line in said)


def test_the_core_alone_is_about_twenty_lines() -> None:
    lines = (ROOT / "examples" / "core_alone.py").read_text("utf-8").splitlines()
    code = [line for line in lines if line.strip() and not line.startswith(("from ", '"""'))]
    assert len(code) <= 22
