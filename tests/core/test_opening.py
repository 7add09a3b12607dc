"""Before the interview: consent, details, the practice round."""

from __future__ import annotations

from tests.core.playbook import TO_PRACTICE, Playbook, at_consent, both


@both
def test_consent_by_button(language: str) -> None:
    Playbook(language).check(
        """
        >> opened
        << greeting.unnamed greeting.who notice consent.ask {consent:yes consent:no do:human} #ask:turn-1
        >> press consent:yes
        << consent.thanks details.ask_name {do:skip} #ask:turn-2
        """
    )


@both
def test_consent_in_words(language: str) -> None:
    at_consent(language).check(
        """
        >> say YES
        << consent.thanks details.ask_name {do:skip} #ask:turn-2
        """
    )


@both
def test_consent_refused_and_reconsidered(language: str) -> None:
    at_consent(language).check(
        """
        >> say NO
        << hr refused
        << consent.refused
        >> say THANKS
        << consent.refused_note
        >> say UNKNOWN_FACT
        << hr question #
        << faq.passed_on consent.refused_note
        >> say SMALL_TALK
        << hr message #
        << over.passed_on consent.refused_note
        >> press consent:yes
        << button.past
        >> say YES
        << consent.thanks details.ask_name {do:skip} #ask:turn-2
        """
    )


@both
def test_consent_refused_by_button(language: str) -> None:
    at_consent(language).check(
        """
        >> press consent:no
        << hr refused
        << consent.refused
        >> say GO_ON
        << consent.thanks details.ask_name {do:skip} #ask:turn-2
        """
    )


@both
def test_consent_needs_a_clear_yes(language: str) -> None:
    at_consent(language).check(
        """
        >> say SMALL_TALK
        << consent.first consent.ask {consent:yes consent:no do:human}
        >> say PAY
        << faq.answer consent.ask {consent:yes consent:no do:human}
        >> say UNKNOWN_FACT
        << hr question #
        << faq.passed_on consent.ask {consent:yes consent:no do:human}
        >> say NERVOUS
        << warm.nervous consent.ask {consent:yes consent:no do:human}
        >> say EMOJI
        << consent.first consent.ask {consent:yes consent:no do:human}
        >> say EMPTY
        << consent.first consent.ask {consent:yes consent:no do:human}
        >> say INSULT
        << odd.insult consent.ask {consent:yes consent:no do:human}
        >> say INJECTION
        << odd.injection consent.ask {consent:yes consent:no do:human}
        >> say FOREIGN
        << odd.foreign consent.ask {consent:yes consent:no do:human}
        >> say TOO_LONG
        << consent.first consent.ask {consent:yes consent:no do:human}
        >> say SKIP
        << consent.first consent.ask {consent:yes consent:no do:human}
        >> say GO_ON
        << consent.thanks details.ask_name {do:skip} #ask:turn-2
        """
    )


@both
def test_first_words_open_the_conversation(language: str) -> None:
    """A channel without an opening event: the first message is met with the greeting."""
    Playbook(language).check(
        """
        >> say GREETING
        << greeting.unnamed greeting.who notice consent.ask {consent:yes consent:no do:human} #ask:turn-1
        >> opened
        """
    )


@both
def test_a_greeting_agrees_to_nothing(language: str) -> None:
    at_consent(language).check(
        """
        >> say GREETING
        << consent.first consent.ask {consent:yes consent:no do:human}
        >> say GREETED_YES
        << consent.thanks details.ask_name {do:skip} #ask:turn-2
        """
    )


@both
def test_known_details_confirmed(language: str) -> None:
    at_consent(language, known=("name", "email", "phone")).check(
        """
        >> press consent:yes
        << consent.thanks details.known details.name details.email details.phone details.right {details:right details:wrong} #ask:turn-2
        >> press details:right
        << details.thanks practice.offer {practice:yes practice:no} #ask:turn-3
        """
    )


@both
def test_known_details_confirmed_in_words(language: str) -> None:
    at_consent(language, known=("name", "email")).check(
        """
        >> press consent:yes
        << consent.thanks details.known details.name details.email details.right {details:right details:wrong} #ask:turn-2
        >> say YES
        << details.thanks practice.offer {practice:yes practice:no} #ask:turn-3
        """
    )


