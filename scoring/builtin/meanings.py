"""What a word may stand for besides itself, as terms: the language's groups of near-synonyms, ready for reading."""

from __future__ import annotations

from scoring.builtin.terms import Meanings, plain_terms, typed_alike
from scoring.lexicon import Lexicon


def meanings_of(lexicon: Lexicon) -> Meanings:
    """Return what every wording of the language's groups stands for."""
    found: dict[str, frozenset[str]] = {}
    for group in lexicon.groups:
        terms = {wording: plain_terms(wording, lexicon) for wording in group}
        for wording, own in terms.items():
            others = frozenset[str]().union(*terms.values()) - own
            key = next(iter(own)) if lexicon.spaced else typed_alike(wording)
            found[key] = found.get(key, frozenset()) | others
    return Meanings(found, frozenset(wording[:2] for wording in found))
