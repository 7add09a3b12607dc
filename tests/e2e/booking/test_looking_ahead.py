"""The look at the calendar while newcomers confirm who they are: one serves all who come within a few seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dialogues.core.effects import FindSlots
from dialogues.core.events import SlotsFound
from tests.e2e.booking.world import World
from tests.storage.store import PACK

_MONDAY = 1_795_400_000.0


async def test_many_newcomers_cost_one_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(f"sqlite:///{tmp_path}/ahead.db", _MONDAY)
    looks, occupied = [], world.bookings.occupied

    def counted(resources: Sequence[str], *window: float) -> Any:
        looks.append(resources)
        return occupied(resources, *window)

    monkeypatch.setattr(world.bookings, "occupied", counted)
    version = world.store.packs.active(PACK).version

    async def ask(number: int) -> SlotsFound:
        effect = FindSlots(f"slots:{number}", number, "interview", job=PACK, version=version)
        caused = await world.carrier.carry(number, effect)
        assert caused is not None
        assert isinstance(caused[1], SlotsFound)
        return caused[1]

    found = await asyncio.gather(*(ask(number) for number in range(50)))
    assert [one.request for one in found] == list(range(50))
    assert len({one.days for one in found}) == 1
    assert found[0].days
    assert len(looks) == 1
    world.now += 60
    assert (await ask(51)).at == world.now
    assert len(looks) == 2
