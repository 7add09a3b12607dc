"""Enemies, exposure and job level in the YAML of a pack."""

from __future__ import annotations

import pytest

from dialogues.app.packs import check_pack, parse_pack
from scoring.difficulty import JobLevel
from tests.app.pack_samples import FULL, line_of, serious

ANGRY = "  - id: angry\n    competency: service\n"


def _with(enemies: str, text: str = FULL) -> str:
    return text.replace(ANGRY, f"{ANGRY}    enemies: {enemies}\n")


def test_a_question_or_a_shared_group_is_taken() -> None:
    text = _with("[gift, desk]").replace("  - id: queue\n", "  - id: queue\n    enemies: [desk]\n")
    assert check_pack(text) == []
    pack = parse_pack(text)
    assert pack.question("angry").enemies == ("gift", "desk")
    assert pack.apart == {
        "angry": frozenset({"gift", "queue"}),
        "gift": frozenset({"angry"}),
        "queue": frozenset({"angry"}),
    }


@pytest.mark.parametrize(
    ("enemies", "parts"),
    [
        ("[gfit]", ("no question", 'did you mean "gift"?')),
        ("[elsewhere]", ("no question", "give another question the same group")),
        ("[angry]", ("its own enemy",)),
        ("gift", ("`enemies`",)),
        ("[7]", ("item 1 of `enemies`", "put it in quotes")),
        ("[gift, gift]", ("twice",)),
    ],
)
def test_a_mistake_is_told_where_it_stands(enemies: str, parts: tuple[str, ...]) -> None:
    text = _with(enemies)
    problems = serious(text)
    assert problems
    assert problems[0].line == line_of(text, "enemies:")
    assert all(part in problems[0].message for part in parts), problems


def test_enemies_that_leave_too_few_questions_are_told() -> None:
    text = FULL
    for name in ("intro", "angry", "gift", "queue", "policy"):
        text = text.replace(f"  - id: {name}\n", f"  - id: {name}\n    enemies: [all]\n")
    [problem] = serious(text)
    assert "be asked 1 of its questions at most" in problem.message


def test_exposure_and_job_level_have_defaults_and_limits() -> None:
    pack = parse_pack(FULL)
    assert (pack.plan.exposure, pack.job_level) == (0.4, JobLevel.EXPERIENCED)
    text = FULL.replace("total_max: 8", "total_max: 8\n  exposure: 0.2").replace(
        "pass_mark: 55", "pass_mark: 55\njob_level: senior"
    )
    assert check_pack(text) == []
    pack = parse_pack(text)
    assert (pack.plan.exposure, pack.job_level) == (0.2, JobLevel.SENIOR)
    assert "from 0.05 to 1" in serious(text.replace("exposure: 0.2", "exposure: 40"))[0].message
    assert "did you mean `senior`?" in serious(text.replace("senior", "senor"))[0].message
