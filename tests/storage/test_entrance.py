"""Many people let in with one reading see what each would see alone: on both databases."""

from __future__ import annotations

from sqlalchemy import event

from storage.entrance import Entrance
from tests.storage.store import Store, opened, pressed, said


def entrance(store: Store) -> Entrance:
    return Entrance(store.engine, store.sealer, store.story)


def begun(store: Store, name: str) -> int:
    conversation = store.new_interview(name=name, email="n@example.com")
    for number, happened in enumerate(
        (opened(), pressed("consent:yes"), pressed("details:right"), pressed("practice:no"))
    ):
        store.hand_in(conversation, f"{conversation}-{number}", happened)
    return conversation


def test_links_are_looked_up_together(store: Store) -> None:
    first, second = store.new_interview(), store.new_interview()
    good, late = store.applications.invite(first), store.applications.invite(first, seconds=-1)
    gone = store.applications.invite(second)
    store.applications.revoke(second)
    found = entrance(store).find_invites([gone, "made-up", late, good, good])
    assert [(one.conversation, one.problem) for one in found] == [
        (second, "revoked"),
        (0, "unknown"),
        (first, "expired"),
        (first, ""),
        (first, ""),
    ]


def test_each_is_told_what_they_missed_and_nobody_elses(store: Store) -> None:
    people = [begun(store, f"Number {number}") for number in range(5)]
    calls = [(one, after) for one in people for after in (0, 3, 5, 99)]
    calls.append((12345, 0))
    found = entrance(store).returned(calls)
    assert found.pop() is None
    for (conversation, after), returned in zip(calls, found, strict=False):
        assert returned is not None
        assert returned.lines == store.story.lines(conversation, after)
        assert returned.state == store.applications.interview(conversation)
        assert returned.name == f"Number {people.index(conversation)}"


def test_own_words_are_in_the_story_too(store: Store) -> None:
    one = begun(store, "Ada")
    before = store.story.lines(one)[-1].seq
    store.hand_in(one, "m1", said("I sold shoes for three years and learned to listen first, then to offer."))
    (returned,) = entrance(store).returned([(one, before)])
    assert returned is not None
    assert [line.mine for line in returned.lines] == [True, False]
    assert returned.lines[0].text.startswith("I sold shoes")


def test_a_crowd_costs_no_more_statements_than_two(store: Store) -> None:
    people = [begun(store, f"Number {number}") for number in range(16)]
    calls = [(one, store.story.lines(one)[-1].seq - 1) for one in people]
    sent: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    entrance(store).returned(calls[:2])
    few = len(sent)
    entrance(store).returned(calls)
    assert len(sent) - few == few
