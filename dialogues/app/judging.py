"""Scores answers in worker processes, so that scoring never holds up another person's turn.

Where a language model is configured it is asked after the built-in scorer, on the event loop: no process and no
thread waits for it, and when it cannot be had the built-in scorer's level stands (decision 0015).
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import structlog
from msgspec.structs import replace

from dialogues.app.orphans import belong_to_parent
from dialogues.app.runner import Retry
from dialogues.core.effects import Effect, Judge
from dialogues.core.events import Event, Scored
from dialogues.core.interview import Interview
from dialogues.ports import Interviews, Packs, Record
from scoring.builtin import make_scorer
from scoring.code.score import SANDBOX
from scoring.code.score import recompute as recompute_program
from scoring.embedding import EmbedderMissing
from scoring.llm.level import is_ours, recompute, taken_over, trouble_in
from scoring.llm.scorer import LlmScorer
from scoring.model import Score, Scorer, ScorerId
from scoring.rubric.model import Kind, Rubric

log = structlog.get_logger()
_scorer: Scorer | None = None


def join_answer(parts: list[str]) -> str:
    """Return the answer that is scored and quoted from: its messages, a line each."""
    return "\n".join(parts)


def repeatable(stored: Score, ours: ScorerId) -> bool:
    """Say whether a stored score can be computed afresh by `ours`, without a model."""
    return stored.scorer in {SANDBOX, ours} or is_ours(stored.scorer)


def score_again(stored: Score, scorer: Scorer, rubric: Rubric, answer: str, language: str) -> Score | None:
    """Return what a stored score is when it is computed afresh, without a model.

    None when that is not possible: another scorer or another version made it.
    """
    if stored.scorer == SANDBOX:
        return recompute_program(stored)
    if is_ours(stored.scorer):
        return recompute(stored)
    if not repeatable(stored, scorer.id):
        return None
    score, trouble = scorer.score(rubric, answer, language), trouble_in(stored)
    return taken_over(score, trouble) if trouble is not None else score


def _prepare(let_go: Sequence[int], embeddings: bool) -> None:
    """Make the scorer of a worker process; without the model when it cannot be loaded, which its version tells."""
    global _scorer
    for descriptor in let_go:
        os.close(descriptor)
    belong_to_parent()
    try:
        _scorer = make_scorer(embeddings=embeddings)
    except EmbedderMissing:
        log.exception("embedder_missing")
        _scorer = make_scorer()


def _score(rubric: Rubric, answer: str, language: str) -> Score:
    assert _scorer is not None
    return _scorer.score(rubric, answer, language)


class Judges:
    """A pool of scoring processes, and perhaps a model. `Judge` effects come in, `Scored` events go out."""

    def __init__(
        self,
        record: Record,
        interviews: Interviews,
        packs: Packs,
        processes: int,
        llm: LlmScorer | None = None,
        *,
        embeddings: bool = False,
    ) -> None:
        self._record = record
        self._interviews = interviews
        self._packs = packs
        self._processes = processes
        self._llm = llm
        self._embeddings = embeddings
        self._pool: ProcessPoolExecutor | None = None

    def fork(self, let_go: Sequence[int]) -> None:
        """Start the processes as copies of this one, whose memory they share; before any thread is started.

        `let_go` are the files that a copy must not keep open. Without this, or when one of them has died, the
        processes are started afresh when there is work for them.
        """
        self._pool = self._make_pool("fork", let_go)
        self._pool.submit(os.getpid)  # starts them all

    def _make_pool(self, way: str, let_go: Sequence[int] = ()) -> ProcessPoolExecutor:
        context = multiprocessing.get_context(way)
        given = (tuple(let_go), self._embeddings)
        return ProcessPoolExecutor(self._processes, mp_context=context, initializer=_prepare, initargs=given)

    def _processes_at_work(self) -> ProcessPoolExecutor:
        if self._pool is None:  # spawn: a fork of a process with threads may inherit a held lock
            self._pool = self._make_pool("spawn")
        return self._pool

    async def judge(self, conversation: int, effect: Effect) -> tuple[int, Event]:
        """Score the answer an effect names; Retry when a worker process died."""
        assert isinstance(effect, Judge)
        rubric, answer = await asyncio.to_thread(self._look_up, conversation, effect)
        loop = asyncio.get_running_loop()
        try:
            pool = self._processes_at_work()
            score = await loop.run_in_executor(pool, _score, rubric, answer, effect.language)
        except BrokenProcessPool:
            if self._pool is pool:
                self._pool = None
            raise Retry("scorer_died") from None
        if self._llm is not None:
            score = await self._llm.score(rubric, answer, effect.language, score, conversation)
        event = Scored(at=time.time(), answer=effect.answer, revision=effect.revision, score=score)
        return conversation, event

    def _look_up(self, conversation: int, effect: Judge) -> tuple[Rubric, str]:
        state = self._interviews.interview(conversation)
        if not isinstance(state, Interview):
            raise Retry("no_interview")
        pack = self._packs.pack(state.pack, state.pack_version)
        answer = join_answer(self._record.words_of(conversation, effect.events))
        return _in_language(pack.rubric(effect.question), effect.language), answer

    async def warm_up(self) -> None:
        """Start the processes before the first answer needs them."""
        loop = asyncio.get_running_loop()
        rubric = Rubric(version="warm-up", question="", competency="", kind=Kind.INTRODUCTION, text={})
        await loop.run_in_executor(self._processes_at_work(), _score, rubric, "", "zh")

    async def stop(self) -> None:
        """Let go of the model's endpoint and end the processes."""
        if self._llm is not None:
            await self._llm.close()
        await asyncio.to_thread(self.close)

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)


def _in_language(rubric: Rubric, language: str) -> Rubric:
    """Return the rubric with the pack's other questions in one language only: it crosses to another process."""
    texts = {code: said for code, said in rubric.around.items() if code[:2] == language[:2]}
    return replace(rubric, around=texts)
