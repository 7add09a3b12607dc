"""What HR reads of spoken answers: both versions, which was scored, and facts of delivery only where the pack allows."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml
from msgspec.structs import replace

from bot.hr.remarks import delivery
from dialogues.app.spoken import first_heard, spoken_in
from dialogues.core.events import Answered, Delivery, Event, Transcribed
from dialogues.core.interview import Reply
from ehr_connector.result import Place
from scoring.report.spoken import spoken_view
from scoring.report.texts import load_texts
from tests.report.sample import sample_result

_ROOT = Path(__file__).parents[2]

_DELIVERY = Delivery(seconds=42, speech=30, rate=210, pauses=6, long_pauses=2, latency=3, fillers=None)


def _reply(events: tuple[int, ...], rounds: tuple[int, ...], spoken: tuple[int, ...]) -> Reply:
    return Reply(
        id="r1",
        question="q",
        competency="c",
        turn=1,
        asked_at=1.0,
        language="zh",
        asked_in="zh",
        events=events,
        rounds=rounds,
        spoken=spoken,
    )


def _heard(text: str) -> Transcribed:
    return Transcribed(at=2.0, heard=1, text=text, language="zh", doubtful=((0, 2),), delivery=_DELIVERY)


_EVENTS: dict[int, Event] = {
    5: _heard("西鼓缺货，我先打电话。"),
    6: Answered(at=3.0, text="硒鼓缺货，我先打电话。"),
    9: _heard("然后我记下来。"),
}


def test_both_versions_are_told_in_the_round_they_belong_to() -> None:
    found = spoken_in(_reply((6, 9), (0, 1), (5, 9)), _EVENTS, facts=False)
    (first,), (second,) = found[0], found[1]
    assert (first.heard, first.corrected) == ("西鼓缺货，我先打电话。", True)
    assert (second.heard, second.corrected) == ("然后我记下来。", False)
    assert first.doubtful == (Place(start=0, end=2),)
    assert first_heard(found[0], "硒鼓缺货，我先打电话。") == first.heard
    assert first_heard(found[1], "然后我记下来。") is None


def test_a_recording_whose_answer_was_taken_back_is_not_told() -> None:
    assert spoken_in(_reply((), (), (5,)), _EVENTS, facts=True) == {}


@pytest.mark.parametrize("allowed", [True, False])
def test_delivery_is_told_only_where_the_pack_allows(allowed: bool) -> None:
    ((told,),) = spoken_in(_reply((9,), (0,), (9,)), _EVENTS, facts=allowed).values()
    assert (told.delivery is not None) is allowed
    for language, words in (("zh", "不计分"), ("en", "not scored")):
        (entry,) = spoken_view((told,), None, load_texts(language))
        assert (words in entry["facts"]) is allowed
        assert entry["heard"] == "〔然后〕我记下来。"


def test_which_words_were_scored_is_said() -> None:
    found = spoken_in(_reply((6, 9), (0, 1), (5, 9)), _EVENTS, facts=False)
    texts = load_texts("en")
    assert "correction above was scored" in spoken_view(found[0], None, texts)[0]["status"]
    assert "confirmed this transcript" in spoken_view(found[1], None, texts)[0]["status"]


def test_nothing_that_scores_knows_of_sound() -> None:
    root = Path(__file__).parents[2]
    scorers = [*(root / "scoring" / "builtin").glob("*.py"), *(root / "scoring" / "llm").glob("*.py")]
    scorers += [*(root / "scoring" / "calibration").glob("*.py"), root / "scoring" / "model.py"]
    assert len(scorers) > 15
    for file in scorers:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [one.name for one in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            assert not [name for name in names if "speech" in name or name in {"Delivery", "Spoken"}], file


@pytest.mark.parametrize(("language", "words"), [("zh", "不计分"), ("en", "not scored")])
def test_the_card_has_one_line_of_facts_and_only_where_they_are_let_through(
    language: str, words: str
) -> None:
    texts = yaml.safe_load((_ROOT / "bot" / "hr" / "texts" / f"{language}.yaml").read_text(encoding="utf-8"))

    def tell(name: str, **given: str) -> str:
        return str(texts[name]).format(**given)

    result = sample_result(language)
    (line,) = delivery(result, tell)
    assert words in line
    assert "172" in line
    answers = tuple(replace(one, spoken=()) for one in result.interview.answers)
    silent = replace(result, interview=replace(result.interview, answers=answers))
    assert delivery(silent, tell) == []
