"""The server as a real process that can be killed without warning."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil

_ROOT = Path(__file__).parents[3]


def free_port() -> int:
    """Return a port nobody listens on, below those the system gives to clients: while the server is down, a
    client that connects from the server's own port would be talking to itself and keep the server out."""
    while True:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", random.randint(15_000, 31_000)))
            except OSError:
                continue
            return int(probe.getsockname()[1])


_TRACKER = re.compile(r"resource_tracker|warnings\.warn")
"""What Python says of every process that was killed."""


class ServerProcess:
    """`colloquy serve` on a database of its own."""

    def __init__(self, folder: Path, port: int, url: str, *arguments: str) -> None:
        self._log = folder / f"server-{port}.log"
        self._arguments = arguments or ("serve",)
        self._port = port
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("COLLOQUY_")},
            "COLLOQUY_DATABASE_URL": url,
            "COLLOQUY_PORT": str(port),
            "COLLOQUY_LOG_FORMAT": "json",
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._children: list[psutil.Process] = []

    def start(self, **environment: str) -> None:
        """Start it; it is not ready yet."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", *self._arguments],
                cwd=_ROOT,
                env=self._environment | environment,
                stdout=log,
                stderr=log,
            )

    async def ready(self, seconds: float = 30) -> None:
        """Wait until it accepts connections."""
        assert self._process is not None
        for _ in range(int(seconds / 0.05)):
            if self._process.poll() is not None:
                said = [one for one in self._log.read_text().splitlines() if not _TRACKER.search(one)]
                raise RuntimeError(
                    f"the server ended by itself ({self._process.returncode}): " + "\n".join(said)[-20_000:]
                )
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self._port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                await writer.wait_closed()
                return
        raise TimeoutError("the server does not become ready")

    def kill(self) -> None:
        """Kill the process as a power cut would; its children are left to notice."""
        assert self._process is not None
        with contextlib.suppress(psutil.NoSuchProcess):
            self._children += psutil.Process(self._process.pid).children(recursive=True)
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """Ask it to end; return its exit code."""
        assert self._process is not None
        if self._process.poll() is not None:
            return self._process.returncode
        self._children += psutil.Process(self._process.pid).children(recursive=True)
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def orphans(self, seconds: float = 20) -> list[str]:
        """Return what the children are that outlive their killed parents by so long; end those."""
        _, alive = psutil.wait_procs(self._children, timeout=seconds)
        found = []
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                stacks = Path(f"/proc/{process.pid}/wchan").read_text()
                found.append(f"{process.status()} {stacks} {process.num_threads()} {process.cmdline()}"[:300])
                process.kill()
        return found

    def log(self) -> str:
        """Return what it has logged."""
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""
