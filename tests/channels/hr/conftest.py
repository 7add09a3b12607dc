"""A house for HR's channel, made once a test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.channels.hr.bureau import Bureau


@pytest.fixture
async def bureau(tmp_path: Path) -> AsyncIterator[Bureau]:
    made = Bureau(tmp_path)
    made.start()
    yield made
    await made.stop()
