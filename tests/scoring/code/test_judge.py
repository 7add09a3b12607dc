"""Every language gets every verdict it deserves."""

from __future__ import annotations

import pytest

from scoring.code.box import End, Errand, Run
from scoring.code.judge import Judge, same_output
from scoring.code.judge import judge as judge_with
from scoring.code.languages import TOOLCHAINS, offered
from scoring.code.model import Language, Limits, Task, Test, Verdict, share

_SUM = (Test("one", "7\n", "3 4\n"), Test("two", "-1\n", "2 -3\n", weight=3.0))
_TABLES = (
    Test("one", "Ann|3\n", "create table p(n text, v int); insert into p values ('Ann', 3), ('Bo', 1);"),
    Test("two", "Cy|9\n", "create table p(n text, v int); insert into p values ('Cy', 9);", weight=3.0),
)
_TASK = Task(languages=tuple(Language), examples=(), tests=_SUM, limits=Limits(seconds=1.0))

_READ_JS = "const [a, b] = require('fs').readFileSync(0, 'utf8').split(' ').map(Number);"
_MAIN = "import java.util.*;\npublic class Main { public static void main(String[] x) { %s } }"
_SCAN = "Scanner s = new Scanner(System.in); int a = s.nextInt(), b = s.nextInt();"
_CPP = "#include <iostream>\n#include <vector>\nint main() { int a, b; std::cin >> a >> b; %s }"

PROGRAMS: dict[tuple[Language, Verdict], str] = {
    (Language.PYTHON, Verdict.ACCEPTED): "a, b = map(int, input().split())\nprint(a + b)",
    (Language.PYTHON, Verdict.WRONG): "a, b = map(int, input().split())\nprint(a - b)",
    (Language.PYTHON, Verdict.TIME): "while True: pass",
    (Language.PYTHON, Verdict.MEMORY): "x = [0] * 10**9",
    (Language.PYTHON, Verdict.OUTPUT): "while True: print('x' * 1000)",
    (Language.PYTHON, Verdict.RUNTIME): "print(1 / 0)",
    (Language.JAVASCRIPT, Verdict.ACCEPTED): f"{_READ_JS}\nconsole.log(a + b)",
    (Language.JAVASCRIPT, Verdict.WRONG): f"{_READ_JS}\nconsole.log(a * b)",
    (Language.JAVASCRIPT, Verdict.RUNTIME): "null.x",
    (Language.JAVASCRIPT, Verdict.TIME): "for (;;);",
    (Language.JAVASCRIPT, Verdict.MEMORY): "const a = []; for (;;) a.push(new Array(1000).fill(a.length))",
    (Language.JAVA, Verdict.ACCEPTED): _MAIN % f"{_SCAN} System.out.println(a + b);",
    (Language.JAVA, Verdict.WRONG): _MAIN % f"{_SCAN} System.out.println(a);",
    (Language.JAVA, Verdict.RUNTIME): _MAIN % "throw new RuntimeException();",
    (Language.JAVA, Verdict.COMPILE): "public class Main { int }",
    (Language.JAVA, Verdict.MEMORY): _MAIN % "int[][] a = new int[999][]; for (int i = 0; i < 999; i++) a[i] = new int[999999];",
    (Language.CPP, Verdict.ACCEPTED): _CPP % "std::cout << a + b;",
    (Language.CPP, Verdict.WRONG): _CPP % "std::cout << a;",
    (Language.CPP, Verdict.RUNTIME): _CPP % "return 3;",
    (Language.CPP, Verdict.COMPILE): "int main() {",
    (Language.CPP, Verdict.MEMORY): _CPP % "std::vector<int> v(1 << 28, 1); return v[a] - 1;",
    (Language.SQL, Verdict.ACCEPTED): "with best as (select max(v) m from p)\nselect n, v from p, best where v = m;",
    (Language.SQL, Verdict.WRONG): "select n from p",
    (Language.SQL, Verdict.RUNTIME): "selec n from p",
    (Language.SQL, Verdict.TIME): "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c",
}  # fmt: skip


@pytest.mark.parametrize(("language", "verdict"), PROGRAMS)
def test_a_program_gets_the_verdict_it_deserves(judge: Judge, language: Language, verdict: Verdict) -> None:
    if missing := offered()[language]:
        pytest.skip(f"install {missing}")
    tests = _TABLES if language is Language.SQL else _SUM
    seen = judge.judge(_TASK, tests, language, PROGRAMS[language, verdict])
    assert seen.verdict is verdict, seen
    assert share(tests, seen.tried) == (1.0 if verdict is Verdict.ACCEPTED else 0.0)
    assert bool(seen.compiler) is (verdict is Verdict.COMPILE)


def test_the_share_is_by_weight(judge: Judge) -> None:
    seen = judge.judge(
        _TASK, _SUM, Language.PYTHON, "a, b = map(int, input().split())\nprint(7 if a == 3 else 0)"
    )
    assert [one.verdict for one in seen.tried] == [Verdict.ACCEPTED, Verdict.WRONG]
    assert share(_SUM, seen.tried) == 0.25


def test_one_test_leaves_nothing_for_the_next(judge: Judge) -> None:
    source = "import os\nprint(os.path.exists('/tmp/seen'))\nopen('/tmp/seen', 'w').close()"
    tests = (Test("one", "False"), Test("two", "False"))
    assert judge.judge(_TASK, tests, Language.PYTHON, source).verdict is Verdict.ACCEPTED


def test_what_goes_wrong_with_us_is_never_a_wrong_answer() -> None:
    def broken(_errand: Errand) -> Run:
        return Run(End.OURS)

    for language in TOOLCHAINS:
        seen = judge_with(broken, _TASK, _SUM, language, "x")
        assert seen.ours
        assert {one.verdict for one in seen.tried} == {Verdict.OURS}


def test_a_program_that_is_too_long_is_not_compiled() -> None:
    def never(_errand: Errand) -> Run:
        raise AssertionError

    seen = judge_with(never, _TASK, _SUM, Language.PYTHON, "x" * 70_000)
    assert seen.verdict is Verdict.COMPILE


@pytest.mark.parametrize(
    ("wrote", "wanted", "ordered", "same"),
    [
        ("1 2 \n3\n\n", "1 2\n3", True, True),
        ("3\n1 2", "1 2\n3", True, False),
        ("3\n1 2", "1 2\n3", False, True),
        ("1  2", "1 2", True, False),
        ("", "x", True, False),
        ("1\n1", "1", False, False),
    ],
)
def test_outputs_are_compared_line_by_line(wrote: str, wanted: str, ordered: bool, same: bool) -> None:
    assert same_output(wrote, wanted, ordered=ordered) is same
