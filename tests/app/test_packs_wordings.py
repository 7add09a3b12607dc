"""Wordings that any answer would earn, and questions that ask the same, are warned of."""

from __future__ import annotations

import pytest
import yaml

from dialogues.app.packs import check_pack
from tests.app.pack_samples import FULL, SMALL


def _pack(*questions: dict[str, object], language: str = "en") -> str:
    pack = yaml.safe_load(SMALL)
    pack["questions"] = [
        {"competency": "calm", "kind": "behavioural", "difficulty": nth / 2, **question}
        for nth, question in enumerate(questions)
    ]
    return yaml.safe_dump(pack | {"plan": {}}, allow_unicode=True)


def _point(text: str, *synonyms: str) -> dict[str, object]:
    return {"id": "p", "en": text, "synonyms": {"en": list(synonyms)}}


def _question(name: str, asks: str, *points: dict[str, object]) -> dict[str, object]:
    return {"id": name, "text": {"en": asks}, "key_points": list(points)}


def _warnings(text: str) -> str:
    return "\n".join(problem.message for problem in check_pack(text) if not problem.serious)


def test_faultless_packs_stay_faultless() -> None:
    assert check_pack(FULL) == []


def test_a_point_that_only_repeats_the_question() -> None:
    question = _question(
        "q", "How do you calm an angry guest at the counter?", _point("calm the angry guest")
    )
    assert "every word of this key point is in the question" in _warnings(_pack(question))
    better = _question(
        "q", "How do you calm an angry guest at the counter?", _point("listens to the angry guest")
    )
    assert "every word" not in _warnings(_pack(better))


def test_a_synonym_of_one_word_that_every_answer_has() -> None:
    topics = ("kettle", "invoice", "umbrella", "ladder", "bicycle", "printer")
    questions = [
        _question(
            topic, f"What happened with the {topic}?", _point(f"told the manager about the {topic} fault")
        )
        for topic in topics
    ]
    questions[0] = _question(
        "kettle",
        "What happened with the kettle?",
        _point("told the manager", "the manager", "told her superior"),
    )
    warned = _warnings(_pack(*questions))
    assert 'the synonym "the manager" comes down to one word that many answers have' in warned
    assert "superior" not in warned


def test_synonyms_that_are_all_the_same_word() -> None:
    same = _question("q", "What did you do?", _point("paid attention", "listened", "listening", "I listen"))
    assert "all synonyms come down to the same word" in _warnings(_pack(same))
    different = _question("q", "What did you do?", _point("paid attention", "listened", "heard him out"))
    assert "the same word" not in _warnings(_pack(different))


def test_two_questions_that_ask_the_same_in_other_words() -> None:
    points = (
        _point("stayed polite with the furious diner"),
        _point("offered a replacement for the cold soup"),
    )
    first = _question("one", "Describe an occasion when a furious diner sent the cold soup back.", *points)
    second = _question("two", "A furious diner sent back cold soup: how was it for you?", *points)
    assert 'it asks nearly the same in English as question "one"' in _warnings(_pack(first, second))
    other = _question("two", "Which tool would you repair a bicycle chain with?", _point("chain splitter"))
    assert "nearly the same" not in _warnings(_pack(first, other))


@pytest.mark.parametrize(("element", "asked"), [("result", True), ("task", True), ("feasibility", False)])
def test_a_follow_up_that_is_never_asked(element: str, asked: bool) -> None:
    question = {**_question("q", "What did you do?"), "followups": {"en": {element: "And then?"}}}
    assert ("never asked, because the kind is behavioural" not in _warnings(_pack(question))) is asked
