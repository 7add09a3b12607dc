"""What a judged run costs beside a bare one: the same Python program, with and without the sandbox.

Also the same sum in every language (compiling and one test), and in Python by WASI where that is installed.
"""

from __future__ import annotations

import statistics
import subprocess
import time
from typing import Any

from msgspec import structs

from scoring.code.box import NoBox, trusted
from scoring.code.judge import Judge
from scoring.code.languages import offered
from scoring.code.model import Language, Task, Test, Verdict
from scoring.code.wasi import WasiPython

_RUNS, _FEW = 20, 5
_PROGRAM = "a, b = map(int, input().split())\nprint(a + b)"
_SUMS = {
    Language.PYTHON: _PROGRAM,
    Language.JAVASCRIPT: "const [a, b] = require('fs').readFileSync(0, 'utf8').split(' ').map(Number); console.log(a + b)",
    Language.JAVA: "import java.util.*;\npublic class Main { public static void main(String[] x) {"
    " Scanner s = new Scanner(System.in); System.out.println(s.nextInt() + s.nextInt()); } }",
    Language.CPP: "#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b; }",
    Language.SQL: "select 7",
}


def _bare() -> float:
    began = time.perf_counter()
    argv = [trusted("python3"), "-I", "-S", "-c", _PROGRAM]
    subprocess.run(argv, input=b"3 4\n", capture_output=True, check=True)
    return time.perf_counter() - began


def _judged(judge: Judge | WasiPython, task: Task, language: Language = Language.PYTHON) -> float:
    began = time.perf_counter()
    assert judge.judge(task, task.tests, language, _SUMS[language]).verdict is Verdict.ACCEPTED
    return time.perf_counter() - began


def _each_language(judge: Judge, task: Task) -> dict[str, float]:
    """Return the median ms of compiling and one test in every language that is to be had."""
    found = {}
    for language, missing in offered().items():
        if not missing:
            sql = (Test("one", "7\n", "create table t(a);"),)
            one = structs.replace(task, tests=sql) if language is Language.SQL else task
            found[language.value] = round(
                statistics.median(_judged(judge, one, language) for _ in range(_FEW)) * 1000, 1
            )
    return found


def _by_wasi(task: Task) -> float:
    """Return the median ms of a run by WASI; 0 where there is none."""
    try:
        wasi = WasiPython()
        wasi.check_walls()
    except NoBox:
        return 0.0
    return round(statistics.median(_judged(wasi, task) for _ in range(_FEW)) * 1000, 1)


def measure() -> dict[str, Any]:
    """Return medians in milliseconds and the difference."""
    judge = Judge()
    task = Task(languages=(Language.PYTHON,), examples=(), tests=(Test("one", "7\n", "3 4\n"),))
    bare = statistics.median(_bare() for _ in range(_RUNS)) * 1000
    boxed = statistics.median(_judged(judge, task) for _ in range(_RUNS)) * 1000
    return {
        "bare_ms": round(bare, 1),
        "judged_ms": round(boxed, 1),
        "overhead_ms": round(boxed - bare, 1),
        "languages_ms": _each_language(judge, task),
        "wasi_ms": _by_wasi(task),
    }
