"""From the link in the invitation to a booked time on a phone's screen, with every tap of the finger counted."""

from __future__ import annotations

import sqlite3
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.channels.pages.conftest import PHONE, chromium  # noqa: F401  a fixture, used by name
from tests.e2e.browser.conftest import Screens
from tests.e2e.browser.demo import running

pytestmark = pytest.mark.browser
_AGREE = {"zh": "同意，先约个时间", "en": "I agree, pick a time"}
_YES = {"zh": "确定", "en": "Yes, book it"}
_BOOKED = {"zh": "约好了", "en": "Booked:"}
_PICTURES = Path(__file__).parents[3] / "var" / "pictures"
_COUNT = "taps = 0; addEventListener('click', event => { taps += event.isTrusted }, true)"
_PATIENCE = 60_000
_GAP = 12


class Hand:
    """A finger on a phone: it taps what is alive on the screen, and pictures are taken of what comes of it."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._seen: list[bytes] = []
        page.evaluate(_COUNT)

    def tap(self, label: str = "") -> None:
        """Take a picture, then tap the live button with this label, or the second of the live ones."""
        alive = self._page.locator("#log .choices:not(.past) button")
        wanted = alive.filter(has_text=label) if label else alive.nth(1)
        expect(wanted).to_be_visible(timeout=_PATIENCE)
        wanted.scroll_into_view_if_needed()
        self.look()
        wanted.tap()

    def look(self) -> None:
        """Take a picture once nothing moves any more."""
        self._page.wait_for_timeout(700)
        self._seen.append(self._page.screenshot())

    def wait_said(self, text: str) -> None:
        """Wait until this is on the screen."""
        said = self._page.locator("#log .row.them .said").filter(has_text=text)
        expect(said).to_be_visible(timeout=_PATIENCE)

    def taps(self) -> int:
        """Return how often the screen was tapped."""
        return int(self._page.evaluate("taps"))

    def keep(self, path: Path) -> None:
        """Keep the pictures beside each other."""
        shown = [Image.open(BytesIO(one)) for one in self._seen]
        width, height = shown[0].size
        strip = Image.new("RGB", (len(shown) * (width + _GAP) - _GAP, height), "white")
        for place, one in enumerate(shown):
            strip.paste(one, (place * (width + _GAP), 0))
        path.parent.mkdir(parents=True, exist_ok=True)
        strip.quantize(128).save(path, optimize=True)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_three_taps_from_the_invitation_to_a_booked_time(
    language: str,
    chromium: Browser,  # noqa: F811
    tmp_path: Path,
) -> None:
    screens = Screens(chromium, language)
    with running(tmp_path, language) as demo:
        page = screens.open(demo.candidate, timezone_id="Asia/Shanghai", **PHONE)
        hand = Hand(page)
        hand.tap(_AGREE[language])
        hand.wait_said("Beijing time" if language == "en" else "北京时间")
        hand.tap()
        hand.tap(_YES[language])
        hand.wait_said(_BOOKED[language])
        assert hand.taps() == 3
        hand.look()
        hand.keep(_PICTURES / f"booking-{language}.png")
        with sqlite3.connect(tmp_path / "demo.db") as database:
            found = database.execute("SELECT count(*) FROM booking WHERE status = 'booked'").fetchone()
        assert found == (1,)
    screens.close()
    assert screens.complaints == []
