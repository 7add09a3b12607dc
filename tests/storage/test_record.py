"""The record's promises: once, in order, all or nothing, and nobody's work twice."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from dialogues.app.codec import encode_effect
from dialogues.app.outcome import Outcome
from dialogues.core.effects import WakeAt
from dialogues.ports import Changes, EffectRow, Stale, StateRow
from storage import tables
from storage.ids import new_id
from storage.record import LEASE_SECONDS, SqlRecord, SqlTransaction
from storage.tables import DEAD, DONE, WAITING
from tests.storage.store import Store, arrival, opened, pressed, said


def effect(
    conversation: int, key: str, *, words: str = "", due: float = 10.0, kind: str = "WakeAt"
) -> EffectRow:
    body = encode_effect(WakeAt(key=key, alarm="stalled", at=due))
    return EffectRow(new_id(), conversation, 1, key, kind, body, due, WAITING, words)


def write(record: SqlRecord, changes: Changes) -> None:
    with record.transaction() as transaction:
        transaction.write(changes)


def write_and_fail(record: SqlRecord, changes: Changes) -> None:
    with record.transaction() as transaction:
        transaction.write(changes)
        raise ZeroDivisionError


def numbers(outcome: Outcome) -> list[int]:
    return [seq for _, seq in outcome.acknowledged]


class TestRecord:
    def test_a_message_sent_twice_is_stored_once_and_acknowledged_twice_alike(self, store: Store) -> None:
        conversation = store.new_interview(name="Ada")
        store.hand_in(conversation, "open", opened())
        twice = [arrival(conversation, "m1", said("Hello there")) for _ in range(2)]
        together = numbers(store.batch.run(twice))
        later = numbers(store.hand_in(conversation, "m1", said("Hello there")))
        assert together == [together[0]] * 2
        assert later == together[:1]
        assert together[0] > 0
        assert [line.text for line in store.story.lines(conversation) if line.mine] == ["Hello there"]

    def test_channels_name_their_messages_independently(self, store: Store) -> None:
        conversation = store.new_interview()
        store.hand_in(conversation, "open", opened())
        store.hand_in(conversation, "m1", said("from the web"))
        store.hand_in(conversation, "m1", said("from elsewhere"), channel="telegram")
        assert [line.text for line in store.story.lines(conversation) if line.mine] == [
            "from the web",
            "from elsewhere",
        ]

    def test_a_question_is_stored_once_whatever_is_carried_out_again(self, store: Store) -> None:
        conversation = store.new_interview()
        first, again = (
            effect(conversation, "ask:turn-1", words="a"),
            effect(conversation, "ask:turn-1", words="b"),
        )
        write(store.record, Changes(effects=[first]))
        write(store.record, Changes(effects=[again]))
        assert store.count("outbox") == 1
        with store.engine.connect() as connection:
            texts = connection.execute(select(tables.text.c.id)).scalars().all()
        assert list(texts) == [first.id]  # no words without the row they belong to

    def test_an_older_version_of_a_conversation_is_refused(self, store: Store) -> None:
        conversation = store.new_interview()
        fresh = StateRow(conversation, 2, b"{}")
        write(store.record, Changes(states=[fresh]))
        with pytest.raises(Stale):
            write(store.record, Changes(states=[fresh], effects=[effect(conversation, "ask:turn-1")]))
        assert store.count("outbox") == 0

    def test_nothing_is_kept_of_a_transaction_that_fails(self, store: Store) -> None:
        conversation = store.new_interview()
        changes = Changes(effects=[effect(conversation, "x", words="secret")])
        with pytest.raises(ZeroDivisionError):
            write_and_fail(store.record, changes)
        assert (store.count("outbox"), store.count("text")) == (0, 0)

    def test_an_event_stored_meanwhile_by_another_process_is_not_stepped_twice(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        conversation = store.new_interview()
        store.hand_in(conversation, "open", opened())
        store.hand_in(conversation, "m1", said("Once only"))
        monkeypatch.setattr(SqlTransaction, "known", lambda *_: {})  # looked a moment too early
        with pytest.raises(Stale):
            store.hand_in(conversation, "m1", said("Once only"))
        assert len([line for line in store.story.lines(conversation) if line.mine]) == 1

    def test_an_id_that_two_processes_came_upon_is_refused_and_never_dropped_in_silence(
        self, store: Store
    ) -> None:
        conversation = store.new_interview()
        store.hand_in(conversation, "open", opened())
        with store.engine.connect() as connection:
            taken = connection.execute(select(tables.inbox.c.id)).scalars().one()
        ids = iter([taken, *(new_id() for _ in range(99))])
        store.batch.new_id = lambda: next(ids)
        with pytest.raises(IntegrityError):
            store.hand_in(conversation, "m1", said("Do not lose me"))
        store.hand_in(conversation, "m1", said("Do not lose me"))
        assert [line.text for line in store.story.lines(conversation) if line.mine] == ["Do not lose me"]


class TestWaiting:
    def leave_waiting(self, store: Store, conversation: int, *names: str) -> None:
        """Store events as an edge does: durable, not stepped."""
        from dialogues.app.edge import Intake

        Intake(store.record, new_id).run(
            [arrival(conversation, name, said(f"text {name}")) for name in names]
        )

    def test_it_is_stepped_later_in_order_and_once(self, store: Store) -> None:
        conversation = store.new_interview()
        store.hand_in(conversation, "open", opened())
        self.leave_waiting(store, conversation, "m1", "m2")
        assert [line for line in store.story.lines(conversation) if line.mine] == []
        store.batch.catch_up()
        store.batch.catch_up()
        texts = [line.text for line in store.story.lines(conversation) if line.mine]
        assert texts == ["text m1", "text m2"]

    def test_what_comes_later_is_stepped_after_it(self, store: Store) -> None:
        conversation = store.new_interview()
        store.hand_in(conversation, "open", opened())
        self.leave_waiting(store, conversation, "m1")
        outcome = store.hand_in(conversation, "m2", said("text m2"))
        texts = [line.text for line in store.story.lines(conversation) if line.mine]
        assert texts == ["text m1", "text m2"]
        assert len(outcome.acknowledged) == 2

    def test_sent_again_while_it_waits_it_is_acknowledged_and_not_doubled(self, store: Store) -> None:
        conversation = store.new_interview()
        store.hand_in(conversation, "open", opened())
        self.leave_waiting(store, conversation, "m1", "m1")
        self.leave_waiting(store, conversation, "m1")
        store.hand_in(conversation, "m1", said("text m1"))
        assert [line.text for line in store.story.lines(conversation) if line.mine] == ["text m1"]
        with store.engine.connect() as connection:
            rows = set(connection.execute(select(tables.inbox.c.id)).scalars())
            rows |= set(connection.execute(select(tables.outbox.c.id)).scalars())
            assert set(connection.execute(select(tables.text.c.id)).scalars()) <= rows

    def test_stored_twice_at_the_same_moment_it_waits_once_and_its_words_are_kept_once(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        conversation = store.new_interview()
        monkeypatch.setattr(SqlTransaction, "known", lambda *_: {})  # both looked before either wrote
        self.leave_waiting(store, conversation, "m1")
        self.leave_waiting(store, conversation, "m1")
        assert (store.count("inbox"), store.count("text")) == (1, 1)

    def test_a_step_that_fails_leaves_its_event_and_lets_the_others_go_on(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from dialogues.app import batch

        good, bad = store.new_interview(), store.new_interview()
        for conversation in (good, bad):
            store.hand_in(conversation, "open", opened())
        real = batch.step

        def failing(state, event, world):  # type: ignore[no-untyped-def]
            if getattr(event, "text", "") == "poison":
                raise ZeroDivisionError
            return real(state, event, world)

        monkeypatch.setattr(batch, "step", failing)
        store.batch.run([arrival(bad, "m1", said("poison")), arrival(good, "m1", said("fine"))])
        assert [line.text for line in store.story.lines(good) if line.mine] == ["fine"]
        monkeypatch.setattr(batch, "step", real)
        store.batch.catch_up()
        assert [line.text for line in store.story.lines(bad) if line.mine] == ["poison"]


class TestEffects:
    @pytest.fixture
    def due(self, store: Store) -> list[int]:
        conversation = store.new_interview()
        rows = [effect(conversation, f"wake:{number}", due=10.0 + number) for number in range(6)]
        write(store.record, Changes(effects=rows))
        return [row.id for row in rows]

    def test_two_claimers_never_get_the_same(self, store: Store, due: list[int]) -> None:
        one = store.record.claim_due(now=100.0, lease=60.0, limit=4)
        other = store.record.claim_due(now=100.0, lease=60.0, limit=4)
        assert [claimed.id for claimed in [*one, *other]] == due

    def test_nothing_is_claimed_before_its_time(self, store: Store, due: list[int]) -> None:
        assert [one.id for one in store.record.claim_due(now=12.0, lease=60.0, limit=10)] == due[:3]

    def test_a_lease_that_ran_out_frees_the_effect(self, store: Store, due: list[int]) -> None:
        store.record.claim_due(now=100.0, lease=60.0, limit=10)
        assert store.record.claim_due(now=159.0, lease=60.0, limit=10) == []
        assert len(store.record.claim_due(now=161.0, lease=60.0, limit=10)) == 6

    def test_leases_of_a_process_that_is_gone_are_freed_at_once(self, store: Store, due: list[int]) -> None:
        store.record.claim_due(now=100.0, lease=60.0, limit=10)
        store.record.free_leases()
        assert len(store.record.claim_due(now=101.0, lease=60.0, limit=10)) == 6

    def test_a_fresh_effect_belongs_for_a_while_to_who_stored_it(self, store: Store) -> None:
        conversation = store.new_interview()
        write(store.record, Changes(effects=[effect(conversation, "judge:a1.1", kind="Judge")]))
        assert store.record.claim_due(now=10.0 + LEASE_SECONDS - 1, lease=60.0, limit=10) == []
        assert len(store.record.claim_due(now=10.0 + LEASE_SECONDS + 1, lease=60.0, limit=10)) == 1

    def test_postponed_it_comes_back_later_with_its_attempts(self, store: Store, due: list[int]) -> None:
        store.record.claim_due(now=100.0, lease=60.0, limit=1)
        store.record.postpone(due[0], due_at=500.0, attempts=2, code="away")
        assert due[0] not in [one.id for one in store.record.claim_due(now=499.0, lease=600.0, limit=10)]
        (back,) = store.record.claim_due(now=501.0, lease=60.0, limit=10)
        assert (back.id, back.attempts) == (due[0], 2)

    def test_buried_it_is_never_claimed_and_stays_visible(self, store: Store, due: list[int]) -> None:
        store.record.bury(due[0], "scorer_died")
        assert due[0] not in [one.id for one in store.record.claim_due(now=1e9, lease=60.0, limit=10)]
        with store.engine.connect() as connection:
            row = connection.execute(select(tables.outbox).where(tables.outbox.c.id == due[0])).one()
        assert (row.status, row.code) == (DEAD, "scorer_died")

    def test_settled_it_is_done(self, store: Store, due: list[int]) -> None:
        store.record.settle(due[:2])
        assert [one.id for one in store.record.claim_due(now=1e9, lease=60.0, limit=10)] == due[2:]

    def test_what_an_effect_brought_about_settles_it_in_the_same_transaction(
        self, store: Store, due: list[int]
    ) -> None:
        with store.engine.connect() as connection:
            conversation = connection.execute(select(tables.outbox.c.conversation)).scalars().first()
        assert conversation is not None
        store.hand_in(conversation, "open", opened())
        event = replace(arrival(conversation, "wake:0", said("x"), "self"), settles=due[0])
        store.batch.run([event])
        with store.engine.connect() as connection:
            status = connection.execute(
                select(tables.outbox.c.status).where(tables.outbox.c.id == due[0])
            ).scalar_one()
        assert status == DONE


class TestStory:
    def test_words_of_events_come_in_the_order_asked_for(self, store: Store) -> None:
        conversation = store.new_interview()
        store.hand_in(conversation, "open", opened())
        store.hand_in(conversation, "m1", said("first words"))
        store.hand_in(conversation, "m2", said("second words"))
        seqs = [line.seq for line in store.story.lines(conversation) if line.mine]
        assert store.record.words_of(conversation, [seqs[1], seqs[0], 999]) == [
            "second words",
            "first words",
            "",
        ]

    def test_a_page_that_was_away_gets_what_came_after(self, store: Store) -> None:
        conversation = store.new_interview(name="Ada", email="ada@example.com")
        store.hand_in(conversation, "open", opened())
        store.hand_in(conversation, "b1", pressed("consent:yes"))
        everything = store.story.lines(conversation)
        assert [line.seq for line in everything] == sorted(line.seq for line in everything)
        assert store.story.lines(conversation, after=everything[0].seq) == everything[1:]
        assert any(line.mine for line in everything)  # the button, by its label

    def test_a_text_moved_to_another_row_does_not_open(self, store: Store) -> None:
        from storage.seal import UnreadableText

        conversation = store.new_interview()
        store.hand_in(conversation, "open", opened())
        store.hand_in(conversation, "m1", said("mine"))
        store.hand_in(conversation, "m2", said("yours"))
        with store.engine.begin() as connection:
            rows = connection.execute(
                select(tables.text).join(tables.inbox, tables.inbox.c.id == tables.text.c.id)
            ).all()
            connection.execute(
                update(tables.text).where(tables.text.c.id == rows[0].id).values(sealed=rows[1].sealed)
            )
        with pytest.raises(UnreadableText, match="changed outside"):
            store.story.lines(conversation)
