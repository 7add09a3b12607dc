"""Mandarin in the sounds of the model: every syllable has some, numbers and Latin words are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pypinyin", reason="install the extra `speaking`")

from scoring.speaking.mandarin import _NUMBER, _cardinal, _read_number, spell


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("你好。", "ni↓xau↓."),
        ("去学校", "ʨʰy↘ ɕɥe↗ɕjau↘"),
        ("知识，女儿", "ꭧɨ→ʂɨ↗, ny↓ɚ↗"),
        ("元旦、熊猫", "ɥɛ↗n ta↘n, ɕjʊ↗ŋmau→"),
        ("用 SQL 写", "jʊ↘ŋ  <SQL>  ɕje↓"),
    ],
)
def test_what_is_written_is_spelled(text: str, sounds: str) -> None:
    assert spell(text, lambda word: f"<{word}>") == sounds


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("10", "十"), ("15", "十五"), ("105", "一百零五"), ("110", "一百一十"), ("1005", "一千零五"),
        ("10500", "一万零五百"), ("320000", "三十二万"), ("100000005", "一亿零五"), ("2024年", "二零二四年"),
        ("30年", "三十年"), ("3.5%", "百分之三点五"), ("0.75", "零点七五"), ("007", "零零七"), ("0", "零"),
        ("1234567890123", "一二三四五六七八九零一二三"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_read_them(written: str, said: str) -> None:
    assert _NUMBER.sub(_read_number, written) == said


@given(st.integers(0, 10**12 - 1))
def test_a_number_that_is_read_is_that_number(number: int) -> None:
    assert _value(_cardinal(number)) == number


def _value(said: str) -> int:
    """Read a Chinese numeral the other way round."""
    total = group = digit = 0
    for char in said:
        if char in "零一二三四五六七八九":
            digit = "零一二三四五六七八九".index(char)
        elif char in "十百千":
            group += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = 0
        else:
            total += (group + digit) * {"万": 10**4, "亿": 10**8}[char]
            group = digit = 0
    return total + group + digit


_SYLLABLES = "八谱马佛达特你聊各可好家去学知吃是人早从色要五月远云永而啊"


@given(st.text(st.sampled_from(_SYLLABLES), min_size=1, max_size=20))
def test_no_syllable_is_swallowed(text: str) -> None:
    vowels = sum(char in "aɤɛɚeiouʊəyɨɔ" for char in spell(text, lambda word: word))
    assert vowels >= len(text)
