"""Pictures of a coding question on a phone, from a real interview: `python -m tests.e2e.browser.coding FOLDER`.

Both languages, light and dark: the door to the editor, the editor over the keyboard, a program that fails an example,
and one that passes. `coding.png` and `coding-zh.png` have three of them side by side, as in the documents.
"""

from __future__ import annotations

import shutil
import sys
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from playwright.sync_api import Browser, Page, sync_playwright

from tests.channels.pages.conftest import FLAGS
from tests.e2e.browser.demo import Demo, running
from tests.e2e.browser.people import Candidate
from tests.e2e.browser.pictures import shown

JOB = "python-developer"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
KEYBOARD = 336
"""How high a phone's keyboard is, in CSS pixels."""
_SOLUTIONS: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "scoring" / "code" / "solutions.yaml").read_text(encoding="utf-8")
)
_MOST_SKIPS = 8
_FRAME = """<!doctype html><style>
body { margin: 0; padding: 24px; display: flex; gap: 24px; align-items: flex-start; background: #dfe7e4; }
img { display: block; border-radius: 12px; box-shadow: 0 2px 6px #0002, 0 12px 30px #0003; }
</style>"""


def begin_coding(demo: Demo, page: Page, language: str) -> Candidate:
    """Bring a new interview of the developer's job to its first coding question."""
    begun = urllib.request.urlopen(
        urllib.request.Request(f"{demo.address}/demo/{JOB}/{language}", method="POST"), timeout=30
    )
    page.goto(begun.url)
    candidate = Candidate(page, language, "strong_b", JOB)
    candidate.wait_more()
    for _ in range(3):  # agree, confirm, begin now
        candidate.tap(0)
    for _ in range(_MOST_SKIPS):
        if page.locator("#log .row.says-task").count():
            break
        candidate.write("/skip")
    page.locator("#code-open").wait_for()
    return candidate


def put_program(page: Page, source: str, tongue: str) -> None:
    """Open the editor and write a program into it as if it were pasted."""
    page.click("#code-open")
    page.locator(".editor-frame").wait_for()
    page.select_option("#desk-language", tongue)
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(source)


def answers(candidate: Candidate) -> tuple[str, str, str]:
    """Return a right and a wrong program for the open task, and their language."""
    known = _SOLUTIONS[candidate.question() or ""]
    wrong = known["wrong"][0]
    return known["right"][wrong["language"]], wrong["source"], wrong["language"]


def _album(demo: Demo, browser: Browser, folder: Path, language: str, scheme: str) -> None:
    locale = "zh-CN" if language == "zh" else "en-GB"
    page = browser.new_page(device_scale_factor=2, color_scheme=scheme, locale=locale, **PHONE)  # type: ignore[arg-type]

    def shoot(name: str) -> None:
        page.wait_for_timeout(500)
        page.screenshot(path=folder / f"{name}-{language}-{scheme}.png")

    candidate = begin_coding(demo, page, language)
    shoot("task")
    right, wrong, tongue = answers(candidate)
    put_program(page, wrong, tongue)
    page.set_viewport_size({"width": 390, "height": 844 - KEYBOARD})
    shoot("editor")
    page.set_viewport_size({"width": 390, "height": 844})
    for source, name in (("print(", "broken"), (right, "passed")):
        page.locator("#desk:not([hidden])").or_(page.locator("#code-open")).first.wait_for()
        if page.locator("#desk").is_hidden():
            put_program(page, source, tongue)
        else:
            page.keyboard.press("Control+a")
            page.keyboard.insert_text(source)
        told = candidate.bubbles().count()
        page.click("#desk-run")
        page.wait_for_function(
            "told => document.querySelectorAll('#log .row.them .said').length > told",
            arg=told,
            timeout=60_000,
        )
        shoot(name)
    page.close()


def _side_by_side(browser: Browser, folder: Path, language: str, scheme: str, name: str) -> None:
    shots = (folder / f"{one}-{language}-{scheme}.png" for one in ("task", "editor", "passed"))
    images = "".join(f'<img src="{shown(one.read_bytes())}" width="300">' for one in shots)
    page = browser.new_page(viewport={"width": 996, "height": 698})
    page.set_content(_FRAME + images)
    page.wait_for_timeout(300)
    page.screenshot(path=folder / name)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as home, running(Path(home), "zh") as demo, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for language in ("zh", "en"):
            for scheme in ("light", "dark"):
                _album(demo, browser, folder, language, scheme)
        _side_by_side(browser, folder, "en", "light", "coding.png")
        _side_by_side(browser, folder, "zh", "dark", "coding-zh.png")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
