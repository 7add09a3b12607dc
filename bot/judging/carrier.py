"""Carries out what the core wants of the sandbox: examples tried, programs handed in scored.

The programs run outside this process; a thread waits for each. What fails on our side is tried again like any
effect, and given up without a word against the candidate.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from msgspec import Struct

from bot.judging.fair import FairQueue
from dialogues.app.runner import Retry
from dialogues.core.effects import Effect, Judge, JudgeCode
from dialogues.core.events import Checked, CodeJudged, Event, Scored
from dialogues.core.interview import Interview
from dialogues.core.pack import Pack
from dialogues.core.phases.coding import source_of
from dialogues.ports import Interviews, Packs, Record
from scoring.code.box import NoBox
from scoring.code.judge import Judge as Sandbox
from scoring.code.languages import offered
from scoring.code.model import Judgement, Language, Task, Test, Tried, Verdict
from scoring.code.score import score_of
from scoring.code.wasi import WasiPython

_MOST_AT_ONCE = 4


class Way(Struct, frozen=True):
    """How programs are run here: the `sandbox` that held when it was tried, None for not at all, and what is amiss."""

    sandbox: type[Sandbox | WasiPython] | None
    trouble: str = ""


@cache
def way_here() -> Way:
    """Return how programs can be run on this machine; tries the sandboxes the first time, the best one first."""
    amiss = []
    for sandbox in (Sandbox, WasiPython):
        try:
            sandbox().check_walls()
        except NoBox as error:
            amiss.append(str(error))
        else:
            return Way(sandbox, "; ".join(amiss))
    return Way(None, "; ".join(amiss))


@cache
def code_tools() -> tuple[str, ...]:
    """Return the programming languages that can be offered here."""
    match way_here().sandbox:
        case None:
            return ()
        case sandbox if sandbox is WasiPython:
            return (Language.PYTHON.value,)
        case _:
            return tuple(language.value for language, missing in offered().items() if not missing)


def say_state() -> str:
    """Return the state of the sandbox for the operator."""
    way = way_here()
    if way.sandbox is None:
        return f"not configured: coding tasks are left out; {way.trouble}"
    if way.sandbox is WasiPython:
        return f"ready: python alone, slowly, by WASI; {way.trouble}"
    missing = [f"{language} (install {package})" for language, package in offered().items() if package]
    return f"ready: {', '.join(code_tools())}" + (f"; not offered: {', '.join(missing)}" if missing else "")


class CodeJudges:
    """The sandbox of a server. `others` scores the answers that are words."""

    def __init__(
        self,
        record: Record,
        interviews: Interviews,
        packs: Packs,
        others: Callable[[int, Effect], Awaitable[tuple[int, Event]]],
    ) -> None:
        self._record, self._interviews, self._packs = record, interviews, packs
        self._others = others
        at_once = max(1, min(_MOST_AT_ONCE, (os.cpu_count() or 1) - 1))
        self._queue = FairQueue(at_once)
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="sandbox")

    async def try_examples(self, conversation: int, effect: Effect) -> tuple[int, Event]:
        """Run a program on the examples of its task."""
        assert isinstance(effect, JudgeCode)
        pack = await asyncio.to_thread(self._pack, conversation)
        task = pack.question(effect.question).code
        assert task is not None
        words = await asyncio.to_thread(self._record.words_of, conversation, (effect.event,))
        seen = await self._run(conversation, task, task.examples, Language(effect.language), words)
        checked = tuple(Checked(one.test, one.verdict, one.seconds) for one in seen.tried)
        event = CodeJudged(
            at=time.time(),
            answer=effect.answer,
            attempt=effect.attempt,
            checked=checked,
            text=trouble_of(seen),
        )
        return conversation, event

    async def judge(self, conversation: int, effect: Effect) -> tuple[int, Event]:
        """Score an answer: a program by its hidden tests, words as ever."""
        assert isinstance(effect, Judge)
        if not effect.code:
            return await self._others(conversation, effect)
        pack = await asyncio.to_thread(self._pack, conversation)
        task = pack.question(effect.question).code
        assert task is not None
        words = await asyncio.to_thread(self._record.words_of, conversation, effect.events)
        seen = await self._run(conversation, task, task.tests, Language(effect.code), words)
        score = score_of(seen, task, pack.rubric(effect.question).version)
        event = Scored(at=time.time(), answer=effect.answer, revision=effect.revision, score=score)
        return conversation, event

    def _pack(self, conversation: int) -> Pack:
        state = self._interviews.interview(conversation)
        if not isinstance(state, Interview):
            raise Retry("no_interview")
        return self._packs.pack(state.pack, state.pack_version)

    async def _run(
        self, conversation: int, task: Task, tests: tuple[Test, ...], language: Language, words: list[str]
    ) -> Judgement:
        source, _ = source_of(words[-1] if words else "")
        async with self._queue.slot(conversation) as slot:
            seen = await asyncio.get_running_loop().run_in_executor(
                self._threads, judge_once, slot, task, tests, language, source
            )
        if seen.ours:
            raise Retry("sandbox_failed")
        return seen

    def close(self) -> None:
        """Let the programs that run come to their end, which their limits bring soon."""
        self._threads.shutdown(wait=True, cancel_futures=True)


def judge_once(slot: int, task: Task, tests: tuple[Test, ...], language: Language, source: str) -> Judgement:
    """Return how a program does; nothing but OURS where nothing can be run."""
    sandbox = way_here().sandbox
    if sandbox is None or language not in code_tools():
        return Judgement(language, tuple(Tried(test.id, Verdict.OURS) for test in tests))
    return sandbox(slot).judge(task, tests, language, source)


def trouble_of(seen: Judgement) -> str:
    """Return what the program, or its compiler, wrote where it first went wrong."""
    failed = next((one for one in seen.tried if one.verdict is not Verdict.ACCEPTED), None)
    if failed is None:
        return ""
    return seen.compiler or (failed.shown if failed.verdict is Verdict.WRONG else failed.trouble)
