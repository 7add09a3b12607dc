"""What every adapter has to keep, whichever system it is for: one class, run behind the fault proxy.

A new adapter writes a `Remote`, the other side as a person there sees it, and a test class that inherits `AdapterContract` and has a
fixture `remote`. What a system cannot do at all is skipped with its name.
"""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ehr_connector.adapter import Adapter
from ehr_connector.delivery.steps import Status
from ehr_connector.mapping.model import Connection
from ehr_connector.model import Capability
from storage.deliveries import SqlLedger
from tests.ehr.ledger import FAST, Pushing, a_result, approved, new_ledger
from tests.ehr.proxy import Faults

BIG = 20_000_000


class Remote:
    """The other side. `connection` maps at least `application`, file, note and stage (from New to Interviewed)."""

    connection: Connection
    adapter: Adapter
    proxy: Faults | None = None
    slow_gives_up = True

    async def records(self) -> list[dict[str, Any]]:
        """Return the application records, each with `name`, as they stand there."""
        raise NotImplementedError

    async def files(self) -> list[bytes]: ...  # type: ignore[empty-body]

    async def notes(self) -> list[str]: ...  # type: ignore[empty-body]

    async def stage(self) -> str:
        """Return the stage of the one application."""
        raise NotImplementedError

    async def move_by_hand(self, stage: str) -> None: ...

    async def edit_by_hand(self, name: str) -> None: ...

    async def delete_by_hand(self) -> None: ...

    async def refuse_by_hand(self) -> None:
        """Make the login expire, as a restart over there would."""


