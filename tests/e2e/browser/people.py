"""The candidate at the page, as a hand and an eye: what is on the screen, and what can be done there."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from tests.e2e.candidates import ScriptedCandidate, load_pack

_MILLISECONDS = 20_000
_MOST_TURNS = 60


class Candidate:
    """Answers an interview on the candidate's page with what an invented person says."""

    def __init__(self, page: Page, language: str, kind: str, job: str = "sales-representative") -> None:
        self.page = page
        self.language = language
        self.person = ScriptedCandidate(pack=job, language=language, kind=kind)
        self._told = 0

    def bubbles(self) -> Locator:
        """Return what the interviewer has said."""
        return self.page.locator("#log .row.them .said")

    def choices(self) -> Locator:
        """Return the buttons that are alive."""
        return self.page.locator("#log .choices:not(.past) button")

    def wait_more(self) -> str:
        """Wait until something new is said; return the last of it."""
        self.page.wait_for_function(
            "told => document.querySelectorAll('#log .row.them .said').length > told",
            arg=self._told,
            timeout=_MILLISECONDS,
        )
        self.page.wait_for_timeout(250)
        self._told = self.bubbles().count()
        return self.bubbles().last.inner_text()

    def wait_count(self, rows: int) -> None:
        """Wait until so many messages, of both sides, are on the screen."""
        counted = "rows => document.querySelectorAll('#log .row').length >= rows"
        self.page.wait_for_function(counted, arg=rows, timeout=_MILLISECONDS)
        self._told = self.bubbles().count()

    def tap(self, place: int) -> str:
        """Tap one of the live choices; return what is said next."""
        self._told = self.bubbles().count()
        self.choices().nth(place).click()
        return self.wait_more()

    def write(self, text: str) -> str:
        """Write and send; return what is said next."""
        self._told = self.bubbles().count()
        self.send(text)
        return self.wait_more()

    def send(self, text: str) -> None:
        """Write and send without waiting for an answer."""
        self.page.fill("#box", text)
        self.page.click(".send")

    def question(self) -> str | None:
        """Return the id of the newest question of the pack on the screen; None before the first."""
        said = "\n".join(self.bubbles().all_inner_texts())
        pack = load_pack(self.person.pack)
        asked = [q for q in pack.questions if q.text[self.language] in said]
        return max(asked, key=lambda q: said.rfind(q.text[self.language])).id if asked else None

    def reply(self) -> str:
        """Answer what is open, as the invented person would; return what is said next."""
        live = self.choices().count()
        if live:
            return self.tap(3 if live == 5 else 0)
        question = self.question()
        kind = self.page.locator("#log .row.them").last.get_attribute("class") or ""
        free = question is None or "says-followup" in kind
        return self.write(self.person.more("") if free else self.person.answer(question or ""))

    def finish(self) -> None:
        """Go on until nothing is asked any more."""
        for _ in range(_MOST_TURNS):
            if self.page.locator(".says-result").count() and not self.choices().count():
                return
            self.reply()
        raise AssertionError(self.bubbles().last.inner_text())
