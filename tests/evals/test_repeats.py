"""Repeats that must be identical to the bit: the built-in scorer's are, and a scorer whose are not is found out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from math import nextafter
from pathlib import Path

import pytest
from msgspec.structs import replace

from scoring.builtin import BuiltinScorer
from scoring.model import Score, ScorerId
from scoring.rubric.model import Rubric
from tests.evals.answers import PACKS, Posed, all_answers
from tests.evals.over_and_over import Amount, Differs, Surroundings, score_over_and_over
from tests.evals.repeats import compare_scores, digest_of, main, read_scores, write_scores
from tests.evals.whole_score import first_difference, in_bits, whole_score

_FEW = ["--packs", "team-lead", "--each", "2", "--repeats", "4", "--processes", "2", "--sample", "10"]


class Drifting:
    """The built-in scorer, but when the turns are used up the confidence is one binary digit higher."""

    id = ScorerId("builtin", "3")

    def __init__(self, turns: Iterator[int]) -> None:
        self._builtin, self._turns = BuiltinScorer(), turns

    def score(self, rubric: Rubric, answer: str, language: str) -> Score:
        score = self._builtin.score(rubric, answer, language)
        if next(self._turns, None) is not None:
            return score
        return replace(score, confidence=nextafter(score.confidence, 2.0))


@pytest.fixture(scope="module")
def answers() -> list[Posed]:
    return [posed for posed in all_answers(("team-lead",)) if "/co_two_at_odds/" in posed.id]


def test_there_are_answers_of_every_origin(answers: list[Posed]) -> None:
    origins = {posed.id.split("/")[0] for posed in all_answers(("python-developer",))}
    files = {file.stem for file in (Path(__file__).parents[1] / "candidates").glob("*.yaml")} - {*PACKS}
    assert origins == {"exemplar", "copied", "candidate", *files} - {"fresh"}  # that is of other packs
    assert {posed.language for posed in answers} == {"zh", "en"}


def test_processes_agree_on_every_bit(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Two processes with other hashes, orders, threads and places of the world."""
    assert main([*_FEW, "--write", str(tmp_path / "scores")]) == 0
    said = capfd.readouterr()
    assert "by 2 processes: each 2 times, 10 of them 4 times" in said.out
    assert "identical to the bit: sha256" in said.out
    assert "process 1:" in said.err
    lines = (tmp_path / "scores").read_text("utf-8").split("\n")
    name, whole = json.loads(lines[0])
    lines[0] = json.dumps([name, whole.replace("0x1", "0x2", 1)])
    (tmp_path / "other").write_text("\n".join(lines), "utf-8")
    assert main(["--here", *_FEW, "--against", str(tmp_path / "other")]) == 1
    assert f"{name} is scored differently: score." in capfd.readouterr().err


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_scorer_that_drifts_by_one_bit_is_found_out(answers: list[Posed], number: int) -> None:
    turns = iter(range(len(answers) + 3))
    make, amount = partial(Drifting, turns), Amount(rounds=2, more=0, step=1)
    with pytest.raises(Differs, match=r"is scored differently: score\.confidence: '0x"):
        score_over_and_over(make, answers, amount, Surroundings(number), lambda _: None)


def test_as_many_scorings_are_done_as_are_told(answers: list[Posed]) -> None:
    told: list[int] = []
    amount = Amount(rounds=2, more=3, step=4)
    score_over_and_over(BuiltinScorer, answers, amount, Surroundings(4), told.append)
    assert told[-1] == amount.scorings(len(answers)) == 2 * len(answers) + 3 * len(amount.sample(answers))


def test_the_sample_is_spread_over_languages_and_origins() -> None:
    every = all_answers(("python-developer", "team-lead"))
    sample = Amount(rounds=1, more=1, step=-(-len(every) // 20)).sample(every)
    assert 15 <= len(sample) <= 20
    assert {posed.language for posed in sample} == {"zh", "en"}
    assert len({posed.id.partition("/")[0] for posed in sample}) >= 4
    assert max(len(p.text) for p in sample) > 4 * min(len(p.text) for p in sample)


def test_surroundings_differ_in_everything() -> None:
    for name in ("PYTHONHASHSEED", "TZ", "LC_ALL", "OMP_NUM_THREADS"):
        assert len({Surroundings(number).environment[name] for number in range(9)}) > 2
    assert {Surroundings(number).threads for number in range(9)} == {1, 2, 4}


def test_nothing_of_a_score_is_rounded_sorted_or_left_out(answers: list[Posed]) -> None:
    posed = next(one for one in answers if one.id.endswith("/en/strong_a"))
    score = BuiltinScorer().score(posed.rubric, posed.text, "en")
    assert list(in_bits(score)) == list(Score.__struct_fields__)
    assert in_bits({"b": -0.0, "a": 0.1}) == {"b": "-0x0.0p+0", "a": "0x1.999999999999ap-4"}
    whole = json.loads(whole_score(BuiltinScorer(), posed))
    assert list(whole["score"]["features"]) == list(score.features)
    found = [finding for finding in score.findings if finding.degree != "absent"]
    assert found
    assert {posed.text[f.start : f.end] for f in found} <= set(whole["quotes"])
    assert f"got {score.level}" in whole["why"]


def test_the_first_field_that_differs_is_named() -> None:
    one, other = (
        b'{"score":{"level":"0x1","found":["a","b"]}}',
        b'{"score":{"level":"0x1","found":["a","c"]}}',
    )
    assert first_difference(one, one) == ""
    assert first_difference(one, other) == "score.found[1]: 'b' and 'c'"
    assert first_difference(b'{"a":1,"b":1}', b'{"b":1,"a":1}') != ""


def test_scores_are_read_as_they_were_written(tmp_path: Path) -> None:
    scores = {"a": '{"why":"说\u2028“\\n”"}'.encode(), "b": b"{}"}
    write_scores(tmp_path / "scores", scores)
    assert read_scores(tmp_path / "scores") == scores
    compare_scores(dict(scores), scores)


def test_other_answers_are_not_taken_for_the_same() -> None:
    assert digest_of({"a": b"1", "b": b"2"}) == digest_of({"b": b"2", "a": b"1"})
    assert digest_of({"a": b"1", "b": b"2"}) != digest_of({"a": b"2", "b": b"1"})
    with pytest.raises(Differs, match="not the same answers"):
        compare_scores({"a": b"1"}, {"b": b"1"})
