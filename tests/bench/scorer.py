"""What scoring one answer of 300 characters costs, in each language."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from bot.house import shipped_packs
from dialogues.app.packs import parse_pack
from scoring.builtin import BuiltinScorer
from tests.bench.crowd import JOB, answers

_CHARACTERS = 300


def measure(folder: Path, url: str, *, quick: bool) -> dict[str, Any]:
    """Measure processor milliseconds an answer; questions and answers vary, so that nothing is remembered."""
    pack = parse_pack(dict(shipped_packs())[JOB])
    rubrics = [pack.rubric(question.id) for question in pack.questions]
    scorer = BuiltinScorer()
    found: dict[str, Any] = {"characters": _CHARACTERS}
    for language, texts in answers().items():
        for rubric in rubrics:
            scorer.score(
                rubric, texts[0], language
            )  # what is made once for a question is not an answer's cost
        rounds = 1 if quick else 3
        started = time.process_time()
        count = 0
        for shift in range(rounds):
            for number, rubric in enumerate(rubrics):
                for first in range(0, len(texts), 4):
                    answer = _long(texts, first + number + shift)
                    scorer.score(rubric, answer, language)
                    count += 1
        found[f"{language}_ms"] = round(1e3 * (time.process_time() - started) / count, 3)
    return found


def _long(texts: list[str], first: int) -> str:
    joined = " ".join(texts[(first + step) % len(texts)] for step in range(4))
    return joined[:_CHARACTERS]
