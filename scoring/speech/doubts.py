"""What cannot be believed of a transcript: words nobody said, words left out, words the model is not sure of."""

from __future__ import annotations

import re

from scoring.speech.model import Spell, Word

_SURE = 0.45
_LEFT_OUT, _LEFT_OUT_SHARE = 2.0, 0.3
_UNLIKELY, _LOOPING = -1.2, 2.4
_LOOP = re.compile(r"(.{1,12}?)\1{5,}")
_BRIDGED = 0.6
_UNITS = re.compile(r"[\u3400-\u9fff]|[A-Za-z0-9]+(?:['’][A-Za-z]+)*")
_FASTEST, _A_FEW = 12.0, 6
"""Words (Chinese: characters) a second that nobody speaks, where there are more than a few."""
_AFTER, _BEGUN_UNSURE = 0.1, 0.2
"""Seconds after the end of the speech, and how sure the model is of the first word, of a sentence nobody said."""
_SPACES = re.compile(r"\s+")
_EDGE = re.compile(r"[\W_]+")
_ENDS = re.compile(r"[.!?。！？]\s*$")


def is_invented(text: str, likely: float, compression: float, prompt: str, seconds: float = 0.0) -> bool:
    """Say whether a segment is no transcript: guessed, said in a loop, faster than speech, or the prompt said back.

    `likely` is the mean log probability of its tokens, `compression` how well its text can be packed, `seconds` how
    long it lasts where that is known.
    """
    if likely < _UNLIKELY or compression > _LOOPING:
        return True
    count = len(_UNITS.findall(text))
    if seconds and count > _A_FEW and count / seconds > _FASTEST:
        return True
    return _LOOP.search(text) is not None or leaked(text, prompt)


def without_afterthought(words: list[Word], end: float) -> list[Word]:
    """Return the words of a piece of speech that ends at second `end` without a last sentence nobody said.

    In the silence behind a short piece a model may go on by itself: such a sentence begins with a word it hardly
    believes in and lasts longer than the speech.
    """
    last = next((at for at in range(len(words) - 1, 0, -1) if _ENDS.search(words[at - 1].text)), 0)
    invented = last > 0 and words[-1].end > end + _AFTER and words[last].sure < _BEGUN_UNSURE
    return words[:last] if invented else words


def leaked(text: str, prompt: str) -> bool:
    """Say whether a segment is the prompt said back."""
    said, given = _EDGE.sub("", text).lower(), _EDGE.sub("", prompt).lower()
    return bool(given) and (given in said or (len(said) > 4 and said in given))


def left_out(spells: list[Spell], words: list[Word]) -> bool:
    """Say whether the words cover too little of the speech: the model has lost a part of it."""
    whole = sum(spell.end - spell.start for spell in spells)
    return uncovered(spells, words) > max(_LEFT_OUT, _LEFT_OUT_SHARE * whole)


def uncovered(spells: list[Spell], words: list[Word]) -> float:
    """Return the seconds of speech for which there are no words."""
    missing = 0.0
    for spell in spells:
        covered, at = 0.0, spell.start
        for word in words:
            start, end = max(at, word.start - _BRIDGED / 2), min(spell.end, word.end + _BRIDGED / 2)
            if end > start:
                covered += end - start
                at = end
        missing += max(0.0, spell.end - spell.start - covered)
    return missing


def written(words: list[Word]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the text, and the places in it of words the model is not sure of."""
    text, doubtful = "", list[tuple[int, int]]()
    for word in words:
        said = _SPACES.sub(" ", word.text)
        said = said.lstrip() if not text or text.endswith(" ") else said
        start = len(text) + len(said) - len(said.lstrip())
        text += said
        if word.sure < _SURE and _EDGE.sub("", said):
            joined = doubtful and doubtful[-1][1] >= start - 1
            doubtful[-1:] = [(doubtful[-1][0], len(text))] if joined else [*doubtful[-1:], (start, len(text))]
    return text.rstrip(), tuple((start, min(end, len(text.rstrip()))) for start, end in doubtful)
