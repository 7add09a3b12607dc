"""A scripted server, and a scorer that asks it with the real client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.scoring.llm.kit import Kit
from tests.scoring.llm.server import Scripted, generous, scripted


@pytest.fixture
def server() -> Iterator[Scripted]:
    """A server that finds every point unless told otherwise."""
    with scripted(generous) as running:
        yield running


@pytest.fixture
async def kit(server: Scripted) -> AsyncIterator[Kit]:
    """A scorer on that server, with a clock of its own."""
    made = Kit(server.url)
    yield made
    await made.close()
