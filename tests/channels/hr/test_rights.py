"""Who may see and do what: every role, every command, and nothing of another job anywhere."""

from __future__ import annotations

import pytest

from bot.hr.commands import COMMANDS, About
from dialogues.app.rights import MAY, READERS, NotAllowed
from tests.channels.hr.bureau import Bureau, values, words

ROLES = sorted(READERS)
ABOUT_ONE = [spec.name for spec in COMMANDS if spec.about in (About.CANDIDATE, About.CANDIDATE_AND_WORDS)]
REFUSED = "can't do this"


@pytest.mark.parametrize("role", ROLES)
async def test_every_command_does_what_the_role_may(bureau: Bureau, role: str) -> None:
    ann = await bureau.interviewed("Ann Lee")
    person = bureau.person("kim", role)
    for spec in COMMANDS:
        typed = {
            About.LEVEL: f"/{spec.name} {ann} communication 7 the role play showed more",
            About.JOB: f"/{spec.name} sales-representative Bo Hill bo@example.org",
            About.LANGUAGE: f"/{spec.name} en",
            About.NOTICES: f"/{spec.name} top",
        }.get(spec.about, f"/{spec.name} {ann} because of the answers")
        if spec.about is About.CANDIDATE:
            typed = f"/{spec.name} {ann}"
        shown = words(await bureau.ask(person, typed))
        assert (REFUSED in shown) is (role not in MAY[spec.name]), f"{role} {typed}: {shown}"


@pytest.mark.parametrize("role", ROLES)
async def test_every_button_does_what_the_role_may(bureau: Bureau, role: str) -> None:
    ann = await bureau.interviewed("Ann Lee")
    person = bureau.person("kim", role)
    for name in ABOUT_ONE:
        shown = words(await bureau.press(person, f"{name}:{ann}"))
        assert (REFUSED in shown) is (role not in MAY[name]), f"{role} {name}: {shown}"
    offered = {value.split(":")[0] for value in values(await bureau.press(person, f"card:{ann}"))}
    assert offered == {name for name in offered if role in MAY[name]}
    assert ("approve" in offered) is (role in MAY["approve"])


@pytest.mark.parametrize("role", ROLES)
async def test_nothing_of_another_job_is_seen(bureau: Bureau, role: str) -> None:
    secret = await bureau.interviewed("Zoe Quill", "python-developer")
    await bureau.interviewed("Ann Lee", "sales-representative")
    person = bureau.person("kim", role, jobs="sales-representative")
    asked = [
        "/today",
        "/queue",
        "/jobs",
        "Zoe Quill",
        "Zoe",
        secret,
        "/help",
        "/invite python-developer A b@c.d",
    ]
    asked += [f"/{name} {who}" for name in ABOUT_ONE for who in (secret, "Zoe Quill")]
    for text in asked:
        shown = words(await bureau.ask(person, text)).replace('find \\"Zoe Quill', "")
        for word in ("Quill", "ython developer", "python-developer", f"card:{secret}", "/chat/"):
            assert word not in shown.replace("interview link", ""), (text, shown)
    for name in (*ABOUT_ONE, "override"):
        shown = words(await bureau.press(person, f"{name}:{secret}"))
        assert "Quill" not in shown
    await bureau.press(person, f"override:{secret}:communication:7")
    await bureau.ask(person, "because")
    assert bureau.server._result_for(person, secret, "card") is None
    assert bureau.server._result_for(person, secret, "report") is None
    found = bureau.house.applications.one(secret, None)
    assert found is not None
    assert found.outcome == ""
    for read in (bureau.house.office.result, bureau.house.office.story, bureau.house.office.audits):
        with pytest.raises(NotAllowed):
            read(person, found)


async def test_notices_reach_only_those_who_may_see_the_job(bureau: Bureau) -> None:
    sales = bureau.person("sal", "recruiter", jobs="sales-representative")
    everyone = bureau.person("eve", "reader")
    zoe = await bureau.candidate("Zoe Quill", "python-developer")
    await bureau.write(zoe, "/human")
    assert values(await bureau.notice(everyone, "Zoe Quill")) == []
    await bureau.ask(sales, "/help")
    assert sales.conversation not in bureau.told
    assert "Zoe" not in words(await bureau.ask(sales, "/today"))
    assert "Zoe" in words(await bureau.ask(everyone, "/today"))


async def test_a_role_taken_away_counts_at_once(bureau: Bureau) -> None:
    ann = await bureau.interviewed("Ann Lee")
    person = bureau.person("kim", "recruiter")
    await bureau.press(person, f"decline:{ann}")
    bureau.person("kim", "reader")
    assert REFUSED in words(await bureau.ask(person, "not enough experience"))
    assert ("web:kim", "refused:decline") in bureau.audits(ann)
