"""States written down by every release are read by this one."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from dialogues.app.codec import decode_interview, encode_state
from dialogues.app.upcasters import UPCASTERS, NewerState, Raw, lift
from dialogues.core.interview import SCHEMA_VERSION, Ask, Phase, Stage
from tests.core.driver import Driven
from tests.core.sample import PACK

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION + 1))
def test_every_version_is_read(version: int) -> None:
    body = (FIXTURES / f"interview.v{version}.json").read_bytes()
    assert msgspec.json.decode(body)["schema_version"] == version
    state = decode_interview(body)
    assert state.schema_version == SCHEMA_VERSION
    assert (state.phase, state.seq, state.turn) == (Phase.INTERVIEW, 21, 8)
    assert state.prompt is not None
    assert (state.prompt.ask, state.prompt.about) == (Ask.ANSWER, "craft_mid")
    assert [reply.stage for reply in state.replies] == [Stage.SCORED, Stage.OPEN]
    assert state.replies[0].level == 8.0
    assert state.standings[0].competency == "care"


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION + 1))
def test_an_old_interview_goes_on(version: int) -> None:
    driven = Driven(PACK, decode_interview((FIXTURES / f"interview.v{version}.json").read_bytes()))
    driven.at = driven.state.last_at
    assert driven.say("我想不出来")
    assert driven.state.replies[1].stage is Stage.SCORING


def test_there_is_an_upcaster_for_every_version_but_this() -> None:
    assert set(UPCASTERS) == set(range(1, SCHEMA_VERSION))


def test_versions_are_lifted_one_by_one() -> None:
    def first(raw: Raw) -> Raw:
        return raw | {"tried": [1]}

    def second(raw: Raw) -> Raw:
        return raw | {"tried": [*raw["tried"], 2]}

    raw: Raw = {"application": "a"}
    assert lift(raw, {1: first, 2: second}, to=3) == {
        "application": "a",
        "tried": [1, 2],
        "schema_version": 3,
    }
    assert lift({"schema_version": 3}, {1: first, 2: second}, to=3) == {"schema_version": 3}
    assert raw == {"application": "a"}


def test_a_newer_state_is_refused_in_words() -> None:
    state = decode_interview((FIXTURES / "interview.v1.json").read_bytes())
    newer = msgspec.structs.replace(state, schema_version=SCHEMA_VERSION + 1)
    with pytest.raises(NewerState, match="newer release"):
        decode_interview(encode_state(newer))


def test_damage_is_not_mistaken_for_age() -> None:
    with pytest.raises(msgspec.ValidationError):
        decode_interview(b'{"schema_version": 1, "application": 5}')
