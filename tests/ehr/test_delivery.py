"""What delivery decides without any system: the order of steps, retries, the breaker, rates."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ehr_connector.delivery.reaction import SCHEDULE, Breaker, Policy, react
from ehr_connector.delivery.steps import Status, Step, next_due, next_step, plan_steps, stuck
from ehr_connector.faults import Conflict, EhrFault, Gone, Misconfigured, Passing, Unsure
from ehr_connector.http import Buckets
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
