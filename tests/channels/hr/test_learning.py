"""Learning from HR's corrections, end to end: labels, the switch, later interviews, and the computed level beside it."""

from __future__ import annotations

import time

from bot.terminal.replaying import verify_replay
from dialogues.core.events import Overridden
from dialogues.ports import Person
from tests.channels.hr.bureau import Bureau, values, words

JOB = "sales-representative"


async def corrected(bureau: Bureau, count: int) -> str:
    """Interview `count` people, one of whose competencies a person gives two levels more; return which."""
    competency = ""
    for number in range(count):
        application = await bureau.interviewed(f"Person {number}")
        found = bureau.house.applications.one(application, None)
        assert found is not None
        state = bureau.house.applications.interview(found.conversation)
        assert state is not None
        standing = next(one for one in state.standings if one.level is not None)
        competency = standing.competency
        assert standing.level is not None
        level = min(10.0, standing.level + 2)
        event = Overridden(time.time(), "Anna", competency, level, "too strict", "web:anna")
        await bureau._submit(found.conversation, event)
    return competency


def flags(blocks: list[dict[str, object]]) -> str:
    return words([{"flags": blocks[0]["flags"]}])


async def switch(bureau: Bureau, person: Person, competency: str, state: str) -> str:
    return words(await bureau.press(person, f"calibrate:{JOB}:{competency}:{state}"))


async def test_nothing_to_learn_from_is_said(bureau: Bureau) -> None:
    anna = bureau.person("anna", "recruiter")
    assert "nothing to learn from" in words(await bureau.ask(anna, "/calibration"))


async def test_too_few_corrections_say_how_many_are_missing(bureau: Bureau) -> None:
    competency = await corrected(bureau, 3)
    anna = bureau.person("anna", "recruiter")
    shown = await bureau.ask(anna, "/calibration")
    assert "7 more corrections needed" in words(shown)
    assert values(shown) == []
    assert "cannot be switched on" in await switch(bureau, anna, competency, "on")


async def test_switched_on_it_serves_later_interviews_only(bureau: Bureau) -> None:
    competency = await corrected(bureau, 10)
    earlier = await bureau.candidate("Early Bird")
    anna = bureau.person("anna", "recruiter")
    shown = await bureau.ask(anna, "calibration")
    assert values(shown) == [f"calibrate:{JOB}:{competency}:on"]
    assert "Switched on" in await switch(bureau, anna, competency, "on")
    assert values(await bureau.ask(anna, "calibration")) == [f"calibrate:{JOB}:{competency}:off"]
    assert (anna.id, f"calibration_on:{competency}") in bureau.audits(JOB)

    later = await bureau.interviewed("Late Comer")
    await bureau.finish(earlier)
    result = {
        name: bureau.house.result_of(_conversation(bureau, name)) for name in (later, _id(bureau, earlier))
    }
    late, early = result[later], result[_id(bureau, earlier)]
    assert late is not None
    assert early is not None
    score = next(one for one in late.scores if one.competency == competency)
    assert score.calibration is not None
    assert score.level == score.calibration.level > score.calibration.computed_level
    assert all(one.calibration is None for one in early.scores)
    assert "calibration" in flags(await bureau.press(anna, f"card:{later}"))
    assert verify_replay(bureau.house, _conversation(bureau, later)) == []

    assert "Switched off" in await switch(bureau, anna, competency, "off")
    last = bureau.house.result_of(_conversation(bureau, await bureau.interviewed("Last One")))
    assert last is not None
    assert all(one.calibration is None for one in last.scores)
    kept = bureau.house.result_of(_conversation(bureau, later))
    assert kept is not None
    assert kept.scores == late.scores


async def test_only_recruiters_switch_and_only_their_jobs(bureau: Bureau) -> None:
    competency = await corrected(bureau, 10)
    manager = bureau.person("max", "manager")
    assert values(await bureau.ask(manager, "/calibration")) == []
    assert "can't do this" in await switch(bureau, manager, competency, "on")
    elsewhere = bureau.person("ella", "recruiter", jobs="team-lead")
    assert "can't do this" in await switch(bureau, elsewhere, competency, "on")
    reader = bureau.person("rita", "reader")
    assert "can't do this" in words(await bureau.ask(reader, "/calibration"))


def _conversation(bureau: Bureau, application: str) -> int:
    found = bureau.house.applications.one(application, None)
    assert found is not None
    return found.conversation


def _id(bureau: Bureau, conversation: int) -> str:
    return bureau.application(conversation)
