"""Two strong and two weak people per pack and language: different interviews, fair numbers, kind words."""

from __future__ import annotations

import re
import statistics
from functools import cache
from itertools import combinations, pairwise, product

import pytest
from msgspec.structs import replace

from dialogues.core.interview import Phase, Stage
from scoring.rubric.model import Element, Kind
from tests.core.driver import LANGUAGES as READ_LANGUAGES
from tests.core.driver import Driven, fresh
from tests.core.test_phrases import SHAME
from tests.e2e.candidates import LANGUAGES, PACKS, ScriptedCandidate, Talk, interview, load_pack

SEEDS = (3, 7)
everywhere = pytest.mark.parametrize(("pack", "language"), list(product(PACKS, LANGUAGES)))


@cache
def talks(pack: str, language: str, kind: str) -> tuple[Talk, ...]:
    """Return this person's interviews, one a seed."""
    return tuple(interview(ScriptedCandidate(pack, language, kind), seed) for seed in SEEDS)


def _both(pack: str, language: str, band: str) -> list[Talk]:
    return [talk for kind in (f"{band}_a", f"{band}_b") for talk in talks(pack, language, kind)]


def _totals(found: list[Talk], without: int = 0) -> list[float]:
    """Return the totals; everybody has one, but for so many."""
    totals = [talk.state.total for talk in found if talk.state.total is not None]
    assert len(totals) >= len(found) - without
    return totals


def _weak(pack: str, language: str) -> list[float]:
    """Return the totals of weak people. Who mostly speaks of something else may have none: a person looks."""
    return _totals(_both(pack, language, "weak"), without=2)


def _difficulty(pack: str, talk: Talk) -> float:
    asked = [load_pack(pack).question(reply.question).difficulty for reply in talk.state.replies[1:]]
    return statistics.mean(asked)


@everywhere
def test_strong_people_get_clearly_more(pack: str, language: str) -> None:
    strong, weak = _totals(_both(pack, language, "strong")), _weak(pack, language)
    assert min(strong) >= max(weak) + 35
    assert min(strong) >= load_pack(pack).pass_mark
    assert max(weak) < load_pack(pack).pass_mark


@everywhere
def test_middling_people_stand_between(pack: str, language: str) -> None:
    middling = _totals(list(talks(pack, language, "middling")))
    assert max(_weak(pack, language)) < min(middling)
    assert max(middling) < min(_totals(_both(pack, language, "strong")))


@everywhere
def test_strong_people_are_asked_harder_questions(pack: str, language: str) -> None:
    strong, weak = (_both(pack, language, band) for band in ("strong", "weak"))
    hardest = max(_difficulty(pack, talk) for talk in weak)
    assert min(_difficulty(pack, talk) for talk in strong) > hardest + 0.3
    for one, other in zip(strong, weak, strict=True):
        assert {r.question for r in one.state.replies} != {r.question for r in other.state.replies}


@everywhere
def test_clear_cases_are_short_and_none_is_too_long(pack: str, language: str) -> None:
    plan = load_pack(pack).plan
    least = plan.per_competency.min * len(load_pack(pack).competencies)
    middling = [len(talk.state.replies) for talk in talks(pack, language, "middling")]
    weak = [len(talk.state.replies) for talk in _both(pack, language, "weak")]
    for talk in _both(pack, language, "strong") + _both(pack, language, "weak"):
        assert talk.state.phase is Phase.FINISHED
        assert least <= len(talk.state.replies) <= plan.total_max
        assert all(reply.stage in (Stage.SCORED, Stage.UNKNOWN) for reply in talk.state.replies)
    assert max(middling) <= plan.total_max
    assert statistics.mean(weak) < statistics.mean(middling)


def _asked(talk: Talk) -> frozenset[str]:
    return frozenset(reply.question for reply in talk.state.replies)


def _goodbye(talk: Talk) -> str:
    """Return the message that ends the interview, with what was good and what could grow."""
    return next(line for line in talk.lines if "/why" in line)


