"""Two ways to listen, behind one port: a model on this machine, or an OpenAI-compatible endpoint."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Protocol, TypeVar

from bot.speech.hearing import hear, make_pool, make_ready
from dialogues.app.runner import Retry
from scoring.speech.model import Heard, NotHeard, Trouble

if TYPE_CHECKING:
    from config.settings import Settings
    from scoring.speech.hosted import HostedWhisper

_T = TypeVar("_T")


class Listener(Protocol):
    """Listens to recordings. `at_once` are held in memory at a time, whoever waits."""

    at_once: int

    async def hear(self, content: bytes, languages: tuple[str, ...]) -> Heard | Trouble:
        """Return what is said, or why that is not known; Retry when another try may tell."""
        ...

    async def close(self) -> None:
        """Let go of processes and connections."""
        ...


class Process:
    """The listening process; one that died is replaced, and the recording tried again."""

    def __init__(self) -> None:
        self._pool = make_pool()

    async def run(self, work: Callable[..., _T], *given: object) -> _T:
        pool = self._pool
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, work, *given)
        except BrokenProcessPool:
            if self._pool is pool:
                self._pool = make_pool()
            raise Retry("ears_died") from None

    async def close(self) -> None:
        await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)


class LocalListener:
    """faster-whisper on this machine: one recording is heard while the next is fetched."""

    at_once = 2

    def __init__(self, model: str) -> None:
        self._model, self._process = model, Process()

    async def hear(self, content: bytes, languages: tuple[str, ...]) -> Heard | Trouble:
        """Return what is said, or why that is not known."""
        return await self._process.run(hear, self._model, content, languages)

    async def close(self) -> None:
        """End the listening process."""
        await self._process.close()


class HostedListener:
    """An endpoint. This machine only finds out whether anybody speaks."""

    at_once = 4

    def __init__(self, endpoint: HostedWhisper, process: Process | None = None) -> None:
        self._endpoint, self._process = endpoint, process or Process()

    async def hear(self, content: bytes, languages: tuple[str, ...]) -> Heard | Trouble:
        """Return what is said, or why that is not known."""
        from scoring.speech.hosted import (
            EndpointFailed,
        )  # here: who uses no endpoint need not load its client

        ready = await self._process.run(make_ready, content)
        if isinstance(ready, Trouble):
            return ready
        try:
            return await self._endpoint.hear(ready, languages)
        except NotHeard as error:
            return error.trouble
        except EndpointFailed as error:
            raise Retry(f"ears_{error.code}") from None

    async def close(self) -> None:
        """End the process and close the connections."""
        await self._process.close()
        await self._endpoint.close()


def make_listener(settings: Settings) -> Listener | None:
    """Return what listens here; None when recordings are asked for in writing."""
    from bot.speech.ready import model_of

    model = model_of(settings)
    if not model:
        return None
    if not settings.asr_base_url:
        return LocalListener(model)
    from scoring.speech.hosted import HostedWhisper  # here, as above

    key = settings.asr_api_key.get_secret_value()
    return HostedListener(HostedWhisper(settings.asr_base_url, key, model))
