"""Runs the load generator: the C program where there is a compiler, the Python one (slower) elsewhere."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from itertools import chain
from pathlib import Path

import msgspec

from tests.bench.crowd import Applicant, answers

_HERE = Path(__file__).parent


class Load(msgspec.Struct):
    """What the talkers counted; milliseconds from a message to the next thing said."""

    turns: int
    answers: int
    seconds: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    errors: int
    finished: int
    tokens: int
    cpu: float

    @property
    def rate(self) -> float:
        """Turns a second."""
        return self.turns / self.seconds


class Talkers:
    """The load generator with its files, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._command, self.kind = _built(folder)
        told = answers()
        lines = [_json_text(text) for text in chain.from_iterable(zip(told["zh"], told["en"], strict=False))]
        self._answers = _write(folder / "answers", lines)

    def run(
        self,
        kind: str,
        port: int,
        applicants: list[Applicant],
        *,
        talkers: int = 200,
        warm: float = 1.0,
        seconds: float,
        rate: float = 0.0,
    ) -> Load:
        """Talk for so long (`kind` ws or http) and return what was counted; used applicants leave the list."""
        tokens = _write(self._folder / "tokens", [one.token for one in applicants])
        given = [kind, port, talkers, warm, seconds, rate, tokens, self._answers]
        done = subprocess.run(
            [*self._command, *map(str, given)], check=True, capture_output=True, timeout=warm + seconds + 60
        )
        load = msgspec.json.decode(done.stdout, type=Load)
        del applicants[: load.tokens + load.tokens % 2]
        return load


def _built(folder: Path) -> tuple[list[str], str]:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return [sys.executable, "-m", "tests.bench.talkers"], "python"
    program = folder / "talk"
    subprocess.run([compiler, "-O2", "-o", str(program), str(_HERE / "talk.c")], check=True)
    return [str(program)], "c"


def _json_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _write(path: Path, lines: list[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
