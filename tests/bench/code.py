"""What a judged run costs beside a bare one: the same Python program, with and without the sandbox."""

from __future__ import annotations

import statistics
import subprocess
import time
from typing import Any

from scoring.code.box import trusted
from scoring.code.judge import Judge
from scoring.code.model import Language, Task, Test

_RUNS = 20
_PROGRAM = "a, b = map(int, input().split())\nprint(a + b)"


def _bare() -> float:
    began = time.perf_counter()
    argv = [trusted("python3"), "-I", "-S", "-c", _PROGRAM]
    subprocess.run(argv, input=b"3 4\n", capture_output=True, check=True)
    return time.perf_counter() - began


def _judged(judge: Judge, task: Task) -> float:
    began = time.perf_counter()
    assert not judge.judge(task, task.tests, Language.PYTHON, _PROGRAM).ours
    return time.perf_counter() - began


def measure() -> dict[str, Any]:
    """Return medians in milliseconds and the difference."""
    judge = Judge()
    task = Task(languages=(Language.PYTHON,), examples=(), tests=(Test("one", "7\n", "3 4\n"),))
    bare = statistics.median(_bare() for _ in range(_RUNS)) * 1000
    boxed = statistics.median(_judged(judge, task) for _ in range(_RUNS)) * 1000
    return {"bare_ms": round(bare, 1), "judged_ms": round(boxed, 1), "overhead_ms": round(boxed - bare, 1)}
