"""A person to talk to, stopping, erasing, and help: at any moment, in any phase."""

from __future__ import annotations

from tests.core.playbook import at_closing, at_question, both


@both
def test_a_person(language: str) -> None:
    at_question(language).check(
        """
        >> say HUMAN
        << hr human_wanted #
        << human.called {do:continue}
        >> say SMALL_TALK
        << hr message #
        << human.passed_on {do:continue}
        >> hr anna ...
        << human.wrote {do:continue}
        >> say WHOLE
        << hr message #
        << human.passed_on {do:continue}
        >> press do:continue
        << hr talk_over
        << pause.off q:hello
        """
    )


@both
def test_no_question_while_a_person_is_waited_for(language: str) -> None:
    at_question(language).check(
        """
        >> say WHOLE
        << judge a1.1 of 1
        >> say HUMAN
        << hr human_wanted #
        << human.called {do:continue}
        >> scored 8
        >> say GO_ON
        << hr talk_over
        << pause.off
        << q:craft_mid #ask:turn-6
        """
    )


@both
def test_a_person_after_the_end(language: str) -> None:
    at_closing(language).check(
        """
        >> press questions:none
        << hr finished
        << feedback.thanks feedback.strength feedback.grow feedback.levels feedback.level feedback.level feedback.contact #feedback
        << survey.ask {survey:5 survey:4 survey:3 survey:2 survey:1} #ask:turn-12
        >> say SKIP
        << goodbye
        >> say HUMAN
        << hr human_wanted #
        << human.called_after
        >> say SMALL_TALK
        << hr message #
        << over.passed_on
        """
    )


@both
def test_stop_and_come_back(language: str) -> None:
    at_question(language).check(
        """
        >> say STOP
        << stop.ask {stop:yes stop:no}
        >> say YES
        << hr stopped
        << stop.done {do:continue}
        >> say GREETING
        << stop.back q:hello
        >> say STOP
        << stop.ask {stop:yes stop:no}
        >> press stop:yes
        << hr stopped
        << stop.done {do:continue}
        >> press do:continue
        << pause.off q:hello
        """
    )


@both
def test_stop_and_come_back_with_the_answer(language: str) -> None:
    at_question(language).check(
        """
        >> say STOP
        << stop.ask {stop:yes stop:no}
        >> press stop:yes
        << hr stopped
        << stop.done {do:continue}
        >> say WHOLE
        << judge a1.1 of 1
        """
    )


@both
def test_stop_thought_better_of(language: str) -> None:
    at_question(language).check(
        """
        >> say STOP
        << stop.ask {stop:yes stop:no}
        >> say NO
        << stop.kept q:hello
        >> say STOP
        << stop.ask {stop:yes stop:no}
        >> press stop:no
        << stop.kept q:hello
        >> say STOP
        << stop.ask {stop:yes stop:no}
        >> say WHOLE
        << judge a1.1 of 1
        """
    )


@both
def test_stop_at_the_end_is_no(language: str) -> None:
    at_closing(language).check(
        """
        >> say STOP
        << hr finished
        << feedback.thanks feedback.strength feedback.grow feedback.levels feedback.level feedback.level feedback.contact #feedback
        << survey.ask {survey:5 survey:4 survey:3 survey:2 survey:1} #ask:turn-12
        >> say STOP
        << goodbye
        >> say STOP
        << over.note
        """
    )


@both
def test_delete_confirmed(language: str) -> None:
    at_question(language).check(
        """
        >> say DELETE
        << delete.ask {delete:yes delete:no}
        >> say YES
        << erase
        << hr erased
        << delete.done
        >> say GREETING
        << delete.done
        >> press do:continue
        << delete.done
        >> opened
        >> woke
        >> scored a1.1 8
        >> explained 4+4
        >> decided decline anna
        >> override care 8 anna
        >> hr anna ...
        """
    )


@both
def test_delete_by_button_at_the_very_end(language: str) -> None:
    at_closing(language).check(
        """
        >> press questions:none
        << hr finished
        << feedback.thanks feedback.strength feedback.grow feedback.levels feedback.level feedback.level feedback.contact #feedback
        << survey.ask {survey:5 survey:4 survey:3 survey:2 survey:1} #ask:turn-12
        >> press survey:5
        << survey.thanks survey.comment {survey:none} #ask:turn-13
        >> press survey:none
        << goodbye
        >> say DELETE
        << delete.ask {delete:yes delete:no}
        >> press delete:yes
        << erase
        << hr erased
        << delete.done
        >> say DELETE
        << delete.done
        """
    )


@both
def test_delete_thought_better_of(language: str) -> None:
    at_question(language).check(
        """
        >> say DELETE
        << delete.ask {delete:yes delete:no}
        >> say NO
        << stop.kept q:hello
        >> say DELETE
        << delete.ask {delete:yes delete:no}
        >> press delete:no
        << stop.kept q:hello
        >> say DELETE
        << delete.ask {delete:yes delete:no}
        >> say WHOLE
        << judge a1.1 of 1
        """
    )


@both
def test_help_and_unknown_commands(language: str) -> None:
    at_question(language).check(
        """
        >> say HELP
        << help.intro help.repeat help.pause help.continue help.skip help.language help.why help.human help.stop help.delete
        >> say /help
        << help.intro help.repeat help.pause help.continue help.skip help.language help.why help.human help.stop help.delete
        >> say /nonsense
        << help.unknown
        >> say /start
        << pause.none q:hello
        >> say REPEAT
        << q:hello
        """
    )


@both
def test_commands_after_the_end(language: str) -> None:
    at_closing(language).check(
        """
        >> press questions:none
        << hr finished
        << feedback.thanks feedback.strength feedback.grow feedback.levels feedback.level feedback.level feedback.contact #feedback
        << survey.ask {survey:5 survey:4 survey:3 survey:2 survey:1} #ask:turn-12
        >> say SKIP
        << goodbye
        >> say PAUSE
        << over.note
        >> say GO_ON
        << over.note
        >> say STOP
        << over.note
        >> say REPEAT
        << repeat.nothing
        >> say SKIP
        << skip.nothing
        >> say HELP
        << help.intro help.repeat help.pause help.continue help.skip help.language help.why help.human help.stop help.delete
        """
    )
