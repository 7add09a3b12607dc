"""When not to give a level: there is nothing to judge, or what is there is not the candidate's answer.

Guessing a low number for such a text would be dishonest; saying why there is none lets a person look.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import fsum, log, sqrt

from scoring.builtin.belonging import is_foreign
from scoring.builtin.compiled import Compiled, bare
from scoring.builtin.echo import shingles
from scoring.builtin.level import level_from_features, points_share
from scoring.builtin.plain import plain
from scoring.builtin.reading import Reading
from scoring.builtin.terms import terms_of
from scoring.lexicon import Lexicon
from scoring.model import Abstention

_WORD = re.compile(r"[^\W\d_\u3400-\u9fff\uf900-\ufaff]+")
_VOWEL = re.compile(r"[aeiouyAEIOUYà-ÿ]")
# Shares in thousandths. A copied exemplar may be dressed up; a copied question is nearly all of it.
_COPIED_EXEMPLAR, _COPIED_QUESTION = 600, 850
# What speaks for an answer's belonging to its question, by whether words are spaced: the square roots of its nearness to
# the question and, on average, to the pack's others (in thousandths) and of the share of the points it makes. Against it:
# the share of its words that the pack does not know, and how telling its words are (in thousandths). Below one together
# it speaks of something else (decisions 0029, 0030).
_BELONGS = {
    True: (0.0778, 0.0476, 0.87, 0.000946, 0.000857),
    False: (0.0869, 0.064, 0.986, 0.000686, 0.000957),
}
# Of a question that stands alone: the cosine, in thousandths, below which answer and rubric speak of different things; the
# fewer key points are made, the more it takes, up to the second. From so much made on they speak of the same.
_TOPIC = {True: (58, 70), False: (42, 60)}
_UNLESS_MADE = 0.35
# An answer of usual length whose nearness to its own question is less than this share of that to another question of
# the pack was given to that one; of a long answer, up to the second share.
_ANOTHER, _ANOTHER_MOST = 0.65, 0.85
_USUAL_LENGTH = {True: 60, False: 100}
# With a model of meaning, what speaks for belonging is that and so much for each thousandth that the answer is closer to its
# question's rubric than the first (by whether words are spaced; any two texts are close); below the last it speaks of
# something else. Words and meaning together tell an answer to another question: the logarithm of how much nearer the words
# are, less a quarter of that of the length, and so much for each thousandth that the meaning is closer, below the last.
_USUALLY_MEANT, _MEANT, _BELONGS_BOTH = {True: 860, False: 905}, 0.024, 0.6
_CLOSER, _ANOTHER_BOTH = 0.02, {True: -0.75, False: -0.6}
# Up to this level nothing was found: giving it and giving none are the same verdict.
_NOTHING = 0.5
# A rubric of fewer terms than this says too little to tell.
_TELLING_RUBRIC = 40
# Of less than the first of these times the too-short length, an answer that makes a point is not taken for one to another
# question, nor a little longer one that makes two; of less than the second, one that speaks of something else gets a low
# level. A longer one may say it in words nobody listed: no level is honest.
_BRIEF_TIMES, _LONG_TIMES = 4, 6
# A point, or a reference, is made from this on.
_MADE = 500
_LONG_ENOUGH_TO_TELL = 12


def reason_to_abstain(
    answer: str, reading: Reading, features: Mapping[str, float], rubric: Compiled, lexicon: Lexicon
) -> Abstention | None:
    """Return why no level can be given, or None."""
    terms = frozenset(term for term in reading.terms if term[0] != "~")
    if is_foreign(answer, lexicon) and reading.length < _least(rubric, lexicon):
        return Abstention.OTHER_LANGUAGE
    if reading.said < _least(rubric, lexicon):
        return Abstention.TOO_SHORT
    if _gibberish(answer, terms, rubric, lexicon):
        return Abstention.GIBBERISH
    if not _made_a_point(features) and _copied_question(answer, terms, rubric, lexicon):
        return Abstention.COPIED_QUESTION
    if rubric.points and _copied_exemplar(answer, rubric, lexicon):
        return Abstention.COPIED_EXEMPLAR
    if "off_topic" in features and _long(reading, features, lexicon):
        return Abstention.OFF_TOPIC
    return None


def _long(reading: Reading, features: Mapping[str, float], lexicon: Lexicon) -> bool:
    """Say whether much is said that belongs to the answer; where next to nothing does, whether enough is said at all."""
    if level_from_features(features) <= _NOTHING:
        return reading.said >= _BRIEF_TIMES * lexicon.too_short
    return reading.length >= _LONG_TIMES * lexicon.too_short


def _made_a_point(features: Mapping[str, float]) -> bool:
    strengths = (value for name, value in features.items() if name.endswith(".strength"))
    return max(strengths, default=features.get("reference.whole", 0.0)) >= _MADE


def _made_points(features: Mapping[str, float]) -> int:
    return sum(1 for name, value in features.items() if name.endswith(".strength") and value >= _MADE)


def is_off_topic(features: Mapping[str, float], rubric: Compiled, lexicon: Lexicon) -> bool:
    """Say whether the answer speaks of something else than a rubric that says enough to tell.

    One reference answer never does: the same thing can be said in quite other words.
    """
    if not rubric.points or len(rubric.known) < _TELLING_RUBRIC:
        return False
    made = _made_points(features)
    times = min(_LONG_TIMES, _BRIEF_TIMES + 2 * (made - 1)) if made else 0
    brief = features["length"] < times * lexicon.too_short
    if "topic.own" not in features:
        return not brief and _unlike(features, lexicon)
    if "embedding.own" in features:
        closer = features["embedding.own"] - _USUALLY_MEANT[lexicon.spaced]
        meant = round(_belonging(features, lexicon) + _MEANT * closer, 6)
        return meant < _BELONGS_BOTH or (not brief and _means_another_question(features, lexicon))
    return _belonging(features, lexicon) < 1 or (not brief and _of_another_question(features, lexicon))


def _belonging(features: Mapping[str, float], lexicon: Lexicon) -> float:
    """Return what speaks for the answer's belonging to its question rather than to another world; from one on it does."""
    own, others, made, strange, rare = _BELONGS[lexicon.spaced]
    speaks_for = (
        own * sqrt(features["topic.own"]),
        others * sqrt(features["topic.others"]),
        made * sqrt(points_share(features)),
    )
    speaks_against = (-strange * features["topic.strange"], -rare * features["topic.rare"])
    return round(fsum((*speaks_for, *speaks_against)), 6)


