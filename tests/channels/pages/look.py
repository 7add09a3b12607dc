"""Take pictures of both pages, to be looked at: `python -m tests.channels.pages.look FOLDER`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.channels.pages.conftest import DESK, FLAGS, PHONE
from tests.channels.pages.content import (
    CARD,
    CARD_EN,
    CHAT_COMMANDS,
    HR_READY_EN,
    INTERVIEW,
    TABLE,
    TRANSCRIPT,
    say,
)
from tests.channels.pages.standin import StandIn, serving

WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
ENGLISH = {
    "title": "Sales representative",
    "company": "Greenfield",
    "language": "en",
    "commands": CHAT_COMMANDS["en"],
}

RESULT = """Thank you, Sam.

Strong: you calm people first and then give them facts.
One thing to work on: say what you did yourself.

Anna will write to you by Friday."""


class Camera:
    """Takes the pictures of one browser."""

    def __init__(self, browser: Browser, server: StandIn, folder: Path) -> None:
        self.browser, self.server, self.folder = browser, server, folder

    def open(self, path: str, **options: Any) -> Page:
        page = self.browser.new_context(device_scale_factor=2, **options).new_page()
        page.goto(self.server.address + path)
        page.wait_for_timeout(900)
        return page

    def shoot(self, page: Page, name: str) -> None:
        page.wait_for_timeout(400)
        page.screenshot(path=self.folder / f"{name}.png")


def candidate(camera: Camera) -> None:
    """Phone light zh, phone dark en with the menu, desktop, offline, the result."""
    server = camera.server
    server.history = list(INTERVIEW["zh"])
    page = camera.open("/chat/inv-1", color_scheme="light", **PHONE)
    camera.shoot(page, "phone-light-zh")
    page.fill("#box", "我负责和仓库主管谈排期，每天核对出库时间，\n有问题当天就调整")
    page.context.set_offline(True)
    page.click(".send")
    page.fill("#box", "还有一点想补充")
    camera.shoot(page, "phone-offline-zh")
    server.ready |= ENGLISH
    server.history = list(INTERVIEW["en"])
    page = camera.open("/chat/inv-2", color_scheme="dark", **PHONE)
    server.push({"type": "typing", "on": True})
    camera.shoot(page, "phone-dark-en")
    page.click("#more")
    camera.shoot(page, "phone-menu-dark-en")
    page.keyboard.press("Escape")
    server.push(
        say(20, RESULT, kind="result", buttons=[{"label": str(n), "value": f"s:{n}"} for n in range(1, 6)])
    )
    camera.shoot(page, "phone-result-dark-en")
    camera.shoot(camera.open("/chat/inv-2", color_scheme="light", **DESK), "desk-light-en")


def hr(camera: Camera) -> None:
    """Desktop zh light and dark, phone en, sign-in."""
    replies: dict[str, list[dict[str, Any]]] = {
        "/queue": [{"block": "text", "text": "销售代表有 3 位候选人，最好的在最前面。"}, TABLE],
        "/card": [CARD],
        "/transcript": [TRANSCRIPT, {"block": "file", "name": "report.pdf", "url": "/hr/report/a_1.pdf"}],
        "decline:a_1": [
            {
                "block": "ask",
                "text": "请用一句话说明理由，候选人看不到这句话。",
                "buttons": [{"label": "取消", "value": "no"}],
            }
        ],
    }
    server = camera.server
    server.answer = lambda frame: [
        {"type": "reply", "to": frame["id"], "blocks": replies[frame.get("text") or frame["value"]]}
    ]
    for scheme in ("light", "dark"):
        page = camera.open("/hr", color_scheme=scheme, **WIDE)
        for command in ("/queue", "/card"):
            page.fill("#box", command)
            page.click(".send")
            page.wait_for_timeout(300)
        camera.shoot(page, f"hr-desk-{scheme}-zh")
        page.click("#log .choice >> text=不通过")
        server.push({"type": "reply", "to": None, "blocks": [{**CARD, "title": "李静"}]})
        page.fill("#box", "/")
        camera.shoot(page, f"hr-desk-{scheme}-ask-zh")
        page.fill("#box", "/transcript")
        page.click(".send")
        page.wait_for_timeout(300)
        page.focus("mark")
        camera.shoot(page, f"hr-desk-{scheme}-transcript-zh")
        page.context.close()
    server.hr_ready = HR_READY_EN
    replies["/card"] = [CARD_EN]
    page = camera.open("/hr", color_scheme="light", **PHONE)
    page.fill("#box", "/card")
    page.click(".send")
    camera.shoot(page, "hr-phone-en")
    page.click("#log .card .more")
    camera.shoot(page, "hr-phone-detail-en")
    camera.shoot(camera.open("/hr#bad", color_scheme="light", locale="zh-CN", **PHONE), "hr-signin-zh")


def main(folder: Path) -> None:
    with sync_playwright() as driver, serving() as server:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        camera = Camera(browser, server, folder)
        candidate(camera)
        server.history = []
        hr(camera)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
