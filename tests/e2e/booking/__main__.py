"""`python -m tests.e2e.booking`: the large month and the 200 kills, with their figures. Exit code 1 when a promise was broken."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.e2e.booking.kills import kill_at_random
from tests.e2e.booking.month import Month


def _month(people: int, days: int, seed: int) -> dict[str, object]:
    began = time.monotonic()
    with TemporaryDirectory() as folder:
        month = Month(f"sqlite:///{folder}/month.db", people, days, seed)
        wrong = month.run()
        reminders = Counter(told.event.which for told in month.world.told if told.messages)
        kept = sum(not told.messages for told in month.world.told)
    return {
        "people": people,
        "days": days,
        "happened": month.happened,
        "reminders": reminders,
        "kept to itself": kept,
        "seconds": round(time.monotonic() - began, 1),
        "wrong": wrong,
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.booking", description=__doc__)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--days", type=int, default=31)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found: dict[str, dict[str, object]] = {}
    if given.people:
        found["month"] = _month(given.people, given.days, given.seed)
    if given.kills:
        with TemporaryDirectory() as folder:
            found["kills"] = kill_at_random(Path(folder), 30, given.kills, given.seed)
    print(json.dumps(found, indent=1, ensure_ascii=False))
    return int(any(part["wrong"] for part in found.values()))


if __name__ == "__main__":
    sys.exit(main())
