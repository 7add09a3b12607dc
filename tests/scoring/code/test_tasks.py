"""The coding tasks of the shipped packs: solved by what solves them, not by what only looks like it.

Every task has a right answer in every language it is offered in; the suite runs those whose compilers take long for
every third task. `python -m tests.scoring.code.test_tasks` runs all of them and prints what did not end as it should.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.house import shipped_packs
from dialogues.app.packs import parse_pack
from dialogues.core.pack import Question
from scoring.code.judge import Judge
from scoring.code.languages import offered
from scoring.code.model import Language, Verdict, share

_SOLUTIONS: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("solutions.yaml").read_text(encoding="utf-8")
)
_PACK = parse_pack(dict(shipped_packs())["python-developer"])
_TASKS = {question.id: question for question in _PACK.programs}
_RIGHT = [(name, language) for name, known in _SOLUTIONS.items() for language in known["right"]]
_TURNS = {Language.JAVA: 1, Language.CPP: 2}
_BRIEFLY = [
    (name, language)
    for place, name in enumerate(_SOLUTIONS)
    for language in _SOLUTIONS[name]["right"]
    if language not in _TURNS or place % 3 == _TURNS[Language(language)]
]
_WRONG = [(name, number) for name, known in _SOLUTIONS.items() for number in range(len(known["wrong"]))]


def _judged(judge: Judge, question: Question, language: str, source: str) -> tuple[Verdict, float]:
    assert question.code is not None
    if missing := offered()[Language(language)]:
        pytest.skip(f"install {missing}")
    tests = (*question.code.examples, *question.code.tests)
    seen = judge.judge(question.code, tests, Language(language), source)
    return seen.verdict, share(question.code.tests, seen.tried)


def test_there_are_tasks_of_every_difficulty_with_answers() -> None:
    assert len(_TASKS) >= 8
    assert set(_TASKS) == set(_SOLUTIONS)
    assert min(q.difficulty for q in _TASKS.values()) <= -1
    assert max(q.difficulty for q in _TASKS.values()) >= 1.2
    assert all(len(known["wrong"]) >= 3 for known in _SOLUTIONS.values())
    for name, question in _TASKS.items():
        assert question.code is not None
        assert set(_SOLUTIONS[name]["right"]) == set(question.code.languages), name


@pytest.mark.parametrize("name", _TASKS)
def test_every_hidden_test_says_why(name: str) -> None:
    code = _TASKS[name].code
    assert code is not None
    assert all(set(test.why) == {"zh", "en"} for test in code.tests)
    assert len({test.id for test in (*code.examples, *code.tests)}) == len(code.examples) + len(code.tests)


@pytest.mark.parametrize(("name", "language"), _BRIEFLY)
def test_a_right_answer_is_accepted(judge: Judge, name: str, language: str) -> None:
    source = _SOLUTIONS[name]["right"][language]
    assert _judged(judge, _TASKS[name], language, source) == (Verdict.ACCEPTED, 1.0)


@pytest.mark.parametrize(("name", "number"), _WRONG)
def test_a_wrong_answer_is_found_out(judge: Judge, name: str, number: int) -> None:
    wrong = _SOLUTIONS[name]["wrong"][number]
    verdict, share_passed = _judged(judge, _TASKS[name], wrong["language"], wrong["source"])
    assert verdict not in (Verdict.ACCEPTED, Verdict.OURS, Verdict.COMPILE)
    assert share_passed < 1.0


def main() -> int:
    """Judge every answer in every language; 1 when one did not end as it should."""
    judge, odd = Judge(), []
    judge.check_walls()
    for name, language in _RIGHT:
        if _judged(judge, _TASKS[name], language, _SOLUTIONS[name]["right"][language]) != (
            Verdict.ACCEPTED,
            1.0,
        ):
            odd.append(f"{name} in {language} is not accepted")
    for name, number in _WRONG:
        wrong = _SOLUTIONS[name]["wrong"][number]
        verdict, passed = _judged(judge, _TASKS[name], wrong["language"], wrong["source"])
        if verdict in (Verdict.ACCEPTED, Verdict.OURS, Verdict.COMPILE) or passed >= 1.0:
            odd.append(f"{name}, wrong answer {number} ends as {verdict}")
    print(f"{len(_TASKS)} tasks, {len(_RIGHT)} right and {len(_WRONG)} wrong answers; odd: {odd or 'none'}")
    return int(bool(odd))


if __name__ == "__main__":
    sys.exit(main())
