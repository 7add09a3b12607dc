"""Two strong and two weak people per pack and language: different interviews, fair numbers, kind words."""

from __future__ import annotations

import re
import statistics
from functools import cache
from itertools import pairwise, product

import pytest

from dialogues.core.interview import Phase, Stage
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


def _totals(found: list[Talk]) -> list[float]:
    assert all(talk.state.total is not None for talk in found)
    return [talk.state.total or 0.0 for talk in found]


def _difficulty(pack: str, talk: Talk) -> float:
    asked = [load_pack(pack).question(reply.question).difficulty for reply in talk.state.replies[1:]]
    return statistics.mean(asked)


@everywhere
def test_strong_people_get_clearly_more(pack: str, language: str) -> None:
    strong, weak = (_totals(_both(pack, language, band)) for band in ("strong", "weak"))
    assert min(strong) > max(weak) + 40
    assert min(strong) >= load_pack(pack).pass_mark
    assert max(weak) < load_pack(pack).pass_mark


@everywhere
def test_middling_people_stand_between(pack: str, language: str) -> None:
    middling = _totals(list(talks(pack, language, "middling")))
    assert max(_totals(_both(pack, language, "weak"))) < min(middling)
    assert max(middling) < min(_totals(_both(pack, language, "strong")))


@everywhere
def test_strong_people_are_asked_harder_questions(pack: str, language: str) -> None:
    strong, weak = (_both(pack, language, band) for band in ("strong", "weak"))
    hardest = max(_difficulty(pack, talk) for talk in weak)
    assert min(_difficulty(pack, talk) for talk in strong) > hardest + 0.4
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
        assert not shame.search(_our_words(wording, pack, language))
        assert not any(re.search(r"\b0\.\d\b", line) for line in said), "a row of low figures"


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
        assert 0 <= shown[0][1] - number <= 3
        grown = sum(later[1] > earlier[1] for earlier, later in pairwise(shown))
        assert grown <= 1


@everywhere
def test_the_same_words_do_not_come_twice_running(pack: str, language: str) -> None:
    for talk in _both(pack, language, "weak") + _both(pack, language, "strong"):
        said = [line.partition(": ")[2].split("\n")[0] for line in talk.lines if line.startswith("AI [")]
        assert all(one != following for one, following in pairwise(said))
