"""Runs the programs of one interview without a server, one after the other."""

from __future__ import annotations

from bot.judging.carrier import judge_once, trouble_of
from dialogues.core.effects import Judge, JudgeCode
from dialogues.core.events import Checked, CodeJudged, Event, Scored
from dialogues.core.interview import Interview
from dialogues.core.phases.coding import source_of
from dialogues.ports import Packs, Record
from scoring.code.model import Language
from scoring.code.score import score_of


class Programs:
    """The sandbox of an interview in the terminal."""

    def __init__(self, record: Record, packs: Packs, conversation: int) -> None:
        self._record, self._packs, self._conversation = record, packs, conversation

    def run(self, state: Interview, effect: JudgeCode | Judge, at: float) -> Event:
        """Try the examples, or score what is handed in."""
        pack = self._packs.pack(state.pack, state.pack_version)
        task = pack.question(effect.question).code
        assert task is not None
        events = (effect.event,) if isinstance(effect, JudgeCode) else effect.events
        source, _ = source_of(self._record.words_of(self._conversation, events)[-1])
        if isinstance(effect, JudgeCode):
            seen = judge_once(0, task, task.examples, Language(effect.language), source)
            checked = tuple(Checked(one.test, one.verdict, one.seconds) for one in seen.tried)
            return CodeJudged(at, effect.answer, effect.attempt, checked, trouble_of(seen))
        seen = judge_once(0, task, task.tests, Language(effect.code), source)
        score = score_of(seen, task, pack.rubric(effect.question).version)
        return Scored(at=at, answer=effect.answer, revision=effect.revision, score=score)
