"""An answer as the built-in scorer reads it: what each sentence says, with what does not belong to it left out.

Repeating a sentence, changing the order of sentences or adding some that do not belong changes nothing here.
"""

from __future__ import annotations

from msgspec import Struct

from scoring.builtin.belonging import Place, place_of, says_nothing, without_markup
from scoring.builtin.compiled import Compiled, unmarked
from scoring.builtin.echo import without_recital
from scoring.builtin.plain import plain
from scoring.builtin.terms import Meanings, clauses_of, united
from scoring.evidence import Sentence, Span, split_sentences
from scoring.lexicon import Cues, Lexicon, keys_of
from scoring.rubric.elements import answer_length, find_elements, fold, shows
from scoring.rubric.model import Element

# A sentence of this many units says more than the point it makes, even without a "because".
_FULL_SENTENCE = {True: 16, False: 28}
_STORY = frozenset({Element.SITUATION, Element.ACTION, Element.RESULT})


class Reading(Struct, frozen=True):
    """What was read. `length` in the language's unit, of what belongs to the answer, each sentence counted once;
    `said` the same of all but filler, `spoken` its terms without marks, `heard` its sentences in an order of their own.
    `numbers` are different ones.
    """

    sentences: tuple[Sentence, ...]
    terms: frozenset[str]
    elements: frozenset[Element]
    numbers: int
    length: int
    said: int
    spoken: frozenset[str]
    heard: str


def read(answer: str, compiled: Compiled, lexicon: Lexicon, meanings: Meanings) -> Reading:
    """Return the answer's sentences, terms and elements."""
    answer = without_recital(without_markup(plain(answer)), compiled.recital)
    said = [s for s in split_sentences(answer, lexicon.spaced) if not says_nothing(_text(answer, s), lexicon)]
    once = sorted({_text(answer, span): span for span in reversed(said)}.values())
    found = [_sentence(answer, span, compiled, lexicon, meanings) for span in once]
    placed = [(s, place_of(_text(answer, s.span), s.terms, compiled, lexicon)) for s in found]
    sentences = [s for s, place in placed if place is Place.HERE]
    heard = [s for s, place in placed if place is not Place.BESIDE]
    # in an order of its own: who says the same in another order has said the same
    about = "\n".join(sorted(_text(answer, sentence.span) for sentence in sentences))
    elements = find_elements(about, lexicon) if about else frozenset[Element]()
    numbers = frozenset(lexicon.number.findall(fold(about, lexicon))) - compiled.numbers
    return Reading(
        sentences=_with_depth(answer, sentences, elements >= _STORY, lexicon),
        terms=united(sentence.terms for sentence in sentences),
        elements=elements,
        numbers=len(numbers),
        length=answer_length(about, lexicon),
        said=answer_length("\n".join(_text(answer, span) for span in once), lexicon),
        spoken=unmarked(frozenset[str]().union(*(s.terms for s in heard))),
        heard="\n".join(sorted(_text(answer, sentence.span) for sentence in heard)),
    )


def _text(answer: str, span: Span) -> str:
    return answer[span.start : span.end]


def _sentence(answer: str, span: Span, compiled: Compiled, lexicon: Lexicon, meanings: Meanings) -> Sentence:
    clauses = clauses_of(answer, span, lexicon, meanings, compiled.slips)
    return Sentence(span, clauses, united(clause.terms for clause in clauses))


def _with_depth(
    answer: str, sentences: list[Sentence], story: bool, lexicon: Lexicon
) -> tuple[Sentence, ...]:
    reasons = dict(lexicon.elements)[Element.REASON]
    return tuple(
        Sentence(s.span, s.clauses, s.terms, _depth(_text(answer, s.span), story, reasons, lexicon))
        for s in sentences
    )


def _depth(sentence: str, story: bool, reasons: Cues, lexicon: Lexicon) -> int:
    """Return 2 for a sentence of one's own story, 1 for one that says more than a name, else 0."""
    folded = fold(sentence, lexicon)
    keys = keys_of(folded, lexicon.spaced)
    if story and lexicon.own_part.search(folded) and not shows(lexicon.hypothetical, folded, keys):
        return 2
    full = answer_length(sentence, lexicon) >= _FULL_SENTENCE[lexicon.spaced]
    return 1 if full or shows(reasons, folded, keys) else 0
