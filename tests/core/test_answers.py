"""The interview proper: answers, follow-ups, scores, going on."""

from __future__ import annotations

from tests.core.playbook import at_question, both


@both
def test_whole_answer_needs_no_follow_up(language: str) -> None:
    at_question(language).check(
        """
        >> say WHOLE
        << judge a1.1 of 1
        >> scored 8
        << answer.thanks q:craft_mid #ask:turn-6
        """
    )


@both
def test_one_word_is_invited_to_say_more(language: str) -> None:
    at_question(language).check(
        """
        >> say ONE_WORD
        << follow.more #ask:turn-6
        >> say NO_RESULT
        << f:hello.result #ask:turn-7
        >> say RESULT
        << judge a1.1 of 3
        >> scored 7
        << answer.thanks q:craft_mid #ask:turn-8
        """
    )


@both
def test_only_what_is_missing_is_asked(language: str) -> None:
    """The pack's own wording; what was said is not asked again."""
    at_question(language).check(
        """
        >> say NO_RESULT
        << f:hello.result #ask:turn-6
        >> say RESULT
        << judge a1.1 of 2
        >> scored 7
        << answer.thanks q:craft_mid #ask:turn-7
        """
    )


@both
def test_a_short_reply_to_a_follow_up_ends_it(language: str) -> None:
    at_question(language).check(
        """
        >> say NO_RESULT
        << f:hello.result #ask:turn-6
        >> say SHORT_RESULT
        << judge a1.1 of 2
        >> scored 5
        << answer.thanks q:craft_mid #ask:turn-7
        """
    )


@both
def test_nothing_more_to_say(language: str) -> None:
    at_question(language).check(
        """
        >> say NO_RESULT
        << f:hello.result #ask:turn-6
        >> say NO_MORE
        << judge a1.1 of 1
        >> scored 5
        << answer.thanks q:craft_mid #ask:turn-7
        """
    )


@both
def test_nothing_said_at_all(language: str) -> None:
    at_question(language).check(
        """
        >> say NO_MORE
        << follow.more #ask:turn-6
        >> say NO_MORE
        << judge a1.1 of 1
        >> scored 1
        << answer.next q:craft_mid #ask:turn-7
        """
    )


@both
def test_acknowledging_is_not_answering(language: str) -> None:
    at_question(language).check(
        """
        >> say THANKS
        << warm.listening
        >> say WHOLE
        << judge a1.1 of 1
        """
    )


@both
def test_generic_wording_where_the_pack_has_none(language: str) -> None:
    at_question(language).check(
        """
        >> say WHOLE
        << judge a1.1 of 1
        >> scored 8
        << answer.thanks q:craft_mid #ask:turn-6
        >> say NO_RESULT
        << follow.feasibility #ask:turn-7
        """
    )


@both
def test_nervous(language: str) -> None:
    at_question(language).check(
        """
        >> say NERVOUS
        << warm.nervous q:hello {do:pause do:skip}
        >> say NERVOUS
        << warm.nervous q:hello {do:pause do:skip}
        >> say NERVOUS_START
        << f:hello.result #ask:turn-6
        >> say RESULT
        << judge a1.1 of 2
        >> scored 7
        << answer.thanks q:craft_mid #ask:turn-7
        """
    )


@both
def test_nervous_at_the_start_of_an_answer(language: str) -> None:
    at_question(language).check(
        """
        >> say NERVOUS_START
        << warm.nervous f:hello.result #ask:turn-6
        >> say RESULT
        << judge a1.1 of 2
        >> scored 7
        << answer.thanks q:craft_mid #ask:turn-7
        """
    )


@both
def test_starting_over(language: str) -> None:
    at_question(language).check(
        """
        >> say NO_RESULT
        << f:hello.result #ask:turn-6
        >> say RESTART
        << warm.restart q:hello
        >> say REPEAT
        << q:hello
        >> say WHOLE
        << judge a1.1 of 1
        >> scored 8
        << answer.thanks q:craft_mid #ask:turn-7
        """
    )


@both
def test_what_do_you_mean(language: str) -> None:
    at_question(language).check(
        """
        >> say CLARIFY
        << warm.clarify q:hello
        >> say WHOLE
        << judge a1.1 of 1
        """
    )


@both
def test_a_question_back(language: str) -> None:
    at_question(language).check(
        """
        >> say PAY
        << faq.answer prompt.back q:hello
        >> say UNKNOWN_FACT
        << hr question #
        << faq.passed_on prompt.back q:hello
        >> say WHOLE
        << judge a1.1 of 1
        """
    )


