"""After an erasure no word of or about the person is anywhere: not in a row, not in a file, not sealed either."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import make_url

from dialogues.app.edge import Intake
from dialogues.core.effects import PushResult
from dialogues.core.events import Answered, Explained, HrWrote
from dialogues.core.interview import Phase
from storage import tables
from storage.ids import new_id
from tests.storage.store import Store, arrival, opened, pressed, said

NAME, MAIL = "Wilhelmina Zyxwvut", "wilhelmina@zyxwvut.example"
ANSWER = "At Quuxington I sold forty purple umbrellas to the town hall and then followed up every Friday."
AFTERWARDS = "One more thing: my sister lives in Plughborough."
WORDS = ("Wilhelmina", "zyxwvut", "Quuxington", "umbrellas", "Plughborough")


def interview(store: Store) -> int:
    """Return a conversation with a name, an answer and the bot's replies in it."""
    conversation = store.new_interview(name=NAME, email=MAIL)
    store.hand_in(conversation, "open", opened())
    for number, value in enumerate(("consent:yes", "details:right", "practice:no")):
        store.hand_in(conversation, f"b{number}", pressed(value))
    store.hand_in(conversation, "m1", said(ANSWER))
    store.hand_in(conversation, "h1", HrWrote(at=1002.0, by="Anna", text=f"Dear {NAME}, thank you"))
    return conversation


def erase(store: Store, conversation: int) -> None:
    store.hand_in(conversation, "m8", said("/delete"))
    store.hand_in(conversation, "m9", pressed("delete:yes"))
    state = store.applications.interview(conversation)
    assert state is not None
    assert state.phase is Phase.ERASED


def everything(store: Store) -> str:
    """Return all rows of all tables as text, every sealed text opened."""
    told = []
    with store.engine.connect() as connection:
        for table in tables.metadata.sorted_tables:
            if table.name == "pack":
                continue  # the job pack's own examples
            for row in connection.execute(select(table)):
                told += [v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in row]
        told += [store.sealer.open(row.id, row.sealed) for row in connection.execute(select(tables.text))]
    return "\n".join(told)


def test_before_it_the_words_are_there_and_only_sealed(store: Store) -> None:
    interview(store)
    told = everything(store)
    assert all(word in told for word in WORDS[:4])
    with store.engine.connect() as connection:
        for table in tables.metadata.sorted_tables:
            raw = b"\n".join(
                value if isinstance(value, bytes) else str(value).encode()
                for row in connection.execute(select(table))
                for value in row
            )
            assert table.name == "pack" or not any(word.encode() in raw for word in WORDS)
    if store.engine.dialect.name == "sqlite":
        path = Path(make_url(store.url).database or "")
        files = [path, *path.parent.glob(path.name + "-*")]
        assert not any(word.encode() in file.read_bytes() for file in files for word in WORDS)


def test_nothing_is_left_even_sealed(store: Store) -> None:
    conversation = interview(store)
    erase(store, conversation)
    told = everything(store)
    assert [word for word in WORDS if word in told] == []
    assert store.applications.profile(conversation) == {}
    listed = store.applications.unfinished(None) + store.applications.ranked(None)
    assert [one.name for one in listed] == [""]
    assert all(line.text != ANSWER for line in store.story.lines(conversation))


def test_somebody_else_keeps_their_words(store: Store) -> None:
    other = store.new_interview(name="Bystander")
    store.hand_in(other, "open", opened())
    store.hand_in(other, "m1", said("I stay here"))
    erase(store, interview(store))
    assert store.applications.profile(other) == {"name": "Bystander"}
    assert "I stay here" in [line.text for line in store.story.lines(other)]


def test_words_that_come_afterwards_are_not_kept(store: Store) -> None:
    conversation = interview(store)
    erase(store, conversation)
    store.hand_in(conversation, "m10", said(AFTERWARDS))
    store.hand_in(conversation, "e1", Explained(at=1003.0, text=f"{NAME}'s computation"), "self")
    told = everything(store)
    assert [word for word in WORDS if word in told] == []


def test_words_in_the_same_batch_are_not_kept(store: Store) -> None:
    conversation = interview(store)
    events = (said(f"{ANSWER} Again."), said("/delete"), pressed("delete:yes"), said(AFTERWARDS))
    store.batch.run([arrival(conversation, f"n{number}", event) for number, event in enumerate(events)])
    assert [word for word in WORDS if word in everything(store)] == []


def test_words_that_still_wait_to_be_stepped_are_not_kept(store: Store) -> None:
    conversation = interview(store)
    store.hand_in(conversation, "m8", said("/delete"))
    waiting = arrival(conversation, "m11", Answered(at=1004.0, text=AFTERWARDS))
    Intake(store.record, new_id).run([arrival(conversation, "m9", pressed("delete:yes")), waiting])
    assert "Plughborough" in everything(store)
    store.batch.catch_up()
    assert [word for word in WORDS if word in everything(store)] == []


def test_an_unfinished_effect_of_an_erased_person_is_not_carried_out(store: Store) -> None:
    store.batch.instantly = None  # so that scoring waits in the outbox
    conversation = interview(store)
    store.hand_in(conversation, "m2", said("/skip"))
    kinds = {type(due.effect).__name__ for due in store.record.claim_due(1e9, 0.0, 100)}
    assert "Judge" in kinds
    erase(store, conversation)
    due = [one.effect for one in store.record.claim_due(2e9, 0.0, 100)]
    # told without a name; times kept for the person are given back; HR systems are asked to erase them, too
    assert {type(one).__name__ for one in due} <= {"TellHr", "CloseBooking", "PushResult"}
    assert {one.cause for one in due if isinstance(one, PushResult)} <= {"erased"}
