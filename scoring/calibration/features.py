"""What a calibration on rated answers may look at: an answer beside its reference, as a few numbers.

No feature is the length of the answer, and none can get worse when the answer says one more thing that the
reference says: with the signs of `SIGNS` a level can only rise by it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from math import log, sqrt

from msgspec import Struct

from scoring.builtin.plain import plain
from scoring.builtin.terms import terms_of
from scoring.lexicon import Lexicon
from scoring.rubric.model import Rubric

_WORD = re.compile(r"[^\W_\u3400-\u9fff]+|[\u3400-\u9fff]")
_GRAM = {True: 4, False: 2}
# In the order of `Texts.against`: which way a weight may point.
SIGNS = (1, 1, 1, 1, 1, 1, -1)
NAMES = ("level", "rare words", "precision", "sequence", "letters", "either way", "question's words")


class Reading(Struct, frozen=True):
    """A text ready to compare: its terms, its words in order, its runs of letters."""

    terms: frozenset[str]
    words: tuple[str, ...]
    letters: frozenset[str]


def read_text(text: str, lexicon: Lexicon) -> Reading:
    """Return the text's terms, words and runs of letters."""
    plainly = plain(text)
    words = tuple(_WORD.findall(plainly))
    joined, size = (" " if lexicon.spaced else "").join(words), _GRAM[lexicon.spaced]
    letters = frozenset(joined[i : i + size] for i in range(len(joined) - size + 1))
    return Reading(terms_of(plainly, lexicon), words, letters)


def model_answer(rubric: Rubric, language: str) -> str:
    """Return everything the rubric says a good answer says, as one text."""
    points = (point.text.get(language, "") for point in rubric.key_points)
    best = max((e.level for e in rubric.exemplars if e.lang == language), default=0.0)
    exemplars = (e.text for e in rubric.exemplars if e.lang == language and e.level == best)
    return "\n".join(text for text in (*points, *exemplars) if text)


def rarity(references: Iterable[Reading]) -> dict[str, float]:
    """Return how telling each term is: the logarithm of one in how many references has it."""
    known = list(references)
    counts = Counter(term for reading in known for term in reading.terms)
    return {term: log(1 + len(known) / count) for term, count in counts.items()}


def compare(
    level: float, answer: Reading, reference: Reading, question: Reading, telling: Mapping[str, float]
) -> tuple[float, ...]:
    """Return the numbers of `NAMES`; `level` is the scorer's own, 0-10, the others are shares 0-1."""
    new = sorted(reference.terms - question.terms or reference.terms)
    said = answer.terms - question.terms
    fresh = reference.letters - question.letters or reference.letters
    return (
        level / 10,
        _share(
            sum(telling.get(t, 1.0) for t in new if t in answer.terms), sum(telling.get(t, 1.0) for t in new)
        ),
        _share(len(said & reference.terms), len(said)),
        _share(_common(answer.words, reference.words), len(reference.words)),
        _share(len(answer.letters & fresh), len(fresh)),
        _share(sum(1 for t in new if t in answer.terms or _turned(t) in answer.terms), len(new)),
        _share(len(answer.terms & question.terms), len(answer.terms)),
    )


def weighed(reading: Reading, telling: Mapping[str, float]) -> dict[str, float]:
    """Return the text's terms with how telling they are, as a vector of length one."""
    terms = {term: telling.get(term, 1.0) for term in sorted(reading.terms)}  # sorted: one order of adding
    length = sqrt(sum(weight * weight for weight in terms.values())) or 1.0
    return {term: weight / length for term, weight in terms.items()}


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return how alike two weighed texts are, 0-1; the order of the two changes nothing."""
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    return sum(weight * longer[term] for term, weight in shorter.items() if term in longer)


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Return the length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for at, same in enumerate(other, 1):
            kept = row[at]
            row[at] = before + 1 if word == same else max(row[at], row[at - 1])
            before = kept
    return row[-1]


def _turned(term: str) -> str:
    return term[1:] if term.startswith("!") else f"!{term}"


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
