"""Follow-ups may ask only for what is truly missing: measured on a labelled table in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from scoring.lexicon import Lexicon, load_lexicons
from scoring.rubric.elements import EXPECTED, answer_length, find_elements, missing_elements, too_brief
from scoring.rubric.model import Element, Kind

LEXICONS = load_lexicons()
TABLE: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "answers.yaml").read_text(encoding="utf-8")
)


def count_missing(language: str) -> tuple[int, int, int, list[str]]:
    """Return said-and-true, said, true, and a line for every wrong one."""
    hit = said = true = 0
    wrong: list[str] = []
    for row in TABLE[language]:
        got = missing_elements(Kind(row["kind"]), find_elements(row["text"], LEXICONS[language]))
        want = {Element(element) for element in row["missing"]}
        hit += len(want & set(got))
        said += len(got)
        true += len(want)
        wrong += [f"{element}: {row['text']}" for element in got if element not in want]
    return hit, said, true, wrong


@pytest.mark.parametrize("language", ["zh", "en"])
def test_missing_is_truly_missing(language: str) -> None:
    hit, said, true, wrong = count_missing(language)
    assert len(TABLE[language]) >= 30
    assert hit / said >= 0.9, wrong
    assert hit / true >= 0.6  # and it does notice


@pytest.mark.parametrize(
    ("language", "text", "there"),
    [
        ("zh", "我们一起把货搬完了。", False),
        ("zh", "我们一起搬货，我负责装车。", True),
        ("zh", "先听客户说完，再道歉。", True),
        ("en", "We moved the stock together.", False),
        ("en", "We moved the stock and I loaded the truck.", True),
        ("en", "Our team did it, I think.", False),
    ],
)
def test_own_part(language: str, text: str, there: bool) -> None:
    assert (Element.OWN_PART in find_elements(text, LEXICONS[language])) is there


@pytest.mark.parametrize(
    ("language", "text", "there"),
    [
        ("zh", "希望客户能满意。", False),
        ("zh", "客户很满意。", True),
        ("en", "I hope it will be resolved.", False),
        ("en", "It was resolved.", True),
        ("en", "We resolved it, and I hope to do it again.", True),
    ],
)
def test_hope_is_no_result(language: str, text: str, there: bool) -> None:
    assert (Element.RESULT in find_elements(text, LEXICONS[language])) is there


@pytest.mark.parametrize(
    ("language", "text", "there"),
    [
        ("zh", "有一个客户来找我。", False),
        ("zh", "投诉下降了百分之二十。", True),
        ("zh", "三个月里做了十五单。", True),
        ("en", "One customer came in.", False),
        ("en", "Complaints fell by half.", True),
        ("en", "It took 3 days.", True),
    ],
)
def test_number(language: str, text: str, there: bool) -> None:
    assert (Element.NUMBER in find_elements(text, LEXICONS[language])) is there


def test_order_of_asking() -> None:
    """What tells most comes first; where nothing concrete was said, what begins the story does."""
    assert missing_elements(Kind.CODING, frozenset()) == ()
    assert missing_elements(Kind.CREATIVE, {Element.AUDIENCE}) == (Element.IDEA, Element.FEASIBILITY)
    assert missing_elements(Kind.BEHAVIOURAL, frozenset()) == EXPECTED[Kind.BEHAVIOURAL]
    assert missing_elements(Kind.BEHAVIOURAL, {Element.ACTION})[0] is Element.SITUATION
    told = missing_elements(Kind.BEHAVIOURAL, {Element.SITUATION, Element.ACTION})
    assert told == (Element.OWN_PART, Element.RESULT, Element.NUMBER)
    assert missing_elements(Kind.SITUATIONAL, {Element.OPTIONS}) == (Element.DIAGNOSIS, Element.DECISION)
    assert missing_elements(Kind.SITUATIONAL, {Element.DIAGNOSIS}) == (Element.DECISION, Element.OPTIONS)


def test_the_author_of_follow_ups_decides_on_numbers_and_own_parts() -> None:
    found = {Element.ACTION, Element.SITUATION}
    assert missing_elements(Kind.BEHAVIOURAL, found, {Element.RESULT}) == (Element.RESULT,)
    worded = {Element.NUMBER, Element.TASK}
    expected = (Element.RESULT, Element.NUMBER, Element.TASK)
    assert missing_elements(Kind.BEHAVIOURAL, found, worded) == expected


@pytest.mark.parametrize(
    ("language", "text", "length"),
    [("zh", "我用Python写了3年。", 7), ("en", "It's done, I think.", 4), ("zh", "", 0), ("en", "", 0)],
)
def test_length(language: str, text: str, length: int) -> None:
    assert answer_length(text, LEXICONS[language]) == length


def test_too_brief() -> None:
    assert too_brief("我会道歉。", LEXICONS["zh"])
    assert not too_brief("我会先听他说完，再向他道歉。", LEXICONS["zh"])
    assert too_brief("I would apologise.", LEXICONS["en"])


@pytest.mark.parametrize("text", ["", " ", "\ud800", "👍" * 50, "\x00", "。。。", "'" * 30])
@pytest.mark.parametrize("lexicon", LEXICONS.values(), ids=lambda lexicon: lexicon.language)
def test_odd_text_is_fine(text: str, lexicon: Lexicon) -> None:
    find_elements(text, lexicon)
    answer_length(text, lexicon)
