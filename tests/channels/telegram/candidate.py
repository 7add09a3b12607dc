"""A candidate in Telegram as a program: reads what the chat shows and does what it asks for, like a person would.

It knows a question by its wording and a choice by its buttons. A message that says word for word what the last one
said is read as the same message. It notes what it wrote and pressed, for those who compare with the record.
"""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

from msgspec import Struct

from dialogues.app.languages import load_languages
from tests.channels.telegram.botapi.people import Chat, shown
from tests.e2e.faults.answers import Words

_WANTED = ("consent:yes", "details:right", "practice:no", "questions:none", "survey:none", "survey:5")
_BOOKING = ("book:yes", "slot:", "day:")
_BOOKED = "book:cancel"
_BEGIN = {"zh": "直接开始", "en": "start now"}
_GOODBYES = tuple(
    text for language in load_languages().values() for text in language.catalog.phrases["goodbye"]
)
_SETTLE = 0.15
"""Seconds within which one step's messages follow each other."""
_HESITATION = 2.0
"""Seconds after which a message that was read before is answered all the same."""


class Sent(Struct):
    """A text of the candidate's; `kept` is False where it is no answer to a question of the interview."""

    text: str
    kept: bool = True


class Candidate:
    """One interview from the candidate's side."""

    def __init__(
        self, chat: Chat, words: Words, random: Random, pace: float = 0.0, *, books: bool = False
    ) -> None:
        """`books` makes them choose a day and a time first, and begin at once after all."""
        self.chat = chat
        self.sent: list[Sent] = []
        self.pressed: list[str] = []
        self.pressed_past = 0
        self.finished = False
        self._words = words
        self._random = random
        self.pace = pace
        self._acted_on = 0
        self._said_last = ""
        self._question = ""
        self._past: tuple[dict[str, Any], str] | None = None
        self._wanted = (*_BOOKING, *_WANTED) if books else _WANTED

    async def interview(self, link: str, patience: float = 180.0) -> None:
        """Open the link and go through the whole interview; AssertionError shows where it stopped."""
        self.chat.open(link)
        try:
            await asyncio.wait_for(self.go_on(), patience)
        except TimeoutError:
            tail = sorted(self.chat.person.shown.items())[-6:]
            raise AssertionError(
                "\n".join(f"{number} {one['from']['is_bot']} {shown(one)[:160]}" for number, one in tail)
            ) from None

    async def go_on(self, until: str = "") -> None:
        """Do what is asked for until the end, or until a message contains this."""
        while not self.finished:
            message = await self._newest()
            if until and until in shown(message):
                return
            if self.pace:
                await asyncio.sleep(self._random.expovariate(1 / self.pace))
                message = self.chat.heard[-1]
            self._act(message)

    async def _newest(self) -> dict[str, Any]:
        """Wait for something new and return the last message of what came; a repeated one only after a while."""
        while True:
            changed = self.chat.person.changed
            heard = self.chat.heard
            new = bool(heard) and heard[-1]["message_id"] > self._acted_on
            if new and not self._is_repeated(heard):
                await asyncio.sleep(_SETTLE)
                return self.chat.heard[-1]
            try:
                await asyncio.wait_for(changed.wait(), _HESITATION if new else None)
            except TimeoutError:
                return self.chat.heard[-1]

    def _is_repeated(self, heard: list[dict[str, Any]]) -> bool:
        return shown(heard[-1]) == self._said_last and self._said_last != ""

    def _act(self, message: dict[str, Any]) -> None:
        """Press the wanted button of what came, the newest first; without one, answer in words."""
        new = [one for one in self.chat.heard if one["message_id"] > self._acted_on]
        self._acted_on = message["message_id"]
        self._said_last = shown(message)
        if any(goodbye in shown(one) for one in new for goodbye in _GOODBYES):
            self.finished = True
            return
        for one in [*reversed(new), message]:
            choice = next((value for value in self._wanted if value in str(one.get("reply_markup", ""))), "")
            if choice:
                self.pressed.append(choice)
                self.chat.press(one, choice)
                self._past = self._past or (one, choice)
                return
        if _BOOKED in str(message.get("reply_markup", "")):
            self._begin()
        elif "day:" not in str(message.get("reply_markup", "")):  # days are also offered beside what is asked
            self._answer(message)

    def _begin(self) -> None:
        """Wish to be interviewed now, though a time is booked."""
        self._wanted = _WANTED
        self.sent.append(Sent(_BEGIN["zh" if self.chat.person.language.startswith("zh") else "en"]))
        self.chat.say(self.sent[-1].text)

    def _answer(self, message: dict[str, Any]) -> None:
        self._question = self._words.question(shown(message)) or self._question
        text = self._words.answer(self._question, self._random)
        pieces = [text]
        self._press_past(0.07)
        if self._random.random() < 0.15:
            pieces = [text[: len(text) // 2], text[len(text) // 2 :]]
        for piece in pieces:
            name = f"[{self.chat.person.id}.{len(self.sent)}]"
            self.sent.append(Sent(f"{piece} {name}"))
            self.chat.say(self.sent[-1].text)
        self._press_past(0.07)

    def _press_past(self, likely: float) -> None:
        """Now and then touch the first button once more, while writing: it must change nothing."""
        if self._past is not None and self._random.random() < likely:
            self.pressed_past += 1
            self.chat.press(*self._past)
