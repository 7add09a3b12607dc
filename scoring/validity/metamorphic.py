"""The stability suite behind `colloquy eval stable`: what must not move a level, and what must.

Nobody has to say what the right level is: an answer is varied, and only the two levels are compared. The answers are
a pack's own exemplars, so it runs on any pack. An exemplar under test is taken out of its rubric first, or the scorer
would rightly call it copied. Pure, apart from the scorer that is passed in; results hold ids and levels, no answers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.json import encode
from msgspec.structs import replace

from scoring.model import Degree, Score, Scorer
from scoring.rubric.model import Exemplar, Rubric
from scoring.validity.variations import Material, Rule, Variation, harmless, quotes_of, sentences_of

# How far a level may move where it should stay, and how high nothing may score: text from elsewhere, and a good
# answer to another question of the pack, which may say a word or two of this one.
BOUNDS = {Rule.STAYS: 0.1, Rule.RISES: 0.0, Rule.FALLS: 0.0, Rule.NOTHING: 1.0, Rule.LITTLE: 2.0}
# A point found this strongly in a sentence is what the sentence says.
_SAID = 0.5
# A level this high cannot be expected to rise.
_FULL = 9.5
_GOOD = 7.0
# The least a point may move a level; levels have one decimal.
_LEAST = 0.1
# Up to here a level says no more than an abstention: it is the most that an answer about something else gets.
_NOTHING = 1.0


class Case(Struct, frozen=True):
    """One comparison. `subject` is pack@version#question/language/exemplar; levels None where abstained."""

    family: str
    subject: str
    variation: str
    rule: Rule
    before: float | None
    after: float | None

    @property
    def language(self) -> str:
        """Return the language of the answer."""
        return self.subject.rpartition("#")[2].split("/")[1]

    @property
    def excess(self) -> float:
        """Return how far the level is from where it would have to be; 0 when the rule is kept to the letter.

        An abstention counts as the level 0, and beside one any level up to 1 too: the two are the same verdict.
        """
        if self.rule in {Rule.NOTHING, Rule.LITTLE}:
            return self.after or 0.0
        moved = 0.0 if self._nothing_twice else (self.after or 0.0) - (self.before or 0.0)
        if self.rule is Rule.STAYS:
            return abs(moved)
        return max(0.0, _LEAST - moved if self.rule is Rule.RISES else _LEAST + moved)

    @property
    def _nothing_twice(self) -> bool:
        """Say whether one side has no level and the other hardly one: the same verdict."""
        return None in {self.before, self.after} and _is_nothing(self.before) and _is_nothing(self.after)

    @property
    def holds(self) -> bool:
        """Say whether the rule is kept."""
        if self.rule is Rule.RISES and self.after is None and _is_nothing(self.before):
            return True  # what says nothing to the point is still handed to a person with one sentence more
        return round(self.excess, 6) <= BOUNDS[self.rule]


class Base(Struct, frozen=True):
    """An exemplar of a rubric as an answer to it; `rubric` no longer holds the exemplar."""

    subject: str
    rubric: Rubric
    answer: str
    level: float


def in_words(rubrics: Iterable[Rubric]) -> list[Rubric]:
    """Return the rubrics of questions that are answered in words: without key points there is nothing to find."""
    return [rubric for rubric in rubrics if rubric.key_points]


def bases_of(rubrics: Iterable[Rubric], language: str) -> list[Base]:
    """Return every exemplar in the language as an answer."""
    return [
        Base(_subject(rubric, language, number), _without(rubric, exemplar), exemplar.text, exemplar.level)
        for rubric in rubrics
        for number, exemplar in enumerate(rubric.exemplars, 1)
        if exemplar.lang == language
    ]


def run_suite(scorer: Scorer, rubrics: Sequence[Rubric], material: Material) -> Iterator[Case]:
    """Give every comparison for one pack in the material's language."""
    language = material.language
    rubrics = in_words(rubrics)
    bases = bases_of(rubrics, language)
    for base in bases:
        before = scorer.score(base.rubric, base.answer, language)
        for variation in harmless(base.answer, base.rubric, material):
            yield _compare(scorer, base, before, variation, language, Rule.STAYS)
        yield from _points_removed(scorer, base, before, material)
    for rubric in rubrics:
        yield from _points_added(scorer, rubric, material)
        yield from _nothing_said(scorer, rubric, rubrics, material)


def fingerprint(scorer: Scorer, bases: Sequence[Base], language: str, repeats: int) -> str:
    """Return a digest of `repeats` scorings, taking the answers in turn; equal digests are equal to the bit.

    ValueError when one answer is scored differently twice.
    """
    digest = hashlib.blake2b(digest_size=12)
    first: dict[int, bytes] = {}
    for turn in range(repeats if bases else 0):
        at = turn % len(bases)
        written = encode(scorer.score(bases[at].rubric, bases[at].answer, language), order="sorted")
        if first.setdefault(at, written) != written:
            raise ValueError(f"{bases[at].subject} is scored differently the second time")
        digest.update(written)
    return digest.hexdigest()


