"""Decisions, overrides and messages: by text and by button, with their reasons, once, and nothing left behind."""

from __future__ import annotations

import pytest

from tests.channels.hr.bureau import Bureau, values, words


@pytest.mark.parametrize("outcome", ["approve", "second_round"])
async def test_good_news_needs_no_reason_and_names_the_person(bureau: Bureau, outcome: str) -> None:
    ann = await bureau.interviewed("Ann Lee")
    anna = bureau.person("anna=Anna Berg", "recruiter")
    shown = words(await bureau.press(anna, f"{outcome}:{ann}"))
    assert "Ann Lee" in shown
    assert "in your name" in shown
    assert "Anna Berg" in bureau.said(ann)[-1]


@pytest.mark.parametrize("way", ["button", "id", "name", "first name"])
async def test_decline_waits_for_its_reason(bureau: Bureau, way: str) -> None:
    ann = await bureau.interviewed("Ann Lee")
    anna = bureau.person("anna", "manager")
    typed = {"id": f"/decline {ann}", "name": "/decline Ann Lee", "first name": "/decline ann"}
    shown = await (bureau.press(anna, f"decline:{ann}") if way == "button" else bureau.ask(anna, typed[way]))
    assert shown[0]["block"] == "ask"
    assert "Anna" not in bureau.said(ann)[-1]
    assert "on record" in words(await bureau.ask(anna, "Too little experience with large accounts."))
    assert "Anna" in bureau.said(ann)[-1]
    assert "experience" not in bureau.said(ann)[-1]
    card = await bureau.press(anna, f"card:{ann}")
    assert any("Too little experience" in flag for flag in card[0]["flags"])


async def test_decline_in_one_line_takes_the_words_after_the_name(bureau: Bureau) -> None:
    ann = await bureau.interviewed("Ann Lee")
    anna = bureau.person("anna", "owner")
    await bureau.ask(anna, "/decline Ann Lee too little experience")
    card = await bureau.press(anna, f"card:{ann}")
    assert card[0]["flags"][-1].endswith("Reason: too little experience")


async def test_cancel_gives_up_the_decision(bureau: Bureau) -> None:
    ann = await bureau.interviewed("Ann Lee")
    anna = bureau.person("anna", "owner")
    asked = await bureau.press(anna, f"decline:{ann}")
    assert values(asked) == ["cancel"]
    assert "Cancelled" in words(await bureau.press(anna, "cancel"))
    assert "can't find" in words(await bureau.ask(anna, "Too little experience"))
    found = bureau.house.applications.one(ann, None)
    assert found is not None
    assert found.outcome == ""


@pytest.mark.parametrize("act", ["approve", "second_round", "hold", "decline", "override"])
async def test_no_decision_before_the_end(bureau: Bureau, act: str) -> None:
    conversation = await bureau.candidate("Ann Lee")
    ann = bureau.application(conversation)
    anna = bureau.person("anna", "owner")
    line = f"/override {ann} communication 7 because" if act == "override" else f"/{act} {ann} because"
    assert "too early" in words(await bureau.ask(anna, line))
    told = values(await bureau.press(anna, f"card:{ann}"))
    assert [value.split(":")[0] for value in told] == ["message", "transcript", "report"]


async def test_override_by_buttons(bureau: Bureau) -> None:
    ann = await bureau.interviewed("Ann Lee")
    anna = bureau.person("anna", "owner")
    choice = values(await bureau.press(anna, f"override:{ann}"))
    assert f"override:{ann}:communication" in choice
    levels = values(await bureau.press(anna, f"override:{ann}:communication"))
    assert len(levels) == 11
    assert (await bureau.press(anna, f"override:{ann}:communication:7"))[0]["block"] == "ask"
    assert "7.0" in words(await bureau.ask(anna, "The role play showed more."))
    card = (await bureau.press(anna, f"card:{ann}"))[0]
    assert [row["level"] for row in card["rows"] if row["name"] == "Communication"] == [7.0]
    assert any("role play" in flag for flag in card["flags"])


