"""What scoring one answer of 300 characters costs, in each language."""

from __future__ import annotations

import time
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import fmean
from typing import Any

from bot.house import shipped_packs
from dialogues.app.packs import parse_pack
from scoring.builtin import BuiltinScorer, make_scorer
from scoring.embedding import SmallEmbedder
from scoring.rubric.model import Rubric
from tests.bench.crowd import JOB, answers

_CHARACTERS = 300


def measure(folder: Path, url: str, *, quick: bool) -> dict[str, Any]:
    """Measure processor milliseconds an answer, the best of several runs; nothing can be remembered, all texts differ."""
    pack = parse_pack(dict(shipped_packs())[JOB])
    rubrics = [pack.rubric(question.id) for question in pack.questions if question.key_points]
    scorer = BuiltinScorer()
    found: dict[str, Any] = {"characters": _CHARACTERS}
    for language, texts in answers().items():
        for rubric in rubrics:
            scorer.score(
                rubric, texts[0], language
            )  # what is made once for a question is not an answer's cost
        runs = [_run(scorer, rubrics, texts, language, shift) for shift in range(2 if quick else 8)]
        best = min(runs, key=fmean)  # other programs can only make it slower
        found[f"{language}_ms"] = round(fmean(best), 3)
        found[f"{language}_p99_ms"] = round(sorted(best)[int(0.99 * len(best))], 3)
        found[f"{language}_answers_per_second_and_core"] = round(1e3 / fmean(best))
    found["memory_mb"] = round(getrusage(RUSAGE_SELF).ru_maxrss / 1024)
    return found | _with_embeddings(rubrics, quick=quick)


def _with_embeddings(rubrics: list[Rubric], *, quick: bool) -> dict[str, Any]:
    """Return the same with the small model of meaning, which reads every answer once; nothing where it is not installed."""
    if not SmallEmbedder.installed():
        print("scorer: the extra `embeddings` is not installed; measured without it")
        return {}
    scorer, found = make_scorer(embeddings=True), {}
    some = rubrics[:6]
    for language, texts in answers().items():
        for rubric in some:
            scorer.score(rubric, _long(texts, 0), language)
        took = _run(scorer, some, texts[:16] if quick else texts, language, 1)
        found[f"{language}_with_embeddings_ms"] = round(fmean(took), 1)
        found[f"{language}_with_embeddings_p99_ms"] = round(sorted(took)[int(0.99 * len(took))], 1)
    found["with_embeddings_memory_mb"] = round(getrusage(RUSAGE_SELF).ru_maxrss / 1024)
    return found


def _run(
    scorer: BuiltinScorer, rubrics: list[Rubric], texts: list[str], language: str, shift: int
) -> list[float]:
    """Return processor milliseconds of each answer; another `shift`, other answers."""
    took = []
    for number, rubric in enumerate(rubrics):
        for first in range(0, len(texts), 4):
            answer = _long(texts, first + number + shift)
            started = time.process_time_ns()
            scorer.score(rubric, answer, language)
            took.append((time.process_time_ns() - started) / 1e6)
    return took


def _long(texts: list[str], first: int) -> str:
    joined = " ".join(texts[(first + step) % len(texts)] for step in range(4))
    return joined[:_CHARACTERS]
