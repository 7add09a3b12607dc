"""The terms a text says: what can be compared between an answer and a rubric. Texts come in `plain` letters.

Chinese: every content character and every pair of neighbouring ones (no dictionary needed, none that could
change); characters that are mistaken for each other in typing are one. Languages with spaces: stems of content
words. A formula such as O(log n) is one term. A term under a negation is another term, marked `!`; one that is
not said but meant, through a near-synonym, is marked `~`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise

from msgspec import Struct

from scoring.builtin.spelling import NO_SLIPS, Slips
from scoring.builtin.stem import stem
from scoring.evidence import Clause, Span, split_clauses
from scoring.lexicon import MIXED_UP, Lexicon

# An HTML tag is skipped; then runs of Han, formulas and names with signs, words, numbers.
_TOKENS = re.compile(
    r"<[a-z/][^<>]{0,20}>"
    r"|([\u3400-\u9fff\uf900-\ufaff]+)"
    r"|([a-z]\([a-z0-9 ^*²³+/-]{1,12}\)|[a-z](?:\+\+|#))"
    r"|([^\W\d_\u3400-\u9fff\uf900-\ufaff]+(?:'[^\W\d_]+)*)"
    r"|(\d+(?:[.,]\d+)*)"
)
_FORMULA = 2
# The longest wording of the groups that is looked for.
_LONGEST_WORDING = 5


class Meanings(Struct, frozen=True):
    """What wordings (a stem, or a piece of Chinese text) may stand for too, as terms; `starts` are their first two letters."""

    others: Mapping[str, frozenset[str]]
    starts: frozenset[str]


NO_MEANINGS = Meanings({}, frozenset())


def weight_of(term: str) -> int:
    """Return how much a term says: a word or a pair of characters twice as much as a single character."""
    bare = term.removeprefix("!")
    return 1 if len(bare) == 1 and not bare.isascii() else 2


def terms_of(text: str, lexicon: Lexicon) -> frozenset[str]:
    """Return the terms of a whole text, clause by clause so that negations reach no further."""
    return united(c.terms for c in clauses_of(text, Span(0, len(text)), lexicon))


def clauses_of(
    text: str, span: Span, lexicon: Lexicon, meanings: Meanings = NO_MEANINGS, slips: Slips = NO_SLIPS
) -> tuple[Clause, ...]:
    """Return the clauses of a sentence of the text, with their terms; with `meanings`, what they may mean too."""
    return tuple(
        Clause(part, united([_clause_terms(text, part, lexicon, meanings, slips)]))
        for part in split_clauses(text, span, lexicon.clause_break)
    )


def united(parts: Iterable[Iterable[str]]) -> frozenset[str]:
    """Return all terms of the parts; what is said in one of them is nowhere merely meant."""
    whole = frozenset[str]().union(*parts)
    return whole.difference([term for term in whole if term[0] == "~" and term[1:] in whole])


def plain_terms(wording: str, lexicon: Lexicon) -> frozenset[str]:
    """Return the terms of a single wording, function characters inside it included."""
    if lexicon.spaced:
        return frozenset({_base(wording, lexicon)})
    typed = wording.translate(MIXED_UP)
    return (frozenset(typed) | {a + b for a, b in pairwise(typed)}) - lexicon.stop


def counted_words(text: str, lexicon: Lexicon) -> Counter[str]:
    """Return how often each content word stands in a text, by its stem; of languages with spaces only."""
    words = [token.group() for token in _TOKENS.finditer(text)] if lexicon.spaced else []
    return Counter(_base(word, lexicon) for word in words if word not in lexicon.stop and word[0] != "<")


def function_words(text: str, lexicon: Lexicon) -> frozenset[str]:
    """Return the different words of a text (plain letters) that are no terms: of Chinese the characters."""
    return lexicon.stop.intersection(map(re.Match.group, _TOKENS.finditer(text)) if lexicon.spaced else text)


def typed_alike(wording: str) -> str:
    """Return Chinese text with characters that are mixed up in typing as one."""
    return wording.translate(MIXED_UP)


def _clause_terms(text: str, part: Span, lexicon: Lexicon, meanings: Meanings, slips: Slips) -> list[str]:
    tokens = list(_TOKENS.finditer(text, part.start, part.end))
    negated = _negated(text, part, lexicon)
    if lexicon.spaced:
        return _word_terms(tokens, negated, lexicon, meanings, slips)
    return [term for token in tokens for term in _run_terms(token, negated, lexicon, meanings)]


def _negated(text: str, part: Span, lexicon: Lexicon) -> list[int]:
    """Return where negations of the clause end, leaving out wordings such as "not only"."""
    if not lexicon.negation.search(text, part.start, part.end):
        return []
    harmless = [match.span() for match in lexicon.not_negation.finditer(text, part.start, part.end)]
    return [
        match.end()
        for match in lexicon.negation.finditer(text, part.start, part.end)
        if not any(start < match.end() and match.start() < end for start, end in harmless)
    ]


def _base(word: str, lexicon: Lexicon) -> str:
    return stem(lexicon.irregular.get(word, word).removesuffix("'s"))


def _word_terms(
    tokens: list[re.Match[str]], negated: list[int], lexicon: Lexicon, meanings: Meanings, slips: Slips
) -> list[str]:
    """Return stems of content words; those right after a negation, as many as it reaches, marked."""
    terms: list[str] = []
    left, after = 0, list(negated)
    for token in tokens:
        if after and token.start() >= after[0]:
            after.pop(0)
            left = lexicon.negation_reach
        word = token.group()
        if word in lexicon.stop or word[0] == "<":
            continue
        base = word.replace(" ", "") if token.group(_FORMULA) else slips.mended(_base(word, lexicon))
        mark = "!" if left else ""
        terms.append(mark + base)
        terms += [f"~{mark}{other}" for other in meanings.others.get(base, ())]
        left = max(0, left - 1)
    return terms


def _run_terms(token: re.Match[str], negated: list[int], lexicon: Lexicon, meanings: Meanings) -> list[str]:
    """Return the terms of a run of Han, or the run itself when it is a formula, a word or a number."""
    run = token.group()
    if not token.group(1):
        return [] if run[0] == "<" else [run.replace(" ", "") if token.group(_FORMULA) else stem(run)]
    reach = [(end - token.start(), end - token.start() + lexicon.negation_reach) for end in negated]
    marks = ["!" if any(a <= at < b for a, b in reach) else "" for at in range(len(run))]
    terms = _han_terms(run, marks, lexicon.stop)
    return terms + _meant(run, marks, meanings) if meanings.starts else terms


def _han_terms(run: str, marks: list[str], stop: frozenset[str]) -> list[str]:
    terms: list[str] = []
    before = ""
    for char, mark in zip(run, marks, strict=True):
        if char in stop:
            before = ""
            continue
        terms.append(mark + char)
        if before:
            terms.append(mark + before + char)
        before = char
    return terms


def _meant(run: str, marks: list[str], meanings: Meanings) -> list[str]:
    """Return what the wordings in a run of Han may stand for."""
    terms: list[str] = []
    for at in range(len(run) - 1):
        if run[at : at + 2] not in meanings.starts:
            continue
        for size in range(2, min(_LONGEST_WORDING, len(run) - at) + 1):
            others = meanings.others.get(run[at : at + size], ())
            terms += [f"~{marks[at]}{other}" for other in others]
    return terms