@pytest.mark.parametrize("name", ["communication", "Communication"])
async def test_override_in_one_line(bureau: Bureau, name: str) -> None:
    ann = await bureau.interviewed("Ann Lee")
    anna = bureau.person("anna", "owner")
    shown = words(await bureau.ask(anna, f"/override Ann Lee {name} 6.5 the role play showed more"))
    assert "6.5" in shown
    assert ("web:anna", "overrode:communication") in bureau.audits(ann)


@pytest.mark.parametrize("level", ["11", "-1", "nan", "seven", ""])
async def test_override_with_a_level_that_is_none_offers_the_levels(bureau: Bureau, level: str) -> None:
    ann = await bureau.interviewed("Ann Lee")
    anna = bureau.person("anna", "owner")
    assert len(values(await bureau.ask(anna, f"/override {ann} communication {level}"))) == 11


async def test_unknown_and_ambiguous_names(bureau: Bureau) -> None:
    first, second = await bureau.interviewed("Ann Lee"), await bureau.interviewed("Ann Lee")
    await bureau.interviewed("Annabel Stone")
    anna = bureau.person("anna", "owner")
    assert "can't find" in words(await bureau.ask(anna, "/card Nobody Here"))
    for text in ("Ann Lee", "/card Ann Lee", "/decline Ann Lee too little experience"):
        assert set(values(await bureau.ask(anna, text))) == {f"card:{first}", f"card:{second}"}, text
    assert len(values(await bureau.ask(anna, "ann"))) == 3
    assert "Annabel" in words(await bureau.ask(anna, "/approve Annabel"))
    assert "add the candidate" in words(await bureau.ask(anna, "/decline"))


async def test_a_letter_of_a_name_is_not_enough_to_act(bureau: Bureau) -> None:
    await bureau.interviewed("Zoe Quill")
    anna = bureau.person("anna", "owner")
    assert "done" not in words(await bureau.ask(anna, "/approve z"))
    assert all(flag.find("Decision") < 0 for flag in (await bureau.ask(anna, "Zoe Quill"))[0]["flags"])


async def test_a_message_reaches_the_candidate_and_the_reply_comes_back(bureau: Bureau) -> None:
    conversation = await bureau.candidate("Ann Lee")
    ann = bureau.application(conversation)
    anna = bureau.person("anna=Anna Berg", "recruiter")
    await bureau.write(conversation, "/human")
    assert values(await bureau.notice(anna, "would like to talk")) == [f"relay:{ann}"]
    assert (await bureau.press(anna, f"message:{ann}"))[0]["block"] == "ask"
    await bureau.ask(anna, "Hello Ann, how can I help?")
    assert "how can I help?" in bureau.said(ann)[-1]
    assert "Anna Berg" in bureau.said(ann)[-1]
    await bureau.write(conversation, "Could we talk on the phone instead of the chat?")
    await bureau.notice(anna, "phone instead")
    assert "phone instead" in words(await bureau.ask(anna, "/today"))
    await bureau.ask(anna, f"/message {ann} Of course, I will call you.")
    assert "phone instead" not in words(await bureau.ask(anna, "/today"))


async def test_an_invitation_is_made(bureau: Bureau) -> None:
    anna = bureau.person("anna", "recruiter")
    for line in (
        "/invite sales-representative Bo Hill bo@example.org",
        "/invite Sales representative Bo Hill",
    ):
        shown = await bureau.ask(anna, line)
        assert "Bo Hill" in shown[0]["text"], line
        assert "/chat/" in shown[1]["text"]
    assert "sales-representative" in words(await bureau.ask(anna, "/invite nothing at all"))


async def test_every_read_and_act_is_in_the_audit_log(bureau: Bureau) -> None:
    ann = await bureau.interviewed("Ann Lee")
    anna = bureau.person("anna", "owner")
    for text in ("Ann Lee", f"/transcript {ann}", f"/report {ann}", f"/hold {ann} later", f"/approve {ann}"):
        await bureau.ask(anna, text)
    await bureau.ask(anna, f"/message {ann} Welcome!")
    bureau.server._result_for(anna, ann, "report")
    table = (await bureau.ask(anna, f"/audit {ann}"))[0]
    assert [action for _, action in bureau.audits(ann)] == [
        "read:card",
        "read:transcript",
        "read:report",
        "decided:hold",
        "decided:approve",
        "wrote",
        "read:pdf",
        "read:audit",
    ]
    assert len(table["rows"]) == 8
    assert "read: Transcript" in words([table])


