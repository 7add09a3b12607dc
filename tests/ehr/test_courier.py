"""Couriers on a real ledger: one hand on a lane, pauses, a line that is down, previews, drift."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ehr_connector.adapter import Limited
from ehr_connector.delivery.courier import Courier
from ehr_connector.delivery.hashing import Hasher
from ehr_connector.delivery.ports import Lane, Push
from ehr_connector.delivery.preview import drift_of, preview
from ehr_connector.delivery.sending import Sent
from ehr_connector.delivery.steps import Planned, Status, Step
from ehr_connector.faults import EhrFault, Expired, Misconfigured, Passing
from ehr_connector.filedrop.adapter import FileDropAdapter, Options
from ehr_connector.model import Capability
from storage.deliveries import SqlLedger
from tests.ehr.ledger import FAST, HASHER, Pushing, a_result, new_ledger
from tests.ehr.maps import connection


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
    assert await preview(pushing.sender, pushing.lane(), a_result(), "finished") == []
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
