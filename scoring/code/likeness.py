"""How alike two programs are: fingerprints of their tokens, compared as sets. A fact for people; no scorer reads it.

Names, numbers, texts, comments and layout are left out, so that renaming hides nothing. Of all runs of tokens those
are kept that winnowing chooses (Schleimer, Wilkerson, Aiken: "Winnowing", SIGMOD 2003): any run of `_RUN + _WINDOW - 1`
tokens that two programs share is found.
"""

from __future__ import annotations

from functools import cache
from typing import Any
from zlib import crc32

from msgspec import Struct
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Literal, Name, Text, Whitespace

_RUN, _WINDOW = 6, 4
_FEWEST = 8
"""Fingerprints below which every program to a task looks like every other."""
_LEFT_OUT: tuple[Any, ...] = (Comment, Text, Whitespace)
_MARKS: tuple[tuple[Any, str], ...] = ((Name.Builtin, ""), (Name, "N"), (Literal.Number, "0"), (Literal, "S"))
_LEXERS = {"cpp": "cpp", "java": "java", "javascript": "javascript", "python": "python", "sql": "sql"}

Prints = frozenset[int]


class Likeness(Struct, frozen=True):
    """How a program stands to those of others, in percent: `most` alike of them, `usual` is the median of all.

    `others` is how many it was compared with.
    """

    most: int
    usual: int
    others: int


@cache
def lexer_for(language: str) -> Lexer:
    """Return what cuts programs of this language into tokens."""
    found: Lexer = get_lexer_by_name(_LEXERS[language], stripnl=False, ensurenl=False)
    return found


def fingerprints(source: str, language: str) -> Prints:
    """Return a program's fingerprints; nothing of its words can be read from them."""
    tokens = _tokens(source, language)
    runs = [crc32("\0".join(tokens[i : i + _RUN]).encode()) for i in range(len(tokens) - _RUN + 1)]
    return frozenset(min(runs[i : i + _WINDOW]) for i in range(max(1, len(runs) - _WINDOW + 1)) if runs)


def _tokens(source: str, language: str) -> list[str]:
    tokens = []
    for kind, text in lexer_for(language).get_tokens(source):
        if not text.strip() or any(kind in family for family in _LEFT_OUT):
            continue
        mark = next((mark for family, mark in _MARKS if kind in family), "")
        tokens.append(mark or text.strip().lower())
    return tokens


def alike(one: Prints, other: Prints) -> float:
    """Return the share (0-1) of fingerprints that two programs have in common."""
    both = len(one) + len(other)
    return 2 * len(one & other) / both if both else 0.0


def compare(mine: Prints, others: list[Prints], given: Prints = frozenset()) -> Likeness | None:
    """Return how a program stands to others, apart from what all were `given`; None where that would say nothing."""
    own = mine - given
    shares = sorted(alike(own, other - given) for other in others if other - given)
    if len(own) < _FEWEST or not shares:
        return None
    return Likeness(
        most=round(100 * shares[-1]), usual=round(100 * shares[len(shares) // 2]), others=len(shares)
    )
