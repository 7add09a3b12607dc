"""A Bot API server, and products whose bot is there, in both ways of getting updates."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.channels.telegram.botapi.server import BotApi
from tests.channels.telegram.product import MODES, Product, running, settings


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """A Bot API server on loopback."""
    async with BotApi() as started:
        yield started


@pytest.fixture(params=MODES)
async def product(request: pytest.FixtureRequest, tmp_path: Path, api: BotApi) -> AsyncIterator[Product]:
    """A running product, by polling and by webhook."""
    async with running(settings(tmp_path, api, request.param)) as started:
        yield started


@pytest.fixture
async def polling(tmp_path: Path, api: BotApi) -> AsyncIterator[Product]:
    """A running product that polls."""
    async with running(settings(tmp_path, api, "polling")) as started:
        yield started
