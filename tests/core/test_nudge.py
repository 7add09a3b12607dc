"""A question left open for a day is asked again, once."""

from __future__ import annotations

from tests.core.playbook import at_question, both


@both
def test_a_stalled_interview_is_nudged_once(language: str) -> None:
    at_question(language).check(
        """
        >> wait 86390
        >> woke
        << nudge.stalled q:hello
        >> wait 86400
        >> woke
        """
    )


@both
def test_nobody_is_nudged_who_was_here(language: str) -> None:
    at_question(language).check(
        """
        >> wait 40000
        >> say WHOLE
        << judge a1.1 of 1
        >> scored 8
        << answer.thanks q:craft_mid #ask:turn-6
        >> wait 46370
        >> woke
        << wake 40020
        >> wait 40030
        >> woke
        << nudge.stalled q:craft_mid
        """
    )


@both
def test_nobody_is_nudged_in_a_pause(language: str) -> None:
    at_question(language).check(
        """
        >> say PAUSE
        << pause.on {do:continue}
        >> wait 86400
        >> woke
        """
    )
