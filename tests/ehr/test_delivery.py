"""Delivery without any system: order, retries, pauses, the breaker, one courier after another, thousands of lanes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ehr_connector.adapter import Limited
from ehr_connector.delivery.courier import Courier
from ehr_connector.delivery.hashing import Hasher
from ehr_connector.delivery.ports import Lane, Push
from ehr_connector.delivery.preview import drift_of, preview
from ehr_connector.delivery.reaction import SCHEDULE, Breaker, Policy, react
from ehr_connector.delivery.sending import Sent
from ehr_connector.delivery.steps import Planned, Status, Step, next_due, next_step, plan_steps, stuck
from ehr_connector.faults import Conflict, EhrFault, Expired, Gone, Misconfigured, Passing, Unsure
from ehr_connector.filedrop.adapter import FileDropAdapter, Options
from ehr_connector.http import Buckets
from ehr_connector.model import Capability
from storage.deliveries import SqlLedger
from tests.ehr.ledger import FAST, HASHER, Pushing, a_result, new_ledger
from tests.ehr.maps import connection

POLICY = Policy(jitter=0.0)


def step(
    number: int, kind: str, push: int = 1, *needs: str, status: Status = Status.WAITING, due: float = 0.0
) -> Step:
    return Step(number, push, kind, number, needs, "finished", status=status, due_at=due)


def test_the_steps_of_a_push_stand_in_order() -> None:
    mapping = connection("webhook").mapping
    assert [one.kind for one in plan_steps(mapping, "finished")] == [
        "application",
        "scores",
        "file",
        "note",
        "stage",
    ]
    decided = plan_steps(mapping, "decided")
    assert [one.kind for one in decided][-2:] == ["hire", "onboarding"]
    assert {one.kind: one.needs for one in decided}["scores"] == ("application",)


def test_a_failed_file_holds_up_nothing_else() -> None:
    steps = [
        step(1, "application", status=Status.DONE),
        step(2, "file", 1, "application", status=Status.DEAD),
        step(3, "note", 1, "application"),
    ]
    assert next_step(steps, 0.0) is steps[2]


def test_what_needs_a_failed_step_waits_and_a_later_push_does_not_wait_for_it() -> None:
    steps = [
        step(1, "application", status=Status.DEAD),
        step(2, "note", 1, "application"),
        step(3, "application", 2),
        step(4, "note", 2, "application"),
    ]
    assert stuck(steps) == {2}
    assert next_step(steps, 0.0) is steps[2]
    steps[2].status = Status.DONE
    assert next_step(steps, 0.0) is steps[3]


def test_a_later_push_waits_for_the_same_step_of_an_earlier_one() -> None:
    steps = [step(1, "stage", 1, due=100.0), step(2, "stage", 2)]
    assert next_step(steps, 50.0) is None
    assert next_due(steps) == 100.0
    assert next_step(steps, 100.0) is steps[0]


def test_a_paused_kind_is_left_alone() -> None:
    steps = [step(1, "application"), step(2, "note")]
    assert next_step(steps, 0.0, {"application"}) is steps[1]
    assert next_step(steps, 0.0, {"*"}) is None
    assert next_due(steps, {"*"}) is None


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from(["a", "b", "c"]), st.sampled_from(list(Status))),
        max_size=9,
        unique_by=lambda t: t[:2],
    )
)
def test_steps_are_taken_in_order_whatever_has_happened(drawn: list[tuple[int, str, Status]]) -> None:
    needs = {"a": (), "b": ("a",), "c": ("a",)}
    steps = [
        Step(n, push, kind, "abc".index(kind), needs[kind], "finished", status=status)
        for n, (push, kind, status) in enumerate(drawn)
    ]
    taken = []
    while (one := next_step(steps, 0.0)) is not None:
        taken.append((one.push, one.kind))
        one.status = Status.DONE
    for kind in "abc":
        pushes = [push for push, k in taken if k == kind]
        assert pushes == sorted(pushes)
    assert {s.id for s in steps if s.status is Status.WAITING} == stuck(steps)


@pytest.mark.parametrize(
    ("fault", "status", "begun"),
    [
        (Passing("rate_limited"), Status.WAITING, False),
        (Unsure("cut"), Status.WAITING, True),
        (Misconfigured("unknown_field", field="x"), Status.PAUSED, False),
        (Gone("gone"), Status.DEAD, False),
        (Conflict("moved_there"), Status.CONFLICT, False),
        (EhrFault("ours"), Status.WAITING, False),
    ],
)
def test_each_class_of_fault_has_its_reaction(fault: EhrFault, status: Status, begun: bool) -> None:
    found = react(fault, 1, 1000.0, POLICY, lambda: 0.5)
    assert (found.status, found.begun) == (status, begun)
    if status is Status.WAITING:
        assert found.due_at == 1005.0


def test_the_schedule_is_standard_webhooks_and_then_it_is_given_up() -> None:
    due = [react(Passing("x"), n, 0.0, POLICY, lambda: 0.5).due_at for n in range(1, 10)]
    assert due == list(SCHEDULE) == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert react(Passing("x"), 10, 0.0, POLICY, lambda: 0.5).status is Status.DEAD


@given(st.floats(0, 1))
def test_jitter_stays_within_its_share(chance: float) -> None:
    due = react(Passing("x"), 2, 0.0, Policy(jitter=0.2), lambda: chance).due_at
    assert 240 <= due <= 360


def test_a_wish_to_wait_is_honoured() -> None:
    assert react(Passing("rate_limited", retry_after=90.0), 1, 0.0, POLICY, lambda: 0.5).due_at == 90.0


def test_the_breaker_opens_on_the_line_only() -> None:
    breaker = Breaker(POLICY)
    for _ in range(20):
        breaker.failed(Misconfigured("refused_value"), 0.0)
    assert not breaker.is_open
    for _ in range(POLICY.breaker_failures):
        breaker.failed(Passing("unreachable"), 100.0)
    assert breaker.open_until == 100.0 + POLICY.breaker_seconds
    breaker.failed(Passing("unreachable"), 200.0)
    assert breaker.open_until == 200.0 + 2 * POLICY.breaker_seconds
    breaker.worked()
    assert not breaker.is_open


async def test_a_bucket_lets_a_burst_through_and_then_its_rate() -> None:
    buckets, loop = Buckets(rate=50.0, burst=5), asyncio.get_running_loop()
    began = loop.time()
    for _ in range(5):
        await buckets.take("a")
    await buckets.take("b")
    assert loop.time() - began < 0.05
    for _ in range(5):
        await buckets.take("a")
    assert loop.time() - began >= 0.09


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    made = new_ledger(tmp_path)
    yield made
    made.engine.dispose()


def add(ledger: SqlLedger, count: int, *kinds: str, push: int = 1) -> None:
    steps = [Planned(kind) for kind in kinds or ("one",)]
    ledger.add([Push("there", f"a_{n}", n, push, "finished", steps) for n in range(1, count + 1)], 0.0)


def test_a_push_is_written_once(ledger: SqlLedger) -> None:
    add(ledger, 3)
    add(ledger, 3)
    assert ledger.counts() == {("there", Status.WAITING): 3}


async def test_one_application_is_never_in_two_hands(ledger: SqlLedger) -> None:
    hands: dict[str, int] = {}
    order: dict[str, list[int]] = {}

    async def execute(lane: Lane, step: Step) -> Sent:
        hands[lane.application] = hands.get(lane.application, 0) + 1
        assert hands[lane.application] == 1
        await asyncio.sleep(0.001)
        order.setdefault(lane.application, []).append(step.push)
        hands[lane.application] -= 1
        return Sent()

    for push in (1, 2, 3):
        add(ledger, 20, push=push)
    couriers = [Courier("there", execute, ledger, policy=FAST) for _ in range(3)]
    tasks = [asyncio.ensure_future(one.run_forever()) for one in couriers]
    while ledger.open_lanes("there"):  # noqa: ASYNC110  what is waited for stands in the database
        await asyncio.sleep(0.02)
    for task in tasks:
        task.cancel()
    for one in couriers:
        await one.stop()
    assert all(pushes == [1, 2, 3] for pushes in order.values())
    assert len(order) == 20


async def test_a_push_added_while_its_lane_is_carried_is_not_forgotten(ledger: SqlLedger) -> None:
    async def execute(lane: Lane, step: Step) -> Sent:
        if step.push == 1:
            await asyncio.to_thread(add, ledger, 1, push=2)
        return Sent()

    add(ledger, 1)
    courier = Courier("there", execute, ledger, policy=FAST)
    await courier.drain()
    assert ledger.counts() == {("there", Status.DONE): 2}


async def test_the_next_holder_of_a_lane_is_careful(ledger: SqlLedger) -> None:
    seen = []

    async def execute(lane: Lane, step: Step) -> Sent:
        seen.append(lane.careful)
        return Sent()

    add(ledger, 1)
    assert ledger.claim("there", 1.0, 1e12, 8)[0].careful is False
    assert ledger.claim("there", 2.0, 1e12, 8) == []
    ledger.free_leases()
    await Courier("there", execute, ledger, policy=FAST).drain()
    assert seen == [True]


async def test_whoever_lost_a_lane_writes_nothing(ledger: SqlLedger) -> None:
    from ehr_connector.delivery.ports import Change

    add(ledger, 1)
    (late,) = ledger.claim("there", 1.0, 5.0, 8)
    (mine,) = ledger.claim("there", 10.0, 5.0, 8)
    late.steps[0].status = Status.DEAD
    ledger.write([Change(late, [late.steps[0]], release=True)], 11.0, 5.0)
    assert ledger.counts() == {("there", Status.WAITING): 1}
    mine.steps[0].status = Status.DONE
    ledger.write([Change(mine, [mine.steps[0]], release=True)], 11.0, 5.0)
    assert ledger.counts() == {("there", Status.DONE): 1}


async def test_a_wrong_mapping_is_paused_at_the_second_and_resumed(ledger: SqlLedger) -> None:
    wrong, tried = True, 0

    async def execute(lane: Lane, step: Step) -> Sent:
        nonlocal tried
        tried += 1
        if wrong:
            raise Misconfigured("unknown_field", field="phone")
        return Sent()

    add(ledger, 10)
    courier = Courier("there", execute, ledger, policy=replace(FAST, at_once=1))
    await courier.drain()
    assert [(p.kind, p.code, p.field) for p in ledger.pauses("there")] == [("one", "unknown_field", "phone")]
    assert tried <= 3
    wrong = False
    assert ledger.resume("there", 0.0) == 1
    await courier.drain()
    assert ledger.counts() == {("there", Status.DONE): 10}


async def test_one_bad_record_is_not_a_bad_mapping(ledger: SqlLedger) -> None:
    async def execute(lane: Lane, step: Step) -> Sent:
        if lane.application in ("a_2", "a_5"):
            raise Misconfigured("refused_value", field="phone")
        return Sent()

    add(ledger, 9)
    courier = Courier("there", execute, ledger, policy=replace(FAST, at_once=1))
    await courier.drain()
    assert ledger.pauses("there") == []
    assert ledger.counts() == {("there", Status.DONE): 7, ("there", Status.PAUSED): 2}
    assert ledger.replay(0.0, application="a_2") == 1
    assert ledger.replay(0.0) == 1


async def test_a_line_that_is_down_is_left_alone_until_it_is_back(ledger: SqlLedger) -> None:
    up, tried, probes = False, 0, 0

    async def execute(lane: Lane, step: Step) -> Sent:
        nonlocal tried
        tried += 1
        if not up:
            raise Passing("unreachable")
        return Sent()

    async def probe() -> None:
        nonlocal probes
        probes += 1
        if not up:
            raise Passing("unreachable")

    add(ledger, 50)
    policy = replace(FAST, breaker_failures=3, breaker_seconds=0.05, at_once=4)
    courier = Courier("there", execute, ledger, policy=policy, probe=probe)
    running = asyncio.ensure_future(courier.run_forever())
    await asyncio.sleep(0.5)
    assert tried < 12
    assert probes >= 1
    up = True
    for _ in range(500):
        if ledger.counts() == {("there", Status.DONE): 50}:
            break
        await asyncio.sleep(0.02)
    running.cancel()
    await courier.stop()
    assert ledger.counts() == {("there", Status.DONE): 50}


async def test_a_fault_of_ours_stops_nobody_else(ledger: SqlLedger) -> None:
    async def execute(lane: Lane, step: Step) -> Sent:
        if lane.application == "a_1":
            raise ZeroDivisionError
        return Sent()

    add(ledger, 3)
    courier = Courier("there", execute, ledger, policy=FAST)
    for _ in range(40):
        await courier.drain()
        await asyncio.sleep(0.015)
    assert ledger.counts() == {("there", Status.DONE): 2, ("there", Status.DEAD): 1}
    assert [(one.code, one.field) for one in ledger.stuck()] == [("ours", "ZeroDivisionError")]


async def test_an_expired_login_is_renewed_once_for_all_lanes(ledger: SqlLedger) -> None:
    logins, good = 0, False

    async def execute(lane: Lane, step: Step) -> Sent:
        if not good:
            await asyncio.sleep(0.01)
            raise Expired("login_expired")
        return Sent()

    async def renew() -> None:
        nonlocal logins, good
        logins += 1
        good = True

    add(ledger, 8)
    await Courier("there", execute, ledger, policy=FAST, renew=renew).drain()
    assert (logins, ledger.counts()) == (1, {("there", Status.DONE): 8})


def test_hashes_tell_nothing_and_see_through_forms() -> None:
    one, other = Hasher(b"a" * 32), Hasher(b"b" * 32)
    assert one.text("王小明") != other.text("王小明")
    assert one.text([7, "Sales"]) == one.text(7) == one.text(7.0)
    assert one.text(False) == one.text(None) == one.text("")
    assert one.text("1") != one.text(1)
    same, changed = a_result(), replace(a_result(), id="another")
    assert one.report(same) == one.report(changed)
    assert one.report(same) != one.report(a_result(2))


async def test_preview_writes_nothing_and_shows_the_difference(tmp_path: Path, ledger: SqlLedger) -> None:
    mapped = connection("filedrop", hire=None, onboarding=None)
    pushing = Pushing(mapped, FileDropAdapter(Options(folder=str(tmp_path / "drop"))), ledger)
    lines = await preview(pushing.sender, pushing.lane(), a_result(), "finished")
    assert ("application.a_1", "name", None, "王小明 🎉 1", "new") in [
        (one.key, one.field, one.there, one.ours, one.remark) for one in lines
    ]
    assert not (tmp_path / "drop").exists()
    await pushing.push()
    result = a_result()
    changed = replace(result, candidate=replace(result.candidate, name="李雷"))
    after = await preview(pushing.sender, pushing.lane(), changed, "finished")
    assert [(one.field, one.there, one.ours) for one in after if one.key == "application.a_1"] == [
        ("name", "王小明 🎉 1", "李雷")
    ]


async def test_reconciliation_reports_what_is_missing_and_what_changed(
    tmp_path: Path, ledger: SqlLedger
) -> None:
    mapped = connection("filedrop", hire=None, onboarding=None)
    pushing = Pushing(mapped, FileDropAdapter(Options(folder=str(tmp_path / "drop"))), ledger)
    await pushing.push(1)
    await pushing.push(2)
    path = tmp_path / "drop" / "application.a_1.json"
    path.write_text(path.read_text().replace("王小明", "Mallory"))
    (tmp_path / "drop" / "application.a_2.json").unlink()
    found = []
    for application, links in ledger.links("there").items():
        found += await drift_of(pushing.sender, HASHER, application, links)
    assert [(one.application, one.key, one.what, one.fields) for one in found] == [
        ("a_1", "application.a_1", "changed", ("name",)),
        ("a_2", "application.a_2", "missing", ()),
    ]
    ledger.forget_link("there", ["application.a_2"])
    await pushing.push(2)
    assert (tmp_path / "drop" / "application.a_2.json").exists()


async def test_what_is_not_offered_is_said_so() -> None:
    limited: Any = Limited()
    assert limited.capabilities == frozenset()
    for name, arguments in (
        ("read", (None, [])),
        ("put_file", (None, None)),
        ("hire", (None,)),
        ("erase", ("a",)),
    ):
        with pytest.raises(EhrFault, match="not_offered"):
            await getattr(limited, name)(*arguments)
    assert Capability.READ not in limited.capabilities
