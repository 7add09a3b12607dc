"""English word forms brought together: apologise, apologised, apologizing, apology -> apolog.

Rough on purpose: it only has to treat the rubric's words and the candidate's alike. It is our own so that a
score cannot change because a library did.
"""

from __future__ import annotations

from functools import lru_cache

_SHORT = 3
_ENDINGS = (
    "ational", "ization", "isation", "ations", "ation", "ments", "ment", "ness", "ingly", "edly", "ings",
    "ing", "ions", "ion", "ied", "ies", "ers", "ily", "ed", "er", "ly", "es", "s",
)  # fmt: skip
_KEEP_Y = {"ied": "i", "ies": "i", "ily": "i"}


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Return the stem of a lower-case English word."""
    if len(word) <= _SHORT or not word.isalpha() or word.endswith("ss"):
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORT:
            return _tidy(word[: -len(ending)] + _KEEP_Y.get(ending, ""))
    return _tidy(word)


def _tidy(root: str) -> str:
    """Return the root without a doubled last letter, final e or y, and with one spelling of -ise and -our."""
    if len(root) > _SHORT and root[-1] == root[-2] and root[-1] not in "ls":
        root = root[:-1]
    root = root.rstrip("ey") if len(root) > _SHORT + 1 else root
    if root.endswith(("is", "iz")) and len(root) >= 6:
        root = root[:-2]
    if root.endswith("i") and len(root) > _SHORT:
        root = root[:-1]
    return root.replace("our", "or") if len(root) > 4 else root
