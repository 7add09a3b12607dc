"""A voice answer from the page to the record: what is offered, what is kept, and that practice leaves nothing behind."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

pytest.importorskip("faster_whisper", reason="install the extra `speech`")

from bot.house import House
from bot.tools import tools_here
from bot.wiring import Server
from config.settings import Settings
from scoring.speech.model import Heard, Manner, Trouble
from storage import tables
from tests.bench.recorded import FORMATS, pack
from tests.channels.client import Socket, add_packs, opened, serving
from tests.scoring.speech.ears import model, recording

_SAID = (
    "Last month our warehouse lost power and I copied every single order down by hand, so that none was lost."
)
_MANNER = Manner(seconds=9.0, speech=8.0, rate=120, pauses=2, long_pauses=1, fillers=0.0)


class _Listener:
    """Hears the same in every recording."""

    at_once = 1

    def __init__(self) -> None:
        self.told: Heard | Trouble = Heard(_SAID, "en", ((11, 20),), _MANNER)
        self.heard: list[bytes] = []

    async def hear(self, content: bytes, languages: tuple[str, ...]) -> Heard | Trouble:
        self.heard.append(content)
        return self.told

    async def close(self) -> None: ...


class Speaking:
    """A server, a candidate's open page, and what its record holds."""

    def __init__(self, house: House, address: str, listener: _Listener, token: str) -> None:
        self.house, self.address, self.listener, self.token = house, address, listener, token
        self._sent = 0

    def speak(self, content: bytes = b"a recording") -> None:
        """Post a recording as the page does."""
        self._sent += 1
        address = f"http://{self.address}/chat/{self.token}/voice?id=v{self._sent}&seconds=9"
        request = urllib.request.Request(address, data=content, headers={"Content-Type": "audio/webm"})
        stored = json.loads(urllib.request.urlopen(request, timeout=60).read())
        assert stored["stored"]
        assert stored["seq"] > 0

    def told(self, socket: Socket, value: str) -> dict[str, object]:
        """Return the next message that has this button, or this in its text."""
        while True:
            said = socket.heard("say")
            if value in json.dumps(said, ensure_ascii=False):
                return said

    def press(self, socket: Socket, value: str, seen: object) -> None:
        self._sent += 1
        socket.say("button", id=f"b{self._sent}", value=value, seen=seen)

    def words(self) -> list[str]:
        """Return every text in the record, opened."""
        with self.house.engine.connect() as connection:
            rows = connection.execute(select(tables.text.c.id, tables.text.c.sealed)).all()
        return [self.house.sealer.open(row.id, row.sealed) for row in rows]

    def recordings(self) -> int:
        with self.house.engine.connect() as connection:
            return len(connection.execute(select(tables.upload.c.id)).all())


def _begun(folder: Path, listener: _Listener | None) -> Iterator[Speaking]:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        database_url=f"sqlite:///{folder}/voice.db",
        language="en",
    )
    house = House(settings)
    add_packs(house)
    server = Server(house, free_scorer=True)
    if listener is not None:
        server.sound.ears._listener = listener
    pack_ = house.packs.active("sales-representative")
    _, conversation = house.applications.create(pack_, "en", {"name": "Ann Lee", "email": "ann@example.com"})
    token = house.applications.invite(conversation)
    with serving(server) as address:
        yield Speaking(house, address, listener or _Listener(), token)
    house.engine.dispose()


@pytest.fixture
def ears(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COLLOQUY_ASR_MODEL", "any")
    tools_here.cache_clear()
    yield
    tools_here.cache_clear()


@pytest.fixture
def speaking(tmp_path: Path, ears: None) -> Iterator[Speaking]:
    yield from _begun(tmp_path, _Listener())


@pytest.fixture
def hearing(tmp_path: Path, ears: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Speaking]:
    """The same with the packaged model."""
    monkeypatch.setenv("COLLOQUY_ASR_MODEL", model())
    tools_here.cache_clear()
    yield from _begun(tmp_path, None)


def _begin(speaking: Speaking, socket: Socket, practice: str) -> None:
    socket.say("hello", after=0)
    for value in ("consent:yes", "details:right", practice):
        speaking.press(socket, value, speaking.told(socket, value)["turn"])


def test_practice_by_voice_is_said_back_and_nothing_of_it_is_kept(speaking: Speaking) -> None:
    with opened(speaking.address, f"/chat/{speaking.token}/socket") as socket:
        _begin(speaking, socket, "practice:yes")
        socket.heard("say")
        speaking.speak()
        speaking.press(socket, "voice:agree", speaking.told(socket, "voice:agree")["turn"])
        assert "copied every single order" in str(speaking.told(socket, "Your voice comes through")["text"])
        speaking.told(socket, "question")
    assert not [text for text in speaking.words() if "copied every single order" in text]
    assert speaking.recordings() == 0
    with opened(speaking.address, f"/chat/{speaking.token}/socket") as again:
        again.say("hello", after=0)
        assert "has not been kept" in str(speaking.told(again, "Your voice comes through")["text"])


def test_a_practised_recording_nobody_could_hear_is_not_kept_either(speaking: Speaking) -> None:
    speaking.listener.told = Trouble.UNCLEAR
    with opened(speaking.address, f"/chat/{speaking.token}/socket") as socket:
        _begin(speaking, socket, "practice:yes")
        socket.heard("say")
        speaking.speak()
        speaking.press(socket, "voice:agree", speaking.told(socket, "voice:agree")["turn"])
        speaking.told(socket, "would rather not guess")
    assert speaking.recordings() == 0


def test_an_answer_is_offered_with_its_doubts_and_kept_in_both_versions(speaking: Speaking) -> None:
    with opened(speaking.address, f"/chat/{speaking.token}/socket") as socket:
        _begin(speaking, socket, "practice:no")
        speaking.told(socket, '"question"')
        speaking.speak(b"mine")
        speaking.press(socket, "voice:agree", speaking.told(socket, "voice:agree")["turn"])
        offered = speaking.told(socket, "voice:right")
        assert "〔" in str(offered["text"])
        corrected = _SAID.replace("warehouse", "shop")
        socket.say("text", id="mine", text=corrected, seen=offered["turn"])
        socket.heard("say")
    with opened(speaking.address, f"/chat/{speaking.token}/socket") as again:
        again.say("hello", after=0)
        recorded = again.heard("you")
        while "voice" not in recorded:
            recorded = again.heard("you")
        assert (recorded["id"][0], recorded["voice"], recorded["text"]) == ("v", 9.0, "")
    assert {_SAID, corrected} <= set(speaking.words())
    assert speaking.listener.heard == [b"mine"]
    assert speaking.recordings() == 1


def test_what_messengers_deliver_is_written_down_and_offered(hearing: Speaking) -> None:
    from scoring.speech.decode import decode

    samples = decode(recording("en"))
    with opened(hearing.address, f"/chat/{hearing.token}/socket") as socket:
        _begin(hearing, socket, "practice:no")
        hearing.told(socket, '"question"')
        for number, name in enumerate(FORMATS):
            hearing.speak(pack(samples, name))
            if not number:
                hearing.press(socket, "voice:agree", hearing.told(socket, "voice:agree")["turn"])
            offered = hearing.told(socket, "voice:right")
            assert "best of times" in str(offered["text"]), name
            hearing.press(socket, "voice:again", offered["turn"])
            hearing.told(socket, "record it again")
