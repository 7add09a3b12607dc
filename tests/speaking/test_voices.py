"""Both ways to speak keep one contract; and what an endpoint may do to us, a candidate never hears."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import av
import pytest

from bot.speaking.ready import say_voices
from bot.speaking.voices import EndpointVoice, OfflineVoice, Voice, make_voice
from bot.speech.listeners import Process
from config.settings import Settings
from scoring.speaking.hosted import HostedVoice
from scoring.speaking.model import MAX_LETTERS, NotSpoken
from scoring.speaking.offline import languages_in
from scoring.speaking.sound import pack_mp3, pack_opus
from tests.scoring.llm.server import Scripted, Step, cuts, drips, fails, floods, hangs, raw, scripted
from tests.speaking.sounds import mandarin, seconds_of, tone, wave

_KEY = "sk-never-to-be-seen"
_EN = "Tell me about a customer who was hard to convince. What did you do?"
_ZH = "您上一次说服一位犹豫的客户，是怎么做的？"


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    made = Process()
    yield made
    made._pool.shutdown()


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted(raw(pack_opus(tone(4)))) as running:
        yield running


@pytest.fixture
def hosted(server: Scripted, process: Process) -> EndpointVoice:
    return EndpointVoice(HostedVoice(server.url, _KEY, "tts-1", "nova", timeout=2.0), ("en", "zh"), process)


@pytest.fixture(params=["en here", "zh here", "hosted"])
async def voice(
    request: pytest.FixtureRequest, server: Scripted, process: Process, tmp_path: Path
) -> AsyncIterator[Voice]:
    if request.param == "hosted":
        endpoint = HostedVoice(server.url, _KEY, "tts-1", "nova")
        yield EndpointVoice(endpoint, ("en", "zh"), process)
        await endpoint.close()
    else:
        folder = mandarin() if request.param == "zh here" else tmp_path
        yield OfflineVoice(folder, languages_in(folder), process)


async def test_the_contract_of_speaking(voice: Voice) -> None:
    texts = {"en": _EN, "zh": _ZH}
    assert set(voice.languages) <= set(texts)
    for language in voice.languages:
        recording = await voice.speak(texts[language], language)
        assert recording.startswith(b"OggS")
        assert b"OpusHead" in recording[:100]
        assert 2 < seconds_of(recording) < 12
        with pytest.raises(NotSpoken, match="text"):
            await voice.speak(" ", language)
        with pytest.raises(NotSpoken, match="text"):
            await voice.speak("a" * (MAX_LETTERS + 1), language)
    other = await voice.as_mp3(recording)
    assert abs(seconds_of(other) - seconds_of(recording)) < 0.2
    with av.open(io.BytesIO(other)) as file:
        assert file.streams.audio[0].codec_context.name.startswith("mp3")


async def test_a_language_without_a_voice_is_not_tried(process: Process, tmp_path: Path) -> None:
    with pytest.raises(NotSpoken, match="text"):
        await OfflineVoice(tmp_path, {}, process).speak("Parlez-moi de vous.", "fr")


@pytest.mark.parametrize("sent", [pack_mp3(pack_opus(tone(4))), wave(4)], ids=["mp3", "wav"])
async def test_whatever_is_sent_becomes_ogg_opus(
    hosted: EndpointVoice, server: Scripted, sent: bytes
) -> None:
    server.always = raw(sent)
    recording = await hosted.speak(_EN, "en")
    assert recording.startswith(b"OggS")
    assert abs(seconds_of(recording) - 4) < 0.2


async def test_an_endpoint_is_told_the_question_and_nothing_else(
    hosted: EndpointVoice, server: Scripted
) -> None:
    await hosted.speak(_ZH, "zh")
    assert server.asked == [{"input": _ZH, "model": "tts-1", "voice": "nova", "response_format": "opus"}]
    assert server.headers[0]["authorization"] == f"Bearer {_KEY}"


async def test_an_endpoint_that_knows_no_opus_is_asked_for_mp3_from_then_on(
    hosted: EndpointVoice, server: Scripted
) -> None:
    server.script = [fails(400, "response_format"), raw(pack_mp3(pack_opus(tone(4))))]
    await hosted.speak(_EN, "en")
    await hosted.speak(_EN, "en")
    assert [asked["response_format"] for asked in server.asked] == ["opus", "mp3", "mp3"]


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (fails(401, f"the key {_KEY} is wrong"), "misconfigured"),
        (fails(404), "misconfigured"),
        (fails(422), "misconfigured"),
        (fails(429), "rate_limited"),
        (fails(500, _EN), "server_error"),
        (raw(b"<html>" + _EN.encode()), "bad_reply"),
        (raw(json.dumps({"audio": "AAAA"}).encode()), "bad_reply"),
        (raw(b""), "bad_reply"),
        (raw(pack_opus(tone(4))[: 1 << 11]), "bad_reply"),
        (raw(pack_mp3(pack_opus(tone(4)))[: 1 << 11]), "cut_short"),
        (raw(pack_opus(tone(4, loud=0.0))), "silent"),
        (raw(pack_opus(tone(0.5))), "cut_short"),
        (cuts, "unreachable"),
        (floods, "bad_reply"),
        (hangs, "timeout"),
        (drips, "timeout"),
    ],
    ids=[
        "key", "address", "no format", "too many", "failure", "a page", "json", "empty", "truncated", "truncated mp3",
        "silence", "too short", "cut off", "flood", "hangs", "drips",
    ],
)  # fmt: skip
async def test_an_endpoint_that_fails_gives_no_recording_and_tells_nothing(
    hosted: EndpointVoice, server: Scripted, step: Step, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.always = step
    with caplog.at_level(logging.DEBUG), pytest.raises(NotSpoken) as caught:
        await hosted.speak(_EN, "en")
    assert caught.value.code == code
    shown = [caplog.text, str(caught.value), repr(caught.value.__cause__), repr(hosted._endpoint)]
    assert not [one for one in shown if _KEY in one or "hard to convince" in one]


async def test_a_speaking_process_that_dies_is_replaced(server: Scripted) -> None:
    voice = EndpointVoice(HostedVoice(server.url, _KEY, "tts-1", "nova"), ("en",))
    await voice.speak(_EN, "en")
    for one in voice._process._pool._processes.values():
        one.kill()
    with pytest.raises(NotSpoken, match="voice_died"):
        await voice.speak(_EN, "en")
    assert (await voice.speak(_EN, "en")).startswith(b"OggS")
    await voice.close()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "not configured: "),
        ({"tts_base_url": "https://api.example.com/v1"}, "broken: name the model"),
        (
            {"tts_base_url": "https://api.example.com/v1", "tts_model": "tts-1"},
            "ready: en, zh by tts-1/alloy",
        ),
        ({"tts_model": "no/such/folder"}, "broken: there are no voices in no/such/folder"),
        ({"tts_model": "."}, "ready: en by hibari/heart; zh is not read out"),
    ],
)
def test_the_operator_is_told_which_voice_speaks(settings: dict[str, str], told: str) -> None:
    found = Settings(_env_file=None, **settings)  # type: ignore[call-arg,arg-type]
    assert say_voices(found, ("en", "zh")).startswith(told)
    voice = make_voice(found, ("en", "zh"))
    assert (voice is not None) is told.startswith("ready")
