"""A real server for the browser tests: `colloquy demo` in a process of its own, which can be killed and come back."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_READY_SECONDS = 40


def free_port() -> int:
    """Return a port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Demo:
    """A running demo; `candidate` and `hr` are the two addresses it printed last."""

    def __init__(self, folder: Path, language: str = "zh", **settings: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.candidate = self.hr = ""
        self._folder = folder
        self._language = language
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        """Return the environment every command of this demo runs in."""
        chosen = {"DATABASE_URL": f"sqlite:///{self._folder}/demo.db", "LANGUAGE": self._language}
        chosen |= self._settings
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("COLLOQUY_")}
        return inherited | {f"COLLOQUY_{name}": value for name, value in chosen.items()}

    def start(self) -> None:
        """Start the server and wait until it answers."""
        printed = self._folder / "printed.txt"
        with printed.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "demo", "--port", str(self.port)],
                env=self.environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + _READY_SECONDS
        while not self._answers():
            assert self._process.poll() is None, printed.read_text()
            assert time.monotonic() < deadline, printed.read_text()
            time.sleep(0.1)
        text = printed.read_text()
        self.candidate, self.hr = (
            re.findall(rf"http://\S*{path}\S+", text)[0] for path in ("/chat/", "/hr#")
        )

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=1) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """End the server and return its exit code."""
        assert self._process is not None
        self._process.send_signal(how)
        return self._process.wait(20)


@contextmanager
def running(folder: Path, language: str = "zh", **settings: str) -> Iterator[Demo]:
    """Give a demo that has begun; it is ended afterwards whatever happened."""
    demo = Demo(folder, language, **settings)
    demo.start()
    try:
        yield demo
    finally:
        demo.stop(signal.SIGKILL)
