"""Everything that tries to get out stays in, ends, and leaves nothing behind; whoever runs the judge."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scoring.code.box import trusted
from scoring.code.judge import Judge
from tests.scoring.code.attacks import ATTACKS, BOMBS, attack, bomb, running

_ROOT = Path(__file__).parents[3]
_NOBODY = 65_534


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLOQUY_DATA_KEYS", "must not be seen")


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_contained(judge: Judge, name: str) -> None:
    found = attack(judge, name)
    assert not found.wrong


@pytest.mark.parametrize("name", BOMBS)
def test_a_compiler_bomb_is_contained(judge: Judge, name: str) -> None:
    if not trusted("g++"):
        pytest.skip("g++ is not here")
    found = bomb(judge, name)
    assert not found.wrong


def test_six_programs_under_the_limit_are_one_over_it(judge: Judge) -> None:
    seen = attack(judge, "six_under_the_limit").run
    assert seen.memory < 260  # ended on the way to 360 MB


def _names(folder: str) -> set[str]:
    return {one.name for one in Path(folder).iterdir()}


def test_nothing_is_left_on_the_disk(judge: Judge) -> None:
    before = _names("/tmp") | _names("/var/tmp")
    attack(judge, "fills_disk")
    after = _names("/tmp") | _names("/var/tmp")
    assert not [name for name in after - before if name.startswith(("f", "box", "bindfile", "newroot"))]


def test_no_descriptor_is_left_open(judge: Judge) -> None:
    attack(judge, "symlinks")
    before = len(_names("/proc/self/fd"))
    attack(judge, "output_flood")
    assert len(_names("/proc/self/fd")) == before


_JUDGING = """
import sys, threading
from scoring.code.box import Errand, File, trusted
from scoring.code.judge import Judge
def judge(slot):
    errand = Errand((trusted("python3"), "-I", "-S", "/box/main.py", sys.argv[1]), (File("/box/main.py", b"pass"),), seconds=0.2)
    while True: Judge(slot).run(errand)
for slot in range(3): threading.Thread(target=judge, args=(slot,)).start()
print("judging", flush=True)
"""


@pytest.mark.usefixtures("judge")
def test_a_judge_that_is_killed_leaves_nothing_running() -> None:
    """A box that was being built when its builder died would wait for it for ever; one in five did."""
    mark = f"killed-{secrets.token_hex(8)}"
    for moment in range(8):
        killed = subprocess.Popen([sys.executable, "-c", _JUDGING, mark], cwd=_ROOT, stdout=subprocess.PIPE)
        assert killed.stdout is not None
        killed.stdout.readline()
        time.sleep(0.05 + moment * 0.013)
        killed.kill()
        killed.wait()
        killed.stdout.close()
    deadline = time.monotonic() + 60
    while left := running(mark):
        assert time.monotonic() < deadline, left
        time.sleep(0.2)


def test_an_ordinary_user_is_as_safe(judge: Judge) -> None:
    if os.geteuid() != 0:
        pytest.skip("the tests run as an ordinary user already")
    packages = next(one for one in sys.path if one.endswith("site-packages"))
    argv = [trusted("setpriv"), f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
    argv += ["/usr/bin/python3", "-m", "tests.scoring.code.attacks"]
    env = {
        "PYTHONPATH": f"{_ROOT}{os.pathsep}{packages}",
        "PATH": "/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    can = subprocess.run(
        [*argv[:4], "/usr/bin/python3", "-c", "import msgspec"], env=env, capture_output=True, check=False
    )
    if can.returncode:
        pytest.skip("the system's Python cannot read this environment as another user")
    done = subprocess.run(argv, env=env, cwd="/", capture_output=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr.decode()[-800:]
    assert json.loads(done.stdout) == {}
