"""The diagram and the schema are what the code says, and the check notices when they are not."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from dialogues.core.interview import Phase
from dialogues.core.step import TRANSITIONS
from tests import generated
from tests.core.driver import fresh
from tests.core.playbook import SPOKEN
from tests.core.sample import PACK
from tests.core.test_invariants import Watched, go_on


def test_nothing_is_stale() -> None:
    assert generated.stale() == [], "run `make docs`"


def test_staleness_is_noticed_and_mended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generated.write(tmp_path) == list(generated.GENERATED)
    assert generated.stale(tmp_path) == []
    page = tmp_path / generated.ARCHITECTURE
    text = "# House\n\n" + page.read_text("utf-8").replace("agreed", "nodded") + "\n## More\n"
    page.write_text(text, encoding="utf-8")
    assert generated.stale(tmp_path) == [generated.ARCHITECTURE]
    generated.write(tmp_path)
    mended = page.read_text("utf-8")
    assert mended.startswith("# House\n")
    assert mended.endswith("\n## More\n")
    assert "nodded" not in mended


def test_the_check_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generated.main(["--check"]) == 0
    monkeypatch.setattr(generated, "diagram", lambda: "another house")
    assert generated.main(["--check"]) == 1
    assert "make docs" in capsys.readouterr().err


def test_every_phase_is_in_the_table() -> None:
    assert set(TRANSITIONS) == set(Phase)
    reached = {following for ways in TRANSITIONS.values() for following in ways.values()}
    assert reached == set(Phase) - {Phase.NEW, Phase.ERASED}


@pytest.mark.parametrize("refusing", [False, True])
def test_interviews_follow_the_table(refusing: bool) -> None:
    """Every change of phase in whole interviews is one of the table's, and together they are all of it."""
    allowed = {(phase, following) for phase, ways in TRANSITIONS.items() for following in ways.values()}
    watched = Watched(PACK, fresh(PACK, "zh"))
    phases = [watched.state.phase]
    if refusing:
        watched.open()
        phases.append(watched.state.phase)
        watched.press("consent:no")
        phases.append(watched.state.phase)
        watched.say(SPOKEN["YES"][0])
        phases.append(watched.state.phase)
    while watched.state.phase is not Phase.FINISHED:
        go_on(watched, SPOKEN["WHOLE"][0], 8.0)
        phases.append(watched.state.phase)
    moves = {(one, following) for one, following in pairwise(phases) if one is not following}
    assert moves <= allowed
    left_out = allowed - moves
    elsewhere = {Phase.REFUSED, Phase.BOOKING}  # a time that is chosen is followed in test_booking
    assert all(elsewhere & set(move) for move in left_out) or refusing
