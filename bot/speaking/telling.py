"""Finds what a message of an interview asks and has it read out: for the web page's door and the messengers alike."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.speaking.speaker import Speaker
from bot.speaking.wordings import ASKING, Wording, Wordings
from dialogues.core.interview import Interview
from dialogues.ports import Interviews, Packs, Story
from scoring.speaking.model import NotSpoken

_TOO_MANY = 1 << 31
"""No conversation has so many messages, and a database may not know the number."""


class Telling:
    """Reads the questions of interviews out."""

    def __init__(
        self, speaker: Speaker, wordings: Wordings, interviews: Interviews, packs: Packs, story: Story
    ) -> None:
        self._speaker, self._wordings = speaker, wordings
        self._interviews, self._packs, self._story = interviews, packs, story

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that are read out."""
        return self._speaker.languages

    async def wording(self, conversation: int, message: int) -> Wording | None:
        """Return what the message with this number asks in this interview; None when it asks nothing."""
        return await asyncio.to_thread(self._find, conversation, message)

    async def recording(self, wording: Wording, *, mp3: bool = False) -> Path:
        """Return the file with a question read out; NotSpoken when there is none."""
        return await self._speaker.recording(wording, mp3=mp3)

    async def spoken(self, conversation: int, message: int) -> bytes:
        """Return what a message asks as OGG/Opus; NotSpoken when there is no recording."""
        wording = await self.wording(conversation, message)
        if wording is None:
            raise NotSpoken("text")
        path = await self.recording(wording)
        return await asyncio.to_thread(path.read_bytes)

    async def close(self) -> None:
        """End what is being read out."""
        await self._speaker.close()

    def _find(self, conversation: int, message: int) -> Wording | None:
        lines = self._story.lines(conversation, message - 1, 1) if 0 < message < _TOO_MANY else []
        if not lines or lines[0].seq != message or lines[0].mine or lines[0].kind not in ASKING:
            return None
        state = self._interviews.interview(conversation)
        if not isinstance(state, Interview):
            return None
        pack = self._packs.pack(state.pack, state.pack_version)
        return self._wordings.find(pack, lines[0].text, state.language)
