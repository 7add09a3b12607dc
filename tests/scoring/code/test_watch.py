"""The watchdog: a machine that slept must not fail anybody."""

from __future__ import annotations

import subprocess
import time

from scoring.code.box import End, Errand
from scoring.code.watch import _Watch


def _watch() -> _Watch:
    child = subprocess.Popen(["/bin/true"])
    child.wait()
    return _Watch(child, Errand(argv=(), seconds=0.1), 0)


def test_time_in_which_we_slept_does_not_count() -> None:
    watch = _watch()
    before = watch._deadline
    watch._looked -= 100.0  # the machine was away
    watch._look()
    assert watch._end is None
    assert watch._deadline - before >= 99.0


def test_time_in_which_we_looked_does() -> None:
    watch = _watch()
    watch._deadline = time.monotonic() - 0.01
    watch._look()
    assert watch._end is End.TIME
