"""Both ways to listen keep one contract; and what an endpoint may do to us costs the candidate nothing."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

pytest.importorskip("faster_whisper", reason="install the extra `speech`")

from bot.speech.listeners import HostedListener, Listener, LocalListener, Process
from bot.speech.ready import model_of, say_ears
from config.settings import Settings
from dialogues.app.runner import Retry
from scoring.speech.hosted import HostedWhisper
from scoring.speech.model import MAX_BYTES, Heard, Trouble
from tests.scoring.llm.server import Scripted, Step, cuts, fails, floods, hangs, raw, scripted, send
from tests.scoring.speech.ears import model, recording

_KEY = "sk-never-to-be-seen"
_EN = "It was the best of times, it was the worst of times, it was the age of wisdom."
_ZH = "說你呢，要是再不把桌子上的冰淇淋吃掉，我可就要沒收了哦。"


def _reply(text: str, language: str, end: float = 12.8, likely: float = -0.2, packed: float = 1.3) -> Step:
    segment = {"text": text, "start": 0.0, "end": end, "avg_logprob": likely, "compression_ratio": packed}
    body = json.dumps({"text": text, "language": language, "segments": [segment]}).encode()
    return lambda _: send(body)


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted(_reply(_EN, "english")) as running:
        yield running


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    made = Process()
    yield made
    made._pool.shutdown()


@pytest.fixture
async def hosted(server: Scripted, process: Process) -> AsyncIterator[HostedListener]:
    endpoint = HostedWhisper(server.url, _KEY, "whisper-1", timeout=2.0)
    yield HostedListener(endpoint, process)
    await endpoint.close()


@pytest.fixture(params=["here", "hosted"])
async def listener(request: pytest.FixtureRequest, server: Scripted) -> AsyncIterator[Listener]:
    made: Listener
    if request.param == "here":
        made = LocalListener(model())
    else:
        made = HostedListener(HostedWhisper(server.url, _KEY, "whisper-1"))
    yield made
    await made.close()


async def test_the_contract_of_listening(listener: Listener, server: Scripted) -> None:
    english = await listener.hear(recording("en"), ("zh", "en"))
    assert isinstance(english, Heard)
    assert "best of times" in english.text
    assert english.language == "en"
    assert abs(english.manner.seconds - 10.2) < 0.2
    assert english.manner.rate > 60
    server.always = _reply(_ZH, "chinese")
    chinese = await listener.hear(recording("zh"), ("zh", "en"))
    assert isinstance(chinese, Heard)
    assert "冰淇淋吃掉" in chinese.text
    assert "說" not in chinese.text, "simplified characters"
    assert chinese.language == "zh"
    assert all(0 <= start < end <= len(chinese.text) for start, end in chinese.doubtful)
    asked = len(server.asked)
    assert await listener.hear(_silence(), ("zh", "en")) is Trouble.SILENT
    assert await listener.hear(b"no recording", ("zh", "en")) is Trouble.UNREADABLE
    assert await listener.hear(bytes(MAX_BYTES + 1), ("zh", "en")) is Trouble.TOO_BIG
    assert len(server.asked) == asked, "what nobody spoke in is not sent"


def _silence() -> bytes:
    import numpy as np

    from scoring.speech.prepared import pack_opus

    return pack_opus(np.zeros(16_000 * 3, dtype=np.float32))


async def test_a_listening_process_that_dies_is_replaced(hosted: HostedListener) -> None:
    assert isinstance(await hosted.hear(recording("en"), ("en",)), Heard)
    for process in hosted._process._pool._processes.values():
        process.kill()
    with pytest.raises(Retry, match="ears_died"):
        await hosted.hear(recording("en"), ("en",))
    assert isinstance(await hosted.hear(recording("en"), ("en",)), Heard)


async def test_what_is_sent_is_small_and_names_the_model(hosted: HostedListener, server: Scripted) -> None:
    await hosted.hear(recording("en"), ("en",))
    body: bytes = server.asked[0]["body"]
    assert b"OggS" in body
    assert b"whisper-1" in body
    assert len(body) < 100_000
    assert server.headers[0]["authorization"] == f"Bearer {_KEY}"


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (fails(401, f"the key {_KEY} is wrong"), "ears_misconfigured"),
        (fails(404), "ears_misconfigured"),
        (fails(429), "ears_rate_limited"),
        (fails(500, _EN), "ears_server_error"),
        (fails(503), "ears_server_error"),
        (raw(b"<html>" + _EN.encode()), "ears_bad_reply"),
        (raw(b'{"text": 7}'), "ears_bad_reply"),
        (cuts, "ears_unreachable"),
        (floods, "ears_bad_reply"),
        (hangs, "ears_timeout"),
    ],
    ids=[
        "key",
        "address",
        "too many",
        "failure",
        "away",
        "a page",
        "wrong form",
        "cut off",
        "flood",
        "hangs",
    ],
)
async def test_an_endpoint_that_fails_is_tried_again_and_tells_nothing(
    hosted: HostedListener, server: Scripted, step: Step, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.always = step
    with caplog.at_level(logging.DEBUG), pytest.raises(Retry) as caught:
        await hosted.hear(recording("en"), ("en",))
    assert caught.value.code == code
    shown: list[Any] = [caplog.text, str(caught.value), repr(caught.value.__cause__), repr(hosted._endpoint)]
    assert not [one for one in shown if _KEY in one or "best of times" in one]


async def test_a_server_that_is_gone_is_tried_again(hosted: HostedListener, server: Scripted) -> None:
    server.stop()
    with pytest.raises(Retry, match="ears_unreachable"):
        await hosted.hear(recording("en"), ("en",))


async def test_a_server_that_knows_only_text_is_understood_and_remembered(
    hosted: HostedListener, server: Scripted
) -> None:
    def step(asked: dict[str, Any]) -> Any:
        if b"verbose_json" in asked["body"]:
            return fails(400, "response_format must be json")(asked)
        return send(json.dumps({"text": _ZH}).encode())

    server.always = step
    heard = await hosted.hear(recording("zh"), ("en", "zh"))
    assert isinstance(heard, Heard)
    assert heard.language == "zh"
    assert heard.text.startswith("说你呢")
    await hosted.hear(recording("zh"), ("en", "zh"))
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    "step",
    [
        _reply("謝謝" * 20, "chinese"),
        _reply(_EN, "english", likely=-2.0),
        _reply(_EN, "english", packed=9.0),
        _reply("It was the best.", "english", end=2.0),
        _reply("", "english"),
    ],
    ids=["a loop", "guessed", "packed", "most left out", "nothing"],
)
async def test_what_cannot_be_believed_is_unclear(
    hosted: HostedListener, server: Scripted, step: Step
) -> None:
    server.always = step
    assert await hosted.hear(recording("en"), ("en",)) is Trouble.UNCLEAR


async def test_what_an_endpoint_is_not_sure_of_is_marked(hosted: HostedListener, server: Scripted) -> None:
    server.always = _reply(_EN, "english", likely=-1.0)
    heard = await hosted.hear(recording("en"), ("en",))
    assert isinstance(heard, Heard)
    assert heard.doubtful == ((0, len(_EN)),)


@pytest.mark.parametrize(
    ("given", "begins"),
    [
        ({}, "not configured: voice answers are asked for in writing"),
        ({"asr_model": "nowhere/that-is"}, "ready: nowhere/that-is"),
        ({"asr_model": "tests/no-model"}, "broken: there is no model in tests/no-model"),
        (
            {"asr_model": "whisper-1", "asr_base_url": "https://ears.example/v1"},
            "ready: whisper-1 at https://ears",
        ),
        ({"asr_base_url": "https://ears.example/v1"}, "broken: name the model to ask"),
    ],
    ids=["none", "a name", "a folder", "an endpoint", "an endpoint without model"],
)
def test_the_doctor_says_what_listens(given: dict[str, str], begins: str) -> None:
    settings = Settings(_env_file=None, **given)  # type: ignore[call-arg, arg-type]
    assert say_ears(settings).startswith(begins)
    assert model_of(settings) == given.get("asr_model", "")