def _compare(
    scorer: Scorer, base: Base, before: Score, variation: Variation, language: str, rule: Rule
) -> Case:
    after = scorer.score(base.rubric, variation.text, language)
    return Case(variation.family, base.subject, variation.name, rule, before.level, after.level)


def _points_removed(scorer: Scorer, base: Base, before: Score, material: Material) -> Iterator[Case]:
    """Leave out, point by point, the sentences that say it."""
    if _is_nothing(before.level):
        return  # nothing cannot fall
    parts = sentences_of(base.answer)
    said = [_points_in(scorer, base.rubric, part, material.language) for part in parts]
    found = {f.point for f in before.findings if f.degree is not Degree.ABSENT and f.strength >= _SAID}
    for point in sorted(found):
        rest = [part for part, points in zip(parts, said, strict=True) if point not in points]
        if rest and len(rest) < len(parts):
            variation = Variation("a point removed", point, material.join.join(rest))
            yield _compare(scorer, base, before, variation, material.language, Rule.FALLS)


def _points_added(scorer: Scorer, rubric: Rubric, material: Material) -> Iterator[Case]:
    """Give weaker exemplars, point by point, the sentence of a good one that says what they lack."""
    language = material.language
    numbered = [(n, e) for n, e in enumerate(rubric.exemplars, 1) if e.lang == language]
    bare = replace(rubric, exemplars=tuple(e for e in rubric.exemplars if e.lang != language))
    donors = [part for _, e in numbered if e.level >= _GOOD for part in sentences_of(e.text)]
    says = [(donor, _points_in(scorer, bare, donor, language)) for donor in donors]
    for number, exemplar in numbered:
        if exemplar.level >= _GOOD:
            continue
        base = Base(_subject(rubric, language, number), bare, exemplar.text, exemplar.level)
        before = scorer.score(bare, base.answer, language)
        if before.level is None or before.level >= _FULL:
            continue
        for point in (f.point for f in before.findings if f.degree is Degree.ABSENT):
            donor = next((part for part, points in says if point in points), None)
            if donor is not None:
                text = material.join.join([*sentences_of(base.answer), donor])
                yield _compare(
                    scorer, base, before, Variation("a point added", point, text), language, Rule.RISES
                )


def _nothing_said(
    scorer: Scorer, rubric: Rubric, rubrics: Sequence[Rubric], material: Material
) -> Iterator[Case]:
    """Answer with something else: the day's football, another question's exemplar, the rubric itself."""
    language = material.language
    others = [
        (_subject(other, language, n), e)
        for other in rubrics
        if other.competency != rubric.competency and other.kind is not rubric.kind
        for n, e in enumerate(other.exemplars, 1)
        if e.lang == language and e.level >= _GOOD
    ]
    elsewhere = [("off topic", f"text {n}", text) for n, text in enumerate(material.off_topic, 1)]
    recited = [("only the rubric", f"way {n}", text) for n, text in enumerate(quotes_of(rubric, material), 1)]
    subject = f"{rubric.version}/{language}"
    for family, name, text in [*elsewhere, *recited]:
        score = scorer.score(rubric, text, language)
        yield Case(family, subject, name, Rule.NOTHING, None, score.level)
    for name, exemplar in others:
        score = scorer.score(_unknown(rubric, exemplar), exemplar.text, language)
        told = name.split("#")[-1]
        yield Case("another question's answer", subject, told, Rule.LITTLE, None, score.level)


def _points_in(scorer: Scorer, rubric: Rubric, sentence: str, language: str) -> frozenset[str]:
    found = scorer.score(rubric, sentence, language).findings
    return frozenset(f.point for f in found if f.degree is not Degree.ABSENT and f.strength >= _SAID)


def _subject(rubric: Rubric, language: str, number: int) -> str:
    return f"{rubric.version}/{language}/{number}"


def _without(rubric: Rubric, exemplar: Exemplar) -> Rubric:
    return replace(rubric, exemplars=tuple(e for e in rubric.exemplars if e is not exemplar))


def _unknown(rubric: Rubric, exemplar: Exemplar) -> Rubric:
    """Return the rubric without the exemplar among what it knows of the pack's questions: a copy proves nothing."""
    texts = rubric.around.get(exemplar.lang, ())
    around = {exemplar.lang: tuple(text.replace(exemplar.text, "") for text in texts)}
    return replace(rubric, around=around)


def _is_nothing(level: float | None) -> bool:
    return level is None or level <= _NOTHING
