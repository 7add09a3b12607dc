"""A small month in the suite; the large one runs as `python -m tests.e2e.booking`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from storage import tables
from tests.e2e.booking.month import Month


def test_every_reminder_is_sent_once_or_cancelled_and_none_is_stale(tmp_path: Path) -> None:
    month = Month(f"sqlite:///{tmp_path}/month.db", people=150, days=14, seed=3)
    assert month.run() == []
    assert month.happened["came"] > 30
    assert min(month.happened[what] for what in ("moved", "cancelled", "did not come")) > 0
    said = Counter(told.event.which for told in month.world.told if told.messages)
    assert {"day", "hour", "soon", "begin", "missed"} <= set(said)
    outbox = tables.outbox.c
    with month.world.store.engine.connect() as connection:
        left = select(func.count()).where(outbox.kind == "Remind", outbox.status == tables.WAITING)
        assert connection.execute(left).scalar_one() == 0