@both
def test_dont_know_is_followed_by_something_easier(language: str) -> None:
    at_question(language).check(
        """
        >> say WHOLE
        << judge a1.1 of 1
        >> scored 9
        << answer.thanks q:craft_mid #ask:turn-6
        >> say DONT_KNOW
        << warm.dont_know next.easier q:care_easy #ask:turn-7
        >> say DONT_KNOW
        << warm.dont_know closing.done questions.ask {questions:none} #ask:turn-8
        """
    )


@both
def test_dont_know_with_nothing_easier_left(language: str) -> None:
    at_question(language).check(
        """
        >> say DONT_KNOW
        << warm.dont_know next.other q:craft_easy #ask:turn-6
        """
    )


@both
def test_dont_know_on_a_follow_up_ends_it(language: str) -> None:
    at_question(language).check(
        """
        >> say NO_RESULT
        << f:hello.result #ask:turn-6
        >> say DONT_KNOW
        << warm.no_more
        << judge a1.1 of 1
        >> scored 4
        << answer.thanks q:craft_mid #ask:turn-7
        """
    )


@both
def test_skip(language: str) -> None:
    at_question(language).check(
        """
        >> say SKIP
        << skip.done q:craft_mid #ask:turn-6
        >> press do:skip
        << skip.done q:care_hard #ask:turn-7
        >> say SKIP
        << skip.done q:care_easy #ask:turn-8
        >> say SKIP
        << skip.done q:craft_easy #ask:turn-9
        >> say SKIP
        << skip.done closing.done questions.ask {questions:none} #ask:turn-10
        >> say SKIP
        << hr finished
        << feedback.thanks feedback.too_little feedback.contact #feedback
        << survey.ask {survey:5 survey:4 survey:3 survey:2 survey:1} #ask:turn-11
        """
    )


@both
def test_skip_a_follow_up(language: str) -> None:
    at_question(language).check(
        """
        >> say ONE_WORD
        << follow.more #ask:turn-6
        >> say SKIP
        << judge a1.1 of 1
        >> say SKIP
        << skip.nothing
        >> scored 2
        << answer.next q:craft_mid #ask:turn-7
        """
    )


@both
def test_scoring_gives_up(language: str) -> None:
    at_question(language).check(
        """
        >> say WHOLE
        << judge a1.1 of 1
        >> unscored
        << hr unscored #
        << answer.thanks q:craft_mid #ask:turn-6
        """
    )


@both
def test_the_scorer_abstains(language: str) -> None:
    at_question(language).check(
        """
        >> say WHOLE
        << judge a1.1 of 1
        >> scored none
        << answer.thanks q:craft_mid #ask:turn-6
        """
    )


@both
def test_odd_messages(language: str) -> None:
    at_question(language).check(
        """
        >> say EMOJI
        << odd.wordless q:hello
        >> say EMPTY
        << odd.wordless q:hello
        >> say INSULT
        << odd.insult q:hello
        >> say INJECTION
        << odd.injection q:hello
        >> say FOREIGN
        << odd.foreign q:hello
        >> say TOO_LONG
        << odd.too_long q:hello
        >> say HTML
        << follow.more #ask:turn-6
        """
    )


@both
def test_a_whole_interview(language: str) -> None:
    at_question(language).check(
        """
        >> say WHOLE
        << judge a1.1 of 1
        >> scored 8
        << answer.thanks q:craft_mid #ask:turn-6
        >> say SKIP
        << skip.done q:craft_easy #ask:turn-7
        >> say DONT_KNOW
        << warm.dont_know next.other q:care_easy #ask:turn-8
        >> say WHOLE
        << follow.diagnosis #ask:turn-9
        >> say NO_MORE
        << judge a4.1 of 1
        >> scored 9
        << answer.thanks q:care_hard #ask:turn-10
        >> say SKIP
        << skip.done closing.done questions.ask {questions:none} #ask:turn-11
        >> say NO
        << hr finished
        << feedback.thanks feedback.solid feedback.grow feedback.levels feedback.level feedback.level feedback.contact #feedback
        << survey.ask {survey:5 survey:4 survey:3 survey:2 survey:1} #ask:turn-12
        >> press survey:5
        << survey.thanks survey.comment {survey:none} #ask:turn-13
        >> press survey:none
        << goodbye
        """
    )