@everywhere
def test_three_people_have_three_interviews(pack: str, language: str) -> None:
    """The same start, and then other questions, other follow-ups, another length and another goodbye."""
    bands = [talks(pack, language, kind) for kind in ("strong_a", "middling", "weak_a")]
    for trio in zip(*bands, strict=True):
        strong, middling, weak = trio
        for one, other in combinations(trio, 2):
            assert len(_asked(one) & _asked(other)) <= 0.9 * len(_asked(one) | _asked(other))
            assert one.followups != other.followups
            assert _goodbye(one) != _goodbye(other)
        assert len(weak.state.replies) < len(middling.state.replies)
        assert len(strong.followups) < min(len(middling.followups), len(weak.followups))
        assert sum(map(len, weak.lines)) < sum(map(len, middling.lines)) < sum(map(len, strong.lines))


@everywhere
def test_levels_rise_from_weak_to_strong(pack: str, language: str) -> None:
    weak, middling, strong = (
        statistics.mean(_totals(list(talks(pack, language, kind))))
        for kind in ("weak_a", "middling", "strong_a")
    )
    assert weak < middling < strong


@everywhere
def test_whole_answers_are_hardly_followed_up(pack: str, language: str) -> None:
    """Asking for what was said is worse than not asking: at most one question in five of a strong person's."""
    for talk in _both(pack, language, "strong"):
        assert len(talk.followups) <= len(talk.state.replies) / 5


@everywhere
def test_nobody_is_pressed_or_shamed(pack: str, language: str) -> None:
    shame = re.compile(SHAME[language], re.IGNORECASE)
    for talk in _both(pack, language, "weak"):
        assert len(talk.followups) <= 1.3 * len(talk.state.replies)
        said = [line for line in talk.lines if line.startswith("AI")]
        notices = load_pack(pack).notices[language]
        wording = "\n".join(said[2:]).replace(notices, "")
        ours = _our_words(wording, pack, language)
        assert not shame.search(ours)
        assert not re.search(r"\b0\.\d\b", ours), "a row of low figures"


def _our_words(wording: str, pack: str, language: str) -> str:
    for question in load_pack(pack).questions:
        wording = wording.replace(question.text[language], "")
        for followup in question.followups.get(language, {}).values():
            wording = wording.replace(followup, "")
    for competency in load_pack(pack).competencies:
        wording = wording.replace(competency.advice.get(language, "-"), "")
    return wording


@everywhere
def test_the_count_of_questions_is_honest(pack: str, language: str) -> None:
    """ "Question 3 of about 9": the first guess is near, and it hardly ever grows."""
    for talk in _both(pack, language, "strong") + _both(pack, language, "weak"):
        shown = [
            tuple(map(int, found))
            for line in talk.lines
            for found in re.findall(r"^AI \[(\d+)/(\d+)\]", line)
        ]
        number = len(talk.state.replies)
        assert 0 <= shown[0][1] - number <= 4
        grown = sum(later[1] > earlier[1] for earlier, later in pairwise(shown))
        assert grown <= 2


@everywhere
def test_the_same_words_do_not_come_twice_running(pack: str, language: str) -> None:
    for talk in _both(pack, language, "weak") + _both(pack, language, "strong"):
        said = [line.partition(": ")[2].split("\n")[0] for line in talk.lines if line.startswith("AI [")]
        assert all(one != following for one, following in pairwise(said))


@everywhere
def test_what_an_earlier_part_said_is_not_asked_for_later(pack: str, language: str) -> None:
    """An answer in two messages is one answer: the second follow-up knows what the first message said."""
    shipped, followups = load_pack(pack), 0
    for question in (one for one in shipped.questions if one.kind is not Kind.CODING):
        answer = ScriptedCandidate(pack, language, "strong_a").answer(question.id)
        parts = answer[: len(answer) // 3], answer[len(answer) // 3 :]
        alone = replace(shipped, questions=(question,), plan=replace(shipped.plan, opening=question.id))
        driven = Driven(alone, fresh(alone, language, known=("name", "email")))
        driven.open(language)
        for tap in ("consent:yes", "details:right", "practice:no"):
            driven.press(tap)
        said: set[Element] = set()
        for part in parts:
            if driven.state.prompt is None:
                break
            before = driven.state.replies[0]
            driven.say(part)
            after = driven.state.replies[0]
            if after.events != before.events:  # it was read as an answer
                said |= READ_LANGUAGES[language].tongue.structure.find_elements(part)
            assert said.isdisjoint(after.followed[len(before.followed) :])
        followups += len(driven.state.replies[0].followed)
    assert followups  # some first thirds lack something
