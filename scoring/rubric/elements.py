"""Which parts a complete answer has are there, and which to ask for. Pure, and on the path of every turn.

Asking for something already said is worse than not asking, so every doubt counts as found: the cues are
generous, a dropped subject counts as the speaker's own, and only an outcome that is plainly still hoped for
is not a result.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from scoring.lexicon.model import Cues, Keys, Lexicon, keys_of
from scoring.rubric.model import Element, Kind

# What an answer of each kind should have, in the order to ask for it.
EXPECTED: dict[Kind, tuple[Element, ...]] = {
    Kind.INTRODUCTION: (Element.EXAMPLE, Element.RESULT),
    Kind.BEHAVIOURAL: (
        Element.SITUATION, Element.ACTION, Element.OWN_PART, Element.RESULT, Element.NUMBER,
    ),
    Kind.SITUATIONAL: (Element.DIAGNOSIS, Element.OPTIONS, Element.DECISION),
    Kind.TECHNICAL: (Element.REASON, Element.EXAMPLE),
    Kind.CODING: (),
    Kind.CREATIVE: (Element.IDEA, Element.AUDIENCE, Element.FEASIBILITY),
    Kind.MANAGEMENT: (Element.ACTION, Element.RESULT, Element.REASON),
}  # fmt: skip

_PUNCTUATION = {ord(mark): " " for mark in '.,;:!?"()[]{}<>/\\-–—…*_~`|\n\t\r'} | {
    ord("’"): "'",
    ord("‘"): "'",
}
# How far before an outcome a hope still covers it, in characters, and what ends a hope's reach.
_HOPE_REACH = 16
_HOPE_ENDS = re.compile(r"[，。！？；、,.!?;\n]")
_UNITS = re.compile(r"[^\W_](?<![A-Za-z0-9])|[A-Za-z0-9]+(?:['’.][A-Za-z0-9]+)*")


def fold(text: str, lexicon: Lexicon) -> str:
    """Return the text as cues are matched in it: lower case and, if words are spaced, no punctuation."""
    if not lexicon.spaced:
        return text.lower()
    return f" {' '.join(text.lower().translate(_PUNCTUATION).split())} "


def find_elements(text: str, lexicon: Lexicon) -> frozenset[Element]:
    """Return the elements the answer has; a doubtful one counts as there."""
    folded = fold(text, lexicon)
    keys = keys_of(folded, lexicon.spaced)
    found = [element for element, cues in lexicon.elements if shows(cues, folded, keys)]
    if Element.RESULT in found and not _has_outcome(folded, lexicon):
        found.remove(Element.RESULT)
    if lexicon.number.search(folded):
        found.append(Element.NUMBER)
    if lexicon.own_part.search(folded) or not shows(lexicon.shared, folded, keys):
        found.append(Element.OWN_PART)
    return frozenset(found)


def missing_elements(kind: Kind, found: AbstractSet[Element]) -> tuple[Element, ...]:
    """Return what an answer of this kind still lacks, most useful question first."""
    return tuple(element for element in EXPECTED[kind] if element not in found)


def answer_length(text: str, lexicon: Lexicon) -> int:
    """Return the length in words, or in characters with a Latin word or a number as one."""
    if lexicon.spaced:
        return len(fold(text, lexicon).split())
    return len(_UNITS.findall(text))


def too_brief(text: str, lexicon: Lexicon) -> bool:
    """Say whether the answer is too brief to tell what was meant, whatever it says."""
    return answer_length(text, lexicon) < lexicon.brief


def shows(cues: Cues, folded: str, keys: Keys) -> bool:
    """Say whether any cue stands in the folded text, whose keys are `keys`."""
    if not cues.keys.isdisjoint(keys):
        return True
    for piece in cues.pieces:  # noqa: SIM110  a loop, not any(): this is the hot path
        if piece in folded:
            return True
    return False


def _has_outcome(folded: str, lexicon: Lexicon) -> bool:
    """Say whether some outcome is told as having happened, not merely hoped for."""
    cues = next(cues for element, cues in lexicon.elements if element is Element.RESULT)
    space = " " if lexicon.spaced else ""
    for piece in (*(f"{space}{word}{space}" for word in cues.words), *cues.pieces):
        at = folded.find(piece)
        while at >= 0:
            if not _hoped_for(folded[max(0, at - _HOPE_REACH) : at + len(space)], lexicon):
                return True
            at = folded.find(piece, at + 1)
    return False


def _hoped_for(before: str, lexicon: Lexicon) -> bool:
    clause = _HOPE_ENDS.split(before)[-1]
    return shows(lexicon.hopes, clause, keys_of(clause, lexicon.spaced))
