"""Large banks: nobody is asked near-duplicates, and no question is asked of most people."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dialogues.app.packs import parse_pack
from dialogues.core.pack import Pack
from scoring.difficulty import Item, draw
from scoring.difficulty.alike import Wording, near_duplicates
from scoring.difficulty.exposure import open_count, scatter

PACKS = sorted((Path(__file__).parents[2] / "config" / "packs").glob("*.yaml"))
REPHRASED = yaml.safe_load((Path(__file__).parent / "near_duplicates.yaml").read_text("utf-8"))
ITEMS = [Item(f"q{n:03}", 0.0, 1.0) for n in range(100)]


def _wordings(pack: Pack, code: str) -> list[Wording]:
    return [
        Wording(q.id, q.text[code], tuple(point.text[code] for point in q.key_points)) for q in pack.questions
    ]


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_no_two_questions_of_a_shipped_pack_are_called_alike(path: Path) -> None:
    pack = parse_pack(path.read_text("utf-8"))
    for code in pack.languages:
        assert near_duplicates(_wordings(pack, code)) == []


@pytest.mark.parametrize("code", ["zh", "en"])
def test_a_question_in_another_authors_words_is_found(code: str) -> None:
    pack = parse_pack(next(path for path in PACKS if "retail" in path.stem).read_text("utf-8"))
    others = [
        Wording(f"again_{one['like']}", one["text"][code], tuple(one["key_points"][code]))
        for one in REPHRASED
    ]
    found = near_duplicates([*_wordings(pack, code), *others])
    assert sorted(found) == sorted((one["like"], f"again_{one['like']}") for one in REPHRASED)


def test_without_key_points_only_the_same_question_is_alike() -> None:
    asks = [
        "Tell me about a shop that you thought was very well organised, and about what you learned there.",
        "Tell me about a shop you thought very well organised and what you learned there, please.",
        "Tell me about a colleague whom you found hard to work with, and about how it went on.",
    ]
    assert near_duplicates([Wording(str(n), text) for n, text in enumerate(asks)]) == [("0", "1")]


@pytest.mark.parametrize("text", ["", "Why?", "问题？", "?!", "9 8 7"])
def test_too_few_words_are_no_ground_for_a_verdict(text: str) -> None:
    assert near_duplicates([Wording("a", text), Wording("b", text)]) == []


@given(st.lists(st.text(max_size=80), max_size=6))
def test_any_texts_can_be_compared(texts: list[str]) -> None:
    questions = [Wording(str(n), text, (text,)) for n, text in enumerate(texts)]
    assert all(int(one) < int(other) for one, other in near_duplicates(questions))


def test_everybody_draws_a_share_and_no_item_reaches_more() -> None:
    people = 1000
    asked = Counter(item.id for seed in range(people) for item in draw(ITEMS, 10, 0.4, seed))
    assert max(asked.values()) <= 0.4 * people
    assert min(asked.values()) >= 0.25 * people


@given(st.integers(0, 2**63), st.integers(1, 40), st.floats(0.05, 1))
def test_a_draw_keeps_its_order_and_leaves_enough(seed: int, most: int, exposure: float) -> None:
    drawn = draw(ITEMS, most, exposure, seed)
    assert list(drawn) == [item for item in ITEMS if item in drawn]
    assert len(drawn) == open_count(len(ITEMS), most, exposure) >= min(most, len(ITEMS))
    assert drawn == draw(ITEMS, most, exposure, seed)


def test_a_small_bank_is_open_to_everybody() -> None:
    assert draw(ITEMS[:5], 4, 0.4, 1) is not ITEMS
    assert len(draw(ITEMS[:5], 4, 0.4, 1)) == 5


def test_the_lot_is_frozen() -> None:
    """An interview replays on another machine."""
    assert scatter(1, "q001") == scatter(1, "q001") != scatter(2, "q001")
    assert [item.id for item in draw(ITEMS[:12], 2, 0.4, 7)] == ["q002", "q004", "q005", "q006", "q009"]
