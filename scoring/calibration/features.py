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
# In the order of `compare`, and which way each weight may point. Word order, runs of letters and words of the question
# were tried as well: on questions that are not trained on they cost more than they tell.
NAMES = ("level", "said", "rare words", "precision")
SIGNS = (1, 1, 1, 1)


class Reading(Struct, frozen=True):
    """A text ready to compare: its terms, its words in order."""

    terms: frozenset[str]
    words: tuple[str, ...]


def read_text(text: str, lexicon: Lexicon) -> Reading:
    """Return the text's terms and words."""
    plainly = plain(text)
    return Reading(terms_of(plainly, lexicon), tuple(_WORD.findall(plainly)))


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
    level: float,
    said_share: float,
    answer: Reading,
    reference: Reading,
    question: Reading,
    telling: Mapping[str, float],
) -> tuple[float, ...]:
    """Return the numbers of `NAMES`.

    `level` (0-10) and `said_share` (0-1: of the key points or the reference) are the scorer's own, the others shares 0-1.
    """
    new = sorted(reference.terms - question.terms or reference.terms)
    said = answer.terms - question.terms
    return (
        level / 10,
        said_share,
        _share(
            sum(telling.get(t, 1.0) for t in new if t in answer.terms), sum(telling.get(t, 1.0) for t in new)
        ),
        _share(len(said & reference.terms), len(said)),
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


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
