"""Stepping in a process of its own gives what stepping here gives, and its death is noticed."""

from __future__ import annotations

import subprocess
import sys
import time
from importlib import resources
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot import wiring
from bot.house import House
from bot.wiring import Server
from config.settings import Settings
from dialogues.app.batch import Batch
from dialogues.app.free_scorer import score_for_nothing
from dialogues.app.languages import load_languages, noted, read_ahead
from dialogues.app.stepping import SteppingProcess
from dialogues.core.events import Answered, Chosen, Opened
from dialogues.core.reading import Reading, read, sounds_nervous
from dialogues.ports import Arrival
from storage.ids import new_id


def _house(folder: Path) -> tuple[House, int]:
    house = House(Settings(database_url=f"sqlite:///{folder}/apart.db"))
    text = resources.files("config.packs").joinpath("sales-representative.yaml").read_text(encoding="utf-8")
    pack = house.packs.add(text, activate=True)
    return house, house.applications.create(pack, "zh", {"name": "林晓", "email": "lin@example.com"})[1]


def test_what_comes_back_is_what_was_stored(tmp_path: Path) -> None:
    house, conversation = _house(tmp_path)
    batch = Batch(house.record, house.packs, house.languages, new_id, score_for_nothing)
    house.engine.dispose()
    apart = SteppingProcess(batch)
    try:
        opened = Arrival(conversation, "web", "1", Opened(at=time.time(), channel="web"))
        first = apart.run([opened])
        assert [seq for _, seq in first.acknowledged] == [1]
        assert first.acknowledged[0][0] is opened
        assert "林晓" in first.messages[0].text
        pressed = [
            Arrival(conversation, "web", str(n), Chosen(at=time.time(), value=value))
            for n, value in enumerate(("consent:yes", "details:right", "practice:no"), 2)
        ]
        assert len(apart.run(pressed).messages) == 3
        said = Arrival(conversation, "web", "9", Answered(at=time.time(), text="我做了三年销售。" * 9))
        answered = apart.run([said, said])
        assert len({seq for _, seq in answered.acknowledged}) == 1
        assert apart.catch_up().messages == []
    finally:
        apart.close()
    lines = house.story.lines(conversation)
    assert [line.text for line in lines if not line.mine][: len(first.messages)] == [first.messages[0].text]
    assert sum(line.text == "我做了三年销售。" * 9 for line in lines) == 1


_DIES = """
import os, signal, sys
from pathlib import Path
from tests.app.test_stepping import _house
from dialogues.app.batch import Batch
from dialogues.app.languages import load_languages, noted, read_ahead
from dialogues.app.stepping import SteppingProcess
from storage.ids import new_id
house, conversation = _house(Path(sys.argv[1]))
house.engine.dispose()
batch = Batch(house.record, house.packs, house.languages, new_id)
batch.catch_up = lambda: os._exit(3)
apart = SteppingProcess(batch)
apart.catch_up()
print("still here")
"""


def test_a_server_without_its_stepping_process_ends(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _DIES, str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert "still here" not in ended.stdout


def test_no_connection_is_open_over_the_fork(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house, _ = _house(tmp_path)
    server = Server(house, free_scorer=True)
    open_at_fork: list[str] = []

    class Forked:
        def __init__(self, _: Batch) -> None:
            links = Path("/proc/self/fd").iterdir()
            open_at_fork.extend(name for link in links if (name := _target(link)).startswith(str(tmp_path)))

    monkeypatch.setattr(wiring, "SteppingProcess", Forked)
    house.packs.names()  # a reading leaves its connection in the pool
    server.step_apart()
    assert not [name for name in open_at_fork if ".db" in Path(name).name]


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:  # the listing's own descriptor is closed by now
        return ""


def test_what_was_read_ahead_is_what_would_have_been_found() -> None:
    languages = load_languages()
    text = "去年仓库漏单，我先和班长一起查了三天的记录，最后把错误率降到了 2%。"
    arrival = Arrival(1, "web", "1:a", Answered(at=1.0, text=text))
    read_ahead(arrival, "zh", languages)
    structure = languages["zh"].tongue.structure
    assert set(arrival.elements) == structure.find_elements(text) != frozenset()
    assert arrival.length == structure.length(text) > 0
    tongues = (languages["zh"].tongue, *(one.tongue for code, one in languages.items() if code != "zh"))
    assert arrival.foreseen is not None
    assert (arrival.foreseen.sort, arrival.foreseen.language) == read(text, tongues) == (Reading.WORDS, "zh")
    assert arrival.foreseen.nervous is sounds_nervous(text, tongues) is False
    arrival.elements, arrival.length = (), -1
    arrival.foreseen = replace(arrival.foreseen, sort=Reading.INSULT, nervous=True)
    with noted([arrival], languages):
        assert (structure.find_elements(text), structure.length(text)) == (
            frozenset(),
            -1,
        )  # the note was used
        assert read(text, tongues) == (Reading.INSULT, "zh")
        assert sounds_nervous(text, tongues)
        assert read(text, tongues[:1]) == (Reading.WORDS, "zh")  # a job of one language: found by the step
    assert structure.find_elements(text) != frozenset()
