"""Starts the processes that are measured, and says what they cost: processor time and memory."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psutil

_ROOT = Path(__file__).parent.parent.parent


class Memory(msgspec.Struct):
    """MiB. `pss` counts a page shared by several processes once."""

    rss: float
    pss: float


class Process:
    """A process under measurement and its children."""

    def __init__(self, arguments: list[str], port: int, environment: dict[str, str] | None = None) -> None:
        self.port = port
        self._started = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", *arguments], cwd=_ROOT, env={**os.environ, **(environment or {})}
        )
        self._ps = psutil.Process(self._process.pid)

    def wait_for_port(self) -> float:
        """Return the seconds from the start until the port takes connections."""
        while not _listens(self.port):
            self._check()
        return time.monotonic() - self._started

    def wait_until_ready(self) -> float:
        """Return the seconds from the start until `/readyz` says so."""
        while not _ready(self.port):
            self._check()
        return time.monotonic() - self._started

    def _check(self) -> None:
        if self._process.poll() is not None or time.monotonic() - self._started > 60:
            raise RuntimeError("the process under measurement did not come up")
        time.sleep(0.01)

    def cpu(self) -> float:
        """Return the processor seconds used so far, user and system, of the process and its children."""
        used = [one.cpu_times() for one in (self._ps, *self._ps.children(recursive=True))]
        return sum(one.user + one.system for one in used)

    def memory(self) -> tuple[Memory, Memory]:
        """Return the memory of the process, and of it and its children together."""
        own = _memory(self._ps)
        whole = [own, *(_memory(child) for child in self._ps.children(recursive=True))]
        return own, Memory(sum(one.rss for one in whole), sum(one.pss for one in whole))

    def kill(self) -> None:
        """End it as a power cut would, children too."""
        for child in self._ps.children(recursive=True):
            child.kill()
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End it as an operator would."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def running(arguments: list[str], port: int, environment: dict[str, str] | None = None) -> Iterator[Process]:
    """Run a process for the length of the block, listening."""
    process = Process(arguments, port, environment)
    try:
        process.wait_for_port()
        yield process
    finally:
        process.stop()


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _memory(process: psutil.Process) -> Memory:
    used = process.memory_full_info()
    return Memory(used.rss / 2**20, used.pss / 2**20)
