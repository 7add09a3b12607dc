"""Which sentences belong to the answer. The others are read past: they can neither earn anything nor cost anything.

What does not belong: filler, thanks and praise; what speaks to the scorer, of the application or the marking; another
language; what only machines write; and what shares nothing with the rubric. A sentence said beside the question still
counts when it clearly speaks of what was asked, too.
"""

from __future__ import annotations

import re
from enum import Enum

from scoring.builtin.compiled import Compiled
from scoring.lexicon import Lexicon, Script
from scoring.rubric.elements import answer_length

# A sentence with filler in it is dropped when what remains is no longer than this, in units.
_REMAINDER = {True: 5, False: 10}
# What a sentence must share with points and exemplars, by whether words are spaced: a telling word weighs 100, three
# tenths of that when only a near-synonym is said. Two Chinese characters make three terms.
_RELATED = {True: 30, False: 100}
_CLEARLY = {True: 400, False: 1000}
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W\d_\u3400-\u9fff\uf900-\ufaff]+")
# The share of another script, in thousandths, from which on a text is foreign.
_FOREIGN = 700
# Tags with what stands between them, objects, fences.
_MARKUP = re.compile(
    r"<!--.*?-->|<<[^<>]*>>|</?[a-z][^<>]{0,40}>(?:[^<>\n]{0,40}</[a-z][^<>]{0,40}>)*"
    r"|\{\s*[\"'“]\w+[\"'”]\s*:[^{}]*\}|-{3,}(?:[^\n-]*-{3,})?|\"{3}[^\"]*\"{3}",
    re.DOTALL,
)


class Place(Enum):
    """Where a sentence belongs: to what was asked, to something else, or to nobody's answer at all."""

    HERE = 1
    ELSEWHERE = 2
    BESIDE = 3


def without_markup(answer: str) -> str:
    """Return the answer (plain letters) of the same length, with line breaks where markup stood."""
    return _MARKUP.sub(lambda markup: "\n" * len(markup.group()), answer)


def says_nothing(sentence: str, lexicon: Lexicon) -> bool:
    """Say whether a sentence (plain letters) is filler, speaks to the scorer, or only says that nothing is known."""
    bare = "".join(filter(str.isalnum, sentence))
    if not bare or bare in lexicon.no_answer or any(phrase in sentence for phrase in lexicon.to_the_scorer):
        return True
    rest = sentence
    for phrase in lexicon.filler:
        rest = rest.replace(phrase, " ")
    return rest != sentence and answer_length(rest, lexicon) <= _REMAINDER[lexicon.spaced]


def place_of(sentence: str, terms: frozenset[str], compiled: Compiled, lexicon: Lexicon) -> Place:
    """Return where a sentence with these terms belongs; without key points everything belongs here."""
    if not compiled.points:
        return Place.HERE
    # to speak against something is to speak of it
    against = [term[1:] for term in terms if term[0] == "!"]
    shared = compiled.vocabulary.said_by(terms.union(against) if against else terms)
    if shared >= _CLEARLY[lexicon.spaced]:
        return Place.HERE
    if lexicon.beside.search(sentence) or is_foreign(sentence, lexicon):
        return Place.BESIDE
    return Place.HERE if shared >= _RELATED[lexicon.spaced] else Place.ELSEWHERE


def is_foreign(text: str, lexicon: Lexicon) -> bool:
    """Say whether most of a text is in another script: a Han character against a Latin word."""
    han, words = len(_HAN.findall(text)), len(_WORD.findall(text))
    other = words if lexicon.script is Script.HAN else han
    return han + words >= lexicon.too_short and 1000 * other > _FOREIGN * (han + words)