def _unlike(features: Mapping[str, float], lexicon: Lexicon) -> bool:
    """Say whether it shares too little with the rubric; the fewer points it makes, the more is asked."""
    lacking = max(0.0, 1 - points_share(features) / _UNLESS_MADE)
    least, most = _TOPIC[lexicon.spaced]
    return lacking > 0 and features["topic.share"] < least + (most - least) * lacking


def _means_another_question(features: Mapping[str, float], lexicon: Lexicon) -> bool:
    """Say with a model of meaning, which knows an answer in other words, whether it was given to another question."""
    spaced = lexicon.spaced
    own, other = features["embedding.own"], features["embedding.other"]
    nearer = log((features.get("topic.own", 0.0) + 1) / (features.get("topic.other", 0.0) + 1))
    doubt = log(max(1.0, features["length"]) / _USUAL_LENGTH[spaced]) / 4
    told = round(nearer - doubt + _CLOSER * (own - other), 6)  # a logarithm's last digit is the machine's
    return told < _ANOTHER_BOTH[spaced]


def _of_another_question(features: Mapping[str, float], lexicon: Lexicon) -> bool:
    """Say whether it is far nearer to another question of the pack than to its own.

    The less is said, the clearer it must be: by the fourth root of the length.
    """
    other = features.get("topic.other", 0.0)
    enough = sqrt(sqrt(features["length"] / _USUAL_LENGTH[lexicon.spaced]))
    return features.get("topic.own", 0.0) < min(_ANOTHER * enough, _ANOTHER_MOST) * other


def _least(rubric: Compiled, lexicon: Lexicon) -> int:
    """Return the shortest answer to judge; where only a reference answer is given, one word may be right."""
    return lexicon.too_short if rubric.points else 1


def _share(part: frozenset[str], whole: frozenset[str]) -> int:
    return 1000 * len(part) // len(whole) if whole else 0


def _gibberish(answer: str, terms: frozenset[str], rubric: Compiled, lexicon: Lexicon) -> bool:
    """Say whether it is noise: hardly any different characters, or unrelated and no function word."""
    kinds = sum(1 for char in set(answer.lower()) if char.isalnum())
    if kinds <= 4 and sum(map(str.isalnum, answer)) >= _LONG_ENOUGH_TO_TELL:
        return True
    if any(len(term) > 1 and term in rubric.known for term in map(bare, terms)):
        return False
    if not lexicon.spaced:
        letters = [c for c in answer.lower() if c.isalnum()]
        return len(letters) >= 2 * _LONG_ENOUGH_TO_TELL and lexicon.stop.isdisjoint(letters)
    words = _WORD.findall(answer.lower())
    odd = sum(1 for word in words if len(word) > 2 and not _VOWEL.search(word))
    wordless = len(words) >= _LONG_ENOUGH_TO_TELL and lexicon.stop.isdisjoint(words)
    return 10 * odd > 4 * len(words) or wordless


def _copied_question(answer: str, terms: frozenset[str], rubric: Compiled, lexicon: Lexicon) -> bool:
    """Say whether nearly all it says, belonging or not, is said by the question."""
    asked = frozenset(term for term in rubric.question if not term.startswith("!"))
    if _share(asked, asked | terms) < _COPIED_QUESTION:
        return False  # whatever else it says
    said = terms | terms_of(plain(answer), lexicon)
    return _share(said & asked, said) >= _COPIED_QUESTION and 2 * len(said & asked) > len(asked)


def _copied_exemplar(answer: str, rubric: Compiled, lexicon: Lexicon) -> bool:
    said = shingles(answer, lexicon)
    return any(_share(said & reference.shingles, said) >= _COPIED_EXEMPLAR for reference in rubric.models)
