"""Which parts a complete answer has are there, and which to ask for. Pure, and on the path of every turn.

Asking for something already said is worse than not asking, so every doubt counts as found: the cues are
generous, a dropped subject counts as the speaker's own, and only an outcome that is plainly still hoped for
is not a result.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from scoring.lexicon.model import MIXED_UP, Cues, Keys, Lexicon, keys_of
from scoring.rubric.model import Element, Kind

# What an answer of each kind should have, in the order to ask for it: what tells most comes first. A situation
# is missing where somebody speaks of themselves in general; asking for the one time brings the rest with it.
EXPECTED: dict[Kind, tuple[Element, ...]] = {
    Kind.INTRODUCTION: (Element.EXAMPLE, Element.RESULT),
    Kind.BEHAVIOURAL: (
        Element.SITUATION, Element.ACTION, Element.OWN_PART, Element.RESULT, Element.NUMBER,
    ),
    Kind.SITUATIONAL: (Element.DECISION, Element.DIAGNOSIS, Element.OPTIONS),
    Kind.TECHNICAL: (Element.REASON, Element.EXAMPLE),
    Kind.CODING: (),
    Kind.CREATIVE: (Element.IDEA, Element.AUDIENCE, Element.FEASIBILITY),
    Kind.MANAGEMENT: (Element.ACTION, Element.RESULT, Element.REASON),
}  # fmt: skip

# Worth asking for only where it fits the question. Whoever words a question's follow-ups decides that.
_IF_WORDED = frozenset({Element.TASK, Element.OWN_PART, Element.NUMBER})

_PUNCTUATION = {ord(mark): " " for mark in '.,;:!?"()[]{}<>/\\-–—…*_~`|\n\t\r'} | {
    ord("’"): "'",
    ord("‘"): "'",
}
# How far before an outcome a hope still covers it, in characters, and what ends a hope's reach.
_HOPE_REACH = 16
_HOPE_ENDS = re.compile(r"[，。！？；、,.!?;\n]")
# What ends a sentence, and a clause of a language without spaces.
_SENTENCES = re.compile(r"[.!?;\n]+(?=\s|$)")
_CLAUSES = re.compile(r"[，。！？；,.!?;\n]+")
_UNITS = re.compile(r"[^\W_](?<![A-Za-z0-9])|[A-Za-z0-9]+(?:['’.][A-Za-z0-9]+)*")


# Chinese text is read with Chinese marks.
_AS_TYPED = MIXED_UP | str.maketrans(",;:?!", "，；：？！")


def fold(text: str, lexicon: Lexicon) -> str:
    """Return the text as cues are matched in it: lower case and, if words are spaced, no punctuation."""
    if not lexicon.spaced:
        return text.lower()
    return f" {' '.join(text.lower().translate(_PUNCTUATION).split())} "


def find_elements(text: str, lexicon: Lexicon) -> frozenset[Element]:
    """Return the elements the answer has; a doubtful one counts as there."""
    text = text.translate(MIXED_UP if lexicon.spaced else _AS_TYPED)
    folded = fold(text, lexicon)
    keys = keys_of(folded, lexicon.spaced)
    found = {element for element, cues in lexicon.elements if shows(cues, folded, keys)}
    if Element.RESULT in found and not _has_outcome(folded, keys, lexicon):
        found.discard(Element.RESULT)
    if folded.strip():
        found |= _read_closely(text, folded, found, lexicon)
    if lexicon.number.search(folded):
        found.add(Element.NUMBER)
    if lexicon.own_part.search(folded) or not shows(lexicon.shared, folded, keys):
        found.add(Element.OWN_PART)
    return frozenset(found)


def _read_closely(text: str, folded: str, found: AbstractSet[Element], lexicon: Lexicon) -> set[Element]:
    """Return the elements that no cue shows and the way it is told does."""
    more = {e for e, pattern in lexicon.patterns if e not in found and pattern.search(folded)}
    more |= {e for e, opening in lexicon.unless_opening if e not in found and not opening.match(text)}
    if Element.RESULT not in found and _ends_with_others(text, lexicon):
        more.add(Element.RESULT)
    return more


def _ends_with_others(text: str, lexicon: Lexicon) -> bool:
    """Say whether something was done, and the last words tell what others did then."""
    if lexicon.spaced:
        before, end = _parted(_SENTENCES, text, 1)
        return lexicon.aftermath.match(end) is not None and _was_done(before, lexicon)
    before, end = _parted(_CLAUSES, text, 2)
    return lexicon.aftermath.search(end) is not None and _was_done(before, lexicon)


def _parted(breaks: re.Pattern[str], text: str, last: int) -> tuple[str, str]:
    parts = [part for part in breaks.split(text) if part.strip()]
    return " ".join(parts[:-last]), " ".join(parts[-last:])


def _was_done(before: str, lexicon: Lexicon) -> bool:
    folded = fold(before, lexicon)
    return lexicon.own_part.search(folded) is not None or shows(
        lexicon.shared, folded, keys_of(folded, lexicon.spaced)
    )


def missing_elements(
    kind: Kind, found: AbstractSet[Element], worded: AbstractSet[Element] = frozenset()
) -> tuple[Element, ...]:
    """Return what an answer of this kind still lacks, most useful question first.

    `worded` are the elements the question's author wrote follow-ups for. Where there are any, a task, an own
    part and a number are asked for only when they are among them: nobody is asked how many friends they consoled.
    """
    missing = tuple(element for element in _asked_for(kind, worded) if element not in found)
    if {Element.DIAGNOSIS, Element.DECISION} <= set(missing):  # nothing concrete yet: begin at the beginning
        return (Element.DIAGNOSIS, *(element for element in missing if element is not Element.DIAGNOSIS))
    return missing


def _asked_for(kind: Kind, worded: AbstractSet[Element]) -> tuple[Element, ...]:
    if not worded:
        return EXPECTED[kind]
    order = (*EXPECTED[kind], Element.TASK)
    return tuple(element for element in order if element in worded or element not in _IF_WORDED)


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
    for piece in cues.loose:  # a loop, not any(): this is the hot path
        if piece in folded:
            return True
    if cues.heads.isdisjoint(keys):
        return False
    return any(piece in folded for head in cues.heads & keys for piece in cues.phrases[head])


def _has_outcome(folded: str, keys: Keys, lexicon: Lexicon) -> bool:
    """Say whether some outcome is told as having happened, not merely hoped for."""
    if not shows(lexicon.hopes, folded, keys):
        return True
    cues = next(cues for element, cues in lexicon.elements if element is Element.RESULT)
    words = [f" {word} " for word in cues.keys & keys] if lexicon.spaced else cues.words
    space = len(" ") if lexicon.spaced else 0
    for piece in (*words, *cues.pieces):
        at = folded.find(piece)
        while at >= 0:
            if not _hoped_for(folded[max(0, at - _HOPE_REACH) : at + space], lexicon):
                return True
            at = folded.find(piece, at + 1)
    return False


def _hoped_for(before: str, lexicon: Lexicon) -> bool:
    clause = _HOPE_ENDS.split(before)[-1]
    return shows(lexicon.hopes, clause, keys_of(clause, lexicon.spaced))
