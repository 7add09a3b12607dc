"""What a replay cannot compute again is counted, never passed over in silence."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from bot.terminal.replaying import unrepeatable_scores
from dialogues.core.events import Opened, Scored
from scoring.builtin import BuiltinScorer
from scoring.code.score import SANDBOX
from scoring.model import Score, ScorerId


def _scored(scorer: ScorerId) -> SimpleNamespace:
    score = Score(5.0, 2.0, 0.5, (), (), {}, "pack@1#q", scorer)
    return SimpleNamespace(event=Scored(at=0.0, answer="a1", revision=0, score=score))


def test_scores_of_other_scorers_are_counted_by_scorer() -> None:
    ours = BuiltinScorer().id
    events = [
        SimpleNamespace(event=Opened(at=0.0, channel="web", language="en")),
        *(_scored(one) for one in (ours, SANDBOX, ScorerId("builtin", "1"), ScorerId("builtin", "1"))),
        _scored(ScorerId("own", "7")),
    ]
    story = SimpleNamespace(events=lambda _conversation: events)
    house: Any = SimpleNamespace(story=story, settings=SimpleNamespace(embeddings=False))
    assert unrepeatable_scores(house, 1) == {"builtin 1": 2, "own 7": 1}
