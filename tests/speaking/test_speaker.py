"""Each question is read out once, for whoever waits; a voice that fails is left in peace; only known texts are spoken."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from bot.speaking.kept import Kept
from bot.speaking.speaker import Speaker
from bot.speaking.wordings import Wording, Wordings
from dialogues.app.languages import load_languages
from scoring.speaking.model import NotSpoken
from tests.core.sample import PACK

_ONE, _OTHER = Wording("How are you?", "en"), Wording("And you?", "en")


class Scripted:
    """A voice that says what it is told to, or fails."""

    at_once = 1

    def __init__(self) -> None:
        self.languages = {"en": "scripted"}
        self.asked: list[str] = []
        self.fails = ""
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    async def speak(self, text: str, language: str) -> bytes:
        self.asked.append(text)
        await self.may_go_on.wait()
        if self.fails:
            raise NotSpoken(self.fails)
        return f"{language}:{text}".encode()

    async def as_mp3(self, recording: bytes) -> bytes:
        return b"mp3:" + recording

    async def close(self) -> None: ...


@pytest.fixture
def voice() -> Scripted:
    return Scripted()


async def test_a_question_is_read_out_once_for_everybody(voice: Scripted, tmp_path: Path) -> None:
    speaker = Speaker(voice, Kept(tmp_path / "spoken"))
    voice.may_go_on.clear()
    waiting = [asyncio.ensure_future(speaker.recording(_ONE)) for _ in range(20)]
    gone = asyncio.ensure_future(speaker.recording(_ONE))
    await asyncio.sleep(0)
    gone.cancel()
    voice.may_go_on.set()
    paths = set(await asyncio.gather(*waiting))
    assert [path.read_bytes() for path in paths] == [b"en:How are you?"]
    other = Speaker(voice, Kept(tmp_path / "spoken"))
    assert await other.recording(_ONE) in paths
    mp3 = await other.recording(_ONE, mp3=True)
    assert mp3.read_bytes() == b"mp3:en:How are you?"
    assert voice.asked == ["How are you?"]


async def test_a_voice_that_keeps_failing_is_left_in_peace(voice: Scripted, tmp_path: Path) -> None:
    now = 0.0
    speaker = Speaker(voice, Kept(tmp_path), clock=lambda: now)
    await speaker.recording(_OTHER)
    voice.fails = "server_error"
    for _ in range(4):
        with pytest.raises(NotSpoken, match="server_error"):
            await speaker.recording(_ONE)
    for _ in range(50):
        with pytest.raises(NotSpoken, match="resting"):
            await speaker.recording(_ONE)
    assert len(voice.asked) == 5
    assert await speaker.recording(_OTHER), "what is kept is still heard"
    voice.fails, now = "", 31.0
    assert await speaker.recording(_ONE)


async def test_a_crowd_that_asks_for_everything_at_once_is_refused_kindly(
    voice: Scripted, tmp_path: Path
) -> None:
    speaker = Speaker(voice, Kept(tmp_path))
    voice.may_go_on.clear()
    waiting = [asyncio.ensure_future(speaker.recording(Wording(f"Question {n}?", "en"))) for n in range(50)]
    await asyncio.sleep(0)
    voice.may_go_on.set()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert sum(isinstance(one, Path) for one in found) == 40
    assert {one.code for one in found if isinstance(one, NotSpoken)} == {"busy"}


async def test_without_a_voice_nothing_is_spoken(tmp_path: Path) -> None:
    speaker = Speaker(None, Kept(tmp_path))
    assert speaker.languages == ()
    with pytest.raises(NotSpoken, match="language"):
        await speaker.recording(_ONE)
    await speaker.close()


def test_what_is_kept_is_bounded_and_what_is_wanted_stays(tmp_path: Path) -> None:
    kept = Kept(tmp_path, most_bytes=5_000)
    paths = [kept.path(f"Question {number}", "en", "v") for number in range(51)]
    for number, path in enumerate(paths[:50]):
        kept.keep(path, bytes(1_000))
        os.utime(path, (number, number))
    assert kept.find(paths[0])
    kept.keep(paths[50], bytes(1_000))
    left = [path for path in paths if path.exists()]
    assert left == [paths[0], *paths[47:]]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 5_000


def test_another_voice_or_language_is_another_recording(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    assert len({kept.path("a", "en", "v"), kept.path("a", "zh", "v"), kept.path("a", "en", "w")}) == 3


def test_only_what_the_pack_or_we_ask_is_spoken() -> None:
    pack, wordings = PACK, Wordings(load_languages())
    question = pack.questions[0]
    warm = "Thank you, Lin Xiao. Take your time.\n\n" + question.text["en"]
    assert wordings.find(pack, warm, "en") == Wording(question.text["en"], "en")
    assert wordings.find(pack, warm, "zh") == Wording(question.text["en"], "en")
    assert wordings.find(pack, question.text["zh"], "en") == Wording(question.text["zh"], "zh")
    asked = wordings.find(pack, "Good.\n\nWhich part of that was yours?", "en")
    assert asked == Wording("Which part of that was yours?", "en")
    assert wordings.find(pack, "My name is Lin Xiao and I sold umbrellas.", "en") is None
