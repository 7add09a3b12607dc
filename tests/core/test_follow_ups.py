"""What an answer lacks is asked for, in the pack's words or ours, and what it has is not."""

from __future__ import annotations

from itertools import pairwise

import pytest
from msgspec.structs import replace

from dialogues.core.effects import Say
from dialogues.core.interview import Ask
from dialogues.core.phases.interview import MAX_FOLLOWUPS
from scoring.rubric.elements import EXPECTED
from scoring.rubric.model import Element, Kind
from tests.core.driver import LANGUAGES, Driven
from tests.core.playbook import SPOKEN, Playbook, at_question, both
from tests.core.sample import PACK

_INDEX = {"zh": 0, "en": 1}

LACKING = {
    Element.SITUATION: (
        "我先帮他找，结果找到了，一共用了20分钟",
        "I helped him and it was solved 20 minutes later",
    ),
    Element.RESULT: (
        "去年在店里，我先帮一位老人找东西，花了20分钟",
        "Last year in our shop I helped him look for 20 minutes",
    ),
    Element.OWN_PART: (
        "去年我们店里忙，大家一起先收货再理货，结果两天就完成了",
        "Last year in our shop we helped each other and it was solved in two days",
    ),
    Element.NUMBER: (
        "当时在店里，我先帮他找东西，后来找到了，他很满意",
        "When a customer was lost I helped him and he was happy",
    ),
}


@both
@pytest.mark.parametrize("element", LACKING)
def test_exactly_what_is_missing_is_asked(element: Element, language: str) -> None:
    playbook = at_question(language)
    answer = LACKING[element][_INDEX[language]]
    missing = [e for e in EXPECTED[Kind.BEHAVIOURAL] if e not in _found(answer, language)]
    assert missing == [element], "the sample answer lacks something else"
    playbook.driven.say(answer)
    assert playbook.driven.state.replies[-1].followed == (element,)


def _found(answer: str, language: str) -> frozenset[Element]:
    return LANGUAGES[language].tongue.structure.find_elements(answer)


@both
@pytest.mark.parametrize("element", Element)
def test_every_element_has_a_wording_of_ours(element: Element, language: str) -> None:
    assert "？" in (text := LANGUAGES[language].catalog.phrase(f"follow.{element}")) or "?" in text


@both
@pytest.mark.parametrize("written", [True, False])
def test_the_packs_wording_comes_before_ours(written: bool, language: str) -> None:
    playbook = Playbook(language)
    if not written:
        bare = tuple(replace(question, followups={}) for question in PACK.questions)
        playbook = Playbook(language, pack=replace(PACK, questions=bare))
    driven = _to_question(playbook)
    effects = driven.say(SPOKEN["NO_RESULT"][_INDEX[language]])
    says = [effect for effect in effects if isinstance(effect, Say)]
    ours = LANGUAGES[language].catalog.phrase("follow.result")
    packs = PACK.question("hello").followups[language][Element.RESULT]
    assert driven.read(says[0]) == (packs if written else ours)


def _to_question(playbook: Playbook) -> Driven:
    driven = playbook.driven
    driven.open()
    driven.press("consent:yes")
    driven.press("do:skip")
    driven.press("do:skip")
    driven.press("practice:no")
    assert driven.state.prompt is not None
    assert driven.state.prompt.ask is Ask.ANSWER
    return driven


@both
def test_at_most_two(language: str) -> None:
    driven = _to_question(Playbook(language))
    talk = ("嗯这个事情说来话长让人印象深刻呀", "well that thing is a long and winding story indeed somehow")
    for _ in range(5):
        if driven.state.prompt is not None:
            driven.say(talk[_INDEX[language]])
    assert len(driven.state.replies[-1].followed) == MAX_FOLLOWUPS
    assert driven.state.prompt is None


@both
def test_more_is_worded_differently_from_question_to_question(language: str) -> None:
    catalog = LANGUAGES[language].catalog
    for phrase in ("follow.more", "answer.thanks", "answer.next"):
        for stride in (1, 2, 3):
            said = [catalog.phrase(phrase, f"ask:turn-{turn}") for turn in range(5, 40, stride)]
            assert all(one != following for one, following in pairwise(said))
