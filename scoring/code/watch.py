"""Runs one errand to its end: reads what it writes, adds up what its processes use, ends it at a limit."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from scoring.code.box import (
    KILLED,
    OUT_OF_TIME,
    End,
    Errand,
    Run,
    command,
    ended,
    open_memory,
    seccomp_filter,
)

_LOOK_SECONDS = 0.01
_ASLEEP = 0.5
"""Seconds between two looks after which it was us who slept: a machine that paused must not fail anybody."""
_PATIENCE = 5.0
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / (1 << 20)
_CHUNK = 1 << 16
_NEARLY = 0.8
"""The share of its memory beyond which a program that was killed is taken to have been killed for it."""


def run_boxed(bwrap: str, errand: Errand, slot: int = 0) -> Run:
    """Run an errand and return what was seen; blocks. Its processes are gone when this returns.

    `slot` is unlike that of every other run going on in this process.
    """
    with contextlib.ExitStack() as opened:

        def keep(descriptor: int) -> int:
            opened.callback(_close, descriptor)
            return descriptor

        seccomp = keep(open_memory("filter", seccomp_filter()))
        files = {file.path: keep(open_memory("file", file.content)) for file in errand.files}
        stdin = keep(open_memory("stdin", errand.stdin))
        told, telling = _pipe_that_holds()
        keep(told)
        argv = command(bwrap, errand, slot, seccomp, telling, files)
        try:
            child = subprocess.Popen(  # noqa: S603  an argument list of ours; nothing of it is a candidate's
                argv,
                env={},
                cwd="/",
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(seccomp, telling, *files.values()),
                process_group=0,
            )
        except OSError:
            return Run(End.OURS, stderr=b"could not start")
        finally:
            os.close(telling)
        return _Watch(child, errand, told).see_through()


def _pipe_that_holds() -> tuple[int, int]:
    """Return the ends of a pipe whose writer can go on when the reader has died.

    Bubblewrap would die of writing to nobody, in the middle of building a box that then waits for it for ever.
    """
    reading, writing = os.pipe()
    try:
        return reading, os.open(f"/proc/self/fd/{writing}", os.O_RDWR | os.O_CLOEXEC)
    finally:
        os.close(writing)


def _close(descriptor: int) -> None:
    with contextlib.suppress(OSError):
        os.close(descriptor)


class _Watch:
    """A run while it lasts."""

    def __init__(self, child: subprocess.Popen[bytes], errand: Errand, told: int) -> None:
        self._child, self._errand, self._told = child, errand, told
        self._first = 0  # the box's first process, as the host numbers it
        self._end: End | None = None
        self._status = b""
        self._peak = self._used = 0.0
        self._deadline = time.monotonic() + errand.wall
        self._looked = time.monotonic()
        self._written: dict[int, bytearray] = {}

    def see_through(self) -> Run:
        """Read and look until everything is over."""
        assert self._child.stdout is not None
        assert self._child.stderr is not None
        pipes = (self._child.stdout, self._child.stderr)
        out, err = (pipe.fileno() for pipe in pipes)
        self._written = {out: bytearray(), err: bytearray()}
        try:
            self._read_all(out, err)
        finally:
            self._stop()
            for pipe in pipes:
                pipe.close()
        return self._sum_up(bytes(self._written[out]), bytes(self._written[err]))

    def _read_all(self, out: int, err: int) -> None:
        with selectors.DefaultSelector() as open_pipes:
            for descriptor in (out, err, self._told):
                os.set_blocking(descriptor, False)
                open_pipes.register(descriptor, selectors.EVENT_READ)
            while open_pipes.get_map() and self._end is None:
                for key, _ in open_pipes.select(_LOOK_SECONDS):
                    if not self._take(key.fd):
                        open_pipes.unregister(key.fd)
                if time.monotonic() - self._looked >= _LOOK_SECONDS:
                    self._look()

    def _take(self, descriptor: int) -> bool:
        """Take what was written; False at its end."""
        try:
            chunk = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return True
        if descriptor == self._told:
            self._status += chunk
            self._first = self._first or int(self._told_of("child-pid") or 0)
            return bool(chunk)
        written = self._written[descriptor]
        written += chunk
        if len(written) > self._errand.output:
            del written[self._errand.output :]
            self._end = End.OUTPUT
        return bool(chunk)

    def _told_of(self, name: str) -> int | None:
        for row in self._status.split(b"\n"):
            with contextlib.suppress(ValueError):
                found = json.loads(row)
                if name in found:
                    return int(found[name])
        return None

    def _look(self) -> None:
        """Add up the processes of the box, and end the run when they use more than they may."""
        now = time.monotonic()
        if now - self._looked > _ASLEEP:
            self._deadline += now - self._looked
        self._looked = now
        memory = seconds = 0.0
        for rss, cpu in _processes(self._first) if self._first else ():
            memory += rss
            seconds += cpu
        self._peak, self._used = max(self._peak, memory), max(self._used, seconds)
        if memory > self._errand.memory:
            self._end = End.MEMORY
        elif seconds > self._errand.seconds or now > self._deadline:
            self._end = End.TIME

    def _stop(self) -> None:
        """End whatever still runs, and wait until it is gone."""
        if self._child.poll() is None and self._end is not None and self._first:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(self._first, signal.SIGKILL)  # the kernel ends its whole process namespace with it
        try:
            self._child.wait(_PATIENCE if self._first else 0.5)
        except subprocess.TimeoutExpired:
            self._end_all()
            self._child.wait()

    def _end_all(self) -> None:
        """End those who build the box, too: one of them alone would wait for the other for ever."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, signal.SIGKILL)

    def _sum_up(self, stdout: bytes, stderr: bytes) -> Run:
        self._take_rest()
        code = self._told_of("exit-code")
        end = self._end or (End.OURS if code is None else End.EXITED)
        if end is End.EXITED and code is not None:
            end = self._read_code(code)
        return Run(end, code or 0, stdout, stderr, round(self._used, 3), round(self._peak, 1))

    def _take_rest(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(self._told, _CHUNK):
                self._status += chunk

    def _read_code(self, code: int) -> End:
        if ended(code, OUT_OF_TIME):
            return End.TIME
        if ended(code, KILLED):
            if self._used >= self._errand.seconds:
                return End.TIME
            return End.MEMORY if self._peak >= _NEARLY * self._errand.memory else End.EXITED
        return End.EXITED


def _processes(first: int) -> Iterator[tuple[float, float]]:
    """Yield (MB resident, processor seconds with those of ended children) of each process of a box.

    The box's own /proc lists only them, so that a look costs the same on a busy host.
    """
    root = Path(f"/proc/{first}/root")
    try:
        if root.samefile("/"):
            return  # the box is still being built, and this is the host's
        inside = [one for one in (root / "proc").iterdir() if one.name.isdigit()]
    except OSError:
        return
    for one in inside:
        try:
            fields = (one / "stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue
        ticks = sum(map(int, fields[11:15]))
        yield int(fields[21]) * _PAGE_MB, ticks / _TICKS
