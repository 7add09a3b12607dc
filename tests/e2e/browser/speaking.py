"""Pictures of a voice answer on a phone, from a real interview: `python -m tests.e2e.browser.speaking FOLDER`.

Chromium's microphone is a file in which somebody speaks, and the packaged model listens. Both languages: consent, the
recording under way, the transcript, and the candidate's correction of it.
"""

from __future__ import annotations

import shutil
import sys
import wave
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from scoring.speech.decode import decode
from scoring.speech.model import RATE
from tests.channels.pages.conftest import FLAGS
from tests.e2e.browser.demo import Demo, running
from tests.e2e.browser.people import Candidate
from tests.scoring.speech.ears import model, recording

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
MICROPHONE = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
_SPOKEN = 11_000
_HEARD = 120_000
_PRACTISED = {"zh": "语音没问题", "en": "Your voice comes through"}
_CORRECTED = {
    "zh": "去年仓库停电，我把三百二十单一笔一笔抄下来，一单没丢，客户都按时收到了货。",
    "en": "Last year our warehouse lost power; I copied 320 orders by hand and lost none of them.",
}
_SAYS = "words => document.querySelector('#log').innerText.includes(words)"
_MORE = "told => document.querySelectorAll('#log .row.them .said').length > told"


def write_voice(file: Path, language: str) -> None:
    """Write somebody speaking, as the file that Chromium takes for a microphone."""
    samples = (np.clip(decode(recording(language)), -1, 1) * 32767).astype("<i2")
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())


def _speak(page: Page, shoot: Callable[[str], None] | None = None) -> None:
    page.click("#mic")
    page.wait_for_timeout(_SPOKEN)
    if shoot is not None:
        shoot("recording")
    page.click("#recording .done")


def _album(demo: Demo, browser: Browser, folder: Path, language: str) -> None:
    locale = "zh-CN" if language == "zh" else "en-GB"
    page = browser.new_page(device_scale_factor=2, locale=locale, **PHONE)

    def shoot(name: str) -> None:
        page.wait_for_timeout(500)
        page.screenshot(path=folder / f"voice-{name}-{language}.png")

    page.goto(demo.candidate)
    candidate = Candidate(page, language, "strong_b")
    candidate.wait_more()
    for _ in range(2):  # agree, confirm
        candidate.tap(0)
    candidate.tap(1)  # practise first
    _speak(page, shoot)
    page.locator("#log .choices:not(.past) button").first.wait_for()
    shoot("consent")
    candidate.choices().nth(0).click()
    page.wait_for_function(_SAYS, arg=_PRACTISED[language], timeout=_HEARD)
    shoot("practised")
    _speak(page)
    page.locator("#log .choices:not(.past) button").nth(1).wait_for(timeout=_HEARD)
    shoot("transcript")
    candidate.choices().last.click()  # correct it: the transcript is in the box
    page.wait_for_function("() => document.querySelector('#box').value.length > 20")
    shoot("correcting")
    told = candidate.bubbles().count()
    candidate.send(_CORRECTED[language])
    page.wait_for_function(_MORE, arg=told, timeout=_HEARD)
    shoot("corrected")
    page.close()


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for language in ("zh", "en"):
        with TemporaryDirectory() as home, sync_playwright() as driver:
            voice = Path(home) / "voice.wav"
            write_voice(voice, language)
            flags = [*FLAGS, *MICROPHONE, f"--use-file-for-fake-audio-capture={voice}"]
            browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
            with running(Path(home), language, ASR_MODEL=str(Path(model()).resolve())) as demo:
                _album(demo, browser, folder, language)
            browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
