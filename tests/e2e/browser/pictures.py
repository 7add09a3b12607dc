"""Makes the pictures of the README afresh from a real interview: `python -m tests.e2e.browser.pictures [FILE]`.

The candidate's phone stands beside HR's page, as they were on the screen; only the frame around them is drawn here.
"""

from __future__ import annotations

import base64
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from tests.channels.pages.conftest import FLAGS
from tests.e2e.browser.demo import Demo, running
from tests.e2e.browser.desk import Desk
from tests.e2e.browser.people import Candidate

PICTURE = Path(__file__).parents[3] / "docs" / "pictures" / "interview.png"
LARGEST = 300 * 1024
_LANGUAGE = "en"
_ANSWERS = 3
_FRAME = """<!doctype html><style>
body {{ margin: 0; padding: 28px; display: flex; gap: 28px; align-items: center; background: #dfe7e4; }}
img {{ display: block; border-radius: 10px; box-shadow: 0 2px 6px #0002, 0 16px 40px #0003; }}
.phone {{ padding: 10px; border-radius: 34px; background: #1c2321; }}
.phone img {{ border-radius: 25px; box-shadow: none; }}
</style><div class="phone"><img src="{phone}" width="340"></div><img src="{desk}" width="860">"""


def shown(png: bytes) -> str:
    """Return a picture as an address that a page can show."""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _interview(browser: Browser, demo: Demo) -> tuple[bytes, bytes]:
    """Return the candidate's phone in the middle of an interview, and HR's page after it."""
    phone = browser.new_page(
        viewport={"width": 390, "height": 760}, has_touch=True, is_mobile=True, locale="en-GB"
    )
    phone.goto(demo.candidate)
    candidate = Candidate(phone, _LANGUAGE, "strong_b")
    candidate.wait_more()
    for place in (0, 0, 1):
        candidate.tap(place)
    for _ in range(_ANSWERS):
        candidate.reply()
    phone.wait_for_timeout(600)
    talking = phone.screenshot()
    desk = Desk(browser.new_page(viewport={"width": 1200, "height": 820}, locale="en-GB"))
    desk.page.goto(demo.hr)
    candidate.finish()
    desk.wait_for("has finished the interview")
    desk.press("Card")
    desk.page.wait_for_timeout(800)
    return talking, desk.page.screenshot()


def make_picture(path: Path) -> None:
    """Write the picture; it is an error when it has become too large for a README."""
    with (
        TemporaryDirectory() as folder,
        running(Path(folder), _LANGUAGE) as demo,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        phone, desk = _interview(browser, demo)
        page = browser.new_page(viewport={"width": 1304, "height": 760})
        page.set_content(_FRAME.format(phone=shown(phone), desk=shown(desk)))
        page.wait_for_timeout(300)
        picture = page.screenshot()
        browser.close()
    assert len(picture) <= LARGEST, f"the picture has {len(picture)} bytes, {LARGEST} is the most"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture)
    print(f"{path}: {len(picture)} bytes")


if __name__ == "__main__":
    make_picture(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE)
