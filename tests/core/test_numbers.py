"""Totals, overrides, progress, and the feedback that follows from them."""

from __future__ import annotations

import pytest

from dialogues.core.effects import Forget, Say
from dialogues.core.interview import Phase
from tests.core.playbook import Playbook, at_closing, at_question, both


def _finished(level: float) -> Playbook:
    playbook = at_question()
    while playbook.driven.state.phase is Phase.INTERVIEW:
        playbook.after(">> say WHOLE")
        while playbook.driven.state.prompt is not None and playbook.driven.state.phase is Phase.INTERVIEW:
            playbook.after(">> press do:skip")
        playbook.after(f">> scored {level}")
    return playbook.after(">> press questions:none")


def test_totals_follow_the_levels() -> None:
    totals = [_finished(level).driven.state.total for level in (0, 3, 6, 9)]
    assert totals == sorted(totals, key=lambda total: total or 0)
    assert all(total is not None and 0 <= total <= 100 for total in totals)


def test_an_override_replaces_the_computed_level_in_the_total() -> None:
    playbook = at_closing().after(">> press questions:none")
    before = playbook.driven.state
    after = playbook.after(">> override care 0 anna\n>> override craft 0 anna").driven.state
    assert after.total == 0
    assert not after.passed
    assert after.standings == before.standings, "the computed levels are kept beside it"
    again = playbook.after(">> override care 10 bo\n>> override craft 10 bo").driven.state
    assert again.total == 100
    assert again.passed
    assert [override.by for override in again.overrides] == ["bo", "bo"]


def test_low_levels_are_not_listed() -> None:
    def phrases(level: float) -> list[str]:
        effects = _finished(level).driven.effects
        feedback = next(e for e in effects if isinstance(e, Say) and e.key == "feedback")
        return [line.phrase for line in feedback.lines]

    assert "feedback.strength" in phrases(8)
    assert "feedback.level" in phrases(8)
    assert not {"feedback.strength", "feedback.solid"} & set(phrases(1))
    assert "feedback.level" not in phrases(1)


@both
def test_progress_counts_questions_not_follow_ups(language: str) -> None:
    playbook = at_question(language).after(">> say NO_RESULT\n>> say RESULT\n>> scored 7")
    shown = [e.progress for e in playbook.driven.effects if isinstance(e, Say) and e.progress]
    assert [number for number, _ in shown] == [1, 1, 2]
    assert all(number <= total <= playbook.pack.plan.total_max for number, total in shown)


@both
def test_practice_is_forgotten(language: str) -> None:
    playbook = Playbook(language).after(">> opened\n>> press consent:yes\n>> say NAME\n>> press do:skip")
    playbook.after(">> press practice:yes\n>> say WHOLE")
    forgotten = [effect.event for effect in playbook.driven.effects if isinstance(effect, Forget)]
    practised = max(playbook.driven.words)
    assert forgotten == [practised]
    assert all(practised not in reply.events for reply in playbook.driven.state.replies)


@pytest.mark.parametrize(("language", "other"), [("zh", "en"), ("en", "zh")])
def test_an_answer_in_the_other_language_is_scored_in_it(language: str, other: str) -> None:
    playbook = at_question(language)
    english = "Last year a customer lost his wallet in our shop. I searched with him, and in the end we found it in 20 minutes."
    chinese = "去年店里来了一位老人，他找不到零钱，我先帮他找，然后陪他回家，结果他很高兴，一共用了 20 分钟。"
    playbook.driven.say(english if other == "en" else chinese)
    reply = playbook.driven.state.replies[-1]
    assert (reply.language, reply.asked_in) == (other, language)
    assert playbook.driven.state.language == language
