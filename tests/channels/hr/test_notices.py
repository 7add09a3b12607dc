"""What people of HR are told unasked: what they chose, not in their quiet hours, and nothing twice."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.hr.notifying import Notifier, is_quiet
from dialogues.core.desk import quiet_hours
from dialogues.ports import Person
from tests.channels.hr.bureau import Bureau, words

KIM = Person("web:kim", "Kim", "owner", None, 1)


def at(hour: int) -> float:
    return datetime(2026, 11, 20, hour, 30, tzinfo=UTC).timestamp()


@settings(deadline=None)
@given(st.integers(0, 23), st.integers(0, 23), st.integers(0, 23))
def test_quiet_hours_are_all_hours_from_begin_to_end(begin: int, end: int, hour: int) -> None:
    person = replace(KIM, quiet=f"{begin}-{end}")
    inside = begin != end and (hour - begin) % 24 < (end - begin) % 24
    assert is_quiet(person, at(hour), "UTC") is inside


@settings(deadline=None)
@given(st.text(max_size=8))
def test_odd_hours_are_none(text: str) -> None:
    hours = quiet_hours(text)
    assert hours is None or all(0 <= one < 24 for one in hours)


@pytest.mark.parametrize(
    ("typed", "notify", "quiet"),
    [
        ("/notify top", "top", ""),
        ("/notify 每天", "digest", ""),
        ("/notify off", "off", ""),
        ("/notify 22-8", "each", "22-8"),
        ("/notify top 22-8", "top", "22-8"),
        ("/notify 前20% 晚上 22 点到 8 点", "top", "22-8"),
        ("/notify 每天 22:00 到 8:00", "digest", "22-8"),
        ("/notify from 21:00 to 7", "each", "21-7"),
        ("/notify nonsense", "each", ""),
    ],
)
async def test_a_choice_is_kept(bureau: Bureau, typed: str, notify: str, quiet: str) -> None:
    kim = bureau.person("kim", "reader")
    await bureau.ask(kim, typed)
    kept = bureau.house.people.by_id(kim.id)
    assert kept is not None
    assert (kept.notify, kept.quiet) == (notify, quiet)


async def test_results_reach_only_who_wants_them_and_requests_everybody(bureau: Bureau) -> None:
    each, off = bureau.person("each", "owner"), bureau.person("off", "owner")
    await bureau.ask(off, "/notify off")
    conversation = await bureau.candidate("Ann Lee")
    await bureau.finish(conversation)
    await bureau.notice(each, "has finished")
    await bureau.write(conversation, "/human")
    await bureau.notice(off, "would like to talk")
    assert "has finished" not in str(bureau.told[off.conversation])


async def test_what_came_in_quiet_hours_is_told_afterwards_once(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    kim = bureau.person("kim", "owner")
    now = time.time()
    await bureau.ask(kim, "/notify 1-0")  # quiet but for one hour, which is not known to be now
    monkeypatch.setattr("bot.hr.notifying.is_quiet", lambda *_: True)
    conversation = await bureau.candidate("Ann Lee")
    other = bureau.person("other", "owner")
    await bureau.write(conversation, "/human")
    notifier = Notifier(bureau.server.desk_parts)
    notifier.look(now)
    assert kim.conversation not in bureau.told
    monkeypatch.setattr("bot.hr.notifying.is_quiet", lambda *_: False)
    for _ in range(2):
        notifier.look(now)
    assert len([one for one in bureau.told[kim.conversation] if "would like to talk" in words(one)]) == 1
    assert other.conversation not in bureau.told, "who has no quiet hours missed nothing"


def test_a_notice_is_claimed_once_even_after_a_restart(bureau: Bureau) -> None:
    desks = bureau.server.office.desks
    assert [desks.claim_notice(1, "7:hr:3.1"), desks.claim_notice(1, "7:hr:3.1")] == [True, False]
    assert desks.claim_notice(2, "7:hr:3.1")


async def test_the_digest_comes_once_a_day(bureau: Bureau) -> None:
    kim = bureau.person("kim", "reader")
    await bureau.ask(kim, "/notify digest")
    await bureau.interviewed("Ann Lee")
    notifier = Notifier(bureau.server.desk_parts)
    for moment in (at(0), at(3), at(5), at(28 - 24)):  # 8:30, 11:30, 13:30 and 12:30 in Shanghai
        notifier.look(moment)
    told = [one for one in bureau.told[kim.conversation] if "waiting for your decision" in words(one)]
    assert len(told) == 1
