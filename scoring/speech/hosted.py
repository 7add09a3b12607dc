"""Listens through an OpenAI-compatible transcription endpoint. What it says is doubted like our own model's words.

Only recordings with speech in them are sent. No error of the client's is passed on or logged: its text may hold the
key or what the candidate said.
"""

from __future__ import annotations

import math
from typing import Any

import openai
from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import Decoder
from msgspec.structs import replace

from scoring.compatible import TooMuch, make_client, trouble_of
from scoring.speech.doubts import is_invented, left_out, written
from scoring.speech.manner import manner_of
from scoring.speech.model import Heard, NotHeard, Trouble, Word
from scoring.speech.prepared import Prepared
from scoring.speech.simplified import simplified

_NAMES = {"chinese": "zh", "mandarin": "zh", "cmn": "zh", "english": "en"}
_LIKELY = -0.3
"""Log probability that is assumed where an endpoint tells none: neither sure nor doubtful."""


class EndpointFailed(Exception):
    """The endpoint gave no transcript; `code` says why. Trying again may help."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Segment(Struct, frozen=True):
    text: str
    start: float | None = None
    end: float | None = None
    avg_logprob: float | None = None
    compression_ratio: float | None = None


class _Said(Struct, frozen=True):
    text: str = ""
    language: str | None = None
    segments: list[_Segment] | None = None


_said = Decoder(_Said)


class HostedWhisper:
    """One model at one address. Asks for places and probabilities, and does without where there are none."""

    def __init__(self, base_url: str, key: str, model: str, timeout: float = 60.0) -> None:
        self._model = model
        self._client = make_client(base_url, key, timeout)
        self._form = "verbose_json"

    def __repr__(self) -> str:
        return f"HostedWhisper(model={self._model!r})"

    async def hear(self, prepared: Prepared, languages: tuple[str, ...]) -> Heard:
        """Return what is said; NotHeard when that is not clear, EndpointFailed when nobody told us."""
        said = await self._ask(prepared.sound, languages)
        language = _language(said, languages)
        segments = said.segments if said.segments is not None else [_Segment(said.text)]
        words = [self._word(one, language) for one in segments if one.text.strip() and not _doubted(one)]
        if not words:
            raise NotHeard(Trouble.UNCLEAR)
        placed = all(one.start is not None and one.end is not None for one in segments)
        if placed and left_out(list(prepared.spells), words):
            raise NotHeard(Trouble.UNCLEAR)
        text, doubtful = written(words)
        manner = manner_of(text, language, list(prepared.spells), prepared.seconds)
        return Heard(text, language, doubtful, replace(manner, fillers=None))  # endpoints leave fillers out

    def _word(self, one: _Segment, language: str) -> Word:
        text = simplified(one.text) if language == "zh" else one.text
        likely = one.avg_logprob if one.avg_logprob is not None else _LIKELY
        return Word(text, one.start or 0.0, one.end or 0.0, math.exp(min(0.0, likely)))

    async def _ask(self, sound: bytes, languages: tuple[str, ...]) -> _Said:
        while True:
            try:
                return _said.decode(await self._send(sound, languages))
            except (DecodeError, ValidationError, TooMuch):
                raise EndpointFailed("bad_reply") from None
            except openai.APITimeoutError:
                raise EndpointFailed("timeout") from None
            except openai.APIStatusError as error:
                if error.status_code in (400, 415, 422) and self._form == "verbose_json":
                    self._form = "json"  # some servers refuse what they do not know
                    continue
                raise EndpointFailed(trouble_of(error.status_code)) from None
            except openai.OpenAIError:
                raise EndpointFailed("unreachable") from None

    async def _send(self, sound: bytes, languages: tuple[str, ...]) -> bytes:
        fields: dict[str, Any] = {"response_format": self._form}
        if len(languages) == 1:
            fields["language"] = languages[0]
        if self._form == "verbose_json":
            fields["timestamp_granularities"] = ["segment"]
        reply = await self._client.audio.transcriptions.with_raw_response.create(
            file=("recording.ogg", sound, "audio/ogg"),
            model=self._model,
            temperature=0,
            **fields,
        )
        return bytes(reply.content)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


def _doubted(one: _Segment) -> bool:
    likely = one.avg_logprob if one.avg_logprob is not None else _LIKELY
    lasts = one.end - one.start if one.start is not None and one.end is not None else 0.0
    return is_invented(one.text, likely, one.compression_ratio or 1.0, "", lasts)


def _language(said: _Said, languages: tuple[str, ...]) -> str:
    """Return the expected language a reply is in; by its script where the endpoint says none of them."""
    told = (said.language or "").lower()
    found = _NAMES.get(told, told[:2])
    if found in languages:
        return found
    chinese = any("\u3400" <= char <= "\u9fff" for char in said.text)
    wanted = "zh" if chinese else "en"
    return wanted if wanted in languages else languages[0]
