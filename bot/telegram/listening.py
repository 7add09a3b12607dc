"""Sends a question as a voice message to whoever tapped for it. Nothing is sent unasked; the text has long been there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from bot.telegram.buttons import Buttons, Listen
from bot.telegram.incoming import Pressed, Who
from bot.telegram.parts import Key, Post, Text, Voice
from bot.telegram.ports import Telling
from bot.telegram.words import tell
from dialogues.app.outcome import Message
from scoring.speaking.model import NotSpoken

log = structlog.get_logger()

_SOON = 1.0
"""Seconds within which a voice message explains itself; a longer wait is announced."""
_AGAIN = 10.0
"""Seconds in which a second tap on the same button is the same wish."""


class Listening:
    """Reads questions out in Telegram. `answer` lets a pressed button go; `put` sends."""

    def __init__(
        self,
        telling: Telling | None,
        buttons: Buttons,
        answer: Callable[[str, str], Awaitable[None]],
        put: Callable[[Post], None],
        language: Callable[[Who], str],
    ) -> None:
        self._telling, self._buttons = telling, buttons
        self._answer, self._put, self._language = answer, put, language
        self._wished: dict[Listen, float] = {}

    def key(self, message: Message, language: str) -> tuple[Key, ...]:
        """Return the button under a question, where it can be heard."""
        if self._telling is None or language not in self._telling.languages:
            return ()
        return (Key(tell(language, "listen"), self._buttons.listen(message.conversation, message.seq)),)

    async def send(self, pressed: Pressed, wish: Listen) -> None:
        """Send the voice message, or say kindly that there is none; raises Failed of the button's answer."""
        if self._telling is None or not self._is_new(wish):
            await self._answer(pressed.query, "")
            return
        language = self._language(pressed.who)
        making = asyncio.ensure_future(self._telling.spoken(wish.conversation, wish.message))
        making.add_done_callback(_nobodys)
        try:
            done, _ = await asyncio.wait([making], timeout=_SOON)
            await self._answer(pressed.query, "" if done else tell(language, "listen.wait"))
            self._put(Post(pressed.who.chat, (Voice(await making),)))
        except NotSpoken as error:
            log.info("telegram_question_not_spoken", code=error.code)
            self._wished.pop(wish, None)
            self._put(Post(pressed.who.chat, (Text(tell(language, "listen.failed")),)))
        finally:
            making.cancel()

    def _is_new(self, wish: Listen) -> bool:
        now = time.monotonic()
        self._wished = {one: at for one, at in self._wished.items() if at > now - _AGAIN}
        return self._wished.setdefault(wish, now) == now


def _nobodys(done: asyncio.Future[bytes]) -> None:
    """Take note of how it ended, in case whoever wished it was lost on the way."""
    if not done.cancelled():
        done.exception()
