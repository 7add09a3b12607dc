"""Kills the process of `victim` at random moments, then says what does not agree."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from pathlib import Path

from sqlalchemy import func, select

from storage import tables
from tests.e2e.booking.victim import Town, check_calendar, live_until_killed
from tests.e2e.booking.world import check_agreement, check_reminders


def kill_at_random(folder: Path, people: int, kills: int, seed: int = 1) -> dict[str, object]:
    """Kill so many times; return what happened and what is wrong afterwards."""
    chance, killed = random.Random(seed), 0
    while killed < kills:
        (folder / "ready").unlink(missing_ok=True)
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                live_until_killed(folder, people, seed * 1000 + killed)
            os._exit(0)
        deadline = time.monotonic() + 60
        while not (folder / "ready").exists():
            assert time.monotonic() < deadline, "the process did not start"
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.8))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "it ended by itself"
        killed += 1
    return _verdict(folder, people, kills)


def _verdict(folder: Path, people: int, kills: int) -> dict[str, object]:
    town = Town(folder, people, 0)
    town.quiet()
    outbox, inbox = tables.outbox.c, tables.inbox.c
    with town.world.store.engine.connect() as connection:
        dead = connection.execute(select(func.count()).where(inbox.status == tables.DEAD)).scalar_one()
        late = connection.execute(
            select(func.count()).where(
                outbox.status == tables.WAITING, outbox.due_at < town.world.now - 120, outbox.kind != "WakeAt"
            )
        ).scalar_one()
        b = tables.booking.c
        counted = connection.execute(select(b.kind, b.status, func.count()).group_by(b.kind, b.status)).all()
    wrong = [*check_agreement(town.world), *check_reminders(town.world), *check_calendar(town)]
    wrong += [f"{dead} events could not be stepped"] * bool(dead)
    wrong += [f"{late} effects were left behind"] * bool(late)
    return {
        "kills": kills,
        "bookings": {f"{kind} {status}": n for kind, status, n in counted},
        "wrong": wrong,
    }
