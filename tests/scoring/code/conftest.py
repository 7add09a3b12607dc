"""A judge for the tests of this folder, or the reason why there is none."""

from __future__ import annotations

import pytest

from scoring.code.box import NoBox
from scoring.code.judge import Judge


@pytest.fixture(scope="session")
def judge() -> Judge:
    """Return a judge whose sandbox has been tried."""
    try:
        made = Judge(slot=1)
        made.check_walls()
    except NoBox as error:
        pytest.skip(f"no sandbox here: {error}")
    return made
