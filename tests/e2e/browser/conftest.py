"""A real server and a real Chromium; without Chromium these tests step aside and say so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.channels.pages.conftest import DESK, PHONE, chromium  # noqa: F401  a fixture, used by name
from tests.e2e.browser.demo import Demo, running

__all__ = ["DESK", "PHONE"]


@pytest.fixture
def demo(tmp_path: Path, language: str) -> Iterator[Demo]:
    with running(tmp_path, language) as begun:
        yield begun


class Screens:
    """Opens pages and listens for what no page may do: throw, or break the content policy."""

    def __init__(self, browser: Browser, language: str) -> None:
        self._browser = browser
        self._locale = "zh-CN" if language == "zh" else "en-GB"
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def open(self, address: str, **options: Any) -> Page:
        """Open an address as a new person."""
        context = self._browser.new_context(locale=self._locale, **options)
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda line: self.complaints.append(line.text) if "Content Security" in line.text else None,
        )
        page.goto(address)
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def screens(chromium: Browser, language: str) -> Iterator[Screens]:  # noqa: F811  the fixture above
    opened = Screens(chromium, language)
    yield opened
    opened.close()
    assert opened.complaints == []
