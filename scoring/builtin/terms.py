"""The terms a text says: what can be compared between an answer and a rubric. Texts come in `plain` letters.

Chinese: every content character and every pair of neighbouring ones (no dictionary needed, none that could
change). Languages with spaces: stems of content words. A term that stands under a negation is another term,
marked `!`.
"""

from __future__ import annotations

import re

from scoring.builtin.stem import stem
from scoring.evidence import Clause, Span, split_clauses
from scoring.lexicon import Lexicon

# An HTML tag is skipped; then runs of Han, words (with an apostrophe inside), numbers.
_TOKENS = re.compile(
    r"<[a-z/][^<>]{0,20}>"
    r"|([\u3400-\u9fff\uf900-\ufaff]+)"
    r"|([^\W\d_\u3400-\u9fff\uf900-\ufaff]+(?:'[^\W\d_]+)*)"
    r"|(\d+(?:[.,]\d+)*)"
)
# Weights are integers so that sums are exact: a pair of characters or a word says more than one character.
PAIR_WEIGHT = 2
CHARACTER_WEIGHT = 1


def weight_of(term: str) -> int:
    """Return how much finding this term counts."""
    bare = term.removeprefix("!")
    return CHARACTER_WEIGHT if len(bare) == 1 and not bare.isascii() else PAIR_WEIGHT


def terms_of(text: str, lexicon: Lexicon) -> frozenset[str]:
    """Return the terms of a whole text, clause by clause so that negations reach no further."""
    return frozenset[str]().union(*(c.terms for c in clauses_of(text, Span(0, len(text)), lexicon)))


def clauses_of(text: str, span: Span, lexicon: Lexicon) -> tuple[Clause, ...]:
    """Return the clauses of a sentence of the text, with their terms."""
    return tuple(
        Clause(part, frozenset(_clause_terms(text, part, lexicon)))
        for part in split_clauses(text, span, lexicon.clause_break)
    )


def _clause_terms(text: str, part: Span, lexicon: Lexicon) -> list[str]:
    tokens = list(_TOKENS.finditer(text, part.start, part.end))
    reach = _negated(text, part, lexicon)
    if lexicon.spaced:
        return _word_terms(tokens, reach, lexicon)
    return [term for token in tokens for term in _han_terms(token, reach, lexicon)]


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


def _word_terms(tokens: list[re.Match[str]], negated: list[int], lexicon: Lexicon) -> list[str]:
    """Return stems of content words; those right after a negation, as many as it reaches, marked."""
    terms: list[str] = []
    left, after = 0, list(negated)
    for token in tokens:
        if after and token.start() >= after[0]:
            after.pop(0)
            left = lexicon.negation_reach
        word = token.group()
        if word in lexicon.stop or word.startswith("<"):
            continue
        base = stem(lexicon.irregular.get(word, word).removesuffix("'s"))
        terms.append(f"!{base}" if left else base)
        left = max(0, left - 1)
    return terms


def _han_terms(token: re.Match[str], negated: list[int], lexicon: Lexicon) -> list[str]:
    """Return characters and pairs of a run of Han, or the run itself when it is a word or a number."""
    run, start = token.group(), token.start()
    if not token.group(1):
        return [] if run.startswith("<") else [stem(run)]
    terms: list[str] = []
    stop, reach, before = lexicon.stop, lexicon.negation_reach, ""
    for at, char in enumerate(run, start):
        if char in stop:
            before = ""
            continue
        mark = "!" if negated and any(end <= at < end + reach for end in negated) else ""
        terms.append(mark + char)
        if before:
            terms.append(mark + before + char)
        before = char
    return terms