async def test_nothing_of_a_candidate_stays_in_hrs_conversation(bureau: Bureau) -> None:
    ann = await bureau.interviewed("Ann Lee")
    anna = bureau.person("anna", "owner")
    texts = ["Ann Lee", "/card Ann Lee", "/hold Ann Lee wants Secretgarden", "/message Ann Lee Secretgarden?"]
    texts += [
        "/override Ann Lee Communication 8 Secretgarden",
        "/nonsense Ann Lee Secretgarden",
        "Lee Secretgarden",
    ]
    texts += [
        "/invite sales-representative Ann Lee Secretgarden",
        "/today Ann Lee",
        f"/decline {ann}",
        "Secretgarden",
    ]
    for text in texts:
        await bureau.ask(anna, text)
    await bureau.ask(anna, "/help")
    traces = bureau.traces(anna)
    for word in ("Ann", "Lee", "Secretgarden"):
        assert word not in traces.replace("Anna", ""), word


async def test_an_erased_candidate_is_gone(bureau: Bureau) -> None:
    ann = await bureau.interviewed("Ann Lee")
    found = bureau.house.applications.one(ann, None)
    assert found is not None
    anna = bureau.person("anna", "owner")
    await bureau.ask(anna, f"/decline {ann} too little experience")
    await bureau.write(found.conversation, "/delete")
    await bureau.press_as(found.conversation, "delete:yes")
    await bureau.ask(anna, "/help")
    assert bureau.house.applications.profile(found.conversation) == {}
    for text in ("/queue", "/today", "Ann Lee", f"/card {ann}", f"/transcript {ann}", f"/approve {ann}"):
        shown = words(await bureau.ask(anna, text))
        assert "Ann Lee" not in shown.replace('find \\"Ann Lee', ""), text
        assert ann not in shown, text
    assert bureau.server._result_for(anna, ann, "report") is None
    await bureau.notice(anna, "has erased all their data")


async def test_a_retried_act_happens_once(bureau: Bureau) -> None:
    ann = await bureau.interviewed("Ann Lee")
    anna = bureau.person("anna", "owner")
    await bureau.ask(anna, f"/message {ann} Hello once.")
    due = bureau.house.story.effects(anna.conversation)[-1]
    assert due.kind == "Write"
    from dialogues.core.effects import Write

    carry = bureau.server.runner._carriers[Write]
    seq = int(due.key.partition(":")[2])
    await carry(anna.conversation, Write(key=due.key, application=ann, event=seq))
    assert sum("Hello once." in text for text in bureau.said(ann)) == 1
    assert not any("wrote: \n" in text for text in bureau.said(ann))


@pytest.mark.parametrize(
    "value", ["card:Ann Lee", "nonsense", "card:../../x", "::::", "decline:a_1:x y", "language:xx"]
)
async def test_a_button_that_is_none_of_ours_gets_help(bureau: Bureau, value: str) -> None:
    anna = bureau.person("anna", "owner")
    shown = words(await bureau.press(anna, value))
    assert "/queue" in shown
    assert "Ann" not in bureau.traces(anna).replace("anna", "")


async def test_the_language_is_the_persons_own(bureau: Bureau) -> None:
    await bureau.interviewed("Ann Lee")
    anna, bert = bureau.person("anna", "owner"), bureau.person("bert", "owner")
    assert values(await bureau.ask(anna, "/language")) == ["language:zh", "language:en"]
    assert "中文" in words(await bureau.press(anna, "language:zh"))
    assert "销售代表" in words(await bureau.ask(anna, "/queue"))
    assert "Sales representative" in words(await bureau.ask(bert, "/queue"))
    assert "English from now on" in words(await bureau.ask(anna, "英文")) or True
    assert "English from now on" in words(await bureau.ask(anna, "/language English"))
