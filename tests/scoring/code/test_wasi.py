"""The second sandbox: Python by WASI where the kernel allows no box. The same attacks, the same verdicts, only slower."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.judging import carrier
from scoring.code.box import End, Errand, File, NoBox
from scoring.code.model import Language, Limits, Task, Test, Verdict
from scoring.code.wasi import WasiPython
from tests.scoring.code.attacks import ATTACKS, ESCAPED

_SUM = (Test("one", "求和 7\n", "3 4\n"),)
_TASK = Task(languages=(Language.PYTHON,), examples=(), tests=_SUM, limits=Limits(seconds=0.2, output=16))
_ENDED = ("endless_loop", "sleeps", "output_flood", "memory_bomb", "ignores_signals")
_KEPT_IN = ("fills_disk", "reads_shadow", "reads_environment", "network", "symlinks", "threads")
PROGRAMS = {
    "a, b = map(int, input().split())\nprint('求和', a + b)": Verdict.ACCEPTED,
    "print(7)": Verdict.WRONG,
    "while True: pass": Verdict.TIME,
    "x = [0] * 10**9": Verdict.MEMORY,
    "while True: print('x' * 1000)": Verdict.OUTPUT,
    "def f(n): return f(n + 1)\nf(0)": Verdict.RUNTIME,
}


@pytest.fixture(scope="module")
def wasi() -> WasiPython:
    try:
        made = WasiPython()
        made.check_walls()
    except NoBox as error:
        pytest.skip(str(error))
    return made


@pytest.mark.parametrize("source", PROGRAMS)
def test_a_program_gets_the_verdict_it_deserves(wasi: WasiPython, source: str) -> None:
    seen = wasi.judge(_TASK, _SUM, Language.PYTHON, source)
    assert seen.verdict is PROGRAMS[source], seen


@pytest.mark.parametrize("name", [*_ENDED, *_KEPT_IN])
def test_an_attack_is_contained(wasi: WasiPython, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLOQUY_DATA_KEYS", "must not be seen")
    errand = Errand(argv=(), files=(File("/box/main.py", ATTACKS[name].source.encode()),), seconds=0.1)
    seen = wasi.run(errand, 2.0)
    assert ESCAPED not in seen.stdout
    assert seen.end is not End.OURS
    if name in _ENDED and name != "memory_bomb":
        assert seen.end in (End.TIME, End.OUTPUT)


@pytest.fixture
def _fresh() -> Iterator[None]:
    def forget() -> None:
        carrier.way_here.cache_clear()
        carrier.code_tools.cache_clear()

    forget()
    yield
    forget()


def _without(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    def fails(*_: object) -> None:
        raise NoBox("no such thing here")

    for name in names:
        monkeypatch.setattr(getattr(carrier, name), "check_walls", fails)


@pytest.mark.usefixtures("_fresh", "wasi")
def test_without_a_box_python_alone_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    _without(monkeypatch, "Sandbox")
    assert carrier.code_tools() == ("python",)
    assert "WASI" in carrier.say_state()
    accepted = next(source for source, verdict in PROGRAMS.items() if verdict is Verdict.ACCEPTED)
    assert carrier.judge_once(0, _TASK, _SUM, Language.PYTHON, accepted).verdict is Verdict.ACCEPTED
    assert carrier.judge_once(0, _TASK, _SUM, Language.JAVA, "x").ours


@pytest.mark.usefixtures("_fresh")
def test_without_either_nothing_is_run_and_nobody_is_blamed(monkeypatch: pytest.MonkeyPatch) -> None:
    _without(monkeypatch, "Sandbox", "WasiPython")
    assert carrier.code_tools() == ()
    assert carrier.say_state().startswith("not configured: coding tasks are left out")
    assert carrier.judge_once(0, _TASK, _SUM, Language.PYTHON, "print(1)").ours


def _judged(tmp_path: Path, ending: str) -> Result:
    (tmp_path / "task.yaml").write_text(
        "languages: [python, javascript]\nexamples: []\ntests: [{id: t1, input: '20 22', output: '42'}]\n"
    )
    (tmp_path / f"solution.{ending}").write_text("a, b = map(int, input().split())\nprint(a + b)\n")
    return CliRunner().invoke(
        main, ["judge", str(tmp_path / "task.yaml"), str(tmp_path / f"solution.{ending}")]
    )


@pytest.mark.usefixtures("_fresh", "wasi")
def test_the_command_judges_by_wasi_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _without(monkeypatch, "Sandbox")
    done = _judged(tmp_path, "py")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["verdict"] == "accepted"
    refused = _judged(tmp_path, "js")
    assert refused.exit_code == 1
    assert "JavaScript cannot be run safely here" in refused.output


@pytest.mark.usefixtures("_fresh")
def test_the_command_refuses_where_nothing_holds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _without(monkeypatch, "Sandbox", "WasiPython")
    refused = _judged(tmp_path, "py")
    assert refused.exit_code == 1
    assert "Python cannot be run safely here: " in refused.output
    assert "Traceback" not in refused.output
