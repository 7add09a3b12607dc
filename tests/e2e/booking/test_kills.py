"""Killed between reserving, confirming, the calendar and a reminder: everything agrees afterwards. A small trial."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.booking.kills import kill_at_random


def test_after_kills_bookings_calendar_and_reminders_agree(tmp_path: Path) -> None:
    found = kill_at_random(tmp_path, people=10, kills=12, seed=2)
    assert found["wrong"] == []
    assert found["bookings"]
