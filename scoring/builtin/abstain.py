"""When not to give a level: there is nothing to judge, or what is there is not the candidate's answer.

Guessing a low number for such a text would be dishonest; saying why there is none lets a person look.
"""

from __future__ import annotations

import re

from scoring.builtin.compiled import Compiled, shingles
from scoring.builtin.reading import Reading
from scoring.lexicon import Lexicon, Script
from scoring.model import Abstention

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W\d_\u3400-\u9fff\uf900-\ufaff]+")
_VOWEL = re.compile(r"[aeiouyAEIOUYà-ÿ]")
# Shares in thousandths. A copied exemplar may be dressed up; a copied question is nearly all of it.
_COPIED_EXEMPLAR, _COPIED_QUESTION, _FOREIGN = 600, 850, 700
# An answer of this many times the too-short length that shares fewer words than this with everything the
# rubric says is off topic. Shorter ones may simply be wrong: they get their low level. A number, not a
# share: padding must not matter.
_JUDGEABLE_TIMES, _RELATED_WORDS = 4, 1
# A rubric of fewer terms than this says too little to call anything off topic.
_TELLING_RUBRIC = 40
_LONG_ENOUGH_TO_TELL = 12


def reason_to_abstain(
    answer: str, reading: Reading, made_a_point: bool, rubric: Compiled, lexicon: Lexicon
) -> Abstention | None:
    """Return why no level can be given, or None."""
    terms, units = reading.terms, reading.length
    if _foreign(answer, lexicon):
        return Abstention.OTHER_LANGUAGE
    if units < _least(rubric, lexicon):
        return Abstention.TOO_SHORT
    related = sum(1 for term in terms & rubric.known if len(term.removeprefix("!")) > 1)
    if _gibberish(answer, related, lexicon):
        return Abstention.GIBBERISH
    if not made_a_point and _copied_question(terms, rubric):
        return Abstention.COPIED_QUESTION
    if rubric.points and _copied_exemplar(answer, rubric, lexicon):
        return Abstention.COPIED_EXEMPLAR
    if not made_a_point and _off_topic(units, related, rubric, lexicon):
        return Abstention.OFF_TOPIC
    return None


def _off_topic(units: int, related: int, rubric: Compiled, lexicon: Lexicon) -> bool:
    """Say whether a long enough answer has hardly a word of a rubric that says enough to tell.

    One reference answer never does: the same thing can be said in quite other words.
    """
    telling = bool(rubric.points) and len(rubric.known) >= _TELLING_RUBRIC
    return telling and units >= _JUDGEABLE_TIMES * lexicon.too_short and related < _RELATED_WORDS


def _least(rubric: Compiled, lexicon: Lexicon) -> int:
    """Return the shortest answer to judge; where only a reference answer is given, one word may be right."""
    return lexicon.too_short if rubric.points else 1


def _share(part: frozenset[str], whole: frozenset[str]) -> int:
    return 1000 * len(part) // len(whole) if whole else 0


def _foreign(answer: str, lexicon: Lexicon) -> bool:
    """Say whether most of it is in another script: a Han character against a Latin word."""
    han, words = len(_HAN.findall(answer)), len(_WORD.findall(answer))
    other = words if lexicon.script is Script.HAN else han
    return han + words >= lexicon.too_short and 1000 * other > _FOREIGN * (han + words)


def _gibberish(answer: str, related: int, lexicon: Lexicon) -> bool:
    """Say whether it is noise: hardly any different characters, or unrelated and no function word."""
    letters = [c for c in answer.lower() if c.isalnum()]
    if len(letters) >= _LONG_ENOUGH_TO_TELL and len(set(letters)) <= 4:
        return True
    if related >= _RELATED_WORDS:
        return False
    if not lexicon.spaced:
        return len(letters) >= 2 * _LONG_ENOUGH_TO_TELL and lexicon.stop.isdisjoint(letters)
    words = _WORD.findall(answer.lower())
    odd = sum(1 for word in words if len(word) > 2 and not _VOWEL.search(word))
    return 10 * odd > 4 * len(words) or (
        len(words) >= _LONG_ENOUGH_TO_TELL and lexicon.stop.isdisjoint(words)
    )


def _copied_question(terms: frozenset[str], rubric: Compiled) -> bool:
    asked = frozenset(term for term in rubric.question if not term.startswith("!"))
    return _share(terms & asked, terms) >= _COPIED_QUESTION and 2 * len(terms & asked) > len(asked)


def _copied_exemplar(answer: str, rubric: Compiled, lexicon: Lexicon) -> bool:
    said = shingles(answer, lexicon)
    return any(_share(said & reference.shingles, said) >= _COPIED_EXEMPLAR for reference in rubric.references)
