"""How something was spoken, and how speech is cut: facts, without a model."""

from __future__ import annotations

from itertools import pairwise

import pytest

pytest.importorskip("faster_whisper", reason="install the extra `speech`")
pytest.importorskip("opencc", reason="install the extra `speech`")

from hypothesis import given
from hypothesis import strategies as st

from scoring.speech.doubts import is_invented, leaked, left_out, without_afterthought, written
from scoring.speech.manner import manner_of
from scoring.speech.model import Spell, Word
from scoring.speech.pieces import LONGEST, cut, join, settle

_GAPS = st.lists(st.tuples(st.floats(0.1, 3), st.floats(0.2, 60)), min_size=1, max_size=30)


@given(_GAPS)
def test_pieces_fit_and_lose_no_speech(gaps: list[tuple[float, float]]) -> None:
    spells, at = [], 0.0
    for gap, length in gaps:
        spells.append(Spell(at + gap, at + gap + length))
        at += gap + length
    pieces = cut(spells)
    assert all(piece.end - piece.start <= LONGEST + 1e-6 for piece in pieces)
    assert pieces[0].start == spells[0].start
    assert pieces[-1].end == pytest.approx(spells[-1].end)
    for spell in spells:
        covered = sum(max(0.0, min(spell.end, p.end) - max(spell.start, p.start)) for p in pieces)
        assert covered == pytest.approx(spell.end - spell.start, abs=1e-6)


@given(st.lists(st.tuples(st.sampled_from(("zh", "en")), st.floats(0.2, 3), st.floats(0.2, 24)), min_size=1))
def test_neighbours_of_one_language_are_heard_together(given: list[tuple[str, float, float]]) -> None:
    pieces, at = [], 0.0
    for language, gap, length in given:
        pieces.append((language, Spell(at + gap, at + gap + length)))
        at += gap + length
    joined = join(pieces)
    assert all(piece.end - piece.start <= LONGEST + 1e-6 for _, piece in joined)
    for language, piece in pieces:
        homes = [one for tongue, one in joined if tongue == language and one.start <= piece.start]
        assert homes
        assert homes[-1].end >= piece.end
    for (tongue, one), (other, after) in pairwise(joined):
        assert tongue != other or after.end - one.start > LONGEST


def test_pauses_are_counted_where_they_are() -> None:
    spells = [Spell(0, 2), Spell(2.6, 4), Spell(5.2, 6), Spell(6.3, 8)]
    manner = manner_of("um one two three, uh four", "en", spells, 8.0)
    assert (manner.pauses, manner.long_pauses) == (2, 1)
    assert manner.fillers == 15.0
    assert manner.rate == 45.0
    assert manner_of("嗯我觉得", "zh", spells, 8.0).fillers is None


def test_speech_without_words_is_noticed() -> None:
    spells = [Spell(0, 5), Spell(6, 12)]
    words = [Word("a", 0.1, 4.8, 0.9)]
    assert left_out(spells, words)
    assert not left_out(spells, [*words, Word("b", 6.1, 11.8, 0.9)])


@pytest.mark.parametrize("text", ["以下是普通话的句子。", " 以下是普通话的句子", "普通话的句子"])
def test_the_prompt_said_back_is_no_transcript(text: str) -> None:
    assert leaked(text, "以下是普通话的句子。")


def test_uncertain_words_are_marked_where_they_stand() -> None:
    words = [
        Word(" I", 0, 1, 0.9),
        Word(" bild", 1, 2, 0.2),
        Word(" it", 2, 3, 0.3),
        Word(" alone.", 3, 4, 0.9),
    ]
    text, doubtful = written(words)
    assert text == "I bild it alone."
    assert [text[start:end] for start, end in doubtful] == ["bild it"]


def test_more_words_than_anybody_says_in_the_time_are_invented() -> None:
    said = "I'm sorry, I'm sorry, I'm sorry, I'm sorry, I'm"
    assert is_invented(said, -0.69, 2.14, "", 0.28)
    assert not is_invented(said, -0.69, 2.14, "", 4.0)
    assert not is_invented("Huh?", -0.4, 0.3, "", 0.1)


def test_a_sound_of_no_language_goes_with_the_speech_around_it() -> None:
    assert settle(["", "zh", "", "en", ""], "en") == ["zh", "zh", "zh", "en", "en"]
    assert settle([""], "en") == ["en"]


def test_a_sentence_after_the_speech_is_not_the_speakers() -> None:
    said = [Word("Hello", 0.0, 0.26, 0.88), Word(" world.", 0.26, 0.58, 0.53)]
    thanks = [Word(" Thank", 0.6, 1.08, 0.01), Word(" you.", 1.08, 1.08, 0.96)]
    assert without_afterthought([*said, *thanks], 0.9) == said
    assert without_afterthought([*said, *thanks], 1.1) == [*said, *thanks], "it was said in time"
    sure = [Word(" Thanks.", 0.6, 1.08, 0.97)]
    assert without_afterthought([*said, *sure], 0.9) == [*said, *sure], "the model has no doubt"
    assert without_afterthought(thanks, 0.5) == thanks, "the only sentence is judged as a whole"
    assert without_afterthought([], 0.5) == []
