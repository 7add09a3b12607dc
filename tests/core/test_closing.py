"""After the last answer: questions back, feedback, survey, and what people of HR do."""

from __future__ import annotations

from tests.core.playbook import at_closing, both


@both
def test_questions_back(language: str) -> None:
    at_closing(language).check(
        """
        >> say YES
        << questions.go_ahead {questions:none}
        >> say PAY
        << faq.answer questions.more {questions:none}
        >> say UNKNOWN_FACT
        << hr question #
        << faq.passed_on questions.more {questions:none}
        >> say SMALL_TALK
        << hr message #
        << over.passed_on questions.more {questions:none}
        >> say INSULT
        << odd.insult questions.more {questions:none}
        >> say FOREIGN
        << odd.foreign questions.more {questions:none}
        >> say NO
        << hr finished
        << feedback.thanks feedback.strength feedback.grow feedback.levels feedback.level feedback.level feedback.contact #feedback
        << survey.ask {survey:5 survey:4 survey:3 survey:2 survey:1} #ask:turn-12
        """
    )


@both
def test_thanks_means_no_more_questions(language: str) -> None:
    at_closing(language).check(
        """
        >> say THANKS
        << hr finished
        << feedback.thanks feedback.strength feedback.grow feedback.levels feedback.level feedback.level feedback.contact #feedback
        << survey.ask {survey:5 survey:4 survey:3 survey:2 survey:1} #ask:turn-12
        """
    )


@both
def test_survey_in_figures(language: str) -> None:
    at_closing(language).check(
        """
        >> press questions:none
        << hr finished
        << feedback.thanks feedback.strength feedback.grow feedback.levels feedback.level feedback.level feedback.contact #feedback
        << survey.ask {survey:5 survey:4 survey:3 survey:2 survey:1} #ask:turn-12
        >> say 4
        << survey.thanks survey.comment {survey:none} #ask:turn-13
        >> say SMALL_TALK
        << goodbye
        """
    )


@both
def test_survey_with_a_question(language: str) -> None:
    at_closing(language).check(
        """
        >> press questions:none
        << hr finished
        << feedback.thanks feedback.strength feedback.grow feedback.levels feedback.level feedback.level feedback.contact #feedback
        << survey.ask {survey:5 survey:4 survey:3 survey:2 survey:1} #ask:turn-12
        >> say PAY
        << faq.answer survey.ask {survey:5 survey:4 survey:3 survey:2 survey:1}
        >> say SMALL_TALK
        << goodbye
        """
    )


@both
def test_survey_skipped(language: str) -> None:
    at_closing(language).check(
        """
        >> press questions:none
        << hr finished
        << feedback.thanks feedback.strength feedback.grow feedback.levels feedback.level feedback.level feedback.contact #feedback
        << survey.ask {survey:5 survey:4 survey:3 survey:2 survey:1} #ask:turn-12
        >> say SKIP
        << goodbye
        """
    )


@both
def test_comment_declined(language: str) -> None:
    at_closing(language).check(
        """
        >> press questions:none
        << hr finished
        << feedback.thanks feedback.strength feedback.grow feedback.levels feedback.level feedback.level feedback.contact #feedback
        << survey.ask {survey:5 survey:4 survey:3 survey:2 survey:1} #ask:turn-12
        >> press survey:3
        << survey.thanks survey.comment {survey:none} #ask:turn-13
        >> say NO
        << goodbye
        """
    )


@both
def test_afterwards(language: str) -> None:
    at_closing(language).check(
        """
        >> press questions:none
        << hr finished
        << feedback.thanks feedback.strength feedback.grow feedback.levels feedback.level feedback.level feedback.contact #feedback
        << survey.ask {survey:5 survey:4 survey:3 survey:2 survey:1} #ask:turn-12
        >> say SKIP
        << goodbye
        >> say THANKS
        << over.welcome
        >> say PAY
        << faq.answer
        >> say UNKNOWN_FACT
        << hr question #
        << faq.passed_on
        >> say SMALL_TALK
        << hr message #
        << over.passed_on
        """
    )


@both
def test_decisions_are_told_in_a_persons_name(language: str) -> None:
    at_closing(language).check(
        """
        >> press questions:none
        << hr finished
        << feedback.thanks feedback.strength feedback.grow feedback.levels feedback.level feedback.level feedback.contact #feedback
        << survey.ask {survey:5 survey:4 survey:3 survey:2 survey:1} #ask:turn-12
        >> decided hold anna
        >> decided approve anna
        << decision.approve by anna
        >> decided second_round bo
        << decision.second_round by bo
        >> decided decline cy
        << decision.decline by cy
        """
    )


@both
def test_hr_writes(language: str) -> None:
    at_closing(language).check(
        """
        >> hr anna ...
        << human.wrote {do:continue}
        >> press questions:none
        << hr finished
        << feedback.thanks feedback.strength feedback.grow feedback.levels feedback.level feedback.level feedback.contact #feedback
        << survey.ask {survey:5 survey:4 survey:3 survey:2 survey:1} #ask:turn-12
        >> say SKIP
        << goodbye
        >> hr anna ...
        << human.wrote
        """
    )
