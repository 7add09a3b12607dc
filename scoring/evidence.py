"""Where in an answer something is said: sentences, clauses, and the passage that best makes a key point.

Everything is an offset into the answer as stored, so that `answer[start:end]` is always the candidate's own
words. What a sentence is *about* arrives from outside as sets of terms; no language is known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from msgspec import Struct

# A full stop ends a sentence only before a space or the end, and not after an initial or a short title.
_SENTENCE_END = re.compile(
    r"[。！？!?；;…\n]+[”」』）)\"']*"
    r"|(?<!\be\.g)(?<!\bi\.e)(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bMrs)\.+[\"')]*(?=\s|$|[\u3400-\u9fff])"
)
_MARKS = "。！？!?；;….\n"
_CLAUSE_END = re.compile(r"[，,、：:—]+(?!\d)")
# A sentence longer than this (characters) is taken in parts, cut at clauses: speech has few stops.
_LONG = {True: 300, False: 90}


class Span(Struct, frozen=True, order=True):
    """A passage: characters from `start` up to, not including, `end`."""

    start: int
    end: int


class Clause(Struct, frozen=True):
    """A part of a sentence and the terms it says."""

    span: Span
    terms: frozenset[str]


class Sentence(Struct, frozen=True):
    """A sentence: its clauses, all their terms, and its depth (0 names, 1 explains, 2 shows by example)."""

    span: Span
    clauses: tuple[Clause, ...]
    terms: frozenset[str]
    depth: int = 0


class Wording(Struct, frozen=True):
    """Something to look for: terms with the weight of finding each, and what all of it weighs.

    A term marked `~` stands for the same one merely meant; a set of terms holds only one of the two.
    """

    weights: Mapping[str, int]
    total: int

    def said_by(self, terms: AbstractSet[str]) -> int:
        """Return the weight of what the terms say; a sum of integers, so exact in any order."""
        weights = self.weights
        return sum([weights[term] for term in weights.keys() & terms])

    @property
    def terms(self) -> frozenset[str]:
        """Return the terms as they are said."""
        return frozenset(term for term in self.weights if term[0] != "~")


class Alignment(Struct, frozen=True):
    """How much of a wording was found (`covered` of `total`, in weights), where, and in what depth."""

    covered: int
    total: int
    span: Span
    depth: int


def split_sentences(text: str, spaced: bool) -> tuple[Span, ...]:
    """Return the sentences without surrounding blanks; none is empty, and over-long ones come in parts."""
    whole = _pieces(text, _SENTENCE_END.finditer(text), 0, len(text))
    return tuple(part for span in whole for part in _parts(text, span, _LONG[spaced]))


def split_clauses(text: str, span: Span, breaks: re.Pattern[str]) -> tuple[Span, ...]:
    """Return the clauses of a sentence; `breaks` finds the words (but, instead) that begin a new one."""
    found = _pieces(text, _CLAUSE_END.finditer(text, span.start, span.end), span.start, span.end)
    return tuple(part for clause in found for part in _before_each(text, clause, breaks))


def align(wording: Wording, sentences: Sequence[Sentence], join: bool) -> Alignment:
    """Return where the answer comes closest to a wording.

    With `join`, what a second sentence adds counts half. Among equally close sentences the deepest wins,
    then the first: the order of sentences changes the place, never the amount.
    """
    best, closest, depth = 0, None, 0
    for sentence in sentences:
        covered = wording.said_by(sentence.terms)
        if covered > best or (covered == best and covered and sentence.depth > depth):
            best, closest, depth = covered, sentence, sentence.depth
    if closest is None:
        return Alignment(0, 2 * wording.total, Span(0, 0), 0)
    added = 0
    if join:
        said = closest.terms
        added = max((_added(wording, said, s.terms) for s in sentences), default=0)
    return Alignment(2 * best + added, 2 * wording.total, _narrow(closest, wording.weights.keys()), depth)


def _added(wording: Wording, said: AbstractSet[str], terms: AbstractSet[str]) -> int:
    """Return what further terms add to a wording of which some is said."""
    heard = said | {f"~{term}" for term in said} | {term[1:] for term in said if term[0] == "~"}
    rest = (wording.weights.keys() & terms) - heard
    return sum([wording.weights[term] for term in rest])


def _narrow(sentence: Sentence, terms: AbstractSet[str]) -> Span:
    """Return the sentence from the first clause that says something of it to the last."""
    spans = [clause.span for clause in sentence.clauses if not clause.terms.isdisjoint(terms)]
    return Span(spans[0].start, spans[-1].end) if spans else sentence.span


def _pieces(text: str, ends: Iterable[re.Match[str]], start: int, stop: int) -> Iterator[Span]:
    for match in ends:
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, stop)


def _before_each(text: str, clause: Span, breaks: re.Pattern[str]) -> Iterator[Span]:
    start = clause.start
    for match in breaks.finditer(text, clause.start + 1, clause.end):
        yield from _trimmed(text, start, match.start())
        start = match.start()
    yield from _trimmed(text, start, clause.end)


def _parts(text: str, span: Span, longest: int) -> Iterator[Span]:
    # what is blanked behind a sentence makes it no longer
    if len(text[span.start : span.end].rstrip(_MARKS)) < longest:
        yield span
        return
    start = span.start
    for match in _CLAUSE_END.finditer(text, span.start, span.end):
        if match.end() - start >= longest // 2:
            yield from _trimmed(text, start, match.end())
            start = match.end()
    yield from _trimmed(text, start, span.end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if right > left:
        yield Span(start + left, start + right)
