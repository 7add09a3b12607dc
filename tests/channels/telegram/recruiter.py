"""A person of HR in Telegram as a program: reads the card, replaces a level, approves, and sends the drafted feedback.

What only shows something is asked for again when nothing comes: views are not stored, and one that was on its way when
the product died has to be asked for again. What does something is done once, and looked up until it is seen.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from random import Random

from bot.hr.commands import tell
from tests.channels.telegram.botapi.people import Chat, shown
from tests.channels.telegram.botapi.state import Json

_AGAIN = 6.0
"""Seconds after which a view is asked for again, at first."""
LEVEL = 9.0


class Recruiter:
    """One desk. `language` is chosen with a command, whatever the company speaks."""

    def __init__(self, chat: Chat, name: str, language: str, random: Random, pace: float = 0.0) -> None:
        self.chat = chat
        self.name = name
        self.language = language
        self.pace = pace
        self.asked_again = 0
        self.done: list[str] = []
        self._random = random

    async def begin(self) -> None:
        """Open the chat and choose a language."""
        await self._view(lambda: self.chat.say("/start"), lambda message: True)
        done = tell(self.language, "language.done")
        await self._view(
            lambda: self.chat.say(f"/language {self.language}"), lambda message: done in shown(message)
        )

    async def decide(self, application: str) -> None:
        """Go from the card to the feedback with one candidate."""
        card = await self._card(application, "override:")
        await self._override(application, card)
        card = await self._card(application, "approve:")
        await self._hesitate()
        self.chat.press(card, f"approve:{application}")
        decided = tell(
            self.language, "flag.decided", by=self.name, outcome=tell(self.language, "outcome.approve")
        )
        await self._until_card_says(application, decided)
        await self._send_feedback(application)
        self.done.append(application)

    def reason(self, application: str) -> str:
        """Return the reason this person gives for another level."""
        said = "当面聊过，比记录里更好" if self.language == "zh" else "Talked to them in person"
        return f"{said} [{application}]"

    def notices(self, names: list[str]) -> tuple[int, list[str]]:
        """Return how many candidates this person was told of, unasked, and who they were told of twice."""
        said = {tell(code, "notice.finished", name=name): name for code in ("zh", "en") for name in names}
        told = Counter(said[shown(one)] for one in self.chat.heard if shown(one) in said)
        return len(told), [f"{self.name} was told {n} times of {name}" for name, n in told.items() if n > 1]

    async def _override(self, application: str, card: Json) -> None:
        await self._hesitate()
        competencies = await self._view(
            lambda: self.chat.press(card, f"override:{application}"),
            lambda message: f"override:{application}:" in str(message.get("reply_markup")),
        )
        first = competencies["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        levels = await self._view(
            lambda: self.chat.press_data(competencies, first),
            lambda message: f":{LEVEL:g}'" in str(message.get("reply_markup")),
        )
        question = tell(self.language, "ask.override")
        await self._view(
            lambda: self.chat.press(levels, f":{LEVEL:g}"), lambda message: question in shown(message)
        )
        await self._hesitate()
        self.chat.say(self.reason(application))
        await self._until_card_says(application, self.reason(application))

    async def _send_feedback(self, application: str) -> None:
        draft = await self._view(
            lambda: self.chat.say(f"/feedback {application}"),
            lambda message: f"feedback:{application}:send" in str(message.get("reply_markup")),
        )
        await self._hesitate()
        self.chat.press(draft, f"feedback:{application}:send")
        again = tell(self.language, "feedback.again", name="").strip()
        await self._view(
            lambda: self.chat.say(f"/feedback {application}"), lambda message: again in shown(message)
        )

    async def _card(self, application: str, button: str) -> Json:
        return await self._view(
            lambda: self.chat.say(f"/card {application}"),
            lambda message: f"{button}{application}" in str(message.get("reply_markup")),
        )

    async def _until_card_says(self, application: str, words: str) -> None:
        await self._view(
            lambda: self.chat.say(f"/card {application}"), lambda message: words in shown(message)
        )

    async def _view(self, ask: Callable[[], object], fits: Callable[[Json], bool]) -> Json:
        """Ask until something that fits is shown, and return it."""
        self.chat.skip()
        patience = _AGAIN
        while True:
            ask()
            try:
                return await self._wait(fits, patience)
            except TimeoutError:
                self.asked_again += 1
                patience = min(2 * patience, 4 * _AGAIN)

    async def _wait(self, fits: Callable[[Json], bool], patience: float) -> Json:
        deadline = time.monotonic() + patience
        before = self.chat.read
        while True:
            changed = self.chat.person.changed
            for message in self.chat.heard:
                if message["message_id"] > before and fits(message):
                    return message
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            await asyncio.wait_for(changed.wait(), left)

    async def _hesitate(self) -> None:
        if self.pace:
            await asyncio.sleep(self._random.expovariate(1 / self.pace))
