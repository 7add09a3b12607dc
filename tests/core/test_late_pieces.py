"""Messages that come in pieces, late, twice, or on buttons of the past."""

from __future__ import annotations

from tests.core.playbook import at_consent, at_question, both


@both
def test_an_addition_while_scoring(language: str) -> None:
    at_question(language).check(
        """
        >> say WHOLE
        << judge a1.1 of 1
        >> say ADDITION
        << judge a1.2 of 2
        >> scored a1.1 3
        >> scored a1.2 8
        << answer.thanks q:craft_mid #ask:turn-6
        """
    )


@both
def test_an_addition_written_before_the_next_question_was_seen(language: str) -> None:
    at_question(language).check(
        """
        >> say WHOLE
        << judge a1.1 of 1
        >> scored 8
        << answer.thanks q:craft_mid #ask:turn-6
        >> say@5 ADDITION
        << judge a1.2 of 2
        << answer.added
        >> scored a1.2 9
        >> scored a1.1 1
        >> scored a1.2 2
        """
    )


@both
def test_an_addition_after_the_last_question(language: str) -> None:
    at_question(language).check(
        """
        >> say SKIP
        << skip.done q:craft_mid #ask:turn-6
        >> say SKIP
        << skip.done q:care_hard #ask:turn-7
        >> say SKIP
        << skip.done q:care_easy #ask:turn-8
        >> say SKIP
        << skip.done q:craft_easy #ask:turn-9
        >> say WHOLE
        << follow.reason #ask:turn-10
        >> press do:skip
        << judge a5.1 of 1
        >> scored 8
        << closing.done questions.ask {questions:none} #ask:turn-11
        >> say@9 ADDITION
        << judge a5.2 of 2
        << answer.added
        >> scored 9
        >> say NO
        << hr finished
        << feedback.thanks feedback.solid feedback.levels feedback.level feedback.contact #feedback
        << survey.ask {survey:5 survey:4 survey:3 survey:2 survey:1} #ask:turn-12
        """
    )


@both
def test_questions_and_nerves_while_scoring(language: str) -> None:
    at_question(language).check(
        """
        >> say WHOLE
        << judge a1.1 of 1
        >> say PAY
        << faq.answer
        >> say NERVOUS
        << answer.noted
        >> say EMOJI
        << answer.noted
        >> say SKIP
        << skip.nothing
        >> say REPEAT
        << repeat.nothing
        >> say WHY
        << why.before
        >> scored 8
        << answer.thanks q:craft_mid #ask:turn-6
        """
    )


@both
def test_a_score_for_nothing(language: str) -> None:
    at_question(language).check(
        """
        >> scored a9.1 8
        >> scored a1.0 8
        >> scored a1.1 8
        """
    )


@both
def test_buttons_of_the_past(language: str) -> None:
    at_question(language).check(
        """
        >> press consent:yes
        << button.past
        >> press details:wrong
        << button.past
        >> press practice:yes
        << button.past
        >> press questions:none
        << button.past
        >> press survey:5
        << button.past
        >> press stop:yes
        << button.past
        >> press delete:yes
        << button.past
        >> press language:xx
        << button.past
        >> press nonsense
        << button.past
        >> press do:nonsense
        << button.past
        """
    )


@both
def test_two_taps_skip_one_question(language: str) -> None:
    at_question(language).check(
        """
        >> press@5 do:skip
        << skip.done q:craft_mid #ask:turn-6
        >> press@5 do:skip
        << button.past
        """
    )


@both
def test_two_taps_give_one_consent(language: str) -> None:
    at_consent(language).check(
        """
        >> press@1 consent:yes
        << consent.thanks details.ask_name {do:skip} #ask:turn-2
        >> press@1 consent:yes
        << button.past
        """
    )


@both
def test_an_answer_that_was_seen_in_time_stays_with_its_follow_up(language: str) -> None:
    at_question(language).check(
        """
        >> say NO_RESULT
        << f:hello.result #ask:turn-6
        >> say@5 RESULT
        << judge a1.1 of 2
        >> scored 7
        << answer.thanks q:craft_mid #ask:turn-7
        """
    )
