"""Carries out `Transcribe`: fetches a recording, has it heard in its turn, keeps it sealed or lets it go.

Nothing but the words, their language and their uncertain places goes into the conversation's text; how it was spoken
stands beside it, for people of HR, and is given to no scorer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from bot.judging.fair import FairQueue
from bot.speech.listeners import Listener
from dialogues.core.effects import Discard, Effect, Transcribe
from dialogues.core.events import Delivery, Event, Transcribed
from scoring.speech.model import Heard, Manner, Trouble
from storage.media import Recordings

Fetch = Callable[[str], Awaitable[bytes | None]]
"""Fetches a recording by the name its channel gave it; None when it is gone, Retry when that may change."""
WEB = "web"


class Ears:
    """The ears of a server. `fetch` is by channel; the web's recordings are stored when they come."""

    def __init__(
        self,
        listener: Listener | None,
        recordings: Recordings,
        fetch: Mapping[str, Fetch],
        languages: tuple[str, ...],
    ) -> None:
        self._listener, self._recordings, self._languages = listener, recordings, languages
        self._fetch = {WEB: self._stored, **fetch}
        self._queue = FairQueue(listener.at_once if listener is not None else 1)

    async def transcribe(self, conversation: int, effect: Effect) -> tuple[int, Event]:
        """Write down what was spoken; Retry when nobody could listen.

        A recording is fetched when its turn has come: those that wait take no memory.
        """
        assert isinstance(effect, Transcribe)
        async with self._queue.slot(conversation):
            fetch = self._fetch.get(effect.channel)
            content = await fetch(effect.file) if fetch is not None else None
            if content is None or self._listener is None:
                return conversation, Transcribed(at=time.time(), heard=effect.heard, trouble="failed")
            others = (other for other in self._languages if other != effect.language)
            found = await self._listener.hear(content, (effect.language, *others))
            upload = await asyncio.to_thread(self._settle, conversation, effect, content)
        if isinstance(found, Trouble):
            return conversation, Transcribed(at=time.time(), heard=effect.heard, trouble=found, upload=upload)
        return conversation, _transcribed(effect, found, upload)

    async def discard(self, _conversation: int, effect: Effect) -> None:
        """Forget a recording that nobody agreed to having kept."""
        assert isinstance(effect, Discard)
        if effect.channel == WEB and effect.file.isdigit():
            await asyncio.to_thread(self._recordings.forget, int(effect.file))

    async def _stored(self, file: str) -> bytes | None:
        return await asyncio.to_thread(self._recordings.read, int(file)) if file.isdigit() else None

    def _settle(self, conversation: int, effect: Transcribe, content: bytes) -> int:
        """Keep the recording, or let go of it; return its number."""
        stored = int(effect.file) if effect.channel == WEB and effect.file.isdigit() else 0
        if effect.keep:
            return stored or self._recordings.keep(conversation, effect.key, effect.media_type, content)
        if stored:
            self._recordings.forget(stored)
        return 0

    async def close(self) -> None:
        """End what listens."""
        if self._listener is not None:
            await self._listener.close()


def _transcribed(effect: Transcribe, found: Heard, upload: int) -> Transcribed:
    return Transcribed(
        at=time.time(),
        heard=effect.heard,
        text=found.text,
        language=found.language,
        doubtful=found.doubtful,
        upload=upload,
        delivery=_delivery(found.manner, effect),
    )


def _delivery(manner: Manner, effect: Transcribe) -> Delivery:
    latency = effect.heard_at - effect.since - manner.seconds if effect.since and effect.heard_at else 0.0
    return Delivery(
        seconds=manner.seconds,
        speech=manner.speech,
        rate=manner.rate,
        pauses=manner.pauses,
        long_pauses=manner.long_pauses,
        latency=round(max(0.0, latency), 1),
        fillers=manner.fillers,
    )
