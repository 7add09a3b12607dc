"""Fits on rated answers: nothing leaks, nothing is random, and one more thing said never lowers a level."""

from __future__ import annotations

from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.calibration.features import SIGNS, compare, cosine, rarity, read_text, weighed
from scoring.calibration.fits import Labelled, deal_answers, deal_questions, fit_new, fit_seen
from scoring.calibration.linear import fit_linear, solve
from scoring.lexicon import load_lexicons
from scoring.validity.agreement import pearson

EN = load_lexicons()["en"]
WORDS = (
    *("stack", "queue", "heap", "graph", "node", "edge", "loop"),
    *("list", "array", "string", "pointer", "class", "object", "method"),
)


def rows(questions: int = 6, answers: int = 12, tilt: float = 0.0) -> list[Labelled]:
    """Return answers whose level follows the first feature, the question's height and one word."""
    found = []
    for q in range(questions):
        for a in range(answers):
            share, word = ((a * 5 + q) % 11) / 10, WORDS[(a * a + q) % len(WORDS)]
            level = min(10.0, 6 * share + q / 2 + (tilt if word in WORDS[:5] else 0.0))
            features = (share, share, 0.5, 0.5)
            found.append(Labelled(f"q{q}", features, read_text(f"{word} answer {a}", EN), level))
    return found


@pytest.mark.parametrize("folds", [2, 3, 5, 6])
def test_a_new_question_tells_nothing_of_itself(folds: int) -> None:
    """Whatever the labels of a question say, its own levels stay what other questions make them."""
    before = rows()
    turned = [
        Labelled(row.question, row.features, row.reading, 10 - row.level) if row.question == "q0" else row
        for row in before
    ]
    one, other = fit_new(before, folds), fit_new(turned, folds)
    places = [at for at, row in enumerate(before) if row.question == "q0"]
    assert [one.levels[at] for at in places] == [other.levels[at] for at in places]
    assert one.levels != other.levels


def test_a_seen_answer_tells_nothing_of_itself() -> None:
    before = rows()
    turned = [
        Labelled(r.question, r.features, r.reading, 10 - r.level) if at == 7 else r
        for at, r in enumerate(before)
    ]
    assert fit_seen(before, 5).levels[7] == fit_seen(turned, 5).levels[7]


def test_the_levels_are_learned() -> None:
    known = rows(tilt=3.0)
    people = [row.level for row in known]
    new, seen = fit_new(known, 5), fit_seen(known, 5)
    r_new, r_plain, r_seen = (pearson(found, people) or 0 for found in (new.levels, seen.plain, seen.levels))
    assert 0.5 < r_new < r_plain < r_seen


def test_twice_is_the_same_to_the_bit() -> None:
    assert fit_new(rows(), 5) == fit_new(rows(), 5)
    assert fit_seen(rows(), 5) == fit_seen(rows(), 5)


def test_parts_are_whole_questions_or_spread_answers() -> None:
    known = rows()
    by_question = deal_questions(known, 3)
    assert len({(row.question, part) for row, part in zip(known, by_question, strict=True)}) == 6
    by_answer = deal_answers(known, 4)
    for part in range(4):
        assert by_answer.count(part) == len(known) // 4
        assert len({row.question for row, own in zip(known, by_answer, strict=True) if own == part}) == 6


def test_every_part_has_well_and_badly_answered_questions() -> None:
    """Six questions answered ever better by a tenth: two parts differ by no more than half of that."""
    known = [
        Labelled(row.question, (row.features[0] / 2 + int(row.question[1]) / 10,) * 4, row.reading, row.level)
        for row in rows()
    ]
    parts = deal_questions(known, 2)
    means = [
        fmean(row.features[0] for row, own in zip(known, parts, strict=True) if own == part)
        for part in (0, 1)
    ]
    assert abs(means[0] - means[1]) < 0.05
    assert [parts.count(part) for part in (0, 1)] == [36, 36]


def test_one_question_alone_cannot_be_new() -> None:
    with pytest.raises(ValueError, match="at least two"):
        fit_new(rows(questions=1), 5)
    assert len(fit_seen(rows(questions=1), 5).levels) == 12
    assert len(fit_seen(rows(questions=2, answers=1), 5).levels) == 2


_SHARE = st.floats(0, 1).map(lambda x: round(x, 2))
_FEATURES = st.tuples(*[_SHARE] * len(SIGNS))


@given(
    st.lists(st.tuples(_FEATURES, st.floats(0, 10)), min_size=3, max_size=20),
    _FEATURES,
    st.integers(0, len(SIGNS) - 1),
)
def test_weights_keep_their_signs(
    known: list[tuple[tuple[float, ...], float]], at: tuple[float, ...], which: int
) -> None:
    fitted = fit_linear([f for f, _ in known], [level for _, level in known], SIGNS, 3.0)
    better = tuple(x + 0.3 * SIGNS[which] if k == which else x for k, x in enumerate(at))
    assert fitted(better) >= fitted(at) - 1e-9


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6, unique=True), st.sampled_from(WORDS))
def test_one_more_word_of_the_reference_worsens_no_feature(said: list[str], more: str) -> None:
    reference, question = read_text(" ".join(WORDS), EN), read_text("what", EN)
    telling = rarity([reference, question])
    before, after = (
        compare(5.0, 0.5, read_text(" ".join(words), EN), reference, question, telling)
        for words in (said, [*said, more])
    )
    for sign, one, other in zip(SIGNS, before, after, strict=True):
        assert sign * (other - one) >= -1e-9


def test_likeness() -> None:
    one, other = (weighed(read_text(text, EN), {}) for text in ("stack and queue", "a queue, a heap"))
    assert cosine(one, one) == pytest.approx(1)
    assert cosine(one, other) == cosine(other, one) == pytest.approx(0.5)
    assert cosine(one, weighed(read_text("", EN), {})) == 0


def test_solve() -> None:
    assert solve([[4, 2], [2, 3]], [8, 7]) == pytest.approx([1.25, 1.5])


def test_weights_come_from_within_questions() -> None:
    """What one question is graded higher than another says nothing of what an answer's words are worth."""
    features = [(x,) for height in (0.0, 0.5) for x in (height, height + 0.1, height + 0.2)]
    levels = [
        10 * (x - height) + 8 - 10 * height
        for height in (0.0, 0.5)
        for x in (height, height + 0.1, height + 0.2)
    ]
    names = ["low"] * 3 + ["high"] * 3
    between = fit_linear(features, levels, (0,), 0.01)
    within = fit_linear(features, levels, (0,), 0.01, names)
    assert between((1.0,)) < between((0.0,))
    assert within((1.0,)) > between((1.0,))
