"""Follow-ups ask only for what is truly missing: measured on answers read and labelled by a person.

Each answer belongs to a question of a shipped pack. `lacks` are the parts it truly lacks; an `open` part, on
which two careful readers could differ, counts neither way. The held half was never tuned on.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec import Struct

from dialogues.core.pack import Question
from scoring.lexicon import load_lexicons
from scoring.rubric.elements import find_elements, missing_elements, too_brief
from scoring.rubric.model import Element, Kind
from tests.e2e.candidates import load_pack

LEXICONS = load_lexicons()
MOST_ASKED = 2


class Labelled(Struct, frozen=True):
    """One answer. `asks` are the parts the interview would ask for, in its order; nothing of a brief one."""

    question: Question
    lang: str
    held: bool
    text: str
    asks: tuple[Element, ...]
    lacks: frozenset[Element]


@cache
def answers() -> tuple[Labelled, ...]:
    """Return every labelled answer that is long enough to be asked for one part, and not simply for more."""
    path = Path(__file__).parents[1] / "candidates" / "followups.yaml"
    rows = [_labelled(row) for row in yaml.safe_load(path.read_text(encoding="utf-8"))["answers"]]
    return tuple(row for row in rows if not too_brief(row.text, LEXICONS[row.lang]))


def _labelled(row: dict[str, Any]) -> Labelled:
    pack, _, name = row["question"].partition("/")
    question = load_pack(pack).question(name)
    lexicon = LEXICONS[row["lang"]]
    worded = question.followups.get(row["lang"], {}).keys()
    unclear = {Element(element) for element in row.get("open", ())}
    askable = set(missing_elements(question.kind, frozenset(), worded)) - unclear
    asked = missing_elements(question.kind, find_elements(row["text"], lexicon), worded)
    return Labelled(
        question=question,
        lang=row["lang"],
        held=row["held"],
        text=row["text"],
        asks=tuple(element for element in asked if element not in unclear),
        lacks=frozenset(map(Element, row["lacks"])) & askable,
    )


def _figures(rows: list[Labelled]) -> tuple[float, float, list[str]]:
    """Return precision and recall of what is asked for, and a line for each wrong request."""
    right = sum(len(row.lacks & set(row.asks)) for row in rows)
    asked, lacking = sum(len(row.asks) for row in rows), sum(len(row.lacks) for row in rows)
    wrong = [f"{e}: {row.text}" for row in rows for e in row.asks if e not in row.lacks]
    return right / asked, right / lacking, wrong


def _held(language: str = "") -> list[Labelled]:
    return [row for row in answers() if row.held and language in ("", row.lang)]


def test_the_table_is_large_and_covers_what_is_asked() -> None:
    assert len(answers()) >= 200
    assert sum(row.held for row in answers()) >= len(answers()) / 2
    assert {row.question.kind for row in _held()} == set(Kind) - {Kind.CODING}
    assert min(Counter(row.lang for row in _held()).values()) >= 60


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_asked_for_is_missing(language: str) -> None:
    precision, recall, wrong = _figures(_held(language))
    assert precision >= 0.9, wrong
    assert recall >= 0.65


@pytest.mark.parametrize("kind", [Kind.BEHAVIOURAL, Kind.SITUATIONAL])
def test_the_common_kinds_are_each_that_precise(kind: Kind) -> None:
    precision, recall, wrong = _figures([row for row in _held() if row.question.kind is kind])
    assert precision >= 0.9, wrong
    assert recall >= 0.6


def test_the_question_that_is_really_put_first_is_right() -> None:
    """Most talks get one follow-up: the first request counts most."""
    first = [row for row in _held() if row.asks]
    right = sum(row.asks[0] in row.lacks for row in first)
    assert right / len(first) >= 0.9


def test_a_whole_answer_is_left_alone() -> None:
    whole = [row for row in _held() if not row.lacks]
    assert sum(bool(row.asks) for row in whole) <= 0.15 * len(whole)


def test_something_is_asked_of_most_who_lack_something() -> None:
    lacking = [row for row in _held() if row.lacks]
    heard = sum(bool(row.lacks & set(row.asks[:MOST_ASKED])) for row in lacking)
    assert heard / len(lacking) >= 0.75


@pytest.mark.parametrize("language", ["zh", "en"])
def test_padding_adds_nothing(language: str) -> None:
    """Words without content must not look like a part of an answer."""
    padding = {"zh": "嗯嗯，挺好的，真的。", "en": " Well, that is all very nice indeed."}
    lexicon = LEXICONS[language]
    for row in _held(language):
        grown = find_elements(row.text + padding[language], lexicon) - find_elements(row.text, lexicon)
        assert not grown - {Element.RESULT}, (row.text, grown)
