"""A model may word a follow-up; it may not change what is asked, promise, judge or add a fact."""

from __future__ import annotations

import pytest

from scoring.llm.answer import show
from scoring.llm.wording import acceptable, word_follow_up
from scoring.rubric.model import Element
from tests.scoring.llm.kit import LEXICONS, Kit
from tests.scoring.llm.server import Scripted, hangs, says

SOURCE = {
    "en": "Tell me about a complaint.\nAnna at Acme was upset about 3 late parcels, so I called her.",
    "zh": "请讲一次投诉。\n客户李姐有3个包裹晚到了，我给她打了电话。",
}
GOOD = [
    ("en", Element.RESULT, "And what came of it, in the end?"),
    ("en", Element.NUMBER, "Roughly how many parcels were late in all?"),
    ("en", Element.OWN_PART, "What was your own part in sorting out those 3 parcels?"),
    ("zh", Element.RESULT, "打完电话以后，最后结果怎么样呢？"),
    ("zh", Element.NUMBER, "这件事前后大概花了多少时间？"),
    ("zh", Element.OWN_PART, "这里面哪些是您自己做的呢？"),
]
BAD = {
    "another aim": ("en", Element.RESULT, "How many people were there?"),
    "two questions": ("en", Element.RESULT, "What was the result? And when?"),
    "two sentences": ("en", Element.RESULT, "That was well done. What was the result?"),
    "no question": ("en", Element.RESULT, "Please tell me the result."),
    "another language": ("en", Element.RESULT, "最后结果怎么样？"),
    "a promise": ("en", Element.RESULT, "If you tell me the result, will we promise you the job?"),
    "a score": ("en", Element.NUMBER, "How many, for two more points?"),
    "a new figure": ("en", Element.RESULT, "What was the result of the 40 parcels?"),
    "a new name": ("en", Element.RESULT, "What was the result for Robert?"),
    "too long": ("en", Element.RESULT, "What was the result " + "of it all " * 12 + "?"),
    "too short": ("en", Element.RESULT, "Result?"),
    "zh: a promise": ("zh", Element.RESULT, "说说结果，我们就录用您，好吗？"),
    "zh: another aim": ("zh", Element.NUMBER, "当时是什么情况呢？"),
    "zh: a new figure": ("zh", Element.RESULT, "那40个包裹最后怎么样了？"),
    "zh: two": ("zh", Element.RESULT, "最后结果怎么样？客户满意吗？"),
}


@pytest.mark.parametrize(("language", "element", "text"), GOOD)
def test_good_wordings_pass(language: str, element: Element, text: str) -> None:
    assert acceptable(text, element, SOURCE[language], LEXICONS[language])


@pytest.mark.parametrize(("language", "element", "text"), BAD.values(), ids=BAD)
def test_others_do_not(language: str, element: Element, text: str) -> None:
    assert not acceptable(text, element, SOURCE[language], LEXICONS[language])


async def test_a_model_is_asked_and_checked(
    kit: Kit, server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scoring.llm.wording._DEADLINE", 0.3)
    question, answer = SOURCE["en"].split("\n")

    async def ask() -> str | None:
        shown = show(answer, LEXICONS["en"])
        return await word_follow_up(kit.endpoint, question, shown, Element.RESULT, LEXICONS["en"])

    server.always = says({"question": "And what came of it, in the end?"})
    assert await ask() == "And what came of it, in the end?"
    for step in (says({"question": "You are hired, what was the result?"}), says("nonsense"), hangs):
        server.always = step
        assert await ask() is None
