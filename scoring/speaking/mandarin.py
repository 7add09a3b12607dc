"""Writes Mandarin down in the sounds that Kokoro was taught: pinyin by phrase, numbers read out, Latin words in English.

The symbols are the model's; which syllable has which is the phonology of Standard Chinese. Knows no audio.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pypinyin import Style, lazy_pinyin
from pypinyin.seg.mmseg import seg

_INITIALS = {
    "b": "p", "p": "pʰ", "m": "m", "f": "f", "d": "t", "t": "tʰ", "n": "n", "l": "l", "g": "k", "k": "kʰ", "h": "x",
    "j": "ʨ", "q": "ʨʰ", "x": "ɕ", "zh": "ꭧ", "ch": "ꭧʰ", "sh": "ʂ", "r": "ɻ", "z": "ʦ", "c": "ʦʰ", "s": "s", "": "",
}  # fmt: skip
_FINALS = {
    "a": "a", "o": "wo", "e": "ɤ", "ê": "ɛ", "er": "ɚ", "ai": "ai", "ei": "ei", "ao": "au", "ou": "ou",
    "an": "a|n", "en": "ə|n", "ang": "a|ŋ", "eng": "ə|ŋ", "ong": "ʊ|ŋ",
    "i": "i", "ia": "ja", "ie": "je", "iao": "jau", "iou": "jou", "ian": "jɛ|n", "in": "i|n", "iang": "ja|ŋ",
    "ing": "i|ŋ", "iong": "jʊ|ŋ",
    "u": "u", "ua": "wa", "uo": "wo", "uai": "wai", "uei": "wei", "uan": "wa|n", "uen": "wə|n", "uang": "wa|ŋ",
    "ueng": "wə|ŋ",
    "ü": "y", "üe": "ɥe", "üan": "ɥɛ|n", "ün": "y|n",
    "m": "m", "n": "n", "ng": "ŋ",
}  # fmt: skip
"""Sounds of a final; the tone stands at "|", else at the end."""
_TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}
_HISSING = frozenset({"z", "c", "s", "zh", "ch", "sh", "r"})
_MARKS = str.maketrans(
    {"，": ", ", "、": ", ", "。": ". ", "！": "! ", "？": "? ", "：": ": ", "；": "; ", "（": " (", "）": ") ",
     "《": " “", "》": "” ", "「": " “", "」": "” ", "…": "… ", "~": "到", "%": ""}
)  # fmt: skip
_PIECES = re.compile(
    r"([\u3400-\u9fff]+)|([A-Za-z][A-Za-z'’.+#-]*(?: +[A-Za-z][A-Za-z'’.+#-]*)*)|([^\u3400-\u9fffA-Za-z]+)"
)
_NUMBER = re.compile(r"(\d+)(\.\d+)?(%?)(年?)")
_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "万亿")
_LONGEST = 12
"""Digits of a number that is read as one; longer ones are read digit by digit, as telephone numbers are."""


def spell(text: str, latin: Callable[[str], str]) -> str:
    """Return the sounds of a Chinese text, words apart; `latin` gives those of English words in it."""
    written = _NUMBER.sub(_read_number, text.replace(",", "，"))
    return "".join(_pieces(written.translate(_MARKS), latin)).strip()


def _pieces(text: str, latin: Callable[[str], str]) -> Iterator[str]:
    for chinese, english, marks in _PIECES.findall(text):
        if chinese:
            yield " ".join(_word(word) for word in seg.cut(chinese))
        elif english:
            yield f" {latin(english)} "
        else:
            yield marks


def _word(word: str) -> str:
    finals = lazy_pinyin(word, style=Style.FINALS_TONE3, neutral_tone_with_five=True)
    return "".join(map(_syllable, lazy_pinyin(word, style=Style.INITIALS), finals))


def _syllable(initial: str, final: str) -> str:
    name, tone = final.rstrip("12345").replace("v", "ü"), _TONES.get(final[-1:], "")
    sounds = "ɨ" if name == "i" and initial in _HISSING else _FINALS.get(name, "")
    if name == "o" and not initial:
        sounds = "ɔ"
    vowels, bar, coda = sounds.partition("|")
    return _INITIALS.get(initial, "") + vowels + tone + (coda if bar else "")


def _read_number(found: re.Match[str]) -> str:
    whole, fraction, percent, year = found.groups()
    one_by_one = (
        len(whole) > _LONGEST or (len(whole) > 1 and whole.startswith("0")) or (year and len(whole) == 4)
    )
    said = "".join(_DIGITS[int(digit)] for digit in whole) if one_by_one else _cardinal(int(whole))
    if fraction:
        said += "点" + "".join(_DIGITS[int(digit)] for digit in fraction[1:])
    return ("百分之" if percent else "") + said + year


def _cardinal(number: int) -> str:
    if number == 0:
        return _DIGITS[0]
    said, group = "", 0
    while number:
        number, low = divmod(number, 10_000)
        if low:
            gap = _DIGITS[0] if number and low < 1000 else ""
            said = gap + _below(low) + _GROUPS[group] + said
        elif said and not said.startswith(_DIGITS[0]):
            said = _DIGITS[0] + said
        group += 1
    return said.removeprefix("一") if said.startswith("一十") else said


def _below(number: int) -> str:
    said, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            said += (_DIGITS[0] if gap and said else "") + _DIGITS[digit] + _PLACES[place]
        gap = digit == 0
    return said
