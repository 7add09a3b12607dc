"""`colloquy eval path`, as an operator runs it, and the figures it rests on."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.evaluating.interviews import Truth, adaptive, by_order, fixed_order, simulated_candidates
from bot.evaluating.savings import equal_point, measure_pack, never_falling
from bot.house import shipped_packs
from dialogues.app.packs import parse_pack
from dialogues.core.pack import Pack


@pytest.fixture(scope="module")
def pack() -> Pack:
    return parse_pack(dict(shipped_packs())["python-developer"])


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["eval", "path", *arguments])


def test_a_bank_prints_a_table_and_writes_figures_and_a_picture(tmp_path: Path) -> None:
    target = tmp_path / "out" / "path.json"
    result = _run("--bank", "graded", "--people", "60", "--json", str(target))
    assert result.exit_code == 0, result.output
    for word in ("adaptive", "fixed", "random", "it saves", "no question reached more than"):
        assert word in result.output
    [bank] = json.loads(target.read_text("utf-8"))["banks"]
    assert len(bank["courses"]["adaptive"]["rmse"]) == bank["questions"] == 20
    assert bank["to_match"]["fixed"] == 20
    drawn = ET.fromstring(target.with_suffix(".svg").read_text("utf-8"))
    assert drawn.tag.endswith("svg")
    assert len(drawn.findall(".//{*}path")) > 4


def test_a_pack_prints_both_kinds_of_answers_and_both_models(tmp_path: Path) -> None:
    target = tmp_path / "path.json"
    result = _run("--pack", "retail-store-associate", "--people", "30", "--json", str(target))
    assert result.exit_code == 0, result.output
    for word in ("numbers", "categories", "continuous", "graded", "at equal accuracy"):
        assert word in result.output
    figures = json.loads(target.read_text("utf-8"))["packs"]
    assert [one["truth"] for one in figures] == ["continuous", "graded"]
    assert all(one["shortest"] <= one["questions"] <= one["longest"] <= one["plan"] for one in figures)
    assert target.with_suffix(".svg").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        (("--pack", "nobody"), 1, "there is no pack or file"),
        (("--people", "3"), 2, "3 is not in the range"),
        (("--bank", "equall"), 2, "'equall' is not one of"),
        (("--bank", "equal", "--people", "20", "--json", "/dev/null/x.json"), 1, "cannot be written"),
    ],
)
def test_mistakes_are_one_sentence(arguments: tuple[str, ...], code: int, part: str) -> None:
    result = _run(*arguments)
    assert result.exit_code == code
    assert part in result.output
    assert "Traceback" not in result.output


def test_the_same_people_twice(pack: Pack) -> None:
    first, again = (measure_pack(pack, 25, 1, Truth.GRADED) for _ in range(2))
    assert first == again
    assert measure_pack(pack, 25, 2, Truth.GRADED) != first


def test_adaptive_interviews_are_shorter_than_the_plan_and_no_less_right(pack: Pack) -> None:
    saving = measure_pack(pack, 400, 1, Truth.CONTINUOUS)
    assert saving.questions < saving.plan
    # four hundred people times four competencies: a standard error of one point
    assert saving.accuracy > saving.fixed_accuracy[saving.plan - 1] - 0.02
    assert saving.models["graded"].accuracy == pytest.approx(saving.models["continuous"].accuracy, abs=0.03)


def test_an_interview_is_what_the_core_asks(pack: Pack) -> None:
    [candidate] = simulated_candidates(pack, 1, 1, Truth.CONTINUOUS)
    walk = adaptive(pack, candidate)
    assert walk.asked[0] == pack.plan.opening
    assert len(set(walk.asked)) == len(walk.asked) == len(walk.known)
    # the same answers give the same estimates, whoever chose the questions
    assert by_order(pack, candidate, walk.asked).known[-1] == walk.known[-1]


def test_the_fixed_list_is_a_sensible_one(pack: Pack) -> None:
    order = [pack.question(name) for name in fixed_order(pack)]
    assert len(order) == sum(map(len, pack.banks.values()))
    first = order[1 : 1 + len(pack.competencies)]
    assert {question.competency for question in first} == {c.id for c in pack.competencies}
    assert all(abs(question.difficulty) <= 0.2 for question in first)


def test_a_course_that_falls_is_levelled() -> None:
    assert never_falling([1.0, 3.0, 2.0, 4.0]) == [1.0, 2.5, 2.5, 4.0]
    assert never_falling([3.0, 2.0, 1.0]) == [2.0, 2.0, 2.0]
    assert never_falling([]) == []


def test_the_equal_point_lies_between_whole_questions() -> None:
    at, saved = equal_point([0.7, 0.7], [2, 2], [[0.5, 0.6, 0.8], [0.5, 0.6, 0.8]])
    assert at == pytest.approx(2.5)
    assert saved == pytest.approx(0.2)
    assert equal_point([0.9], [2], [[0.5, 0.6, 0.8]]) == (None, pytest.approx(1 / 3))
