"""Products that begin at once: a process that has everything imported and forks one whenever it is asked.

Starting from nothing takes seconds of imports, in which nobody can be hurt; with them gone most of a life is spent at
work. What is forked is the command `colloquy serve`, and it is killed like any other process.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

import psutil

from tests.e2e.faults.process import ServerProcess

_ROOT = Path(__file__).parents[3]
_PRELOADED = (
    "bot.__main__",
    "bot.house",
    "bot.messengers",
    "bot.serving",
    "bot.wiring",
    "bot.telegram.calls",
    "bot.telegram.channel",
    "bot.telegram.ports",
)


class _Forked:
    """A grandchild, as far as it is treated like a child."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode = 0
        self._process = psutil.Process(pid)

    def poll(self) -> int | None:
        return None if self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE else 1

    def kill(self) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            self._process.kill()

    def send_signal(self, number: int) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            self._process.send_signal(number)

    def wait(self, seconds: float = 60) -> int:
        """Wait until it is gone; raises what `subprocess` raises."""
        try:
            self._process.wait(seconds)
        except psutil.TimeoutExpired:
            raise subprocess.TimeoutExpired("colloquy serve", seconds) from None
        return 0


class Nursery(ServerProcess):
    """A `ServerProcess` whose lives are forked. Use it as a context."""

    def __enter__(self) -> Self:
        self._mother = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.telegram.nursery"],
            cwd=_ROOT,
            env=self._environment | {"OMP_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._mother.stdout is not None
        self._mother.stdout.readline()
        return self

    def __exit__(self, *_: object) -> None:
        self._mother.kill()
        self._mother.wait()
        for pipe in (self._mother.stdin, self._mother.stdout):
            if pipe is not None:
                pipe.close()

    def start(self, **environment: str) -> None:
        """Start it; it is not ready yet."""
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        order = {"environment": self._environment | environment, "log": str(self._log)}
        self._mother.stdin.write(json.dumps(order) + "\n")
        self._mother.stdin.flush()
        self._process = _Forked(int(self._mother.stdout.readline()))  # type: ignore[assignment]

    @property
    def lives(self) -> bool:
        """Whether it has not ended by itself."""
        return self._process is not None and self._process.poll() is None


def _serve_forever() -> None:
    """Fork a product for each line that comes in, and say its number."""
    import importlib

    for name in _PRELOADED:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if not pid:
            _be_product(order)
        print(pid, flush=True)


def _be_product(order: dict[str, Any]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    sys.stdout = os.fdopen(1, "w", buffering=1)
    os.environ.clear()
    os.environ.update(order["environment"])
    from bot.__main__ import main

    code = 1
    try:
        main(["serve"], prog_name="colloquy", standalone_mode=True)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        os._exit(code)


if __name__ == "__main__":
    _serve_forever()
