"""What counts as an error in a transcript, the way the field counts: no punctuation, numbers read out, no hesitations.

Chinese by characters, everything else by words. Traditional characters are not forgiven: we promise simplified ones.
"""

from __future__ import annotations

import re

_MARKS = re.compile(r"[\W_]+")
_YEAR, _NUMBER = re.compile(r"\d{4}(?=年)"), re.compile(r"\d+")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DIGITS, _PLACES = "零一二三四五六七八九", ("", "十", "百", "千")
_LONGEST_READ = 8
_HESITATION = re.compile(r"\b(?:um+|uh+|er+m?|h?mm+)\b")
_CHINESE_HESITATION = re.compile("[呃嗯]")
_SPELT = (("yknow", "you know"), ("alright", "all right"), ("colour", "color"), ("’", "'"))


def units(text: str, language: str) -> list[str]:
    """Return what errors are counted in: words, or characters in Chinese."""
    said = text.lower()
    if language == "zh":
        said = _YEAR.sub(lambda year: _spelt(year[0]), _GROUPED.sub("", said))
        said = _NUMBER.sub(lambda number: read_out(number[0]), said)
        return list(_MARKS.sub("", _CHINESE_HESITATION.sub("", said)))
    for one, other in _SPELT:
        said = said.replace(one, other)
    return _MARKS.sub(" ", _HESITATION.sub(" ", said)).split()


def read_out(number: str) -> str:
    """Return digits as a number is read in Chinese; what begins with a zero or is too long is spelt digit by digit."""
    if len(number) > _LONGEST_READ or (number[0] == "0" and len(number) > 1):
        return _spelt(number)
    thousands, ones = number[:-4], number[-4:]
    if not thousands:
        return _below_ten_thousand(ones)
    rest = (
        ""
        if int(ones) == 0
        else ("零" if ones[0] == "0" else "") + _below_ten_thousand(str(int(ones)), inside=True)
    )
    return f"{_below_ten_thousand(thousands)}万{rest}"


def _spelt(number: str) -> str:
    return "".join(_DIGITS[int(digit)] for digit in number)


def _below_ten_thousand(number: str, *, inside: bool = False) -> str:
    read = ""
    for place, digit in zip(range(len(number) - 1, -1, -1), number, strict=True):
        if digit != "0":
            read += _DIGITS[int(digit)] + _PLACES[place]
        elif not read.endswith("零"):
            read += "零"
    read = read.rstrip("零") or "零"
    return read[1:] if read.startswith("一十") and not inside else read


def edits(wanted: list[str], heard: list[str]) -> int:
    """Return the fewest insertions, deletions and replacements between the two."""
    row = list(range(len(heard) + 1))
    for number, one in enumerate(wanted, 1):
        before, row[0] = row[0], number
        for place, other in enumerate(heard, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (one != other))
    return row[-1]
