"""The labels are complete in every language, and the Markdown shows a candidate's words as they are."""

from __future__ import annotations

import re

import msgspec
import pytest

from ehr_connector.result import Anchor
from scoring.report.markdown import escaped, render_markdown
from scoring.report.scores import confidence_word, nearest_anchor
from scoring.report.texts import FOLDER, load_texts, report_language
from scoring.report.transcript import marked_pieces, signed
from scoring.report.typesetting import TEMPLATES
from tests.report.sample import NASTY, sample_result

LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_is_text_in_every_language(language: str) -> None:
    texts, english = load_texts(language), load_texts("en")
    assert texts.keys() == english.keys()
    assert [key for key, words in texts.items() if not isinstance(words, str) or not words] == []
    assert [key for key in texts if _fields(texts[key]) != _fields(english[key])] == []


def _fields(words: str) -> set[str]:
    return set(re.findall(r"\{\w+\}", words))


@pytest.mark.parametrize("template", ["report.typ", "card.typ", "theme.typ"])
def test_templates_ask_only_for_labels_that_exist(template: str) -> None:
    asked = set(re.findall(r"\bt\.([a-z_0-9]+)", (TEMPLATES / template).read_text(encoding="utf-8")))
    assert asked - load_texts("en").keys() == set()


@pytest.mark.parametrize(
    ("asked", "used"), [("zh", "zh"), ("zh-CN", "zh"), ("EN_us", "en"), ("fr", "en"), ("../texts/zh", "en")]
)
def test_an_unknown_language_is_shown_in_english(asked: str, used: str) -> None:
    assert report_language(asked) == used
    assert load_texts(asked)["total"] == load_texts(used)["total"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("decided", [True, False])
def test_markdown_holds_the_whole_report(language: str, decided: bool) -> None:
    result, texts = sample_result(language, decided=decided), load_texts(language)
    text = render_markdown(result, language)
    for key in ("decision", "competencies", "abstained", "coding", "computation", "contest", "transcript"):
        assert f"## {texts[key]}\n" in text
    for score in result.scores:
        assert all(f"> {escaped(evidence.quote)}" in text for evidence in score.evidence)
    assert escaped(result.notice) in text
    assert ("Anna Keller · 2026-11-20 08:15 (UTC)" in text) is decided


def test_markdown_shows_markup_and_does_not_become_it() -> None:
    text = render_markdown(sample_result("en", name="# Ann\n| <b>"), "en")
    assert "<script>" not in text
    assert "<b>" not in text
    assert text.startswith("# Interview report: \\# Ann \\| \\<b\\>")
    assert f"> {escaped(NASTY)}" in text


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("- item", "\\- item"),
        ("12. one", "12\\. one"),
        ("a - b 1. c", "a - b 1. c"),
        ("*_`[x](y)", "\\*\\_\\`\\[x\\](y)"),
        ("one\ntwo", "one two"),
        ("\u202eturned\x07", "turned"),
    ],
)
def test_markdown_is_escaped(words: str, written: str) -> None:
    assert escaped(words) == written


@pytest.mark.parametrize("spans", [[], [(0, 3)], [(2, 5), (4, 9)], [(0, 99)], [(3, 3)]])
def test_marked_pieces_are_the_text_again(spans: list[tuple[int, int]]) -> None:
    text = "one two three"
    pieces = marked_pieces(text, spans)
    assert "".join(piece["text"] for piece in pieces) == text
    marked = "".join(piece["text"] for piece in pieces if piece["marked"])
    assert len(marked) == len({place for low, high in spans for place in range(low, min(high, len(text)))})


def test_an_empty_answer_is_said_to_be_empty() -> None:
    result = sample_result("en")
    first, *others = result.interview.answers
    silent = msgspec.structs.replace(first, answer="", followups=())
    interview = msgspec.structs.replace(result.interview, answers=(silent, *others))
    text = render_markdown(msgspec.structs.replace(result, interview=interview, scores=()), "en")
    assert "> (no answer)" in text


@pytest.mark.parametrize(("level", "nearest"), [(0, 2), (3.5, 2), (3.6, 5), (6.4, 5), (9, 8)])
def test_the_nearest_anchor_is_named(level: float, nearest: float) -> None:
    anchors = tuple(Anchor(level=at, text="") for at in (2, 5, 8))
    found = nearest_anchor(anchors, level)
    assert found is not None
    assert found.level == nearest
    assert nearest_anchor((), level) is None


@pytest.mark.parametrize(
    ("confidence", "word"), [(0.75, "high"), (0.74, "medium"), (0.5, "medium"), (0.49, "low")]
)
def test_confidence_is_a_word(confidence: float, word: str) -> None:
    assert confidence_word(confidence, load_texts("en")) == word


@pytest.mark.parametrize(("value", "written"), [(-1.0, "−1.0"), (0.04, "0.0"), (-0.04, "0.0"), (2.5, "+2.5")])
def test_difficulties_are_signed(value: float, written: str) -> None:
    assert signed(value) == written
