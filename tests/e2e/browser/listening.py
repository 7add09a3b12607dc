"""Pictures of a question that is heard on a phone, from a real interview: `python -m tests.e2e.browser.listening FOLDER`.

The voices are those of this machine (`colloquy speech install-voices --chinese …`). Both languages: the button, the
question being read out, and a recording of the candidate's own beside it, before and after a reload.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from tests.channels.pages.conftest import FLAGS
from tests.e2e.browser.demo import Demo, running
from tests.e2e.browser.people import Candidate
from tests.e2e.browser.speaking import MICROPHONE, PHONE, write_voice
from tests.scoring.speech.ears import model
from tests.speaking.sounds import MADE

PLAYERS = """const Real = Audio; window.players = [];
window.Audio = function () { const one = new Real(); players.push(one); return one; };"""
PLAYING = "() => document.querySelector('.listen[data-state=playing]') && players[0].duration"
_PATIENCE = 180_000


def to_question(page: Page, demo: Demo, language: str) -> Candidate:
    """Come to the first question of the interview."""
    page.add_init_script(PLAYERS)
    page.goto(demo.candidate)
    candidate = Candidate(page, language, "strong_b")
    candidate.wait_more()
    for place in (0, 0, 0):  # agree, confirm, begin
        candidate.tap(place)
    page.locator(".listen").last.wait_for(timeout=_PATIENCE)
    return candidate


def hear(page: Page) -> float:
    """Listen to the newest question; return how many seconds its recording lasts."""
    page.locator(".listen").last.click()
    page.wait_for_function(PLAYING, timeout=_PATIENCE)
    return float(page.evaluate("() => players[0].duration"))


def _album(page: Page, demo: Demo, shoot: Callable[[str], None], language: str) -> None:
    to_question(page, demo, language)
    shoot("question")
    print(language, "seconds", hear(page))
    shoot("playing")
    page.click("#mic")
    page.wait_for_timeout(5_000)
    page.click("#recording .done")
    page.locator("#log .recorded").wait_for()
    shoot("recorded")
    page.reload()
    page.locator("#log .recorded").wait_for()
    shoot("reloaded")


def main(folder: Path) -> None:
    """Take the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    for language in ("zh", "en"):
        with TemporaryDirectory() as home, sync_playwright() as driver:
            voice = Path(home) / "voice.wav"
            write_voice(voice, language)
            flags = [*FLAGS, *MICROPHONE, f"--use-file-for-fake-audio-capture={voice}"]
            browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
            locale = "zh-CN" if language == "zh" else "en-GB"
            page = browser.new_page(device_scale_factor=2, locale=locale, **PHONE)

            def shoot(name: str, page: Page = page, language: str = language) -> None:
                page.wait_for_timeout(500)
                page.screenshot(path=folder / f"listen-{name}-{language}.png")

            ears = str(Path(model()).resolve())
            with running(Path(home), language, ASR_MODEL=ears, TTS_MODEL=str(MADE.resolve())) as demo:
                _album(page, demo, shoot, language)
            browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
