"""What sort of message a text is, before anyone asks what it says.

Only short messages are searched for cues: inside a real answer "I was nervous" is part of the story.
"""

from __future__ import annotations

import re
from enum import StrEnum

from dialogues.core.tongue import Cue, Tongue, heard, language_of

MAX_ANSWER = 8000
"""Characters of one answer message; longer ones are kept but a shorter version is asked for."""
_SHORT = 60
_ORDER = 400
_WORD = re.compile(r"[^\W_]")
_ASKS = re.compile(r"[?？]\s*$")


class Reading(StrEnum):
    """The sort of message."""

    WORDLESS = "wordless"
    TOO_LONG = "too_long"
    NERVOUS = "nervous"
    RESTART = "restart"
    DONT_KNOW = "dont_know"
    INSULT = "insult"
    INJECTION = "injection"
    FOREIGN = "foreign"
    QUESTION = "question"
    WORDS = "words"


_SHORT_CUES = (
    (Cue.INSULT, Reading.INSULT),
    (Cue.RESTART, Reading.RESTART),
    (Cue.DONT_KNOW, Reading.DONT_KNOW),
    (Cue.NERVOUS, Reading.NERVOUS),
)


def read(text: str, tongues: tuple[Tongue, ...]) -> tuple[Reading, str]:
    """Return the sort of message and the code of its language ("" when we do not speak it).

    `tongues` are the job's languages, the conversation's own first.
    """
    if len(text) > MAX_ANSWER:
        return Reading.TOO_LONG, tongues[0].code
    if _WORD.search(text) is None:
        return Reading.WORDLESS, tongues[0].code
    if len(text) <= _ORDER and heard(Cue.INJECTION, text, tongues):
        return Reading.INJECTION, tongues[0].code
    if len(text) <= _SHORT:
        for cue, reading in _SHORT_CUES:
            if heard(cue, text, tongues):
                return reading, tongues[0].code
    language = language_of(text, tongues[0], tongues)
    if not language:
        return Reading.FOREIGN, ""
    if len(text) <= 2 * _SHORT and _ASKS.search(text):
        return Reading.QUESTION, language
    return Reading.WORDS, language


def sounds_nervous(text: str, tongues: tuple[Tongue, ...]) -> bool:
    """Say whether an answer begins with nerves; reacted to once, never kept as a trait."""
    return heard(Cue.NERVOUS, text[:_SHORT], tongues)
