"""The three taps on a phone's screen, as a person sees them."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.channels.pages.conftest import PHONE, chromium  # noqa: F401  a fixture, used by name
from tests.e2e.browser.conftest import Screens
from tests.e2e.browser.demo import running
from tests.e2e.browser.people import Candidate

pytestmark = pytest.mark.browser
_BOOKED = {"zh": "约好了", "en": "Booked:"}
_PICTURES = Path(__file__).parents[3] / "var" / "pictures"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_three_taps_on_a_phone(language: str, chromium: Browser, tmp_path: Path) -> None:  # noqa: F811
    screens = Screens(chromium, language)
    with running(tmp_path, language) as demo:
        page = screens.open(demo.candidate, **PHONE)
        candidate = Candidate(page, language, "strong_a")
        candidate.wait_more()
        candidate.tap(0)
        page.wait_for_timeout(1500)  # a person reads; the free days are looked up meanwhile
        candidate.tap(0)
        _PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=_PICTURES / f"booking-{language}-1-days.png")
        candidate.tap(2)  # the first day
        page.screenshot(path=_PICTURES / f"booking-{language}-2-times.png")
        candidate.tap(0)  # the first time
        page.screenshot(path=_PICTURES / f"booking-{language}-3-confirm.png")
        said = candidate.tap(0)  # yes
        page.screenshot(path=_PICTURES / f"booking-{language}-4-booked.png")
        assert _BOOKED[language] in said
    screens.close()
    assert screens.complaints == []
