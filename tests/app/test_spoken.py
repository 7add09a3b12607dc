"""What HR reads of spoken answers: both versions, which was scored, and facts of delivery only where the pack allows."""

from __future__ import annotations

import ast
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml
from msgspec.structs import replace

from bot.hr.conversation import conversation
from bot.hr.remarks import delivery
from bot.telegram.buttons import Buttons
from bot.telegram.drawing import Drawing
from dialogues.app import places
from dialogues.app.spoken import first_heard, recordings, spoken_in
from dialogues.core.events import Answered, Delivery, Event, Transcribed
from dialogues.core.interview import Reply
from dialogues.ports import Listed, Person, StoryLine
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


class _Office:
    """One conversation: a question, a recording that was heard, one that was not, and what was written."""

    def __init__(self, facts: bool) -> None:
        self._facts = facts

    def result(self, _person: Person, _found: Listed) -> None:
        return None

    def recordings(self, _person: Person, _found: Listed) -> Any:
        reply = _reply((5,), (0,), (5,))
        practised = replace(_heard(""), heard=7)
        aside = replace(_heard("I am a little nervous."), heard=8)
        return recordings([reply], {5: _heard("我先打电话。"), 9: practised, 10: aside}, facts=self._facts)

    def story(self, _person: Person, _found: Listed) -> list[StoryLine]:
        spoken = [StoryLine(number, True, "", 3.0, spoken=83.4) for number in (1, 7, 8)]
        return [StoryLine(0, False, "请讲一次。", 2.0), *spoken, StoryLine(11, True, "好的", 4.0)]


def _read_by_hr(facts: bool, language: str) -> dict[str, Any]:
    found = Listed("a_1", "job", "finished", "web", None, False, "", 1.0, 2.0, 2.0, 1, "林晓")
    return conversation(cast("Any", _Office(facts)), cast("Any", None), found, language)


def test_hr_reads_what_was_spoken_and_how_only_where_the_pack_allows() -> None:
    turns = _read_by_hr(True, "zh")["turns"]
    assert [turn["text"] for turn in turns] == [
        "请讲一次。",
        "我先打电话。",
        "（没有保存）",
        "I am a little nervous.",
        "好的",
    ]
    assert [turn.get("spoken") for turn in turns] == [None, *["语音作答 1:23"] * 3, None]
    told = [turn.get("facts") for turn in turns]
    assert "全长 42 秒，其中说话 30 秒" in told[1]
    assert "不计分" in told[1]
    assert [told[0], *told[2:]] == [None] * 4, "facts are told of answers only"
    assert not any("facts" in turn for turn in _read_by_hr(False, "en")["turns"])


async def test_a_messenger_shows_hr_the_same() -> None:
    async def none(_: str) -> None: ...

    drawing = Drawing("en", "Asia/Shanghai", Buttons(), none, none, none)
    (text,) = await drawing.draw([_read_by_hr(True, "en")])
    assert (
        "🎤 Voice answer, 1:23\n我先打电话。\n(How it was said (not scored): 42 s, of which 30 s speech"
        in str(getattr(text, "text", ""))
    )
    (text,) = await drawing.draw([_read_by_hr(False, "en")])
    assert "not scored" not in str(getattr(text, "text", ""))


def test_a_quote_is_found_in_what_was_spoken_and_in_what_was_written_after_it() -> None:
    written = Answered(at=4.0, text="再补一句。")
    events = {5: _heard("我先打电话。"), 9: written}
    state = SimpleNamespace(replies=[_reply((5, 9), (0, 0), (5,))])
    found = places.find_places(cast("Any", SimpleNamespace(state=state, events=events)))
    assert found == {5: places.Place("r1", 0, 6), 9: places.Place("r1", 7, 5)}
