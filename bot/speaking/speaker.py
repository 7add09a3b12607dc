"""Has questions read out, each once: kept recordings first, one reading for all who wait for it, rest when a voice fails.

Never in the way of a turn: what is said in writing has gone out before anybody asks here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from bot.speaking.kept import Kept
from bot.speaking.voices import Voice
from bot.speaking.wordings import Wording
from scoring.llm.rest import Breaker
from scoring.speaking.model import NotSpoken

log = structlog.get_logger()

_DEADLINE = 120.0
_MOST_WAITING = 40
"""Different texts that may wait for a voice; more are refused, kindly, until some are spoken."""


class Speaker:
    """Reads questions out with one voice, or says in which languages it cannot: all of them where there is no voice."""

    def __init__(self, voice: Voice | None, kept: Kept, clock: Callable[[], float] = time.monotonic) -> None:
        self._voice, self._kept, self._clock = voice, kept, clock
        self._breaker = Breaker()
        self._turns = asyncio.Semaphore(voice.at_once if voice is not None else 1)
        self._making: dict[Path, asyncio.Task[None]] = {}

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that are read out."""
        return tuple(sorted(self._voice.languages)) if self._voice is not None else ()

    async def recording(self, wording: Wording, *, mp3: bool = False) -> Path:
        """Return the file with a text read out, made now if need be; NotSpoken when there is none."""
        if wording.language not in self.languages:
            raise NotSpoken("language")
        path = self._path(wording)
        if not self._kept.find(path):
            await self._wait_for(path, wording)
        if not mp3:
            return path
        other = path.with_suffix(".mp3")
        if not self._kept.find(other):
            assert self._voice is not None
            content = await self._voice.as_mp3(await asyncio.to_thread(path.read_bytes))
            await asyncio.to_thread(self._kept.keep, other, content)
        return other

    def _path(self, wording: Wording) -> Path:
        assert self._voice is not None
        return self._kept.path(wording.text, wording.language, self._voice.languages[wording.language])

    async def _wait_for(self, path: Path, wording: Wording) -> None:
        """Wait for a recording that is being made, or have it made; whoever goes away does not end it for others."""
        task = self._making.get(path)
        if task is None:
            if len(self._making) >= _MOST_WAITING:
                raise NotSpoken("busy")
            task = self._making[path] = asyncio.ensure_future(self._make(path, wording))
            task.add_done_callback(lambda done: self._made(path, done))
        await asyncio.shield(task)

    def _made(self, path: Path, done: asyncio.Task[None]) -> None:
        del self._making[path]
        if not done.cancelled():
            done.exception()  # those who waited have it; when all have gone away it is nobody's

    async def _make(self, path: Path, wording: Wording) -> None:
        assert self._voice is not None
        async with self._turns:
            if not self._breaker.may_ask(self._clock(), _DEADLINE):
                raise NotSpoken("resting")
            try:
                content = await self._voice.speak(wording.text, wording.language)
            except NotSpoken as error:
                self._breaker.failed(self._clock())
                log.warning("question_not_spoken", code=error.code, language=wording.language)
                raise
            self._breaker.succeeded()
            await asyncio.to_thread(self._kept.keep, path, content)

    async def close(self) -> None:
        """End what is being read out."""
        for task in list(self._making.values()):
            task.cancel()
        if self._voice is not None:
            await self._voice.close()