class AdapterContract:
    """The conformance suite."""

    @pytest.fixture
    def ledger(self, tmp_path: Path) -> SqlLedger:
        return new_ledger(tmp_path)

    @pytest.fixture
    def pushing(self, remote: Remote, ledger: SqlLedger) -> Pushing:
        return Pushing(remote.connection, remote.adapter, ledger)

    def able(self, remote: Remote, *wanted: Capability) -> None:
        lacking = [str(one) for one in wanted if one not in remote.adapter.capabilities]
        if lacking:
            pytest.skip(f"{remote.connection.system} does not offer: {', '.join(lacking)}")

    def proxied(self, remote: Remote) -> Faults:
        if remote.proxy is None:
            pytest.skip(f"{remote.connection.system} has nothing in between that could break")
        return remote.proxy

    async def test_it_says_who_it_is(self, remote: Remote) -> None:
        assert await remote.adapter.health()

    async def test_everything_arrives_once(self, remote: Remote, pushing: Pushing) -> None:
        await pushing.push()
        assert set(pushing.statuses().values()) == {Status.DONE}, pushing.steps()
        assert [one["name"] for one in await remote.records()] == ["王小明 🎉 1"]
        if Capability.FILE in remote.adapter.capabilities:
            assert await remote.files() == [pushing.shelf.pdf + b"a_1"]
        if Capability.NOTE in remote.adapter.capabilities:
            (note,) = await remote.notes()
            assert "客户导向" in note
        if remote.connection.mapping.stage is not None:
            assert await remote.stage() == "Interviewed"

    async def test_a_repeated_push_creates_nothing(self, remote: Remote, pushing: Pushing) -> None:
        await pushing.push()
        before = (await remote.records(), await remote.files(), await remote.notes())
        forwarded = remote.proxy.forwarded if remote.proxy is not None else 0
        await pushing.push()
        assert (await remote.records(), await remote.files(), await remote.notes()) == before
        assert {step.code for step in pushing.steps().values()} == {"unchanged"}
        assert remote.proxy is None or remote.proxy.forwarded == forwarded, "nothing new was asked over there"

    async def test_a_change_updates_the_same_record(self, remote: Remote, pushing: Pushing) -> None:
        await pushing.push()
        result = a_result()
        changed = replace(result, candidate=replace(result.candidate, name="李雷 👩‍💻"))
        await pushing.push(result=changed)
        assert [one["name"] for one in await remote.records()] == ["李雷 👩‍💻"]

    async def test_a_value_that_comes_back_is_written_again(self, remote: Remote, pushing: Pushing) -> None:
        result = a_result()
        other = replace(result, candidate=replace(result.candidate, name="李雷"))
        for one in (result, other, result):
            await pushing.push(result=one)
        assert [one["name"] for one in await remote.records()] == ["王小明 🎉 1"]

    @pytest.mark.parametrize("count", range(1, 7))
    async def test_lost_replies_double_nothing(self, remote: Remote, pushing: Pushing, count: int) -> None:
        self.proxied(remote).next(*["lost"] * count)
        await pushing.push()
        assert set(pushing.statuses().values()) == {Status.DONE}, pushing.steps()
        assert len(await remote.records()) == 1
        assert len(await remote.files()) <= 1
        assert len(await remote.notes()) <= 1

    @pytest.mark.parametrize("place", range(1, 6))
    async def test_our_own_change_is_not_taken_for_a_persons(
        self, remote: Remote, pushing: Pushing, place: int
    ) -> None:
        """Whichever reply of an update is lost, what is found there afterwards is ours."""
        await pushing.push()
        asked = 0

        def lose_one(_: bytes) -> Any:
            nonlocal asked
            asked += 1
            return "lost" if asked == place else None

        self.proxied(remote).whenever = lose_one
        result = a_result()
        await pushing.push(result=replace(result, candidate=replace(result.candidate, name="李雷")))
        assert set(pushing.statuses().values()) == {Status.DONE}, pushing.steps()
        assert [one["name"] for one in await remote.records()] == ["李雷"]

    @pytest.mark.parametrize("fault", ["cut", "429", "500"])
    async def test_faults_that_pass_lose_nothing(self, remote: Remote, pushing: Pushing, fault: Any) -> None:
        self.proxied(remote).next(*[fault] * 3)
        await pushing.push()
        assert set(pushing.statuses().values()) == {Status.DONE}, pushing.steps()
        assert len(await remote.records()) == 1

    async def test_every_third_reply_is_lost(self, remote: Remote, pushing: Pushing) -> None:
        chance = random.Random(5)
        self.proxied(remote).whenever = lambda _: "lost" if chance.random() < 0.33 else None
        pushing.courier = pushing.new_courier(replace(FAST, schedule=(0.01,) * 40))  # ten are soon used up
        await pushing.push()
        assert set(pushing.statuses().values()) == {Status.DONE}, pushing.steps()
        assert (len(await remote.records()), len(await remote.notes())) == (1, len(await remote.notes()))
        assert len(await remote.notes()) <= 1

    async def test_who_is_too_slow_is_asked_again(self, remote: Remote, pushing: Pushing) -> None:
        self.proxied(remote).next("slow")
        await pushing.push()
        assert set(pushing.statuses().values()) == {Status.DONE}, pushing.steps()
        assert len(await remote.records()) == 1

    async def test_an_expired_login_is_renewed_once(self, remote: Remote, pushing: Pushing) -> None:
        self.proxied(remote).next("401")
        await pushing.push()
        assert set(pushing.statuses().values()) == {Status.DONE}, pushing.steps()
        assert all(step.attempts == 1 for step in pushing.steps().values())

    async def test_a_login_that_stays_refused_pauses_the_connection(
        self, remote: Remote, pushing: Pushing
    ) -> None:
        proxy = self.proxied(remote)
        proxy.whenever = lambda _: "401"
        pushing.add(1)
        await pushing.courier.drain()
        assert [(p.kind, p.code) for p in pushing.ledger.pauses(remote.connection.name)] == [
            ("*", "login_refused")
        ]
        proxy.whenever = lambda _: None
        pushing.ledger.resume(remote.connection.name, 0.0)
        await pushing.carry()
        assert set(pushing.statuses().values()) == {Status.DONE}

    async def test_a_record_deleted_there_is_not_made_again(self, remote: Remote, pushing: Pushing) -> None:
        await pushing.push()
        await remote.delete_by_hand()
        result = a_result()
        await pushing.push(result=replace(result, candidate=replace(result.candidate, name="李雷")))
        assert pushing.statuses()["application"] is Status.DEAD
        assert pushing.steps()["application"].code == "gone"
        assert await remote.records() == []
        assert [step.kind for _, step in pushing.told][:1] == ["application"]

    async def test_a_stage_moved_by_a_person_stays(self, remote: Remote, pushing: Pushing) -> None:
        self.able(remote, Capability.STAGE)
        await pushing.push()
        await remote.move_by_hand("Talent pool")
        await pushing.push(cause="decided", result=approved(a_result(), "second_round"))
        assert pushing.statuses()["stage"] is Status.CONFLICT
        assert await remote.stage() == "Talent pool"
        assert "note" not in pushing.statuses() or pushing.statuses()["note"] is Status.DONE

    async def test_a_field_changed_by_a_person_stays(self, remote: Remote, pushing: Pushing) -> None:
        self.able(remote, Capability.READ)
        await pushing.push()
        await remote.edit_by_hand("Wang Xiaoming")
        result = a_result()
        changed = replace(result.candidate, name="李雷", email="new@example.org")
        await pushing.push(result=replace(result, candidate=changed))
        assert pushing.statuses()["application"] is Status.CONFLICT
        (record,) = await remote.records()
        assert (record["name"], record["email"]) == ("Wang Xiaoming", "new@example.org")

    async def test_a_big_file_arrives_whole(self, remote: Remote, pushing: Pushing) -> None:
        self.able(remote, Capability.FILE)
        pushing.shelf.pdf = b"%PDF" + bytes(range(256)) * (BIG // 256)
        await pushing.push()
        (file,) = await remote.files()
        assert file == pushing.shelf.pdf + b"a_1"

    async def test_one_that_fails_stops_nobody_else(self, remote: Remote, pushing: Pushing) -> None:
        bad = replace(a_result(2), candidate=replace(a_result(2).candidate, language="xx"))
        pushing.add(1)
        pushing.add(2, result=bad)
        pushing.add(3)
        await pushing.carry()
        assert pushing.statuses(2)["application"] is Status.PAUSED
        assert pushing.steps(2)["application"].field == "language"
        assert pushing.statuses(2).get("note", Status.WAITING) is Status.WAITING
        assert set(pushing.statuses(1).values()) == set(pushing.statuses(3).values()) == {Status.DONE}
        assert len(await remote.records()) == 2

    async def test_two_applications_are_two_records(self, remote: Remote, pushing: Pushing) -> None:
        for number in (1, 2, 3):
            pushing.add(number)
        await pushing.carry()
        assert sorted(one["name"][-1] for one in await remote.records()) == ["1", "2", "3"]

    async def test_a_courier_killed_anywhere_leaves_both_sides_agreeing(
        self, remote: Remote, pushing: Pushing
    ) -> None:
        """Stop after every few moments, as a kill would: nothing is written on the way out."""
        for number in range(1, 5):
            pushing.add(number)
        for moment in range(1, 60):
            courier = pushing.new_courier()
            running = asyncio.ensure_future(courier.run_forever())
            await asyncio.sleep(0.004 * moment)
            running.cancel()
            await courier.stop()
            pushing.ledger.free_leases()
            if not pushing.ledger.open_lanes(remote.connection.name):
                break
        await pushing.carry()
        there = await remote.records()
        ours = [pushing.lane(number).links[f"application.a_{number}"] for number in range(1, 5)]
        assert len(there) == len({link.ref.id for link in ours}) == 4
        assert len(await remote.notes()) in (0, 4)
        assert len(await remote.files()) in (0, 4)
