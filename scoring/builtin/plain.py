"""One spelling for letters that look different and mean the same: accents, full width, curly apostrophes, half-width
commas between Han; and for Chinese characters that are typed for each other.

Letters that are new in Unicode since version 14 would be letters to newer Pythons only; like all rare scripts beyond the
first plane but Han they are blanks here. Every character is replaced by exactly one, so offsets into the plain text are offsets into the answer.
"""

from __future__ import annotations

import re
import unicodedata

from scoring.lexicon import MIXED_UP

_FOLDED = (range(0xC0, 0x250), range(0xFF10, 0xFF5B))
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\uff07"), "'")

_RARE = re.compile("[^\0-\uffff\U00020000-\U0002b738\U0002b740-\U0002ebe0\U00030000-\U0003134a]")


def _base(code: int) -> str:
    """Return the letter or digit without its accent or width, or the character itself."""
    first = unicodedata.normalize("NFKD", chr(code))[0]
    return first if first.isalnum() else chr(code)


_PLAIN = {code: _base(code) for codes in _FOLDED for code in codes} | _APOSTROPHES | MIXED_UP


def plain(text: str) -> str:
    """Return the text in lower case and plain letters, of the same length."""
    lowered = text.lower()
    known = lowered if len(lowered) == len(text) else text
    if known and max(known) > "\uffff":
        known = _RARE.sub(" ", known)
    return known.translate(_PLAIN)
