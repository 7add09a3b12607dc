"""Errors of hearing are counted as the field counts them, and Chinese is written down simplified."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.clips import _table
from tests.bench.speech_errors import edits, read_out, units


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0", "零"),
        ("10", "十"),
        ("26", "二十六"),
        ("110", "一百一十"),
        ("1005", "一千零五"),
        ("20000", "二万"),
        ("10010", "一万零一十"),
        ("123456", "十二万三千四百五十六"),
        ("007", "零零七"),
        ("123456789", "一二三四五六七八九"),
    ],
)
def test_numbers_are_read_out(written: str, read: str) -> None:
    assert read_out(written) == read


@given(st.integers(0, 99_999_999))
def test_no_two_numbers_are_read_alike_and_none_has_digits(number: int) -> None:
    read = read_out(str(number))
    assert not any(char.isdigit() and char.isascii() for char in read)
    assert "零零" not in read
    assert read != read_out(str(number + 1)) or number == 99_999_999


def test_a_year_is_spelt_and_an_amount_is_read() -> None:
    assert units("1954年", "zh") == list("一九五四年")
    assert units("一共26人，1,200元。", "zh") == list("一共二十六人一千二百元")
    assert units("呃，我觉得，嗯，可以", "zh") == list("我觉得可以")
    assert units("Um, it's ALRIGHT.", "en") == ["it", "s", "all", "right"]


def test_traditional_characters_are_errors() -> None:
    assert edits(units("这样", "zh"), units("這樣", "zh")) == 2


@given(st.text("甲乙丙", max_size=8), st.text("甲乙丙", max_size=8))
def test_edits_are_a_distance(one: str, other: str) -> None:
    there, back = edits(list(one), list(other)), edits(list(other), list(one))
    assert there == back
    assert (there == 0) == (one == other)
    assert abs(len(one) - len(other)) <= there <= max(len(one), len(other))


def test_clips_say_whose_wording_is_measured() -> None:
    clips = [clip for package in _table().values() for clip in package.clips]
    assert all(clip.text or clip.text_file for clip in clips)
    published = [clip for clip in clips if clip.lang == "zh" and not clip.ours]
    assert sum(len(units(clip.text, "zh")) for clip in published) >= 200
    assert all(clip.lang == "zh" for clip in clips if clip.ours)


def test_chinese_is_written_simplified_in_the_sense_of_its_neighbours() -> None:
    pytest.importorskip("faster_whisper", reason="install the extra `speech`")
    from scoring.speech.whisper import Whisper

    assert Whisper._as_written(["換", "著", "喝", ","], "zh") == ["换", "着", "喝", "，"]
    assert Whisper._as_written(["著", "名", "的", "AI?"], "zh") == ["著", "名", "的", "AI?"]
    assert Whisper._as_written([" Well", ",", " yes"], "en") == [" Well", ",", " yes"]


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("為什麼看著我，換著喝", "为什么看着我，换着喝"),
        ("什么、怎么、那么", "什么、怎么、那么"),
        ("著名的原著，他的專著很顯著", "著名的原著，他的专著很显著"),
        ("皇后在後面，乾淨的幹部", "皇后在后面，干净的干部"),
    ],
)
def test_what_is_simplified_stays_and_the_rest_becomes_it(heard: str, written: str) -> None:
    pytest.importorskip("opencc", reason="install the extra `speech`")
    from scoring.speech.simplified import simplified

    assert simplified(heard) == written
    assert simplified(written) == written
