"""A thousand people want a hundred appointments at the same moment, beside plain unique inserts in the same run.

Exactly a hundred may get one, nobody may share one, and everybody else must be offered another time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text

from dialogues.app.diary import free_days, open_diary
from storage import tables
from storage.agenda import BookingDesk
from storage.bookings import BOOKED, SqlBookings
from storage.migrate import upgrade
from tests.storage.store import PACK, Store, pack_text

Figures = dict[str, Any]
_ROOT = Path(__file__).parents[2]


def _prepare(url: str, people: int, places: int) -> list[tuple[int, float]]:
    """Make the people and return who wants which time; every time is wanted by the same number."""
    store = Store(url)
    upgrade(store.engine)
    written = pack_text().replace("minutes: 45", "minutes: 30").replace("horizon_days: 7", "horizon_days: 14")
    pack = store.packs.add(written, activate=True)
    BookingDesk(store.engine).set_rule(PACK, "capacity", "1")
    bookings = SqlBookings(store.engine)
    diary = open_diary(pack, "interview", bookings)
    assert diary is not None
    slots = [slot.start for day in free_days(diary, bookings, diary.zone, time.time()) for slot in day.slots]
    later = [start for start in slots if start > time.time() + 86_400]
    wanted = later[:places]
    assert len(wanted) == places
    assert len(later) >= places + 3
    people_ids = [store.applications.create(pack, "en", {}, f"racer-{n}")[1] for n in range(people)]
    with store.engine.begin() as connection:
        connection.execute(text("CREATE TABLE bare_slot (slot BIGINT PRIMARY KEY, taker BIGINT NOT NULL)"))
    store.close()
    return [(one, wanted[n % places]) for n, one in enumerate(people_ids)]


def _run(
    url: str, orders: list[tuple[int, float]], workers: int, threads: int, *, bare: bool
) -> list[Figures]:
    started = []
    for worker in range(workers):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.bookers"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        share = {"url": url, "orders": orders[worker::workers], "threads": threads, "bare": bare}
        assert process.stdin is not None
        process.stdin.write(json.dumps(share) + "\n")
        process.stdin.flush()
        started.append(process)
    for process in started:
        assert process.stdout is not None
        process.stdout.readline()
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate()[0] for process in started]
    assert all(process.returncode == 0 for process in started), [process.returncode for process in started]
    return [json.loads(one) for one in said]


def measure(folder: Path, url: str, *, quick: bool = False, workers: int = 1) -> Figures:
    """Race; return the figures."""
    people, places = (100, 10) if quick else (1000, 100)
    orders = _prepare(url, people, places)
    bare = _summed(_run(url, orders, workers, 16 // workers, bare=True))
    found = _summed(_run(url, orders, workers, 16 // workers, bare=False))
    store = Store(url)
    with store.engine.connect() as connection:
        b = tables.booking.c
        stored = connection.execute(select(func.count()).where(b.status == BOOKED)).scalar_one()
        doubled = connection.execute(
            select(func.count()).select_from(
                select(b.start)
                .where(b.status == BOOKED)
                .group_by(b.start)
                .having(func.count() > 1)
                .subquery()
            )
        ).scalar_one()
    store.close()
    return {
        "people": people,
        "places": places,
        "workers": workers,
        "booked": stored,
        "doubled": doubled,
        "alternatives": found["alternatives"],
        "lost": found["lost"],
        "attempts_per_second": found["per_second"],
        "bookings_per_second": round(found["booked"] / found["wall"], 1),
        "p50_ms": found["p50_ms"],
        "p99_ms": found["p99_ms"],
        "bare": bare,
        "ratio": round(found["per_second"] / bare["per_second"], 3),
    }


def _summed(shares: list[Figures]) -> Figures:
    seconds = sorted(second for share in shares for second in share["seconds"])
    wall = max(share["wall"] for share in shares)
    totals = Counter({"alternatives": 0, "lost": 0})
    for share in shares:
        totals.update({"alternatives": share.get("alternatives", 0), "lost": share.get("lost", 0)})
    return {
        "booked": sum(len(share["booked"]) for share in shares),
        "per_second": round(len(seconds) / wall, 1),
        "wall": wall,
        "p50_ms": round(1000 * seconds[len(seconds) // 2], 1),
        "p99_ms": round(1000 * seconds[int(len(seconds) * 0.99)], 1),
        **totals,
    }
