"""Sentences, clauses and alignment: offsets always give the candidate's own words."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.evidence import Clause, Sentence, Span, Wording, align, split_clauses, split_sentences

BUT = re.compile(r"\bbut\b")


def cut(text: str, spaced: bool) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text, spaced)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("我先听。然后道歉！好吗？好", ["我先听。", "然后道歉！", "好吗？", "好"]),
        ("他说“不行。”我就走了。", ["他说“不行。”", "我就走了。"]),
        ("  第一行\n\n第二行 ", ["第一行", "第二行"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_chinese_sentences(text: str, sentences: list[str]) -> None:
    assert cut(text, spaced=False) == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It grew 3.5 times. Then it stopped!", ["It grew 3.5 times.", "Then it stopped!"]),
        ("I asked Mr. Lee, e.g. about cost. He agreed.", ["I asked Mr. Lee, e.g. about cost.", "He agreed."]),
        ("One... two", ["One...", "two"]),
    ],
)
def test_english_sentences(text: str, sentences: list[str]) -> None:
    assert cut(text, spaced=True) == sentences


def test_speech_without_stops_comes_in_parts() -> None:
    text = "，".join(["然后我就去仓库看了一下"] * 20)
    parts = cut(text, spaced=False)
    assert len(parts) > 3
    assert "".join(parts) == text


@given(st.text(alphabet="ab。.，, \n!？1é", max_size=80), st.booleans())
def test_spans_are_ordered_and_lose_only_blanks(text: str, spaced: bool) -> None:
    spans = split_sentences(text, spaced)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert "".join("".join(text[s.start : s.end] for s in spans).split()) == "".join(text.split())
    clauses = [c for s in spans for c in split_clauses(text, s, BUT)]
    assert "".join("".join(text[c.start : c.end] for c in clauses).split()) == "".join(text.split())


def test_clauses_begin_at_a_turn() -> None:
    text = "I did not argue but listened, then left"
    clauses = split_clauses(text, Span(0, len(text)), BUT)
    assert [text[c.start : c.end] for c in clauses] == ["I did not argue", "but listened,", "then left"]


def sentence(start: int, *words: frozenset[str], depth: int = 0) -> Sentence:
    clauses = tuple(Clause(Span(start + 10 * i, start + 10 * i + 10), w) for i, w in enumerate(words))
    return Sentence(Span(start, start + 10 * len(words)), clauses, frozenset().union(*words), depth)


A, B, C, NONE = frozenset({"a"}), frozenset({"b"}), frozenset({"c"}), frozenset[str]()
WORDING = Wording({"a": 2, "b": 2, "c": 1, "~c": 1}, 5)


def test_align_quotes_the_clauses_that_say_it() -> None:
    found = align(WORDING, [sentence(0, NONE), sentence(100, NONE, A, B, NONE)], join=False)
    assert (found.covered, found.total, found.span) == (8, 10, Span(110, 130))


def test_a_second_sentence_counts_half() -> None:
    sentences = [sentence(0, A, B), sentence(100, C)]
    assert align(WORDING, sentences, join=False).covered == 8
    assert align(WORDING, sentences, join=True).covered == 9
    assert align(WORDING, sentences[::-1], join=True).covered == 9


def test_a_synonym_in_a_second_sentence_counts_once() -> None:
    meant = frozenset({"~c"})
    assert align(WORDING, [sentence(0, A, B), sentence(50, meant)], join=True).covered == 9
    assert align(WORDING, [sentence(0, A, B, C), sentence(50, meant)], join=True).covered == 10


def test_the_deepest_of_equals_wins() -> None:
    found = align(
        Wording({"a": 1}, 1), [sentence(0, A), sentence(50, A, depth=2), sentence(90, A, depth=1)], join=False
    )
    assert (found.depth, found.span.start) == (2, 50)


def test_nothing_found() -> None:
    assert align(WORDING, [sentence(0, NONE)], join=True).covered == 0
    assert align(Wording({}, 0), [], join=True).total == 0
