"""Checks what the words of a job pack are worth to the scorer: which of its wordings any answer would earn.

Reads texts as the built-in scorer does, in the languages it knows; others are passed over. Must not say what
the schema says, and never raises whatever a value is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import chain

from dialogues.app.pack_texts import nearly_same
from dialogues.app.pack_words import Complaint, Path, key_points, language_name, rows, shorten, table, tables
from scoring.builtin.plain import plain
from scoring.builtin.terms import terms_of, weight_of
from scoring.difficulty.alike import Wording, near_duplicates
from scoring.lexicon import Lexicon, load_lexicons
from scoring.rubric.elements import EXPECTED
from scoring.rubric.model import Element, Kind

# A word in the points or exemplars of more than this share of the questions, and of so many, is said anyway.
_COMMON = 0.4
_COMMON_QUESTIONS = 5
_MOST_COMPARED = 300


def check_wordings(pack: dict[str, object]) -> Iterator[Complaint]:
    """Yield the wordings that an answer to almost anything would earn, and questions that ask the same."""
    for code in dict.fromkeys(one for one in rows(pack.get("languages")) if isinstance(one, str)):
        lexicon = _lexicons().get(code)
        if lexicon is not None:
            yield from _check_points(pack, code, lexicon)
        yield from _check_twins(pack, code)
    yield from _check_unasked(pack)


@cache
def _lexicons() -> dict[str, Lexicon]:
    return load_lexicons()


def _check_points(pack: dict[str, object], code: str, lexicon: Lexicon) -> Iterator[Complaint]:
    common = _common_terms(pack, code, lexicon)
    for path, question in tables(pack, "questions"):
        asked = _terms(table(question.get("text")).get(code), lexicon)
        for inner, point in key_points(question, path):
            terms = _terms(point.get(code), lexicon)
            if asked and terms and terms <= asked:
                message = "every word of this key point is in the question already, so it earns nothing"
                yield Complaint((*inner, code), f"{message}; say what a good answer adds", serious=False)
            yield from _check_synonyms(point, code, (*inner, "synonyms", code), common, lexicon)


def _check_synonyms(
    point: dict[str, object], code: str, path: Path, common: frozenset[str], lexicon: Lexicon
) -> Iterator[Complaint]:
    phrases = rows(table(point.get("synonyms")).get(code))
    read = [(nth, phrase, _telling(phrase, lexicon)) for nth, phrase in enumerate(phrases)]
    known = [(nth, phrase, terms) for nth, phrase, terms in read if terms]
    for nth, phrase, terms in known:
        if len(terms) == 1 and terms <= common:
            message = f'the synonym "{shorten(phrase)}" comes down to one word that many answers have'
            mend = "add what makes it this point and no other"
            yield Complaint((*path, nth), f"{message}; {mend}", serious=False)
    if len(known) > 1 and len({terms for _, _, terms in known}) == 1:
        message = "all synonyms come down to the same word"
        yield Complaint(path, f"{message}; one is enough, better add other ways to say it", serious=False)


def _terms(text: object, lexicon: Lexicon) -> frozenset[str]:
    return terms_of(plain(text), lexicon) if isinstance(text, str) else frozenset()


def _telling(text: object, lexicon: Lexicon) -> frozenset[str]:
    """Return the words of a text: of Chinese only the pairs of characters, if there is one."""
    terms = _terms(text, lexicon)
    heaviest = max(map(weight_of, terms), default=0)
    return frozenset(term for term in terms if weight_of(term) == heaviest)


def _common_terms(pack: dict[str, object], code: str, lexicon: Lexicon) -> frozenset[str]:
    """Return the words that the good answers to many questions of the pack have in common."""
    questions = list(tables(pack, "questions"))
    counts = Counter(chain.from_iterable(_said(question, code, lexicon) for _, question in questions))
    least = max(_COMMON_QUESTIONS, _COMMON * len(questions))
    return frozenset(term for term, count in counts.items() if count >= least)


def _said(question: dict[str, object], code: str, lexicon: Lexicon) -> frozenset[str]:
    points = [point.get(code) for _, point in key_points(question, ())]
    told = [one.get("text") for _, one in tables(question, "exemplars") if one.get("lang") == code]
    return frozenset[str]().union(*(_terms(text, lexicon) for text in (*points, *told)))


def _check_twins(pack: dict[str, object], code: str) -> Iterator[Complaint]:
    """Yield pairs that ask nearly the same in other words; the same words are told of elsewhere."""
    questions = list(tables(pack, "questions"))[:_MOST_COMPARED]
    wordings = [_wording(nth, question, code) for nth, (_, question) in enumerate(questions)]
    for one, other in near_duplicates([wording for wording in wordings if wording is not None]):
        (path, later), (_, first) = questions[int(other)], questions[int(one)]
        if not nearly_same(table(first.get("text")).get(code), table(later.get("text")).get(code)):
            twin = (
                f'it asks nearly the same in {language_name(code)} as question "{shorten(first.get("id"))}"'
            )
            mend = "ask something else, or nobody will be asked both"
            yield Complaint((*path, "text", code), f"{twin}; {mend}", serious=False)


def _wording(nth: int, question: dict[str, object], code: str) -> Wording | None:
    text = table(question.get("text")).get(code)
    if not isinstance(text, str):
        return None
    points = (point.get(code) for _, point in key_points(question, ()))
    return Wording(str(nth), text, tuple(point for point in points if isinstance(point, str)))


def _check_unasked(pack: dict[str, object]) -> Iterator[Complaint]:
    """Yield follow-ups for a part that an answer of this kind is never asked for."""
    for path, question in tables(pack, "questions"):
        kind = question.get("kind")
        if not isinstance(kind, str) or kind not in set(Kind):
            continue
        askable = {*EXPECTED[Kind(kind)], Element.TASK}
        for code, asked in table(question.get("followups")).items():
            for element in table(asked).keys() & (set(Element) - askable):
                message = f"this follow-up is never asked, because the kind is {kind}"
                mend = f"the parts asked for are {', '.join(sorted(askable))}"
                yield Complaint((*path, "followups", code, element), f"{message}; {mend}", serious=False)
