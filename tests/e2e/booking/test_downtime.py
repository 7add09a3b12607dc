"""After twelve hours of downtime nobody hears "in ten minutes", and nobody is said to have stayed away."""

from __future__ import annotations

import random

import pytest

from dialogues.core.effects import Notice
from tests.e2e.booking.month import FIRST
from tests.e2e.booking.world import Person, World, check_agreement
from tests.storage.conftest import NewDatabase

HOUR = 3600.0


def booked(new_url: NewDatabase) -> tuple[World, Person, float]:
    world = World(new_url("sqlite"), FIRST)
    person = Person(world, 1, random.Random(5))
    person.zone = "Asia/Shanghai"
    person.to_offer()
    start = person.choose()
    assert start - world.now > 25 * HOUR, "the day reminder is still to come"
    return world, person, start


def said(world: World) -> list[str]:
    return [told.event.which for told in world.told if told.messages]


@pytest.mark.parametrize(
    ("away_from", "back_at", "expected"),
    [
        (-24.5, -12.5, []),  # a day before is over for good
        (
            -2.0,
            -0.75,
            ["day", "hour", "soon", "begin", "nudge", "missed"],
        ),  # a quarter of an hour late is still true
        (-2.0, -0.4, ["day", "soon", "begin", "nudge", "missed"]),  # in 24 minutes it is no longer an hour
        (-0.5, 0.05, ["day", "hour", "begin", "nudge", "missed"]),  # the rehearsal is over when it has begun
        (-6.0, 6.0, ["day", "failed"]),
    ],
)
def test_what_is_still_said_after_a_downtime(
    new_url: NewDatabase, away_from: float, back_at: float, expected: list[str]
) -> None:
    world, _, start = booked(new_url)
    while world.now < start + 8 * HOUR:
        world.now += 60.0
        if not start + away_from * HOUR <= world.now < start + back_at * HOUR:
            world.due()
    rest = ["hour", "soon", "begin", "nudge", "missed"] if not expected else []
    assert said(world) == [*expected, *rest]
    blamed = [effect for effect in world.noticed if effect.notice is Notice.MISSED]
    assert len(blamed) == ("missed" in said(world))
    assert check_agreement(world) == []


def test_who_was_killed_after_noting_that_nobody_came_still_says_so(new_url: NewDatabase) -> None:
    world, _, start = booked(new_url)
    while world.now < start + 840:
        world.now += 60.0
        world.due()
    world.now += 60.0
    for one in world.record.claim_due(world.now, 60.0, 500):
        world.carrier._carry(one.conversation, one.effect)
    back = World(world.url, world.now + HOUR)
    assert check_agreement(back) != [], "the conversation does not know of it yet"
    back.record.free_leases()
    back.due()
    assert said(back) == ["missed"]
    assert check_agreement(back) == []


def test_a_clock_put_back_by_an_hour_repeats_nothing(new_url: NewDatabase) -> None:
    world, _, start = booked(new_url)
    back = False
    while world.now < start + HOUR:
        world.now += 60.0
        if not back and world.now > start - 1800:
            world.now -= HOUR
            back = True
        world.due()
    assert said(world) == ["day", "hour", "soon", "begin", "nudge", "missed"]


def test_moving_takes_the_old_reminders_back(new_url: NewDatabase) -> None:
    world, person, start = booked(new_url)
    moved = start
    while moved == start:  # who chooses the same time again keeps it
        moved = person.choose("book:move")
    while world.now < max(start, moved) + HOUR:
        world.now += 300.0
        world.due()
    assert {told.event.start for told in world.told if told.messages} == {moved}
