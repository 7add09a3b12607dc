"""Feedback from a person: drafted from the evidence, edited or sent, one or many, and never a refusal by itself."""

from __future__ import annotations

import re

import pytest

from bot.hr.feedback import adverse_word
from dialogues.core.catalog import AdverseWithoutPerson, render_say
from dialogues.core.effects import Line, Say
from tests.channels.hr.bureau import Blocks, Bureau, values, words


def draft(blocks: Blocks) -> str:
    return str(blocks[1]["text"])


async def test_a_draft_is_shown_and_sent_only_when_confirmed(bureau: Bureau) -> None:
    ann = await bureau.interviewed("Ann Lee")
    anna = bureau.person("anna=Anna Berg", "recruiter")
    before = bureau.said(ann)
    shown = await bureau.ask(anna, "/feedback Ann Lee")
    assert values(shown) == [f"feedback:{ann}:send", f"feedback:{ann}:edit"]
    assert "Ann Lee" in draft(shown)
    assert not re.search(r"\d\.\d|/10", draft(shown)), "no level stands in a draft"
    assert bureau.said(ann) == before
    await bureau.press(anna, f"feedback:{ann}:send")
    last = bureau.said(ann)[-1]
    assert draft(shown) in last
    assert "Anna Berg" in last
    assert (anna.id, "fed_back") in bureau.audits(ann)
    assert "already" in words(await bureau.press(anna, f"feedback:{ann}"))


async def test_a_draft_can_be_written_anew(bureau: Bureau) -> None:
    ann = await bureau.interviewed("Ann Lee")
    anna = bureau.person("anna", "manager")
    assert (await bureau.press(anna, f"feedback:{ann}:edit"))[0]["block"] == "ask"
    await bureau.ask(anna, "Your story about the forklift was lovely.")
    assert "forklift" in bureau.said(ann)[-1]
    assert "forklift" not in bureau.traces(anna)


async def test_no_refusal_leaves_without_a_decision(bureau: Bureau) -> None:
    ann = await bureau.interviewed("Ann Lee")
    anna = bureau.person("anna", "owner")
    before = bureau.said(ann)
    refusal = f"/feedback {ann} Unfortunately you were not selected."
    assert "nobody has decided" in words(await bureau.ask(anna, refusal))
    assert "not going further" not in draft(await bureau.ask(anna, f"/feedback {ann}"))
    assert bureau.said(ann) == before
    await bureau.ask(anna, f"/decline {ann} too little experience")
    assert "not going further" in draft(await bureau.ask(anna, f"/feedback {ann}"))
    await bureau.ask(anna, refusal)
    assert "not selected" in bureau.said(ann)[-1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_draft_that_refuses_cannot_be_rendered_without_a_person(bureau: Bureau, language: str) -> None:
    catalog = bureau.house.languages[language].catalog
    say = Say("draft", language, (Line("draft.declined"),))
    with pytest.raises(AdverseWithoutPerson):
        render_say(catalog, say, {})


@pytest.mark.parametrize("text", ["很遗憾，您没有通过", "We Regret to say", "you are not the right fit"])
def test_words_of_refusal_are_heard_in_both_languages(text: str) -> None:
    assert adverse_word(text)
    assert not adverse_word("您讲得很清楚。Thank you for your time.")


async def test_many_get_their_own_feedback_after_one_confirmation(bureau: Bureau) -> None:
    ann, bo = await bureau.interviewed("Ann Lee"), await bureau.interviewed("Bo Hill")
    open_one = await bureau.interviewed("Cy Undecided")
    anna = bureau.person("anna", "recruiter")
    assert "Nobody is waiting" in words(await bureau.ask(anna, "/feedback_all"))
    await bureau.press(anna, f"approve:{ann}")
    await bureau.ask(anna, f"/decline {bo} too little experience")
    shown = await bureau.ask(anna, "/feedback_all")
    assert "Cy Undecided" not in words(shown)
    (go,) = values(shown)
    assert len(go.encode()) <= 64
    stale = go.rpartition(":")[0] + ":00000000"
    assert "has changed" in words(await bureau.press(anna, stale))
    assert "in your name: 2" in words(await bureau.press(anna, go))
    for application, name in ((ann, "Ann Lee"), (bo, "Bo Hill")):
        assert name in bureau.said(application)[-1]
        assert (anna.id, "fed_back") in bureau.audits(application)
    assert (anna.id, "fed_back") not in bureau.audits(open_one)
    assert "Nobody is waiting" in words(await bureau.press(anna, go))
