"""The ledger of deliveries and what comes in, on both database systems."""

from __future__ import annotations

import asyncio
import time

import pytest

from ehr_connector.delivery.courier import Courier
from ehr_connector.delivery.ports import Change, Lane, Pause, Push
from ehr_connector.delivery.reaction import Policy
from ehr_connector.delivery.sending import Sent
from ehr_connector.delivery.steps import Planned, Status, Step
from ehr_connector.model import Link, Ref
from storage.deliveries import SqlLedger
from storage.inbound import FOR_GOOD, ApiKeys, Inbound, Job, Order, Review
from tests.storage.store import Store, opened, pressed


@pytest.fixture
def ledger(store: Store) -> SqlLedger:
    return SqlLedger(store.engine)


def add(ledger: SqlLedger, count: int, number: int = 1) -> None:
    steps = [Planned("application"), Planned("note", ("application",))]
    pushes = [Push("there", f"a_{n}", n, number, "finished", steps) for n in range(1, count + 1)]
    ledger.add(pushes, 0.0)
    ledger.add(pushes, 0.0)


async def test_three_workers_take_every_step_once_and_in_order(ledger: SqlLedger) -> None:
    taken: list[tuple[str, int, str]] = []
    busy: set[str] = set()

    async def execute(lane: Lane, step: Step) -> Sent:
        assert lane.application not in busy
        busy.add(lane.application)
        await asyncio.sleep(0.001)
        taken.append((lane.application, step.push, step.kind))
        busy.remove(lane.application)
        lane.links[f"x.{lane.application}"] = Link(f"x.{lane.application}", Ref("m", "1"), {"a": "b"})
        return Sent()

    for number in (1, 2):
        add(ledger, 30, number)
    couriers = [Courier("there", execute, ledger, policy=Policy(poll_seconds=0.02)) for _ in range(3)]
    running = [asyncio.ensure_future(one.run_forever()) for one in couriers]
    while ledger.open_lanes("there"):  # noqa: ASYNC110  what is waited for stands in the database
        await asyncio.sleep(0.02)
    for one in running:
        one.cancel()
    for courier in couriers:
        await courier.stop()
    assert len(taken) == len(set(taken)) == 120
    for n in range(1, 31):
        mine = [entry[1:] for entry in taken if entry[0] == f"a_{n}"]
        assert mine == [(1, "application"), (1, "note"), (2, "application"), (2, "note")]
    assert ledger.links("there")["a_7"] == [Link("x.a_7", Ref("m", "1"), {"a": "b"}, {})]


def test_pauses_and_replays(ledger: SqlLedger) -> None:
    add(ledger, 2)
    ledger.pause(Pause("there", "note", "unknown_field", "x", 1.0))
    ledger.pause(Pause("there", "note", "unknown_field", "y", 2.0))
    assert [one.field for one in ledger.pauses("there")] == ["y"]
    for lane in ledger.claim("there", 1.0, 100.0, 8):
        lane.steps[0].status = Status.DEAD
        lane.steps[0].code = "gone"
        ledger.write([Change(lane, [lane.steps[0]], [], release=True, due_at=None)], 2.0, 100.0)
    assert {one.code for one in ledger.stuck()} == {"gone"}
    assert ledger.open_lanes("there") == 0
    assert ledger.replay(3.0, application="a_1") == 1
    assert [lane.application for lane in ledger.claim("there", 4.0, 100.0, 8)] == ["a_1"]
    assert ledger.resume("there", 5.0) == 0


def test_an_erasure_leaves_no_delivery(store: Store, ledger: SqlLedger) -> None:
    conversation = store.new_interview(name="Maya")
    state = store.applications.interview(conversation)
    assert state is not None
    name = state.application
    inbound = Inbound(store.engine, store.sealer)
    ledger.add([Push("there", name, conversation, 1, "finished", [Planned("application")])], 0.0)
    inbound.link("there", name, Link(f"application.{name}", Ref("m", "1")))
    inbound.keep_review(Review("s", "r", name, "2026", 4, 5, {"x": 3.0}))
    inbound.keep_order(Order("s", "o", name, "", "open"))
    inbound.begin("api:x", "k", "d")
    inbound.finish("api:x", "k", "the personal link", name)
    store.hand_in(conversation, "o", opened())
    store.hand_in(conversation, "d1", pressed("do:delete"))
    store.hand_in(conversation, "d2", pressed("delete:yes"))
    assert [
        store.count(t) for t in ("ehr_lane", "ehr_step", "ehr_link", "review", "ehr_order", "ehr_seen")
    ] == [0] * 6


def test_a_request_whose_worker_died_is_taken_over(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    inbound, begun = Inbound(store.engine, store.sealer), time.time()
    moment = [begun]
    monkeypatch.setattr("storage.inbound.time.time", lambda: moment[0])
    assert inbound.begin("s", "k", "d") is None
    moment[0] = begun + 100
    inbound.go_on("s", "k")
    moment[0] = begun + 200
    assert inbound.begin("s", "k", "d") is not None, "whoever goes on keeps it"
    moment[0] = begun + 300
    assert inbound.begin("s", "k", "other") is not None
    assert inbound.begin("s", "k", "d") is None
    assert inbound.begin("s", "k", "d") is not None, "it is taken over once"
    inbound.finish("s", "k", "answer")
    moment[0] = begun + 9000
    assert inbound.begin("s", "k", "d") is not None


def test_what_is_kept_for_good_is_not_forgotten(store: Store) -> None:
    inbound = Inbound(store.engine, store.sealer)
    inbound.begin(f"{FOR_GOOD}there", "7", "")
    inbound.begin("api", "7", "")
    assert inbound.forget_before(time.time() + 1) == 1
    assert inbound.knows(f"{FOR_GOOD}there", "7")


def test_an_application_is_found_by_its_own_record_only(store: Store) -> None:
    inbound = Inbound(store.engine, store.sealer)
    inbound.link("there", "a_1", Link("application.a_1", Ref("m", "9")))
    inbound.link("there", "a_1", Link("note.a_1.finished", Ref("n", "10")))
    assert inbound.application_at("there", "9", ("application", "person")) == "a_1"
    assert inbound.application_at("there", "10", ("application", "note")) == ""
    assert inbound.application_at("elsewhere", "9", ("application",)) == ""
    assert inbound.linked("there", "note.a_1.finished")


def test_what_comes_in_is_kept_once(store: Store) -> None:
    inbound = Inbound(store.engine, store.sealer)
    assert inbound.begin("s", "k", "digest") is None
    seen = inbound.begin("s", "k", "other")
    assert seen is not None
    assert (seen.digest, seen.answer) == ("digest", "")
    inbound.finish("s", "k", "answer")
    again = inbound.begin("s", "k", "digest")
    assert again is not None
    assert again.answer == "answer"
    inbound.give_up("s", "k")
    assert inbound.begin("s", "k", "digest") is None
    assert inbound.forget_before(time.time() + 1) == 1
    for title in ("a", "b"):
        inbound.keep_job(Job("s", "1", title, "", True))
    assert [job.title for job in inbound.jobs("s")] == ["b"]
    inbound.keep_cursor("c", "jobs", "1")
    inbound.keep_cursor("c", "jobs", "2")
    assert (inbound.cursor("c", "jobs"), inbound.cursor("c", "x")) == ("2", "")
    keys = ApiKeys(store.engine)
    secret = keys.make("odoo", ("jobs",))
    found = keys.find(secret)
    assert found is not None
    assert found.scopes == ("jobs",)
    assert keys.revoke("odoo")
    assert keys.find(secret) is None
    assert keys.all()[0].revoked_at is not None
