"""What sort of message a text is, before anyone asks what it says.

A short message is a cue only as a whole: inside a real answer "I was nervous" is part of the story.
"""

from __future__ import annotations

import re
from enum import StrEnum

from dialogues.core.tongue import Cue, Foreseen, Tongue, heard, language_of

MAX_ANSWER = 8000
"""Characters of one answer message; longer ones are kept but a shorter version is asked for."""
_SHORT = 60
_SENTENCE = 120
_ORDER = 400
_WORD = re.compile(r"[^\W_]")
_CLAUSE = re.compile(r"[，。,.;；!！?？…~～\n]+")
_MARKED = re.compile(r"[?？]\W*$")


class Reading(StrEnum):
    """The sort of message."""

    WORDLESS = "wordless"
    TOO_LONG = "too_long"
    NERVOUS = "nervous"
    RESTART = "restart"
    CLARIFY = "clarify"
    DONT_KNOW = "dont_know"
    NO_MORE = "no_more"
    THANKS = "thanks"
    INSULT = "insult"
    INJECTION = "injection"
    FOREIGN = "foreign"
    QUESTION = "question"
    WORDS = "words"


_WHOLE = (
    (Cue.INSULT, Reading.INSULT),
    (Cue.RESTART, Reading.RESTART),
    (Cue.CLARIFY, Reading.CLARIFY),
    (Cue.DONT_KNOW, Reading.DONT_KNOW),
    (Cue.NERVOUS, Reading.NERVOUS),
    (Cue.NO_MORE, Reading.NO_MORE),
    (Cue.THANKS, Reading.THANKS),
)


def read(text: str, tongues: tuple[Tongue, ...]) -> tuple[Reading, str]:
    """Return the sort of message and the code of its language ("" when we do not speak it).

    `tongues` are the job's languages, the conversation's own first.
    """
    known = _foreseen(text, tongues)
    return _read(text, tongues) if known is None else (Reading(known.sort), known.language)


def foresee(text: str, tongues: tuple[Tongue, ...]) -> Foreseen:
    """Find out what a step will ask of this text, while there is time."""
    reading, language = _read(text, tongues)
    return Foreseen(_codes(tongues), reading, language, _sounds_nervous(text, tongues))


def _foreseen(text: str, tongues: tuple[Tongue, ...]) -> Foreseen | None:
    known = tongues[0].structure.foreseen(text)
    return known if known is not None and known.tongues == _codes(tongues) else None


def _codes(tongues: tuple[Tongue, ...]) -> tuple[str, ...]:
    return tuple([tongue.code for tongue in tongues])


def _read(text: str, tongues: tuple[Tongue, ...]) -> tuple[Reading, str]:
    own = tongues[0].code
    if len(text) > MAX_ANSWER:
        return Reading.TOO_LONG, own
    if _WORD.search(text) is None:
        return Reading.WORDLESS, own
    if len(text) <= _ORDER and heard(Cue.INJECTION, text, tongues):
        return Reading.INJECTION, own
    if len(text) <= _SHORT:
        for cue, reading in _WHOLE:
            if heard(cue, text, tongues):
                return reading, own
    language = language_of(text, tongues[0], tongues)
    if not language:
        return Reading.FOREIGN, ""
    if _asks_us(text, tongues):
        return Reading.QUESTION, language
    return Reading.WORDS, language


def is_asking(text: str, tongues: tuple[Tongue, ...]) -> bool:
    """Say whether a message where no answer is expected is a question."""
    return len(text) <= _SENTENCE and (_MARKED.search(text) is not None or heard(Cue.ASKS, text, tongues))


def _asks_us(text: str, tongues: tuple[Tongue, ...]) -> bool:
    """Say whether a message is a question to us: about the job or the interview, and not told as a story.

    "I would ask him: what do you need?" answers a question, and so does what one would say, word for word.
    """
    if not is_asking(text, tongues) or heard(Cue.TELLS, text, tongues):
        return False
    return heard(Cue.ABOUT_US, text, tongues)


def sounds_nervous(text: str, tongues: tuple[Tongue, ...]) -> bool:
    """Say whether an answer begins with nerves; reacted to once, never kept as a trait."""
    known = _foreseen(text, tongues)
    return _sounds_nervous(text, tongues) if known is None else known.nervous


def _sounds_nervous(text: str, tongues: tuple[Tongue, ...]) -> bool:
    return any(heard(Cue.NERVOUS, clause, tongues) for clause in _CLAUSE.split(text[:_SHORT])[:2])
