"""Likeness of programs: blind to names and layout, telling apart what is written differently, and no part of any score."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scoring.code.likeness import alike, compare, fingerprints
from scoring.code.model import Language

_ROOT = Path(__file__).parents[3]
_SOLUTIONS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("solutions.yaml").read_text("utf-8"))
_ONE = """
n = int(input())
a = list(map(int, input().split()))
swaps = 0
for i in range(n):
    for j in range(n - 1 - i):
        if a[j] > a[j + 1]:
            a[j], a[j + 1] = a[j + 1], a[j]
            swaps += 1
print(*a)
print(swaps)
"""
_RENAMED = """
# my very own work
count = int(input())
numbers = list(map(int, input().split()))
changes = 0
for first in range(count):

    for second in range(count - 1 - first):   # inner
        if numbers[second] > numbers[second + 1]:
            numbers[second], numbers[second + 1] = numbers[second + 1], numbers[second]
            changes += 1
print(*numbers)
print(changes)
"""
_OTHER = """
import sys
rows = sys.stdin.read().split()
values = [int(v) for v in rows[1:]]
total = sum(1 for x in range(len(values)) for y in range(x) if values[y] > values[x])
print(" ".join(str(v) for v in sorted(values)))
print(total)
"""


def test_renaming_and_layout_hide_nothing() -> None:
    assert alike(fingerprints(_ONE, "python"), fingerprints(_RENAMED, "python")) == 1.0


def test_another_way_to_do_it_is_far_from_the_same() -> None:
    assert alike(fingerprints(_ONE, "python"), fingerprints(_OTHER, "python")) < 0.3


def test_part_of_a_program_is_found_in_it() -> None:
    whole, piece = fingerprints(_OTHER + _ONE, "python"), fingerprints(_ONE, "python")
    assert len(whole & piece) / len(piece) > 0.8


@pytest.mark.parametrize("language", list(Language))
def test_every_language_is_cut_into_tokens(language: Language) -> None:
    sources = [known["right"][language] for known in _SOLUTIONS.values() if language in known["right"]]
    prints = [fingerprints(source, language) for source in sources]
    assert all(len(one) >= 4 for one in prints)
    assert [alike(one, one) for one in prints] == [1.0] * len(prints)
    assert max((alike(a, b) for a in prints for b in prints if a is not b), default=0.0) < 0.8


def test_what_everybody_was_given_does_not_count() -> None:
    given_to_all = fingerprints(_ONE, "python")
    mine, theirs = fingerprints(_ONE + _OTHER, "python"), [fingerprints(_ONE, "python")]
    assert compare(mine, theirs, given_to_all) is None  # nothing of theirs is their own
    seen = compare(mine, [fingerprints(_ONE + _RENAMED, "python")], given_to_all)
    assert seen is None or seen.most < 30


def test_most_and_usual_are_of_all_others() -> None:
    prints = [fingerprints(source, "python") for source in (_RENAMED, _OTHER, _OTHER)]
    seen = compare(fingerprints(_ONE, "python"), prints)
    assert seen is not None
    assert (seen.most, seen.others) == (100, 3)
    assert seen.usual < 30


@pytest.mark.parametrize(("mine", "others"), [("print(1)", [_ONE]), (_ONE, []), ("", [""])])
def test_too_little_says_nothing(mine: str, others: list[str]) -> None:
    assert compare(fingerprints(mine, "python"), [fingerprints(one, "python") for one in others]) is None


@given(source=st.text(max_size=300), language=st.sampled_from(list(Language)))
def test_any_text_has_fingerprints(source: str, language: Language) -> None:
    prints = fingerprints(source, language)
    assert prints == fingerprints(source, language)
    assert 0.0 <= alike(prints, fingerprints(_ONE, "python")) <= 1.0


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
    return found


def test_nothing_that_scores_knows_of_likeness() -> None:
    """Only HR's view, and what gathers for it, may read it: no scorer, judge, step or result does."""
    folders = ("scoring", "dialogues", "bot", "storage", "scheduler", "ehr_connector")
    knowing = {
        str(path.relative_to(_ROOT))
        for folder in folders
        for path in (_ROOT / folder).rglob("*.py")
        if _imports(path) & {"scoring.code.likeness", "storage.programs"}
    }
    assert knowing == {"bot/hr/programs.py", "dialogues/ports.py", "storage/office.py", "storage/programs.py"}
