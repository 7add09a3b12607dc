"""What an endpoint may do to us: refuse, fail, hang, drip, flood, hang up. Nobody waits, nothing leaks."""

from __future__ import annotations

import asyncio
import logging
import os
import time

import pytest

from scoring.llm.dialect import Form
from scoring.llm.level import is_ours, trouble_in
from scoring.llm.reading import Trouble
from scoring.llm.scorer import Limits
from tests.scoring.llm.kit import HASTY, KEY, Kit
from tests.scoring.llm.server import (
    Act,
    Asked,
    Scripted,
    Step,
    cuts,
    drips,
    fails,
    floods,
    generous,
    hangs,
    raw,
    says,
)
from tests.scoring.rubrics import good


def only(*forms: str | None, status: int = 400) -> Step:
    """Be a server that refuses every form of reply but these."""

    def step(asked: Asked) -> Act:
        form = asked.get("response_format", {})
        kind = form.get("type")
        kind = f"{kind}+schema" if kind == "json_object" and "schema" in form else kind
        return generous(asked) if kind in forms else fails(status, "response_format is not supported")(asked)

    return step


@pytest.mark.parametrize(
    ("step", "form", "calls"),
    [
        (only("json_schema"), Form.JSON_SCHEMA, 1),
        (only("json_object+schema"), Form.OBJECT_WITH_SCHEMA, 2),
        (only("json_object"), Form.OBJECT, 3),
        (only(None), Form.PROMPT, 4),
        (only("json_object+schema", status=500), Form.OBJECT_WITH_SCHEMA, 2),
    ],
    ids=["strict", "object with schema", "object", "nothing", "fails where it should refuse"],
)
async def test_the_strictest_form_that_works_is_found_and_remembered(
    kit: Kit, server: Scripted, step: Step, form: Form, calls: int
) -> None:
    server.always = step
    assert is_ours((await kit.score()).scorer)
    assert (kit.endpoint.form, len(server.asked)) == (form, calls)
    assert is_ours((await kit.score(good("en") + " Once more.")).scorer)
    assert len(server.asked) == calls + 1
    assert all(asked["max_tokens"] > 0 for asked in server.asked)


async def test_a_failure_of_a_server_whose_ways_are_known_is_one_call(kit: Kit, server: Scripted) -> None:
    server.always = fails(500)
    await kit.score()
    assert len(server.asked) == 2, "the schema may have been too much for it"
    server.always = generous
    assert is_ours((await kit.score()).scorer)
    server.always = fails(500)
    await kit.score(good("en") + " Later.")
    assert len(server.asked) == 4


async def test_a_model_that_wants_its_limit_under_another_name_gets_it(kit: Kit, server: Scripted) -> None:
    def step(asked: Asked) -> Act:
        if "max_tokens" in asked:
            return fails(400, {"message": "Unsupported parameter: 'max_tokens'", "param": "max_tokens"})(
                asked
            )
        if "temperature" in asked:
            return fails(400, {"message": "temperature does not support 0 with this model"})(asked)
        return generous(asked)

    server.always = step
    assert is_ours((await kit.score()).scorer)
    assert server.asked[-1]["max_completion_tokens"] > 0
    assert kit.endpoint.form is Form.JSON_SCHEMA


@pytest.mark.parametrize(
    ("step", "trouble"),
    [
        (hangs, Trouble.TIMEOUT),
        (drips, Trouble.TIMEOUT),
        (floods, Trouble.SERVER_ERROR),
        (cuts, Trouble.UNREACHABLE),
        (fails(503), Trouble.SERVER_ERROR),
        (fails(401, "Incorrect API key provided: " + KEY), Trouble.MISCONFIGURED),
        (fails(404, "no such model"), Trouble.MISCONFIGURED),
        (fails(302, "", Location="http://127.0.0.1:1/"), Trouble.MISCONFIGURED),
        (fails(413), Trouble.TOO_LONG),
        (raw(b"<html>hello</html>", Content_Type="text/html"), Trouble.INVALID),
        (raw(b"{nonsense"), Trouble.SERVER_ERROR),
        (raw(b"\x1f\x8b" + b"x" * 40, Content_Encoding="gzip"), Trouble.SERVER_ERROR),
    ],
    ids=["hangs", "drips", "floods", "cut", "503", "401", "404", "302", "413", "a page", "no JSON", "packed"],
)
async def test_whatever_it_does_the_builtin_scorer_takes_over_in_time(
    server: Scripted, step: Step, trouble: Trouble
) -> None:
    kit = Kit(server.url, HASTY if trouble is Trouble.TIMEOUT else None)
    server.always = step
    began = time.monotonic()
    score = await kit.score()
    await kit.close()
    assert trouble_in(score) is trouble
    assert score.level is not None
    assert time.monotonic() - began < 15
    assert KEY not in repr(score)


