"""Two ways to speak, behind one port: voices on this machine, or an OpenAI-compatible endpoint.

Both give OGG/Opus that is known to be whole. What an endpoint sends is decoded in the process that speaks, too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bot.speech.listeners import Process
from dialogues.app.runner import Retry
from scoring.speaking.model import MAX_LETTERS, NotSpoken

if TYPE_CHECKING:
    from config.settings import Settings
    from scoring.speaking.hosted import HostedVoice
    from scoring.speaking.offline import Offline


class Voice(Protocol):
    """Speaks. `languages` it knows -> the voice's name; `at_once` texts are spoken at a time."""

    at_once: int
    languages: dict[str, str]

    async def speak(self, text: str, language: str) -> bytes:
        """Return a text spoken, as OGG/Opus; NotSpoken when there is no recording."""
        ...

    async def as_mp3(self, recording: bytes) -> bytes:
        """Return a recording for those who cannot play OGG/Opus."""
        ...

    async def close(self) -> None:
        """Let go of processes and connections."""
        ...


class _Apart:
    """Works in a process of its own, at the lowest priority."""

    def __init__(self, process: Process | None) -> None:
        self._process = process or Process()

    async def _run(self, work: Callable[..., bytes | str], *given: object) -> bytes:
        try:
            found = await self._process.run(work, *given)
        except Retry:
            raise NotSpoken("voice_died") from None
        if isinstance(found, str):
            raise NotSpoken(found)
        return found

    async def as_mp3(self, recording: bytes) -> bytes:
        """Return a recording for those who cannot play OGG/Opus."""
        return await self._run(_convert, recording)

    async def close(self) -> None:
        """End the process."""
        await self._process.close()


class OfflineVoice(_Apart):
    """The voices of this machine: one text after the other."""

    at_once = 1

    def __init__(self, folder: Path, languages: dict[str, str], process: Process | None = None) -> None:
        super().__init__(process)
        self._folder, self.languages = folder, languages

    async def speak(self, text: str, language: str) -> bytes:
        """Return a text spoken, as OGG/Opus."""
        return await self._run(_speak_here, str(self._folder), text, language)


class EndpointVoice(_Apart):
    """An endpoint; what it sends is looked through here before anybody hears it."""

    at_once = 4

    def __init__(
        self, endpoint: HostedVoice, languages: Collection[str], process: Process | None = None
    ) -> None:
        super().__init__(process)
        self._endpoint = endpoint
        self.languages = dict.fromkeys(languages, endpoint.name)

    async def speak(self, text: str, language: str) -> bytes:
        """Return a text spoken, as OGG/Opus."""
        if not text.strip() or len(text) > MAX_LETTERS:
            raise NotSpoken("text")
        return await self._run(_look_through, await self._endpoint.say(text), text, language)

    async def close(self) -> None:
        """End the process and close the connections."""
        await super().close()
        await self._endpoint.close()


@cache
def _voices(folder: str) -> Offline:
    from scoring.speaking.offline import Offline  # here, as below: only the process that speaks needs these

    return Offline(Path(folder))


def _speak_here(folder: str, text: str, language: str) -> bytes | str:
    """Return the recording, or why there is none: errors do not cross processes well."""
    try:
        return _voices(folder).speak(text, language)
    except NotSpoken as error:
        return error.code


def _look_through(content: bytes, text: str, language: str) -> bytes | str:
    from scoring.speaking.sound import check_whole, pack_opus, read_sound  # here, as above

    try:
        samples = read_sound(content)
        check_whole(samples, text, language)
    except NotSpoken as error:
        return error.code
    return pack_opus(samples)


def _convert(recording: bytes) -> bytes | str:
    from scoring.speaking.sound import pack_mp3  # here, as above

    return pack_mp3(recording)


def make_voice(settings: Settings, languages: Collection[str]) -> Voice | None:
    """Return what speaks here; None when questions are only written."""
    from bot.speaking.ready import voices_of

    spoken = voices_of(settings, languages)
    if not spoken:
        return None
    if not settings.tts_base_url:
        return OfflineVoice(Path(settings.tts_model), spoken)
    from scoring.speaking.hosted import HostedVoice  # here: who uses no endpoint need not load its client

    key = settings.tts_api_key.get_secret_value()
    return EndpointVoice(
        HostedVoice(settings.tts_base_url, key, settings.tts_model, settings.tts_voice), languages
    )
