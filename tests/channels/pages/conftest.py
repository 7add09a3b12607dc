"""Chromium for the page tests, started once a module; without it the tests step aside and say so in one line."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.channels.pages.standin import StandIn, serving

MISSING = "needs the Debian package chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: dict[str, Any] = {"viewport": {"width": 375, "height": 667}, "has_touch": True, "is_mobile": True}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}

Opener = Callable[..., Page]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: drives a real Chromium")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if any(MISSING in str(report.longrepr) for report in skipped):
        terminalreporter.write_line(f"skipped: {MISSING}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # For one module at a time: while the driver lives its event loop counts as running, and no async test can.
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip(MISSING)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def server() -> Iterator[StandIn]:
    with serving() as stand_in:
        yield stand_in


@pytest.fixture
def browse(chromium: Browser, server: StandIn) -> Iterator[Opener]:
    """Open a path of the stand-in; afterwards no page may have broken the content policy or thrown."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(path: str = "/chat/inv-1", before: str = "", **options: Any) -> Page:
        context = chromium.new_context(**{"locale": "zh-CN", **DESK, **options})
        context.set_default_timeout(5000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None
        )
        if before:
            page.add_init_script(before)
        page.goto(server.address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
