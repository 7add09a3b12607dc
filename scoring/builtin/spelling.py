"""A slip of the pen is not a missing word: a word that nearly is one of the rubric's counts as it.

Only longer words are looked at that neither the rubric has nor the list of ordinary words: "consructor" is
"constructor", but "think" is not "thank".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

# A stem of this many letters may have one slip.
_LEAST = 5


class Slips(Struct, frozen=True):
    """A rubric's longer words with one letter left out, each with the word; `known` are all its words, `ordinary` those
    of the language that are never a slip, as one text with a blank on either side of each.
    """

    known: frozenset[str]
    shortened: Mapping[str, str]
    ordinary: str = ""

    def mended(self, stem: str) -> str:
        """Return the rubric's word that a stem is with one slip, else the stem.

        A slip is a letter missing, too much, wrong, or swapped with its neighbour, but not the first one.
        """
        if len(stem) < _LEAST - 1 or stem in self.known or not self.shortened:
            return stem
        for key in (stem, *_shortened(stem)):
            word = self.shortened.get(key)
            if word is not None and word[0] == stem[0] and abs(len(word) - len(stem)) <= 1:
                return stem if f" {stem} " in self.ordinary else word
        return stem


NO_SLIPS = Slips(frozenset(), {})


def slips_of(terms: Iterable[str], ordinary: str = "") -> Slips:
    """Return the slips of the terms' words; a shortened word that fits two of them fits none."""
    words = frozenset(term.lstrip("!~") for term in terms)
    found: dict[str, str] = {}
    for word in sorted(words):
        if len(word) >= _LEAST and word.isalpha() and word.isascii():
            for key in (word, *_shortened(word)):
                found[key] = word if found.get(key, word) == word else ""
    return Slips(words, {key: word for key, word in found.items() if word}, ordinary)


def _shortened(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(1, len(word))]
