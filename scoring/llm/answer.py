"""The answer as a model is shown it, and the way back from a quote to its exact place in the answer as stored.

Left out or made harmless before anything is sent: sentences that speak to whoever scores, invisible characters,
the marks with which chat templates switch roles, e-mail addresses, telephone and identity numbers. Every
character that is sent knows where it came from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from msgspec import Struct

from scoring.evidence import Span, split_sentences
from scoring.lexicon import MIXED_UP, Lexicon

# Turned into blanks of the same length: a model need not know them to find a key point.
_PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"
    r"|(?<!\d)\d{17}[\dXx](?!\d)"
    r"|\+\d{1,3}[- ]?(?:\(?\d{1,4}\)?[- ]?){2,5}\d{2,4}(?!\d)"
)
# What a chat template may take for the end of a turn: <|im_end|>, </s>, <start_of_turn>, [INST].
_TEMPLATE = re.compile(r"<(?=[|/!a-zA-Z_｜])|\[(?=/?[A-Z_]{3,}\])")
_ALIKE = str.maketrans("“”„‟«»‘’‚‛`´—–−。、", "\"\"\"\"\"\"''''''---.,")
# The shortest quote that shows anything, in characters without blanks: a word, or two Chinese characters.
_SHORTEST = {True: 4, False: 2}
_BLANK = -1


class Shown(Struct, frozen=True):
    """`text` is what is sent. `folded` is how quotes are looked for in it; each of its characters came from
    `origins`. `removed` are passages that were not sent; `shortest` is the least length of a quote.
    """

    text: str
    folded: str
    origins: tuple[int, ...]
    removed: tuple[Span, ...]
    answer: str
    shortest: int

    def find(self, quote: str) -> Span | None:
        """Return the place in the stored answer of a verbatim quote; None when it does not hold it."""
        wanted = "".join(folded for _, folded in _fold(enumerate(quote))).strip("\"'.,;:!?-…")
        if sum(map(str.isalnum, wanted)) < self.shortest:
            return None
        at = self.folded.find(wanted)
        while at >= 0:
            span = Span(self.origins[at], self.origins[at + len(wanted) - 1] + 1)
            if self._whole(span):
                return span
            at = self.folded.find(wanted, at + 1)
        return None

    def _whole(self, span: Span) -> bool:
        """Say whether the passage cuts no word in two and holds nothing that was not sent."""
        cut = _within_word(self.answer, span.start) or _within_word(self.answer, span.end)
        return not cut and not any(r.start < span.end and span.start < r.end for r in self.removed)


def show(answer: str, lexicon: Lexicon) -> Shown:
    """Return the answer made ready for a model."""
    removed = tuple(_to_the_scorer(answer, lexicon))
    sent = list(_sent(answer, removed))
    folded = list(_fold(sent))
    return Shown(
        text="".join(char for _, char in sent).strip(),
        folded="".join(char for _, char in folded),
        origins=tuple(origin for origin, _ in folded),
        removed=removed,
        answer=answer,
        shortest=_SHORTEST[lexicon.spaced],
    )


def _to_the_scorer(answer: str, lexicon: Lexicon) -> Iterator[Span]:
    for span in split_sentences(answer, lexicon.spaced):
        said = unicodedata.normalize("NFKC", answer[span.start : span.end]).lower().translate(MIXED_UP)
        if any(phrase in said for phrase in lexicon.to_the_scorer):
            yield span


def _sent(answer: str, removed: tuple[Span, ...]) -> Iterator[tuple[int, str]]:
    """Yield (origin, character) of what is sent; a character that was put in has no origin."""
    hidden = {at for span in removed for at in range(span.start, span.end)}
    masked = {at for match in _PERSONAL.finditer(answer) for at in range(match.start(), match.end())}
    broken = {match.start() for match in _TEMPLATE.finditer(answer)}
    for at, char in enumerate(answer):
        if at in hidden or (char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs")):
            continue
        yield at, "•" if at in masked else char
        if at in broken:
            yield _BLANK, " "


def _fold(
    sent: Iterator[tuple[int, str]] | list[tuple[int, str]] | enumerate[str],
) -> Iterator[tuple[int, str]]:
    """Yield the characters without width, case, curl or blanks; one may become several of the same origin."""
    for origin, char in sent:
        for part in unicodedata.normalize("NFKC", char).translate(_ALIKE).casefold():
            if not part.isspace() and unicodedata.category(part) not in ("Cc", "Cf", "Co", "Cs"):
                yield origin, part


def _within_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and all(c.isascii() and c.isalnum() for c in text[at - 1 : at + 1])
