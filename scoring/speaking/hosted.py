"""Speaks through an OpenAI-compatible speech endpoint. It is sent a question's text, and nothing of the candidate.

No error of the client's is passed on or logged: its text may hold the key.
"""

from __future__ import annotations

import asyncio
from typing import Any

import openai

from scoring.compatible import TooMuch, make_client, trouble_of
from scoring.speaking.model import MAX_BYTES, NotSpoken

_FORMATS = ("opus", "mp3", "wav")
"""What is asked for, the next one where a server refuses the one before."""


class HostedVoice:
    """One voice of one model at one address."""

    def __init__(self, base_url: str, key: str, model: str, voice: str, timeout: float = 30.0) -> None:
        self.name = f"{model}/{voice}@{base_url}"
        self._model, self._voice, self._timeout = model, voice, timeout
        self._client = make_client(base_url, key, timeout, MAX_BYTES)
        self._formats = list(_FORMATS)

    def __repr__(self) -> str:
        return f"HostedVoice(model={self._model!r}, voice={self._voice!r})"

    async def say(self, text: str) -> bytes:
        """Return what the endpoint sends, not yet known to be a recording; NotSpoken when it sends nothing."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self._ask(text)
        except TimeoutError:
            raise NotSpoken("timeout") from None

    async def _ask(self, text: str) -> bytes:
        while True:
            try:
                return await self._send(text)
            except TooMuch:
                raise NotSpoken("bad_reply") from None
            except openai.APITimeoutError:
                raise NotSpoken("timeout") from None
            except openai.APIStatusError as error:
                if error.status_code in (400, 415, 422) and len(self._formats) > 1:
                    del self._formats[0]  # servers differ in the formats they know
                    continue
                raise NotSpoken(trouble_of(error.status_code)) from None
            except openai.OpenAIError as error:
                raise NotSpoken(_cause(error)) from None

    async def _send(self, text: str) -> bytes:
        wanted: Any = self._formats[0]
        reply = await self._client.audio.speech.with_raw_response.create(
            input=text, model=self._model, voice=self._voice, response_format=wanted
        )
        return bytes(reply.content)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


def _cause(error: openai.OpenAIError) -> str:
    """Tell a reply without end from a server that is not there: the client wraps both alike."""
    return "bad_reply" if isinstance(error.__cause__, TooMuch) else "unreachable"