async def test_nobody_listening(server: Scripted) -> None:
    kit = Kit(server.url)
    server.stop()
    assert trouble_in(await kit.score()) is Trouble.UNREACHABLE
    await kit.close()


async def test_others_go_on_while_one_waits(server: Scripted) -> None:
    kit = Kit(server.url, HASTY)
    server.always = hangs
    ticks = 0
    waiting = asyncio.ensure_future(kit.score())
    while not waiting.done():
        ticks += 1
        await asyncio.sleep(0.01)
    assert ticks > 5, "a loop that is held up would not tick"
    assert trouble_in(waiting.result()) is Trouble.TIMEOUT
    await kit.close()


async def test_no_more_are_asked_about_at_once_than_allowed(server: Scripted) -> None:
    server.always = hangs
    kit = Kit(server.url, Limits(deadline=2, at_once=2))
    answers = [f"{good('en')} Number {number}." for number in range(5)]
    scores = await asyncio.gather(*(kit.score(answer) for answer in answers))
    found = sorted(str(trouble_in(score)) for score in scores)
    assert found == ["busy", "busy", "busy", "timeout", "timeout"]
    assert len(server.asked) == 2
    server.always = generous
    assert is_ours((await kit.score(good("en") + " Later.")).scorer), "the slots came free again"
    await kit.close()


class TestRest:
    async def test_a_failing_endpoint_is_left_alone_and_tried_again(self, kit: Kit, server: Scripted) -> None:
        server.always = fails(500)
        number = 0

        async def trouble() -> Trouble | None:
            nonlocal number
            number += 1
            return trouble_in(await kit.score(f"{good('en')} Number {number}."))

        await trouble()  # every form is tried the first time
        calls = len(server.asked)
        assert [await trouble() for _ in range(5)] == [Trouble.SERVER_ERROR] * 3 + [Trouble.PAUSED] * 2
        assert len(server.asked) - calls == 3 * calls
        kit.now += 31
        assert [await trouble() for _ in range(2)] == [Trouble.SERVER_ERROR, Trouble.PAUSED], "one probe"
        kit.now += 31
        assert await trouble() is Trouble.PAUSED, "the second rest is twice as long"
        kit.now += 31
        server.always = generous
        assert [await trouble() for _ in range(3)] == [None] * 3

    async def test_a_busy_endpoint_is_given_the_rest_it_asks_for(self, kit: Kit, server: Scripted) -> None:
        server.script = [fails(429, "slow down", Retry_After="90")]
        assert trouble_in(await kit.score()) is Trouble.RATE_LIMITED
        assert trouble_in(await kit.score()) is Trouble.PAUSED
        kit.now += 89
        assert trouble_in(await kit.score()) is Trouble.PAUSED
        assert len(server.asked) == 1
        kit.now += 2
        assert is_ours((await kit.score()).scorer)

    @pytest.mark.parametrize("asked_for", ["soon", "-5", "nan", "1e99", "Wed, 21 Oct 2026 07:28:00 GMT"])
    async def test_odd_wishes_for_rest_are_kept_within_reason(
        self, kit: Kit, server: Scripted, asked_for: str
    ) -> None:
        server.script = [fails(429, "slow down", Retry_After=asked_for)]
        await kit.score()
        kit.now += 901
        assert is_ours((await kit.score()).scorer)

    async def test_answers_a_model_refuses_do_not_open_the_breaker(self, kit: Kit, server: Scripted) -> None:
        server.always = says(None, refusal="no")
        for number in range(6):
            assert trouble_in(await kit.score(f"{good('en')} Number {number}.")) is Trouble.REFUSED


class TestSecrets:
    async def test_the_key_is_in_no_log_and_no_repr(
        self, server: Scripted, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        caplog.set_level(logging.DEBUG)
        kit = Kit(server.url)
        server.script = [fails(401, f"Incorrect API key provided: {KEY}")]
        await kit.score()
        shown = caplog.text + "".join(capfd.readouterr()) + repr(kit.endpoint) + repr(vars(kit.scorer))
        assert KEY not in shown
        assert "fan" not in shown.split()
        assert server.headers[0]["authorization"] == f"Bearer {KEY}"
        await kit.close()

    async def test_the_environments_account_is_not_sent_elsewhere(
        self, server: Scripted, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
            monkeypatch.setitem(os.environ, name, "of-another-place")
        kit = Kit(server.url)
        await kit.score()
        assert "of-another-place" not in server.headers[0].values()
        await kit.close()
