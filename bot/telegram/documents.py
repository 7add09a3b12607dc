"""Fetches the documents that candidates send and stores them sealed. Reads nothing in them."""

from __future__ import annotations

import asyncio
import time

from bot.telegram.client import Client, Failed, Fault
from bot.telegram.doors import CHANNEL
from bot.telegram.ports import Parts
from dialogues.app.runner import Retry
from dialogues.core.effects import Effect, FetchDocument
from dialogues.core.events import Answered, DocumentKept, DocumentLost, Event, Unreadable
from scoring.code.source import MAX_SOURCE, NotText, fenced, read_source

_LATER = frozenset({Fault.AWAY, Fault.WAIT, Fault.TOKEN, Fault.CONFLICT})


def _program(effect: FetchDocument, content: bytes) -> Event:
    """Return a program that came as a file as the message it stands for."""
    now = time.time()
    try:
        source = read_source(content) if len(content) <= MAX_SOURCE else ""
    except NotText:
        source = ""
    if not source.strip():
        return Unreadable(at=now, what="program")
    return Answered(at=now, text=fenced(source, effect.program.strip("?")), seen=effect.turn)


class Documents:
    """Carries out FetchDocument."""

    def __init__(self, parts: Parts, client: Client) -> None:
        self._parts = parts
        self._client = client

    async def fetch(self, conversation: int, effect: Effect) -> tuple[int, Event] | None:
        """Fetch a document and store it; Retry when Telegram is away."""
        assert isinstance(effect, FetchDocument)
        now = time.time()
        if effect.channel != CHANNEL:
            return conversation, DocumentLost(at=now, code="other_channel")
        try:
            content = await self._client.download(effect.file)
        except Failed as error:
            if error.kind in _LATER:
                raise Retry(f"telegram_{error.kind.value}") from None
            if error.kind is Fault.TOO_BIG:
                return conversation, Unreadable(at=now, what="too_big")
            return conversation, DocumentLost(at=now, code=error.kind.value)
        if effect.program:
            return conversation, _program(effect, content)
        kept = await asyncio.to_thread(self._parts.keep, conversation, effect.key, effect.media_type, content)
        return conversation, DocumentKept(at=time.time(), upload=kept)