@both
def test_known_details_corrected(language: str) -> None:
    at_consent(language, known=("name", "phone")).check(
        """
        >> press consent:yes
        << consent.thanks details.known details.name details.phone details.right {details:right details:wrong} #ask:turn-2
        >> press details:wrong
        << details.ask_correction {do:skip} #ask:turn-3
        >> say EMOJI
        << details.correction_unclear details.ask_correction {do:skip}
        >> say UNKNOWN_FACT
        << hr question #
        << faq.passed_on details.ask_correction {do:skip}
        >> say CORRECTION
        << keep correction
        << details.thanks practice.offer {practice:yes practice:no} #ask:turn-4
        """
    )


@both
def test_known_details_corrected_straight_away(language: str) -> None:
    at_consent(language, known=("name", "email")).check(
        """
        >> press consent:yes
        << consent.thanks details.known details.name details.email details.right {details:right details:wrong} #ask:turn-2
        >> say PAY
        << faq.answer details.known details.name details.email details.right {details:right details:wrong}
        >> say CORRECTION
        << keep correction
        << details.thanks practice.offer {practice:yes practice:no} #ask:turn-3
        """
    )


@both
def test_known_details_wrong_then_nothing_to_change(language: str) -> None:
    at_consent(language, known=("name", "email")).check(
        """
        >> press consent:yes
        << consent.thanks details.known details.name details.email details.right {details:right details:wrong} #ask:turn-2
        >> say NO
        << details.ask_correction {do:skip} #ask:turn-3
        >> say NO
        << details.skipped practice.offer {practice:yes practice:no} #ask:turn-4
        """
    )


@both
def test_what_is_missing_is_asked(language: str) -> None:
    at_consent(language, known=("name",)).check(
        """
        >> press consent:yes
        << consent.thanks details.known details.name details.right {details:right details:wrong} #ask:turn-2
        >> press details:right
        << details.thanks details.ask_contact {do:skip} #ask:turn-3
        >> say 12
        << details.contact_unclear details.ask_contact {do:skip}
        >> say UNKNOWN_FACT
        << hr question #
        << faq.passed_on details.ask_contact {do:skip}
        >> say TOO_LONG
        << details.contact_unclear details.ask_contact {do:skip}
        >> say EMAIL
        << keep contact
        << details.thanks practice.offer {practice:yes practice:no} #ask:turn-4
        """
    )


@both
def test_nothing_known(language: str) -> None:
    at_consent(language).check(
        """
        >> press consent:yes
        << consent.thanks details.ask_name {do:skip} #ask:turn-2
        >> say 123
        << details.name_unclear details.ask_name {do:skip}
        >> say EMOJI
        << details.name_unclear details.ask_name {do:skip}
        >> say PAY
        << faq.answer details.ask_name {do:skip}
        >> say NAME
        << keep name
        << details.thanks details.ask_contact {do:skip} #ask:turn-3
        >> say +86 138 0000 0000
        << keep contact
        << details.thanks practice.offer {practice:yes practice:no} #ask:turn-4
        """
    )


@both
def test_details_skipped(language: str) -> None:
    at_consent(language).check(
        """
        >> press consent:yes
        << consent.thanks details.ask_name {do:skip} #ask:turn-2
        >> say SKIP
        << details.skipped details.ask_contact {do:skip} #ask:turn-3
        >> press do:skip
        << details.skipped practice.offer {practice:yes practice:no} #ask:turn-4
        """
    )


@both
def test_practice_declined_in_words(language: str) -> None:
    Playbook(language).after(TO_PRACTICE).check(
        """
        >> say BEGIN
        << interview.begin q:hello #ask:turn-5
        << wake 86400
        """
    )


@both
def test_practice_is_kept_nowhere(language: str) -> None:
    Playbook(language).after(TO_PRACTICE).check(
        """
        >> say NERVOUS
        << warm.nervous practice.offer {practice:yes practice:no}
        >> say PAY
        << faq.answer practice.offer {practice:yes practice:no}
        >> say SMALL_TALK
        << practice.choose practice.offer {practice:yes practice:no}
        >> say TRY
        << practice.question #ask:turn-5
        >> say WHOLE
        << forget
        << practice.done interview.begin q:hello #ask:turn-6
        << wake 86400
        """
    )


@both
def test_practice_skipped(language: str) -> None:
    Playbook(language).after(TO_PRACTICE).check(
        """
        >> press practice:yes
        << practice.question #ask:turn-5
        >> say SKIP
        << interview.begin q:hello #ask:turn-6
        << wake 86400
        """
    )
