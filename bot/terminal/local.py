"""An interview without a server: the same core, record and scorer, one event at a time.

Used by the terminal, by tests and by replays. Keeps everything in the house it is given.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from dialogues.app.judging import join_answer
from dialogues.app.outcome import Message, Outcome
from dialogues.core.effects import Effect, FindSlots, Judge, JudgeCode
from dialogues.core.events import Answered, Chosen, Event, Opened, Scored, SlotsFound
from dialogues.core.interview import Interview
from dialogues.ports import Arrival
from scoring.model import Scorer
from scoring.rubric.model import Rubric

Step = Callable[[list[Arrival]], Outcome]


class LocalInterview:
    """One conversation driven by hand. `clock` gives the time of each event, seconds."""

    def __init__(
        self,
        step: Step,
        words_of: Callable[[int, tuple[int, ...]], list[str]],
        interview: Callable[[int], Interview | None],
        scorer: Scorer,
        rubric_of: Callable[[Interview, str], Rubric],
        conversation: int,
        clock: Callable[[], float],
        program: Callable[[Interview, JudgeCode | Judge, float], Event] | None = None,
        tools: tuple[str, ...] = (),
    ) -> None:
        self._program, self._tools = program, tools
        self._step = step
        self._words_of = words_of
        self._interview = interview
        self._scorer = scorer
        self._rubric_of = rubric_of
        self._conversation = conversation
        self._clock = clock
        self._numbers = count(1)

    @property
    def state(self) -> Interview:
        """The interview as it stands."""
        state = self._interview(self._conversation)
        assert state is not None
        return state

    def open(self, language: str) -> list[Message]:
        """Open the conversation."""
        return self._send(Opened(at=self._clock(), channel="terminal", language=language, tools=self._tools))

    def say(self, text: str) -> list[Message]:
        """Say something; return what is said back."""
        return self._send(Answered(at=self._clock(), text=text, seen=self.state.turn))

    def press(self, value: str) -> list[Message]:
        """Press a button; return what is said back."""
        return self._send(Chosen(at=self._clock(), value=value, seen=self.state.turn))

    def _send(self, event: Event) -> list[Message]:
        name = f"{self._conversation}:{next(self._numbers)}"
        outcome = self._step([Arrival(self._conversation, "terminal", name, event)])
        messages = list(outcome.messages)
        for work in outcome.work:
            if isinstance(work.effect, JudgeCode) or (isinstance(work.effect, Judge) and work.effect.code):
                messages += self._send(self._run(work.effect))
            elif isinstance(work.effect, Judge):
                messages += self._send(self._score(work.effect))
            elif isinstance(work.effect, FindSlots):  # nobody keeps appointments here
                messages += self._send(SlotsFound(self._clock(), work.effect.request, trouble="none"))
        return messages

    def _run(self, effect: JudgeCode | Judge) -> Event:
        assert self._program is not None, "without a sandbox no coding task is asked"
        return self._program(self.state, effect, self._clock())

    def _score(self, judge: Effect) -> Scored:
        assert isinstance(judge, Judge)
        answer = join_answer(self._words_of(self._conversation, judge.events))
        rubric = self._rubric_of(self.state, judge.question)
        score = self._scorer.score(rubric, answer, judge.language)
        return Scored(at=self._clock(), answer=judge.answer, revision=judge.revision, score=score)
