"""The level of a program: the share of the hidden tests' weight that it passes, times ten.

Everything it rests on stands in the score's features, so that the level can be computed again without running
anything: `weight.<test>`, `verdict.<test>` (a number, see `VERDICTS`), `seconds` of the slowest test.
"""

from __future__ import annotations

from scoring.code.model import Judgement, Task, Verdict, share
from scoring.model import Score, ScorerId

SANDBOX = ScorerId(name="sandbox", version="1")
VERDICTS = tuple(Verdict)
_ERROR = 1.0
"""What one program says of a person is held about as loosely as one good answer, however many tests it had."""
_CONFIDENCE = 0.75
_WEIGHT, _VERDICT = "weight.", "verdict."


def score_of(judgement: Judgement, task: Task, rubric: str) -> Score:
    """Return the score of a program that was judged by all hidden tests of its task."""
    features = {"seconds": max((one.seconds for one in judgement.tried), default=0.0)}
    features |= {f"{_WEIGHT}{test.id}": test.weight for test in task.tests}
    features |= {f"{_VERDICT}{one.test}": float(VERDICTS.index(one.verdict)) for one in judgement.tried}
    return _scored(features, rubric, round(10 * share(task.tests, judgement.tried), 1))


def _scored(features: dict[str, float], rubric: str, level: float) -> Score:
    return Score(
        level=level,
        standard_error=_ERROR,
        confidence=_CONFIDENCE,
        findings=(),
        elements=(),
        features=features,
        rubric=rubric,
        scorer=SANDBOX,
    )


def verdicts_in(score: Score) -> dict[str, Verdict]:
    """Return test -> verdict, as the score's features have them."""
    return {
        name.removeprefix(_VERDICT): VERDICTS[int(value)]
        for name, value in score.features.items()
        if name.startswith(_VERDICT)
    }


def recompute(stored: Score) -> Score:
    """Return what a stored score of ours is when its level is computed afresh from its features."""
    weights = {name: value for name, value in stored.features.items() if name.startswith(_WEIGHT)}
    passed = {test for test, verdict in verdicts_in(stored).items() if verdict is Verdict.ACCEPTED}
    earned = sum(value for name, value in weights.items() if name.removeprefix(_WEIGHT) in passed)
    whole = sum(weights.values())
    return _scored(stored.features, stored.rubric, round(10 * (earned / whole if whole else 0.0), 1))
