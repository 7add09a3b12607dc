"""What the Telegram channel remembers, on both databases."""

from __future__ import annotations

from sqlalchemy import select

from dialogues.core.events import Opened
from storage import tables
from storage.tables import DEAD, DONE, WAITING
from storage.telegram import TelegramMemory
from storage.uploads import Uploads
from tests.storage.store import Store, pressed, said

_BOT = 700001


def _memory(store: Store) -> TelegramMemory:
    memory = TelegramMemory(store.engine, store.sealer, store.people)
    memory.start(_BOT, "a_bot")
    return memory


def _open(store: Store, memory: TelegramMemory, chat: int = 5) -> int:
    """Return an interview that was opened in Telegram; its greeting waits to be delivered."""
    conversation = store.new_interview(name="Maya")
    assert memory.bind(conversation, chat)
    store.hand_in(conversation, "open", Opened(at=1.0, channel="telegram", language="en"), "telegram")
    return conversation


def test_the_first_chat_has_the_interview(store: Store) -> None:
    memory, conversation = _memory(store), store.new_interview()
    assert memory.bind(conversation, 5)
    assert memory.bind(conversation, 5)
    assert not memory.bind(conversation, 6)
    assert (memory.chat_of(conversation), memory.interviews(5), memory.interviews(6)) == (
        5,
        [conversation],
        [],
    )
    assert memory.seat(5).interview == conversation
    assert not memory.seat(6).started


def test_the_newest_interview_is_spoken_to(store: Store) -> None:
    memory, first, second = _memory(store), store.new_interview(), store.new_interview()
    memory.bind(first, 5)
    memory.bind(second, 5)
    assert memory.seat(5).interview == second
    assert memory.interviews(5) == [second, first]
    memory.sit(5, first)
    assert memory.seat(5).interview == first


def test_a_message_waits_until_it_is_delivered(store: Store) -> None:
    memory = _memory(store)
    conversation = _open(store, memory)
    (waiting,) = memory.undelivered()
    assert (waiting.chat, waiting.message.conversation, waiting.message.turn) == (5, conversation, 1)
    assert "Maya" in waiting.message.text
    assert waiting.message.buttons[0][1] == "consent:yes"
    assert store.record.claim_due(10**10, 1.0, 10) == []
    store.record.delivered([(waiting.message.id, 77, "")])
    assert memory.undelivered() == []
    assert memory.recent(conversation) == [(77, 1)]


def test_a_message_that_is_given_up_stays_as_a_dead_letter(store: Store) -> None:
    memory = _memory(store)
    _open(store, memory)
    store.record.delivered([(memory.undelivered()[0].message.id, 0, "blocked")])
    with store.engine.connect() as connection:
        row = connection.execute(select(tables.outbox).where(tables.outbox.c.kind == "Say")).one()
    assert (row.status, row.code) == (DEAD, "blocked")


def test_what_is_said_in_the_browser_is_not_pushed(store: Store) -> None:
    memory = _memory(store)
    conversation = _open(store, memory)
    store.hand_in(conversation, "1", said("/help"), "web")
    store.hand_in(conversation, "2", said("/help"), "telegram")
    with store.engine.connect() as connection:
        rows = connection.execute(
            select(tables.outbox.c.status).where(tables.outbox.c.kind == "Say").order_by(tables.outbox.c.seq)
        )
        assert list(rows.scalars()) == [WAITING, DONE, WAITING]


def test_updates_are_noted_once(store: Store) -> None:
    memory = _memory(store)
    assert memory.note(1, "Words")
    assert not memory.note(1, "Words")


def test_a_blocked_chat_is_known_until_somebody_sits_there_again(store: Store) -> None:
    memory = _memory(store)
    conversation = _open(store, memory)
    memory.block(5, True)
    assert memory.seat(5).blocked
    memory.sit(5, conversation)
    assert not memory.seat(5).blocked


def test_an_erased_interview_is_forgotten_after_its_last_word(store: Store) -> None:
    memory = _memory(store)
    conversation = _open(store, memory)
    store.hand_in(conversation, "1", said("/delete"), "telegram")
    store.hand_in(conversation, "2", pressed("delete:yes"), "telegram")
    memory.tidy()
    (last,) = memory.undelivered()
    assert last.chat == 5
    store.record.delivered([(last.message.id, 80, "")])
    memory.tidy()
    assert memory.chat_of(conversation) == 0
    assert not memory.seat(5).started


def test_a_person_of_hr_has_a_desk_and_gets_a_name(store: Store) -> None:
    memory = _memory(store)
    person = store.people.ensure("telegram", "9", "owner")
    assert memory.seat(9).desk == person.conversation
    assert memory.started_desks() == []
    memory.sit(9)
    memory.name_person(9, "Wang Fang")
    memory.name_person(9, "Somebody Else")
    assert memory.started_desks() == [person.conversation]
    renamed = store.people.by_id("telegram:9")
    assert renamed is not None
    assert renamed.name == "Wang Fang"


def test_a_colleagues_invitation_is_for_one(store: Store) -> None:
    memory = _memory(store)
    token = memory.invite_colleague("Ben", "reader")
    assert len(token) <= 64
    assert memory.take_colleague(token, 7).person == "telegram:7"
    assert memory.take_colleague(token, 7).problem == ""
    assert memory.take_colleague(token, 8).problem == "taken"
    assert memory.take_colleague("nonsense", 8).problem == "unknown"


def test_one_process_leads(store: Store) -> None:
    first, second = _memory(store), _memory(store)
    with first.lead() as leads, second.lead() as also:
        assert leads
        assert also == (store.engine.dialect.name == "sqlite")
    with second.lead() as leads:
        assert leads


def test_a_document_is_sealed_and_kept_once(store: Store) -> None:
    uploads, conversation = Uploads(store.engine, store.sealer), store.new_interview()
    number = uploads.keep(conversation, "fetch:1", "application/pdf", b"%PDF")
    assert uploads.keep(conversation, "fetch:1", "application/pdf", b"%PDF") == number
    assert uploads.read(number) == b"%PDF"
    assert store.count("upload") == 1
    store.hand_in(conversation, "open", Opened(at=1.0, channel="web", language="en"))
    store.hand_in(conversation, "1", said("/delete"))
    store.hand_in(conversation, "2", pressed("delete:yes"))
    assert uploads.read(number) is None
    assert uploads.keep(conversation, "fetch:2", "application/pdf", b"%PDF") == 0
