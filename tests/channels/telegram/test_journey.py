"""The whole way in Telegram: link, consent, interview, feedback, survey; HR reads, overrides, approves; the news arrives."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.terminal.replaying import verify_replay
from dialogues.app.languages import load_languages
from tests.channels.telegram.botapi.faults import Noise
from tests.channels.telegram.botapi.people import Chat, shown
from tests.channels.telegram.botapi.server import BotApi
from tests.channels.telegram.candidate import Candidate
from tests.channels.telegram.product import JOB, MODES, OWNER, Product, running, settings
from tests.e2e.faults.answers import load_words

_TELEGRAM = {"zh": "zh-hans", "en": "en-gb"}


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_from_the_link_to_the_good_news(tmp_path: Path, api: BotApi, mode: str, language: str) -> None:
    api.server.noise = Noise(doubled=0.3, delay=0.08, random=Random(3))
    async with running(settings(tmp_path, api, mode, language=language), free_scorer=False) as product:
        conversation, link = product.invite(language)
        candidate = Candidate(api.people.chat(101, _TELEGRAM[language]), load_words(JOB, language), Random(5))
        hr = api.people.chat(OWNER, _TELEGRAM[language], "Fang")
        hr.say("/start")
        await hr.until(lambda message: True)
        await candidate.interview(link)
        assert product.phase(conversation) == "finished"
        written = [text for text in product.said(conversation) if text.endswith("]")]
        assert sorted(written) == sorted(one.text for one in candidate.sent)
        assert verify_replay(product.house, conversation) == []
        await _decide(hr, product, conversation)
        approved = load_languages()[language].catalog.phrases["decision.approve"][0]
        news = await candidate.chat.until(lambda message: "Wang Fang" in shown(message))
        assert approved.partition("{")[0] in shown(news)
        lines = product.house.story.lines(conversation, limit=5000)
        assert [shown(one) for one in candidate.chat.heard] == [one.text for one in lines if not one.mine]


async def _decide(hr: Chat, product: Product, conversation: int) -> None:
    """Find the candidate in the queue, read the card, replace a level, and approve."""
    await hr.offered("card:")  # the notice that somebody has finished
    hr.say("/queue")
    queue = await hr.until(lambda message: "Maya Thornton" in str(message.get("reply_markup")))
    hr.press(queue, "card:")
    picture = await hr.until(lambda message: "photo" in message)
    assert "Maya Thornton" in shown(picture)
    card = picture if "reply_markup" in picture else await hr.offered("approve:")
    hr.press(card, "override:")
    competencies = await hr.offered("override:")
    hr.press(competencies, _first(competencies))
    levels = await hr.offered(":9")
    hr.press(levels, ":9")
    await hr.until(lambda message: "cancel" in str(message.get("reply_markup")))
    hr.say("I heard them in person / 当面聊过")
    done = await hr.offered("approve:")
    assert "I heard them in person" in "".join(shown(message) for message in hr.heard[-4:])
    hr.press(done, "approve:")
    await hr.until(lambda message: "Maya Thornton" in shown(message))
    state = product.house.applications.interview(conversation)
    assert state is not None
    assert state.decision is not None
    assert state.decision.by == "Wang Fang"
    assert [one.level for one in state.overrides] == [9.0]


def _first(message: dict[str, Any]) -> str:
    return str(message["reply_markup"]["inline_keyboard"][0][0]["callback_data"])
