"""An answer as the built-in scorer reads it: what each sentence says, with mere filler left out."""

from __future__ import annotations

from msgspec import Struct

from scoring.builtin.plain import plain
from scoring.builtin.terms import clauses_of
from scoring.evidence import Sentence, Span, split_sentences
from scoring.lexicon import Lexicon, keys_of
from scoring.rubric.elements import answer_length, find_elements, fold, shows
from scoring.rubric.model import Element

# A sentence with filler in it is dropped when what remains is no longer than this, in units.
_REMAINDER = {True: 5, False: 10}
# A sentence of this many units says more than the point it makes, even without a "because".
_FULL_SENTENCE = {True: 16, False: 28}
_STORY = frozenset({Element.SITUATION, Element.ACTION, Element.RESULT})


class Reading(Struct, frozen=True):
    """What was read. `length` in the language's unit, each sentence counted once."""

    sentences: tuple[Sentence, ...]
    terms: frozenset[str]
    elements: frozenset[Element]
    length: int


def read(answer: str, lexicon: Lexicon) -> Reading:
    """Return the answer's sentences, terms and elements. Repeated sentences and filler change nothing."""
    answer = plain(answer)
    spans = [
        s for s in split_sentences(answer, lexicon.spaced) if not is_filler(answer[s.start : s.end], lexicon)
    ]
    once = {answer[span.start : span.end]: span for span in reversed(spans)}
    text = "\n".join(answer[span.start : span.end] for span in sorted(once.values()))
    elements = find_elements(text, lexicon) if text else frozenset[Element]()
    story = elements >= _STORY
    sentences = tuple(_read_sentence(answer, span, story, lexicon) for span in sorted(once.values()))
    terms = frozenset[str]().union(*(s.terms for s in sentences))
    return Reading(sentences, terms, elements, answer_length(text, lexicon))


def is_filler(sentence: str, lexicon: Lexicon) -> bool:
    """Say whether the sentence (plain letters) only thanks, praises or stalls, or addresses the scorer."""
    if any(phrase in sentence for phrase in lexicon.to_the_scorer):
        return True
    rest = sentence
    for phrase in lexicon.filler:
        rest = rest.replace(phrase, " ")
    return rest != sentence and answer_length(rest, lexicon) <= _REMAINDER[lexicon.spaced]


def _read_sentence(answer: str, span: Span, story: bool, lexicon: Lexicon) -> Sentence:
    clauses = clauses_of(answer, span, lexicon)
    terms = frozenset[str]().union(*(clause.terms for clause in clauses))
    return Sentence(span, clauses, terms, _depth(answer[span.start : span.end], story, lexicon))


def _depth(sentence: str, story: bool, lexicon: Lexicon) -> int:
    """Return 2 for a sentence of one's own story, 1 for one that says more than a name, else 0."""
    folded = fold(sentence, lexicon)
    keys = keys_of(folded, lexicon.spaced)
    cues = dict(lexicon.elements)
    if story and lexicon.own_part.search(folded) and not shows(lexicon.hypothetical, folded, keys):
        return 2
    full = answer_length(sentence, lexicon) >= _FULL_SENTENCE[lexicon.spaced]
    return 1 if full or shows(cues[Element.REASON], folded, keys) else 0
