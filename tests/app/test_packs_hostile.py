"""No text whatsoever makes the check of a job pack raise, hang or swallow memory."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from itertools import pairwise

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dialogues.app.packs import PackError, check_pack, parse_pack
from tests.app.pack_samples import FULL, serious

BILLION_LAUGHS = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in pairwise("abcdefghij"))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("x" * 1_000_001, "larger than 1 MB"),
        ("字" * 400_000, "larger than 1 MB"),
        (BILLION_LAUGHS, "repeats another part of the file"),
        ("a: &a [*a]", "repeats another part of the file"),
        ("[" * 100_000, "too deep inside each other"),
        ("booking: " + "{a: " * 5_000, "too deep inside each other"),
        ("a: [" + "x," * 400_000 + "]", "more than 50,000 values"),
        ("\n".join(f"k{number}: v" for number in range(40_000)), "does not belong here"),
        ("difficulty: " + "9" * 5_000, "does not belong here"),
        ("x: \ud800", "U+D800"),
        (r'x: "\UFFFFFFFF"', ""),
        (r'x: "\ud800"', ""),
    ],
    ids=lambda value: value[:12],
)
def test_a_hostile_file_is_refused_quickly(text: str, part: str) -> None:
    begun = time.perf_counter()
    problems = serious(text)
    assert any(part in problem.message for problem in problems)
    assert time.perf_counter() - begun < 10


def survives(text: str) -> None:
    problems = check_pack(text)
    lines = (
        text.count("\n") + text.count("\r") + text.count("\x85") + text.count("\u2028") + text.count("\u2029")
    )
    assert all(1 <= problem.line <= lines + 2 and problem.column >= 1 for problem in problems)
    if any(problem.serious for problem in problems):
        with pytest.raises(PackError) as refusal:
            parse_pack(text)
        assert refusal.value.problems == tuple(problems)
    else:
        parse_pack(text)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6) | st.integers(), inner, max_size=3)
    ),
    max_leaves=6,
)
FUZZ = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@FUZZ
@given(st.text())
@example("!<%FF>")
@example("%YAML 9.9\n---\nx")
@example("? [a]\n: b")
@example("? a")
@example("x: \ufeff")
@example("x: \u2028y: z")
def test_no_text_makes_the_check_raise(text: str) -> None:
    survives(text)


@FUZZ
@given(st.binary(max_size=200))
def test_no_bytes_make_the_check_raise(raw: bytes) -> None:
    for encoding in ("utf-8", "latin-1", "utf-16-le"):
        survives(raw.decode(encoding, "replace"))
    survives(raw.decode("utf-8", "surrogateescape"))


@FUZZ
@given(VALUES)
def test_no_yaml_makes_the_check_raise(value: object) -> None:
    survives(yaml.safe_dump(value, allow_unicode=True))


def _places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    children: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    return [path, *(place for key, child in children for place in _places(child, (*path, key)))]


PARTS = yaml.safe_load(FULL)
PLACES = _places(PARTS)[1:]


@FUZZ
@given(st.sampled_from(PLACES), VALUES, st.sampled_from(["set", "delete", "add"]))
def test_no_odd_value_anywhere_in_a_pack_makes_the_check_raise(
    place: tuple[str | int, ...], value: object, change: str
) -> None:
    pack = yaml.safe_load(FULL)
    *above, last = place
    target = pack
    for step in above:
        target = target[step]
    if change == "set":
        target[last] = value
    elif change == "delete":
        del target[last]
    elif isinstance(target, dict):
        target["added"] = value
    else:
        target.append(value)
    survives(yaml.safe_dump(pack, allow_unicode=True, sort_keys=False))


def _cut(text: str, rng: random.Random) -> str:
    start = rng.randrange(len(text))
    return text[:start] + text[start + rng.randrange(1, 40) :]


def _insert(text: str, rng: random.Random) -> str:
    start = rng.randrange(len(text))
    return text[:start] + rng.choice("\t\n:{}[],*&!|>'\"#%@`-? \\\x00\x85\u2028\ufeff…字") + text[start:]


def _repeat(text: str, rng: random.Random) -> str:
    start = rng.randrange(len(text))
    return text[:start] + text[start : start + rng.randrange(1, 200)] + text[start:]


def _swap(text: str, rng: random.Random) -> str:
    lines = text.split("\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


CHANGES: list[Callable[[str, random.Random], str]] = [_cut, _insert, _repeat, _swap]


@FUZZ
@given(st.randoms(use_true_random=False), st.integers(1, 4))
def test_no_spoiled_pack_makes_the_check_raise(rng: random.Random, times: int) -> None:
    text = FULL
    for _ in range(times):
        text = rng.choice(CHANGES)(text or " ", rng)
    survives(text)
