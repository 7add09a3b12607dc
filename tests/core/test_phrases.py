"""The texts: the same phrases in every language, nothing missing, no shame in them, and no verdict without a person."""

from __future__ import annotations

import re

import pytest

from dialogues.core.catalog import AdverseWithoutPerson, Catalog, render_say
from dialogues.core.effects import Line, Say
from dialogues.core.events import Outcome
from dialogues.core.tongue import Command
from tests.core.driver import LANGUAGES
from tests.core.playbook import at_closing, both

_ARGUMENT = re.compile(r"\{(\w+)\}")
SHAME = {
    "zh": "遗憾|很差劲|不合格|失败|糟糕|太少了|不够好|笨|错误的回答|答错|不达标|水平低|能力不足",
    "en": "unfortunately|disappoint|poor|fail|bad answer|wrong answer|weak|not good enough|inadequate|unacceptable|should have",
}


def _arguments(catalog: Catalog, name: str) -> set[str]:
    return {argument for text in catalog.phrases[name] for argument in _ARGUMENT.findall(text)}


def test_languages_have_the_same_phrases() -> None:
    first, *others = (language.catalog for language in LANGUAGES.values())
    for other in others:
        assert set(first.phrases) == set(other.phrases)
        assert first.adverse == other.adverse
        for name in first.phrases:
            assert _arguments(first, name) == _arguments(other, name), name


@both
def test_variants_are_not_repeated(language: str) -> None:
    for name, variants in LANGUAGES[language].catalog.phrases.items():
        assert len(set(variants)) == len(variants), name


@both
def test_every_command_is_explained(language: str) -> None:
    phrases = LANGUAGES[language].catalog.phrases
    for command in Command:
        assert f"command.{command}" in phrases
        assert command is Command.HELP or f"/{command}" in phrases[f"help.{command}"][0]


@both
def test_nothing_shames(language: str) -> None:
    shame = re.compile(SHAME[language], re.IGNORECASE)
    for name, variants in LANGUAGES[language].catalog.phrases.items():
        if not name.startswith(("button.survey", "why.reason.unscored")):
            assert not any(shame.search(text) for text in variants), name


def _decline(by: str, language: str) -> Say:
    line = Line(phrase="decision.decline", args={"by": by, "job": "x"})
    return Say(key="say:1.0", language=language, lines=(line,), decided_by=by)


@both
def test_no_verdict_without_a_person(language: str) -> None:
    catalog = LANGUAGES[language].catalog
    assert "anna" in render_say(catalog, _decline("anna", language), {})
    with pytest.raises(AdverseWithoutPerson):
        render_say(catalog, _decline("", language), {})


@both
@pytest.mark.parametrize("outcome", Outcome)
def test_outcomes_name_who_decided(outcome: Outcome, language: str) -> None:
    playbook = at_closing(language).after(f">> press questions:none\n>> decided {outcome} anna")
    last = [effect for effect in playbook.driven.effects if isinstance(effect, Say)][-1]
    if outcome is not Outcome.HOLD:
        assert last.decided_by == "anna"
        assert "anna" in playbook.driven.read(last)


@both
def test_lists_are_close_and_paragraphs_apart(language: str) -> None:
    playbook = at_closing(language).after(">> press questions:none")
    feedback = next(e for e in playbook.driven.effects if isinstance(e, Say) and e.key == "feedback")
    paragraphs = playbook.driven.read(feedback).split("\n\n")
    assert len(paragraphs) == 5
    assert [len(paragraph.split("\n")) for paragraph in paragraphs] == [1, 1, 1, 3, 1]
