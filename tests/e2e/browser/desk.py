"""The person of HR at their page, as a hand and an eye."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


class Desk:
    """Works at HR's page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def replies(self) -> Locator:
        """Return what the system has said."""
        return self.page.locator("#log .entry.reply")

    def wait_for(self, text: str) -> Locator:
        """Wait until something with this text is said; return the last of it."""
        found = self.replies().filter(has_text=text).last
        found.wait_for()
        return found

    def ask(self, text: str) -> Locator:
        """Type something; return the answer."""
        before = self.replies().count()
        self.page.fill("#box", text)
        self.page.click(".send")
        return self._answer(before)

    def press(self, label: str, within: Locator | None = None) -> Locator:
        """Press the newest button with this label; return the answer."""
        before = self.replies().count()
        (within or self.page.locator("#log")).get_by_role("button", name=label, exact=True).last.click()
        return self._answer(before)

    def _answer(self, before: int) -> Locator:
        self.replies().nth(before).wait_for()
        return self.replies().last

    def sheet(self) -> Locator:
        """Return what is open beside the conversation."""
        return self.page.locator("#sheet")
