"""An answer to another question of the pack is told from one to this question, and from one to none."""

from __future__ import annotations

from importlib import resources

import pytest
from msgspec.structs import replace

from dialogues.app.packs import parse_pack
from scoring.builtin import BuiltinScorer
from scoring.builtin.neighbours import TextsKey, nearness, neighbours_of, strangeness
from scoring.lexicon import load_lexicons
from scoring.model import Abstention
from scoring.rubric.model import rubric_text

SCORER = BuiltinScorer()
LEXICONS = load_lexicons()
PACK = parse_pack(
    resources.files("config.packs").joinpath("customer-service.yaml").read_text(encoding="utf-8")
)
ANSWER = {
    "zh": "我那次把一位客户的送货日期登记错了，晚了三天。我发现以后马上打电话给他道歉，说是我录错了，没有推给仓库，"
    "当天协调了加急配送，还把登记的步骤改成两个人核对，之后半年没有再出过这种错。",
    "en": "I once entered the wrong delivery date for a customer, three days late. When I noticed I rang him at once, said "
    "it was my mistake and not the warehouse's, apologised, arranged an express delivery the same day, and changed our "
    "routine so that two of us check every date. It has not happened since.",
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_good_answer_to_another_question_is_not_one_to_this(language: str) -> None:
    own, other = PACK.rubric("st_own_mistake"), PACK.rubric("ps_washer_shakes")
    assert (SCORER.score(own, ANSWER[language], language).level or 0) >= 5
    score = SCORER.score(other, ANSWER[language], language)
    assert score.features["topic.own"] < score.features["topic.other"]
    assert score.abstained is Abstention.OFF_TOPIC


class Meaning:
    """An embedder that knows what a text is about by one of its words."""

    name = "meaning-1"

    def __init__(self, word: str, close: int, far: int) -> None:
        self._word, self._close, self._far = word, close, far
        self.asked: list[str] = []

    def closeness(self, text: str, other: str) -> int:
        self.asked.append(text)
        return self._close if self._word in other else self._far


@pytest.mark.parametrize(
    ("close", "far", "off"),
    [
        (880, 850, False),  # nearer to its own question
        (830, 820, False),  # a little far, and its words speak for it
        (740, 730, True),  # nothing here is near: another world
        (880, 930, True),  # far nearer to another question
    ],
)
def test_with_a_model_meaning_tells_what_an_answer_is_about(close: int, far: int, off: bool) -> None:
    own = PACK.rubric("st_own_mistake")
    model = Meaning(own.text["en"], close, far)
    score = BuiltinScorer(embedder=model).score(own, ANSWER["en"], "en")
    assert (score.abstained is Abstention.OFF_TOPIC) is off
    assert (score.features["embedding.own"], score.features["embedding.other"]) == (close, far)
    assert score.scorer.version.endswith("+meaning-1")


def test_the_model_hears_what_belongs_to_the_answer_in_one_order() -> None:
    own = PACK.rubric("st_own_mistake")
    parts = ANSWER["en"].split(". ")
    shuffled = ". ".join(["Thank you very much for this question", *reversed(parts)]) + "."
    heard = []
    for text in (ANSWER["en"], shuffled):
        model = Meaning(own.text["en"], 880, 850)
        BuiltinScorer(embedder=model).score(own, text, "en")
        heard.append({"".join(filter(str.isalpha, asked)) for asked in model.asked})
    assert heard[0] == heard[1]


def test_the_pack_around_a_question_is_the_same_for_all_of_it() -> None:
    rubrics = [PACK.rubric(question.id) for question in PACK.questions]
    assert all(rubric.around is PACK.texts for rubric in rubrics)
    assert [rubric.around["zh"][rubric.place] for rubric in rubrics] == [
        rubric_text(r, "zh") for r in rubrics
    ]


def test_without_a_pack_around_nothing_is_compared() -> None:
    alone = replace(PACK.rubric("st_own_mistake"), around={})
    assert not {"topic.own", "topic.other"} & SCORER.score(alone, ANSWER["en"], "en").features.keys()


def test_nearness_counts_rare_words_most() -> None:
    texts = ("the kettle leaks and the customer calls", "a customer calls back next week")
    key = TextsKey(texts, LEXICONS["en"])
    kettle, week = nearness(frozenset({"kettl", "leak"}), neighbours_of(key), LEXICONS["en"])
    assert kettle > 0
    assert week == 0


def test_strangeness_counts_words_that_no_question_has() -> None:
    texts = ("the kettle leaks and the customer calls", "a customer calls back next week")
    known = neighbours_of(TextsKey(texts, LEXICONS["en"]))
    strange, telling = strangeness(frozenset({"kettl", "volcano"}), 2, known, LEXICONS["en"])
    assert strange == 250
    assert telling == 500  # two words that no list calls common, of four
    commoner = strangeness(frozenset({"kettl", "custom"}), 2, known, LEXICONS["en"])
    assert commoner[0] == 0
    assert commoner[1] < telling
    assert strangeness(frozenset(), 0, known, LEXICONS["en"]) == (0, 0)


def test_strangeness_of_chinese_counts_characters() -> None:
    known = neighbours_of(TextsKey(("冰箱漏水", "顾客来电"), LEXICONS["zh"]))
    said = frozenset({"冰", "箱", "鲸", "冰箱", "箱鲸", "鲸冰"})
    assert strangeness(said, 0, known, LEXICONS["zh"])[0] == 333
    assert strangeness(said, 1, known, LEXICONS["zh"])[0] == 250


def test_figures_are_not_strange() -> None:
    known = neighbours_of(TextsKey(("the kettle leaks", "a customer calls"), LEXICONS["en"]))
    said = frozenset({"kettl", "volcano"})
    assert strangeness(said | {"17", "340", "2.5"}, 2, known, LEXICONS["en"]) == strangeness(
        said, 2, known, LEXICONS["en"]
    )
