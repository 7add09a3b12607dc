"""How something was spoken: facts that can be relied on, for people of HR. No scorer is given any of them."""

from __future__ import annotations

import re
from itertools import pairwise

from scoring.speech.model import Manner, Spell

_PAUSE, _LONG_PAUSE = 0.5, 1.0
_FILLERS = re.compile(r"\b(?:um+|uh+|er+m?|hmm+|mm+)\b", re.IGNORECASE)
_UNITS = re.compile(r"[\u3400-\u9fff]|[A-Za-z0-9]+(?:['’][A-Za-z]+)*")


def manner_of(text: str, language: str, spells: list[Spell], seconds: float) -> Manner:
    """Return the facts of a recording of this length, from its stretches of speech and its words.

    Fillers only in English: of Chinese ones the model leaves out an unknown share.
    """
    gaps = [after.start - before.end for before, after in pairwise(spells)]
    minutes = seconds / 60 or 1.0
    return Manner(
        seconds=round(seconds, 1),
        speech=round(sum(one.end - one.start for one in spells), 1),
        rate=round(len(_UNITS.findall(text)) / minutes, 0),
        pauses=sum(gap >= _PAUSE for gap in gaps),
        long_pauses=sum(gap >= _LONG_PAUSE for gap in gaps),
        fillers=round(len(_FILLERS.findall(text)) / minutes, 1) if language == "en" else None,
    )
