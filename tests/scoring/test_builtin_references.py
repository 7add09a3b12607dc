"""Reference answers alone: English is scored as well as Chinese, and answers to other questions are told apart."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from statistics import correlation, fmean
from typing import Any

import pytest
import yaml

from scoring.builtin import BuiltinScorer, level_from_features
from scoring.embedding import Embedder, EmbedderMissing, SmallEmbedder
from scoring.rubric.model import Exemplar, Kind, Rubric

_FILE = Path(__file__).parent / "computing_en.yaml"
QUESTIONS: list[dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
SCORER = BuiltinScorer()


def rubric_of(question: dict[str, Any], language: str = "en") -> Rubric:
    reference = Exemplar(language, 10.0, question["reference"])
    text = question["question"]
    return Rubric(f"test@1#{text}", text, "c", Kind.TECHNICAL, {language: text}, (), (reference,))


def levels(scorer: BuiltinScorer) -> list[float]:
    return [
        scorer.score(rubric_of(q), answer["text"], "en").level or 0.0
        for q in QUESTIONS
        for answer in q["answers"]
    ]


def test_english_answers_are_ranked_as_a_reader_would() -> None:
    human = [float(answer["level"]) for q in QUESTIONS for answer in q["answers"]]
    assert correlation(human, levels(SCORER)) >= 0.7


def test_answers_to_other_questions_are_lower() -> None:
    right = levels(SCORER)
    wrong = [
        SCORER.score(rubric_of(q), answer["text"], "en").level or 0.0
        for q, other in product(QUESTIONS, QUESTIONS)
        if q is not other
        for answer in other["answers"]
    ]
    above = [sum(w < r for w in wrong) + sum(w == r for w in wrong) / 2 for r in right]
    assert fmean(above) / len(wrong) >= 0.83
    assert fmean(wrong) <= 1


@pytest.mark.parametrize(
    ("language", "question", "reference", "better", "worse"),
    [
        ("en", "What is the worst case?", "O(log n)", "o( log n )", "O(n)"),
        ("en", "How many bits are in a byte?", "Eight.", "8 of them", "four"),
        ("en", "What is a stack?", "The last element in is the first out.", "last in, first out", "first in, first out"),
        ("en", "What does it return?", "A pointer to the node.", "the adress of the element", "nothing at all"),
        ("zh", "全局变量的范围是什么？", "文件范围。", "在整个文件里都有效", "只在函数里"),
        ("zh", "最坏情况下的复杂度？", "O(log n)", "是O(log n)", "是O(n)"),
        ("zh", "哪些物流成本？", "运输成本、库存成本、管理成本。", "运输成本和库存成本", "运输成本"),
        ("zh", "怎么删除链表的节点？", "修改前一个节点的指针。", "更改上一个结点的引用", "把它插入"),
    ],
)  # fmt: skip
def test_the_better_answer_is_higher(
    language: str, question: str, reference: str, better: str, worse: str
) -> None:
    rubric = rubric_of({"question": question, "reference": reference}, language)
    high, low = (SCORER.score(rubric, answer, language).level or 0.0 for answer in (better, worse))
    assert high > low


def test_who_does_not_know_gets_nothing() -> None:
    rubric = rubric_of(QUESTIONS[0])
    assert SCORER.score(rubric, "I don't know.", "en").level is None
    assert SCORER.score(rubric, "not answered", "en").level is None


class Fixed:
    """An embedder that always says the same."""

    def __init__(self, closeness: int) -> None:
        self._closeness = closeness

    name = "fixed-1"

    def closeness(self, text: str, other: str) -> int:
        return self._closeness


def test_a_model_is_asked_once_and_kept_with_the_score() -> None:
    near, far = (BuiltinScorer(embedder=Fixed(closeness)) for closeness in (980, 800))
    rubric, answer = rubric_of(QUESTIONS[0]), QUESTIONS[0]["answers"][0]["text"]
    score = near.score(rubric, answer, "en")
    assert score.scorer.version.endswith("+fixed-1")
    assert score.features["embedding.reference"] == 980
    assert level_from_features(score.features) == score.level
    assert (far.score(rubric, answer, "en").level or 0.0) < (score.level or 0.0)
    assert "embedding.reference" not in SCORER.score(rubric, answer, "en").features


def test_the_small_model_helps_with_paraphrase() -> None:
    try:
        embedder: Embedder = SmallEmbedder()
    except EmbedderMissing as missing:
        pytest.skip(str(missing))
    human = [float(answer["level"]) for q in QUESTIONS for answer in q["answers"]]
    assert embedder.closeness("a", "a") == 1000
    assert correlation(human, levels(BuiltinScorer(embedder=embedder))) > correlation(human, levels(SCORER))
