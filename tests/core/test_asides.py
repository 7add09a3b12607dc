"""What may be asked for at any moment lies over the prompt and leaves it open."""

from __future__ import annotations

from tests.core.playbook import at_closing, at_question, both


@both
def test_pause_and_continue(language: str) -> None:
    at_question(language).check(
        """
        >> say PAUSE
        << pause.on {do:continue}
        >> say GO_ON
        << pause.off q:hello
        >> say GO_ON
        << pause.none q:hello
        >> press do:pause
        << pause.on {do:continue}
        >> press do:continue
        << pause.off q:hello
        """
    )


@both
def test_an_answer_ends_the_pause(language: str) -> None:
    at_question(language).check(
        """
        >> say PAUSE
        << pause.on {do:continue}
        >> say WHOLE
        << judge a1.1 of 1
        >> scored 8
        << answer.thanks q:craft_mid #ask:turn-6
        """
    )


@both
def test_no_question_during_a_pause(language: str) -> None:
    at_question(language).check(
        """
        >> say WHOLE
        << judge a1.1 of 1
        >> say PAUSE
        << pause.on {do:continue}
        >> scored 8
        >> say GO_ON
        << pause.off
        << q:craft_mid #ask:turn-6
        """
    )


@both
def test_an_addition_during_a_pause(language: str) -> None:
    at_question(language).check(
        """
        >> say WHOLE
        << judge a1.1 of 1
        >> say PAUSE
        << pause.on {do:continue}
        >> scored 8
        >> say ADDITION
        << judge a1.2 of 2
        >> scored 9
        << answer.thanks q:craft_mid #ask:turn-6
        """
    )


@both
def test_repeat(language: str) -> None:
    at_question(language).check(
        """
        >> say REPEAT
        << q:hello
        >> say NO_RESULT
        << f:hello.result #ask:turn-6
        >> say REPEAT
        << f:hello.result
        """
    )


@both
def test_language_by_button(language: str) -> None:
    at_question(language).check(
        """
        >> say LANGUAGE
        << language.ask {language:zh language:en}
        >> press language:OTHER
        << (other language) language.now q:hello
        """
    )


@both
def test_language_by_name(language: str) -> None:
    at_question(language).check(
        """
        >> say LANGUAGE
        << language.ask {language:zh language:en}
        >> say OTHER_NAME
        << (other language) language.now q:hello
        """
    )


@both
def test_language_at_once(language: str) -> None:
    at_question(language).check(
        """
        >> say TO_OTHER
        << (other language) language.now q:hello
        >> say TO_OWN
        << language.now q:hello
        >> say /language
        << language.ask {language:zh language:en}
        """
    )


@both
def test_language_not_chosen(language: str) -> None:
    at_question(language).check(
        """
        >> say LANGUAGE
        << language.ask {language:zh language:en}
        >> say WHOLE
        << judge a1.1 of 1
        """
    )


@both
def test_language_in_the_middle_of_a_follow_up(language: str) -> None:
    at_question(language).check(
        """
        >> say NO_RESULT
        << f:hello.result #ask:turn-6
        >> say TO_OTHER
        << (other language) language.now f:hello.result
        >> say RESULT
        << judge a1.1 of 2
        """
    )


@both
def test_why_before(language: str) -> None:
    at_question(language).check(
        """
        >> say WHY
        << why.before prompt.back q:hello
        """
    )


@both
def test_why_after(language: str) -> None:
    at_closing(language).check(
        """
        >> press questions:none
        << hr finished
        << feedback.thanks feedback.strength feedback.grow feedback.levels feedback.level feedback.level feedback.contact #feedback
        << survey.ask {survey:5 survey:4 survey:3 survey:2 survey:1} #ask:turn-12
        >> say WHY
        << explain
        >> explained 4+4
        << '4+4'
        """
    )


@both
def test_a_talk_that_hr_ends_leads_back_to_the_question(language: str) -> None:
    at_question(language).check(
        """
        >> press do:human
        << hr human_wanted #
        << human.called {do:continue}
        >> hr anna hello
        << human.wrote {do:continue}
        >> hung-up anna
        << human.over q:hello
        >> hung-up anna
        >> say RESULT
        << f:hello.own_part #ask:turn-6
        """
    )


@both
def test_a_talk_that_the_candidate_has_left_cannot_be_ended_again(language: str) -> None:
    at_question(language).check(
        """
        >> press do:human
        << hr human_wanted #
        << human.called {do:continue}
        >> press do:continue
        << hr talk_over
        << pause.off q:hello
        >> hung-up anna
        """
    )
