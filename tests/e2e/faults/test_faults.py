"""A short trial under fire, and the proof that the checker notices what it is there for."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from dialogues.ports import StoryLine
from tests.e2e.faults.candidate import Sent, Witness
from tests.e2e.faults.run import run
from tests.e2e.faults.verdict import Told, check_interview


@pytest.mark.slow
@pytest.mark.timeout(1900)
async def test_interviews_survive_a_server_that_is_killed_again_and_again(tmp_path: Path) -> None:
    figures = await run(tmp_path, interviews=40, kills=12, seed=Random().randrange(10**6), pace=0.7)
    assert figures.problems == []
    assert figures.kills == 12
    assert figures.scores > 40
    assert figures.resent > 0
    assert figures.doubled > 0
    assert figures.lost_acks > 0


def _good() -> tuple[Witness, Told]:
    """Return an interview as it should be: one question, one answer, one goodbye."""
    sent = Sent({"id": "m1", "text": "I sold umbrellas."})
    question, answer = '{"type": "say", "text": "And you?"}', '{"type": "you", "text": "I sold umbrellas."}'
    goodbye = '{"type": "say", "text": "Bye"}'
    shown = {1: question, 2: answer, 3: goodbye}
    witness = Witness({"m1": sent}, {"m1": 2}, dict(shown), dict(shown), [], finished=True)
    lines = [
        StoryLine(1, False, "And you?", 1.0),
        StoryLine(2, True, "I sold umbrellas.", 2.0, external_id="9:m1"),
        StoryLine(3, False, "Bye", 3.0),
    ]
    told = Told(lines, ["open", "m1"], 0, ["ask:turn-1", "say:2.0"], "finished", ["intro"], [])
    return witness, told


def test_a_good_interview_is_found_good() -> None:
    assert check_interview(*_good()) == []


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        ("lost", "m1 is in the transcript 0 times"),
        ("doubled", "m1 is in the transcript 2 times"),
        ("never stored", "m1 is stored 0 times"),
        ("stored twice", "m1 is stored 2 times"),
        ("changed", "nobody wrote"),
        ("asked twice", "ask:turn-1 was asked 2 times"),
        ("chosen twice", "question intro was chosen twice"),
        ("number twice", "number 1 was given 2 times"),
        ("shown otherwise", "number 3 was shown as"),
        ("never shown", "message 3 was never shown"),
        ("invented", "message 4 was shown but is not stored"),
        ("unfinished", "the interview is in phase interview"),
        ("unstepped", "1 events were never stepped"),
        ("another score", "score of a1 differs"),
    ],
)
def test_the_checker_finds_what_is_wrong(harm: str, found: str) -> None:
    witness, told = _good()
    _harm(harm, witness, told)
    assert any(found in problem for problem in check_interview(witness, told))


def _harm(harm: str, witness: Witness, told: Told) -> None:
    question, answer, goodbye = told.lines
    match harm:
        case "lost":
            told.lines = [question, goodbye]
        case "doubled":
            told.lines = [question, answer, replace(answer, seq=4), goodbye]
        case "never stored":
            told.names = ["open"]
        case "stored twice":
            told.names = ["open", "m1", "m1"]
        case "changed":
            told.lines = [question, replace(answer, text="I stole umbrellas."), goodbye]
        case "asked twice":
            told.keys = ["ask:turn-1", "ask:turn-1"]
        case "chosen twice":
            told.questions = ["intro", "intro"]
        case "number twice":
            told.lines = [question, replace(goodbye, seq=1), answer, goodbye]
        case "shown otherwise":
            witness.again[3] = '{"type": "say", "text": "Good night"}'
        case "never shown":
            del witness.shown[3]
        case "invented":
            witness.shown[4] = witness.again[4] = '{"type": "say", "text": "Boo"}'
        case "unfinished":
            told.phase = "interview"
        case "unstepped":
            told.undone = 1
        case "another score":
            told.replay = ["score of a1 differs"]
