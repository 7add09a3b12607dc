"""Problems that nobody here wrote: every eighth of HumanEval's, its solution accepted, its mutant found out."""

from __future__ import annotations

import pytest

from scoring.code.model import Verdict
from tests.scoring.code.human_eval import judge_all, mutants, problems, solutions

_EVERY = 8
pytestmark = [pytest.mark.usefixtures("judge"), pytest.mark.timeout(300)]
SAMPLE = list(problems())[::_EVERY]


def test_there_are_enough_of_them() -> None:
    assert len(list(problems())) == 164
    assert len(SAMPLE) >= 20


def test_every_reference_solution_is_accepted() -> None:
    verdicts = judge_all(solutions(SAMPLE))
    assert {name: v for name, v in verdicts.items() if v is not Verdict.ACCEPTED} == {}


def test_mutants_are_rejected() -> None:
    verdicts = judge_all(mutants(SAMPLE))
    assert [name for name, v in verdicts.items() if v in (Verdict.ACCEPTED, Verdict.OURS)] == []
