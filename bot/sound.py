"""The ears and the voice of a server put together; part of the composition root."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from bot.speaking.kept import Kept
from bot.speaking.speaker import Speaker
from bot.speaking.telling import Telling
from bot.speaking.voices import make_voice
from bot.speaking.web import PATH, SpokenDoor
from bot.speaking.wordings import Wordings
from bot.speech.carrier import Ears, Fetch
from bot.speech.listeners import make_listener
from bot.speech.web import VoiceDoor
from dialogues.core.effects import Discard, Effect, Transcribe
from storage.media import Recordings

if TYPE_CHECKING:
    from bot.house import House
    from dialogues.app.worker import Stored
    from dialogues.ports import Arrival, Entrance


class Sound:
    """What is spoken on either side. `listen` before its carriers are asked for."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._recordings = Recordings(house.engine, house.sealer)
        speaker = Speaker(make_voice(house.settings, tuple(house.languages)), Kept())
        wordings = Wordings(house.languages)
        self.telling = Telling(speaker, wordings, house.applications, house.packs, house.story)

    def listen(self, fetch: Mapping[str, Fetch]) -> None:
        """Open the ears; `fetch` gets recordings from messengers, by channel."""
        languages = tuple(sorted(self._house.languages, reverse=True))
        self.ears = Ears(make_listener(self._house.settings), self._recordings, fetch, languages)

    def carriers(self) -> dict[type[Effect], Any]:
        """Return what carries effects out."""
        return {Transcribe: self.ears.transcribe, Discard: self.ears.discard}

    def routes(self, entrance: Entrance, submit: Callable[[Arrival], Awaitable[Stored]]) -> list[Route]:
        """Return the addresses of the candidate's page: where it sends recordings, and where questions are heard."""
        heard = VoiceDoor(entrance, self._recordings, submit)
        spoken = SpokenDoor(entrance, self.telling)
        return [Route("/chat/{invite}/voice", heard.take, methods=["POST"]), Route(PATH, spoken.play)]

    async def close(self) -> None:
        """End the processes and close the connections."""
        await self.ears.close()
        await self.telling.close()
