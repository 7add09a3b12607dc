"""A courier's process is killed a few times; the whole trial is `python -m tests.ehr.kills`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ehr.kills import trial


@pytest.mark.slow
async def test_both_sides_agree_after_kills(tmp_path: Path) -> None:
    assert await trial(tmp_path, kills=6, seed=3) == []
