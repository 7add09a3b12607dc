"""Unique, time-ordered 63-bit identifiers made without asking the database."""

from __future__ import annotations

import os
import random
import secrets
import threading
import time

_EPOCH_MS = 1_767_225_600_000  # 2026-01-01 UTC
_lock = threading.Lock()
_random = random.Random(secrets.randbits(128))  # noqa: S311  ids need to differ, not to be secret; no system call each
_last_ms = 0
_count = 0


def _draw_afresh() -> None:
    """In a forked process: draw other numbers than the process it came from."""
    _random.seed(secrets.randbits(128))


os.register_at_fork(after_in_child=_draw_afresh)


def new_id() -> int:
    """Return an identifier: 41 bits of milliseconds and 22 bits that count up from a random number.

    Within a process they are unique and grow. Two processes agree on one once in millions; the database then
    refuses the second, and its batch is tried again with new ones.
    """
    global _last_ms, _count
    with _lock:
        now = time.time_ns() // 1_000_000 - _EPOCH_MS
        if now > _last_ms:
            _last_ms, _count = now, _random.getrandbits(21)
        else:
            _count += 1
            if _count == 1 << 22:
                _last_ms, _count = _last_ms + 1, 0
        return (_last_ms << 22) | _count


def first_id(seconds: float) -> int:
    """Return a number no greater than any identifier made at this time (seconds since 1970) or later."""
    return max(0, int(seconds * 1000) - _EPOCH_MS) << 22
