"""States kept at hand between batches are a shortcut: what is stored always wins. On both databases."""

from __future__ import annotations

import pytest

from dialogues.app.batch import Batch
from dialogues.app.free_scorer import score_for_nothing
from dialogues.ports import Stale
from storage.ids import new_id
from tests.storage.store import Store, languages, opened, pressed


def other_batch(store: Store) -> Batch:
    """Return what another process would step with."""
    return Batch(store.record, store.packs, languages(), new_id, score_for_nothing)


def test_a_state_that_somebody_else_changed_is_read_again(store: Store) -> None:
    conversation = store.new_interview(name="Ada", email="a@example.com")
    store.hand_in(conversation, "open", opened())
    theirs, ours = other_batch(store), store.batch
    store.batch = theirs
    store.hand_in(conversation, "b1", pressed("consent:yes"))
    store.batch = ours
    try:
        store.hand_in(conversation, "b2", pressed("details:right"))
    except Stale:
        store.hand_in(conversation, "b2", pressed("details:right"))
    state = store.applications.interview(conversation)
    assert state is not None
    assert state.phase == "practice"
    assert [line.seq for line in store.story.lines(conversation)] == list(range(2, state.seq + 1))


def test_a_batch_that_fails_leaves_nothing_at_hand(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = store.new_interview(name="Ada", email="a@example.com")
    store.hand_in(conversation, "open", opened())
    with monkeypatch.context() as patch:
        patch.setattr("storage.record.SqlTransaction.write", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.hand_in(conversation, "b1", pressed("consent:yes"))
    store.hand_in(conversation, "b1", pressed("consent:yes"))
    state = store.applications.interview(conversation)
    assert state is not None
    assert state.phase == "details"
