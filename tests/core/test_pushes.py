"""When the HR systems are brought up to date, and how an offer is answered."""

from __future__ import annotations

import pytest

from tests.core.playbook import TO_QUESTION, Playbook


def finished(language: str = "zh") -> Playbook:
    book = Playbook(language, pushes=True)
    book.after(TO_QUESTION)
    for _ in range(40):
        if book.driven.state.finished_at:
            return book
        book.after(">> press do:skip")
    raise AssertionError("never finished")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_end_a_decision_and_an_override_are_pushed(language: str) -> None:
    book = Playbook(language, pushes=True)
    book.after(TO_QUESTION)
    pushed = []
    for _ in range(40):
        pushed += [show for e in book._play(">> press do:skip") if (show := book.show(e)).startswith("push")]
        if pushed:
            break
    assert pushed == ["push finished"]
    book.check(
        """
        >> decided hold anna
        << push decided
        """
    )


def test_an_erasure_is_pushed_too() -> None:
    finished().check(
        """
        >> say /delete
        << delete.ask {delete:yes delete:no}
        >> press delete:yes
        << erase
        << push erased
        << hr erased
        << delete.done
        """
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_offer_may_be_asked_about_and_then_accepted_once(language: str) -> None:
    finished(language).check(
        """
        >> press offer:accept
        << button.past
        >> offered anna We would like you to join us.
        << human.wrote {offer:accept offer:decline offer:ask} by anna
        >> press offer:ask
        << hr offer_asked
        << offer.ask
        >> press offer:accept
        << hr offer_accepted
        << push offer
        << offer.accepted
        >> press offer:decline
        << button.past
        """
    )


def test_an_offer_is_declined() -> None:
    finished().check(
        """
        >> offered anna 欢迎加入
        << human.wrote {offer:accept offer:decline offer:ask} by anna
        >> press offer:decline
        << hr offer_declined
        << push offer
        << offer.declined
        """
    )
