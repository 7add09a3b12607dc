"""A scorer that costs nothing, for measuring everything but scoring. Never used for a person's interview."""

from __future__ import annotations

from zlib import crc32

from dialogues.core.effects import Judge
from dialogues.core.events import Scored
from scoring.model import Score, ScorerId

_ID = ScorerId(name="free", version="1")


def score_for_nothing(judge: Judge, at: float) -> Scored:
    """Return a level drawn from the effect's key: repeatable, and worth nothing."""
    level = crc32(f"{judge.key}{judge.question}".encode()) % 101 / 10
    score = Score(
        level=level,
        standard_error=1.0,
        confidence=0.0,
        findings=(),
        elements=(),
        features={"level": level},
        rubric=judge.question,
        scorer=_ID,
    )
    return Scored(at=at, answer=judge.answer, revision=judge.revision, score=score)
