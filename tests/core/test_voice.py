"""Answers that are spoken: nothing is kept before a yes, nothing counts before a look, nothing unclear is held against anybody."""

from __future__ import annotations

import pytest

from dialogues.core.effects import Discard, Effect, Judge, Say, Transcribe
from dialogues.core.events import Delivery, Opened, Transcribed, VoiceReceived
from dialogues.core.interview import Stage
from tests.core.driver import Driven, fresh
from tests.core.sample import PACK

_SPOKEN = (
    "上个月我们仓库突然断电，我是值班的，我先通知了大家，再自己把订单一笔一笔抄下来，"
    "最后三百二十单一单没丢，客户也都按时收到了货。"
)


def _at_answer(tools: tuple[str, ...] = ("voice",)) -> Driven:
    driven = Driven(PACK, fresh(PACK, "zh", seed=3, known=("name", "email")))
    driven.send(Opened(at=driven.tick(), channel="web", language="zh", tools=tools))
    for value in ("consent:yes", "details:right", "practice:no"):
        driven.press(value)
    return driven


def _speak(driven: Driven) -> tuple[Effect, ...]:
    return driven.send(
        VoiceReceived(at=driven.tick(), file="7", media_type="audio/webm", size=9, seconds=20.0)
    )


def _heard(
    driven: Driven, text: str = "", trouble: str = "", delivery: Delivery | None = None
) -> tuple[Effect, ...]:
    voice = driven.state.voice
    number = voice.heard if voice is not None else 0
    driven.words[driven.state.seq + 1] = text
    event = Transcribed(
        at=driven.tick(),
        heard=number,
        text=text,
        language="zh",
        trouble=trouble,
        doubtful=((0, 3),),
        delivery=delivery,
    )
    return driven.send(event)


def _said(driven: Driven) -> str:
    return driven.read([one for one in driven.effects if isinstance(one, Say)][-1])


def _listening() -> Driven:
    driven = _at_answer()
    _speak(driven)
    driven.press("voice:agree")
    return driven


def test_the_first_recording_waits_for_consent() -> None:
    driven = _at_answer()
    assert not [one for one in _speak(driven) if isinstance(one, Transcribe)]
    assert "可以吗" in _said(driven)
    (transcribe,) = [one for one in driven.press("voice:agree") if isinstance(one, Transcribe)]
    assert transcribe.file == "7"
    assert driven.state.voice_consent is not None


def test_a_refused_recording_is_forgotten() -> None:
    driven = _at_answer()
    _speak(driven)
    (discard,) = [one for one in driven.press("voice:refuse") if isinstance(one, Discard)]
    assert discard.file == "7"
    assert driven.state.voice is None


def test_a_transcript_counts_when_it_is_confirmed() -> None:
    driven = _listening()
    _heard(driven, _SPOKEN)
    assert "〔上个月〕" in _said(driven)
    assert not driven.state.replies[-1].events
    shown = driven.state.seq - 1
    driven.press("voice:right")
    reply = driven.state.replies[0]
    assert reply.events == (shown,)
    assert reply.spoken == (shown,)


def test_words_after_a_transcript_take_its_place_and_both_are_kept() -> None:
    driven = _listening()
    _heard(driven, _SPOKEN)
    shown = driven.state.seq - 1
    written = driven.state.seq + 1
    driven.say(_SPOKEN.replace("断电", "断网"))
    reply = driven.state.replies[0]
    assert reply.events == (written,)
    assert reply.spoken == (shown,)


def test_it_may_be_recorded_again() -> None:
    driven = _listening()
    _heard(driven, _SPOKEN)
    driven.press("voice:again")
    assert driven.state.voice is None
    assert not driven.state.replies[-1].events
    assert [one for one in _speak(driven) if isinstance(one, Transcribe)]  # consent holds


@pytest.mark.parametrize(
    "trouble", ["silent", "unclear", "too_long", "too_big", "unreadable", "failed", "odd"]
)
def test_what_was_not_understood_is_asked_again_and_costs_nothing(trouble: str) -> None:
    driven = _listening()
    before = driven.state.replies
    effects = _heard(driven, trouble=trouble)
    assert not [one for one in effects if isinstance(one, Judge)]
    assert driven.state.replies == before
    assert driven.state.replies[-1].stage is Stage.OPEN


def test_a_late_transcript_of_another_recording_is_not_shown() -> None:
    driven = _listening()
    late = driven.state.voice
    assert late is not None
    _speak(driven)
    effects = driven.send(Transcribed(at=driven.tick(), heard=late.heard, text=_SPOKEN, language="zh"))
    assert not [one for one in effects if isinstance(one, Say)]


def test_without_ears_it_is_asked_for_in_writing() -> None:
    driven = _at_answer(())
    _speak(driven)
    assert driven.state.voice is None
    assert "打字" in _said(driven)


def test_a_spoken_short_word_is_answered_at_once() -> None:
    driven = _listening()
    _heard(driven, "我有点紧张")
    assert driven.state.voice is None
    assert not driven.state.replies[-1].events


def test_no_number_of_the_sound_reaches_a_scorer() -> None:
    def judged(delivery: Delivery | None) -> list[Judge]:
        driven = _listening()
        _heard(driven, _SPOKEN, delivery=delivery)
        driven.press("voice:right")
        driven.say("没有了")
        return [one for one in driven.effects if isinstance(one, Judge)]

    slow = judged(
        Delivery(seconds=200, speech=20, rate=10, pauses=50, long_pauses=40, latency=90, fillers=30)
    )
    fast = judged(Delivery(seconds=10, speech=10, rate=400))
    assert slow
    assert slow == fast == judged(None)
    assert not set(Judge.__struct_fields__) & set(Delivery.__struct_fields__)
