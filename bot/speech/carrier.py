"""Carries out `Transcribe`: fetches a recording, has it heard in its turn, keeps it sealed or lets it go.

Nothing but the words, their language and their uncertain places goes into the conversation's text; how it was spoken
stands beside it, for people of HR, and is given to no scorer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures.process import BrokenProcessPool

from bot.judging.fair import FairQueue
from bot.speech.hearing import hear, make_pool
from dialogues.app.runner import Retry
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
        self, model: str, recordings: Recordings, fetch: Mapping[str, Fetch], languages: tuple[str, ...]
    ) -> None:
        self._model, self._recordings, self._languages = model, recordings, languages
        self._fetch = {WEB: self._stored, **fetch}
        self._queue = FairQueue(1)
        self._pool = make_pool(model) if model else None

    async def transcribe(self, conversation: int, effect: Effect) -> tuple[int, Event]:
        """Write down what was spoken; Retry when the listening process died."""
        assert isinstance(effect, Transcribe)
        fetch = self._fetch.get(effect.channel)
        content = await fetch(effect.file) if fetch is not None else None
        if content is None or self._pool is None:
            return conversation, Transcribed(at=time.time(), heard=effect.heard, trouble="failed")
        async with self._queue.slot(conversation):
            found = await self._hear(content, effect.language)
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

    async def _hear(self, content: bytes, language: str) -> Heard | Trouble:
        first = (language, *(other for other in self._languages if other != language))
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._pool, hear, content, first)
        except BrokenProcessPool:
            self._pool = make_pool(self._model)
            raise Retry("ears_died") from None

    def _settle(self, conversation: int, effect: Transcribe, content: bytes) -> int:
        """Keep the recording, or let go of it; return its number."""
        stored = int(effect.file) if effect.channel == WEB and effect.file.isdigit() else 0
        if effect.keep:
            return stored or self._recordings.keep(conversation, effect.key, effect.media_type, content)
        if stored:
            self._recordings.forget(stored)
        return 0

    def close(self) -> None:
        """End the listening process."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)


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
