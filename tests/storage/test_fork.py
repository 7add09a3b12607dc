"""A forked process must not repeat what its parent drew: a nonce used twice opens both texts."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import pairwise

from storage.ids import new_id
from storage.seal import Sealer


def _in_child(work: Callable[[], bytes]) -> bytes:
    """Return what `work` gives in a forked process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, work())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        given = pipe.read()
    os.waitpid(child, 0)
    return given


def test_no_nonce_is_used_by_both() -> None:
    sealer = Sealer([b"k" * 32])
    sealer.seal(1, "the first draws nonces for later")
    theirs = _in_child(lambda: b"".join(sealer.seal(1, "x")[4:16] for _ in range(300)))
    ours = {sealer.seal(1, "x")[4:16] for _ in range(300)}
    assert len(ours) == 300
    assert ours.isdisjoint({theirs[i : i + 12] for i in range(0, len(theirs), 12)})


def test_identifiers_differ_and_grow() -> None:
    new_id()
    theirs = _in_child(lambda: b"".join((new_id() & ((1 << 22) - 1)).to_bytes(4, "big") for _ in range(20)))
    mine = [new_id() for _ in range(20)]
    assert all(a < b for a, b in pairwise(mine))
    assert theirs != b"".join((one & ((1 << 22) - 1)).to_bytes(4, "big") for one in mine)
