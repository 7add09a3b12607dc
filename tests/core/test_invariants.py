"""Any order of events, with the state written down and read back after each, leaves the invariants standing."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dialogues.app.codec import encode_state
from dialogues.core.effects import Effect, Erase, Judge, Say
from dialogues.core.events import (
    CandidateEvent,
    Decided,
    Explained,
    HrWrote,
    Opened,
    Outcome,
    Overridden,
    Scored,
    Unscored,
    Woke,
)
from dialogues.core.interview import Ask, Interview, Phase, Stage
from dialogues.core.pack import Pack
from dialogues.core.phases.interview import MAX_FOLLOWUPS
from dialogues.core.tongue import Command
from tests.core.driver import LANGUAGES, Driven, a_score, fresh
from tests.core.playbook import SPOKEN
from tests.core.sample import PACK
from tests.e2e.candidates import PACKS as NAMES
from tests.e2e.candidates import load_pack

PACKS = {PACK.name: PACK} | {name: load_pack(name) for name in NAMES}
SECRET = "Zanzibar-49"
"""Stands in everything a person says here, and may stand nowhere in the state."""
_SAID = [text for words in SPOKEN.values() for text in words] + [f"/{command}" for command in Command]
_TAPS = [
    "consent:yes", "consent:book", "consent:no", "details:right", "details:wrong", "practice:yes", "practice:no",
    "questions:none", "survey:1", "survey:5", "survey:none", "survey:9", "language:zh", "language:en",
    "language:xx", "stop:yes", "stop:no", "delete:no", "", ":", "do:", "nonsense",
    *(f"do:{command}" for command in Command),
]  # fmt: skip
_LEVELS = st.one_of(
    st.none(), st.sampled_from([0.0, 10.0]), st.integers(0, 100).map(lambda tenth: tenth / 10)
)
_VAGUE = ("嗯这个事情说来话长让人印象深刻呀", "well that thing is a long and winding story indeed somehow")

_spoken = st.one_of(
    st.sampled_from(_SAID),
    st.sampled_from(_VAGUE),
    st.sampled_from([SPOKEN["WHOLE"][0], SPOKEN["WHOLE"][1], SPOKEN["NO_RESULT"][0], SPOKEN["RESULT"][1]]),
    st.text(max_size=80),
)
_moves = st.one_of(
    st.tuples(st.just("say"), _spoken, st.integers(0, 3)),
    st.tuples(st.just("go on"), _spoken, _LEVELS),
    st.tuples(st.just("press"), st.sampled_from(_TAPS), st.integers(0, 3)),
    st.tuples(st.just("score"), _LEVELS, st.integers(-1, 1)),
    st.tuples(st.just("other"), st.integers(0, 9), st.integers(0, 200_000)),
)


class Watched(Driven):
    """An interview whose every step is checked against the rules."""

    def __init__(self, pack: Pack, state: Interview) -> None:
        super().__init__(pack, state)
        self.asked: list[str] = []
        self.seqs: list[int] = [state.seq]
        self.judged: list[Judge] = []

    def send(self, event: CandidateEvent) -> tuple[Effect, ...]:
        before = self.state
        effects = super().send(event)
        says = [effect for effect in effects if isinstance(effect, Say)]
        assert self.state.seq == before.seq + 1 + len(says)
        self.asked += [say.key for say in says if say.key.startswith("ask:")]
        self.judged += [effect for effect in effects if isinstance(effect, Judge)]
        self._check_effects(effects, event)
        self._check_says(says, event)
        self._check_state(before, event)
        return effects

    def _check_effects(self, effects: tuple[Effect, ...], event: CandidateEvent) -> None:
        keys = [effect.key for effect in self.effects]
        assert len(set(keys)) == len(keys), "an effect's key came twice"
        assert len(set(self.asked)) == len(self.asked), "a question was asked twice under one key"
        if any(isinstance(effect, Erase) for effect in effects):
            assert self.state.phase is Phase.ERASED

    def _check_says(self, says: list[Say], event: CandidateEvent) -> None:
        for say in says:
            assert self.read(say).strip()
            adverse = any(line.phrase in LANGUAGES[say.language].catalog.adverse for line in say.lines)
            assert not adverse or say.decided_by
            assert bool(say.decided_by) == isinstance(event, Decided)
            assert say.turn <= self.state.turn
        assert sum(say.key.startswith("ask:") for say in says) <= 1, "two questions at once"

    def _check_state(self, before: Interview, event: CandidateEvent) -> None:
        state = self.state
        assert SECRET.encode() not in encode_state(state)
        if before.phase is Phase.ERASED:
            assert replace(state, seq=0, last_at=0.0) == replace(before, seq=0, last_at=0.0)
        assert state.total is None or 0 <= state.total <= 100
        assert len(state.replies) <= self.pack.plan.total_max
        questions = [reply.question for reply in state.replies]
        assert len(set(questions)) == len(questions), "a question came twice"
        self._check_replies(before)
        if isinstance(event, Scored) and self._out_of_date(before, event):
            assert state.replies == before.replies
            assert state.standings == before.standings

    def _check_replies(self, before: Interview) -> None:
        state, earlier = self.state, {reply.id: reply for reply in before.replies}
        still_open = [reply for reply in state.replies if reply.stage is Stage.OPEN]
        assert len(still_open) <= 1
        if state.prompt is not None and state.prompt.ask is Ask.ANSWER and state.phase is not Phase.ERASED:
            assert [reply.question for reply in still_open] == [state.prompt.about]
            assert still_open[0] is state.replies[-1]
        for reply in state.replies:
            assert len(reply.events) == len(reply.rounds) == len(set(reply.events))
            assert len(reply.followed) <= MAX_FOLLOWUPS
            old = earlier.get(reply.id)
            if old is not None and len(reply.followed) > len(old.followed):
                assert reply.followed[-1] not in reply.found, "asked for what was said"
                assert reply.followed[-1] not in old.followed, "asked for the same twice"

    def _out_of_date(self, before: Interview, event: Scored) -> bool:
        reply = next((reply for reply in before.replies if reply.id == event.answer), None)
        return reply is None or reply.stage is not Stage.SCORING or reply.revision != event.revision


def _play(watched: Watched, kind: str, first: object, second: object) -> None:
    match kind:
        case "say":
            watched.say(f"{first}", seen=max(0, watched.state.turn - int(str(second))))
        case "go on":
            go_on(watched, str(first), second if isinstance(second, float) else None)
        case "press":
            watched.press(str(first), seen=max(0, watched.state.turn - int(str(second))))
        case "score":
            _score(watched, first if isinstance(first, float) else None, int(str(second)))
        case _:
            watched.send(_other(watched, int(str(first)), int(str(second))))


_DEFAULTS = {
    Ask.CONSENT: "consent:yes",
    Ask.CONFIRM: "details:right",
    Ask.DETAIL: "do:skip",
    Ask.PRACTICE_OFFER: "practice:no",
    Ask.QUESTIONS: "questions:none",
    Ask.SURVEY: "survey:3",
    Ask.COMMENT: "survey:none",
}


def go_on(watched: Watched, text: str, level: float | None) -> None:
    """Do what brings the interview forward, so that deep states are met often."""
    prompt = watched.state.prompt
    if watched.state.phase is Phase.NEW:
        watched.open("zh")
    elif prompt is None:
        _score(watched, level, 0)
    elif prompt.ask in _DEFAULTS:
        watched.press(_DEFAULTS[prompt.ask])
    else:
        watched.say(f"{SECRET} {text}")


def _score(watched: Watched, level: float | None, off: int) -> None:
    if watched.judged:
        judge = watched.judged[-1]
        watched.send(
            Scored(
                at=watched.tick(), answer=judge.answer, revision=judge.revision + off, score=a_score(level)
            )
        )


def _other(watched: Watched, which: int, seconds: int) -> CandidateEvent:
    at = watched.tick(seconds)
    judge = watched.judged[-1] if watched.judged else None
    outcome = list(Outcome)[which % 4]
    return (
        Opened(at=at, channel="test", language="en"),
        Opened(at=at, channel="other", language="xx"),
        Woke(at=at, alarm="stalled"),
        Woke(at=at - 5, alarm="stalled"),
        Explained(at=at, text=f"because {SECRET}"),
        HrWrote(at=at, by="anna", text=f"hello {SECRET}"),
        Decided(at=at, by="anna", outcome=outcome, reason=SECRET),
        Decided(at=at, by="bo", outcome=Outcome.DECLINE, reason=SECRET),
        Overridden(
            at=at,
            by="anna",
            competency=watched.pack.competencies[0].id,
            level=seconds % 101 / 10,
            reason=SECRET,
        ),
        Unscored(
            at=at, answer=judge.answer if judge else "a1", revision=judge.revision if judge else 1, code="x"
        ),
    )[which]


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(sorted(PACKS)),
    language=st.sampled_from(["zh", "en"]),
    seed=st.integers(0, 2**32),
    known=st.sampled_from([(), ("name",), ("name", "email"), ("name", "email", "phone")]),
    moves=st.lists(_moves, min_size=5, max_size=60),
    erased_after=st.integers(0, 200),
)
def test_any_order(
    name: str, language: str, seed: int, known: tuple[str, ...], moves: list[tuple], erased_after: int
) -> None:
    watched = Watched(PACKS[name], fresh(PACKS[name], language, seed, known))
    for number, (kind, first, second) in enumerate(moves):
        if number == erased_after:
            watched.press("do:delete")
            watched.press("delete:yes")
            assert watched.state.phase is Phase.ERASED
        _play(watched, kind, first, second)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(sorted(PACKS)),
    language=st.sampled_from(["zh", "en"]),
    seed=st.integers(0, 2**32),
    answers=st.lists(st.tuples(_spoken, _LEVELS), min_size=1, max_size=3),
)
def test_every_interview_ends(name: str, language: str, seed: int, answers: list[tuple]) -> None:
    """Whoever keeps answering comes to the end; what cannot be answered is skipped now and then."""
    watched = Watched(PACKS[name], fresh(PACKS[name], language, seed))
    watched.open(language)
    for number, (text, level) in enumerate(itertools.islice(itertools.cycle(answers), 600)):
        state = watched.state
        if state.phase in (Phase.FINISHED, Phase.ERASED):
            return
        if number % 4 == 3:
            watched.press("do:continue" if state.aside else "do:skip", seen=0)
        else:
            go_on(watched, str(text), level)
    pytest.fail("the interview did not end")
