"""Questions heard from the candidate's page: only one's own, only the question, once made for everybody, in any browser."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("av", reason="install the extra `speaking`")

from bot.house import House
from bot.speaking.kept import Kept
from bot.speaking.speaker import Speaker
from bot.wiring import Server
from config.settings import Settings
from scoring.speaking.model import NotSpoken
from scoring.speaking.sound import pack_mp3, pack_opus
from tests.channels.client import Socket, add_packs, opened, serving
from tests.speaking.sounds import seconds_of, tone


class _Voice:
    """Says a tone, and remembers what it was given."""

    at_once = 1

    def __init__(self) -> None:
        self.languages = {"en": "scripted", "zh": "scripted"}
        self.given: list[tuple[str, str]] = []
        self.fails = ""

    async def speak(self, text: str, language: str) -> bytes:
        self.given.append((text, language))
        if self.fails:
            raise NotSpoken(self.fails)
        return pack_opus(tone(2))

    async def as_mp3(self, recording: bytes) -> bytes:
        return pack_mp3(recording)

    async def close(self) -> None: ...


class Asking:
    """A server with one interview at its first question."""

    def __init__(self, house: House, address: str, voice: _Voice, token: str, other: str) -> None:
        self.house, self.address, self.voice, self.token, self.other = house, address, voice, token, other
        self.question: dict[str, Any] = {}
        self.ready: dict[str, Any] = {}
        self.note = 0

    def begin(self, socket: Socket) -> None:
        """Come to the first question of the pack."""
        socket.say("hello", after=0)
        self.ready = socket.heard("ready")
        for number, value in enumerate(("consent:yes", "details:right", "practice:no")):
            said = socket.heard("say")
            while value not in str(said):
                said = socket.heard("say")
            self.note = said["seq"]
            socket.say("button", id=f"b{number}", value=value, seen=said["turn"])
        while said["kind"] != "question":
            said = socket.heard("say")
        self.question = said

    def get(self, seq: int, token: str = "", query: str = "", **headers: str) -> tuple[int, Any, bytes]:
        """Return status, headers and body of a message's sound."""
        address = f"http://{self.address}/chat/{token or self.token}/spoken/{seq}{query}"
        try:
            with urllib.request.urlopen(
                urllib.request.Request(address, headers=headers), timeout=60
            ) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Asking]:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        database_url=f"sqlite:///{tmp_path}/spoken.db",
        language="en",
    )
    house, voice = House(settings), _Voice()
    add_packs(house)
    server = Server(house, free_scorer=True)
    server.sound.telling._speaker = Speaker(voice, Kept(tmp_path / "spoken"))
    pack = house.packs.active("sales-representative")
    tokens = []
    for name in ("Ann Lee", "Ben Li"):
        _, conversation = house.applications.create(pack, "en", {"name": name, "email": "a@example.com"})
        tokens.append(house.applications.invite(conversation))
    with serving(server) as address:
        made = Asking(house, address, voice, *tokens)
        with opened(address, f"/chat/{made.token}/socket") as socket:
            made.begin(socket)
        yield made
    house.engine.dispose()


def test_a_question_is_heard_and_nothing_but_the_question_is_spoken(asking: Asking) -> None:
    assert sorted(asking.ready["spoken"]) == ["en", "zh"]
    status, headers, sound = asking.get(asking.question["seq"])
    assert status == 200
    assert headers["Content-Type"] == "audio/ogg"
    assert headers["Cache-Control"].startswith("private")
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert abs(seconds_of(sound) - 2) < 0.1
    (given,) = asking.voice.given
    texts = [one.text["en"] for one in asking.house.packs.active("sales-representative").questions]
    assert given[0] in texts
    assert given == (given[0], "en")
    assert given[0] in asking.question["text"]
    assert asking.get(asking.question["seq"])[2] == sound
    assert len(asking.voice.given) == 1, "made once"


def test_a_player_may_ask_for_a_part_or_another_format(asking: Asking) -> None:
    seq = asking.question["seq"]
    status, headers, sound = asking.get(seq, Range="bytes=0-99")
    assert (status, len(sound)) == (206, 100)
    assert headers["Content-Range"].startswith("bytes 0-99/")
    status, headers, sound = asking.get(seq, query="?as=mp3")
    assert (status, headers["Content-Type"]) == (200, "audio/mpeg")
    assert abs(seconds_of(sound) - 2) < 0.2
    assert len(asking.voice.given) == 1


def test_nobody_hears_what_is_not_theirs_or_not_a_question(asking: Asking) -> None:
    seq = asking.question["seq"]
    assert asking.get(seq, token="no-such-link")[0] == 403
    assert asking.get(seq, token=asking.other)[0] == 404
    assert asking.get(asking.note)[0] == 404
    assert asking.get(seq + 1000)[0] == 404
    assert asking.get(10**30)[0] == 404
    assert asking.voice.given == []


def test_a_voice_that_fails_says_so_and_too_much_is_refused(asking: Asking) -> None:
    asking.voice.fails = "server_error"
    statuses = [asking.get(asking.question["seq"])[0] for _ in range(35)]
    assert statuses == [503] * 30 + [429] * 5
    assert len(asking.voice.given) == 4, "left in peace"
