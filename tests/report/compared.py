"""A week and three rivals, for the pictures that compare."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from bot.hr.weekly import Week
from dialogues.ports import Listed
from ehr_connector.result import Result
from tests.report.sample import sample_result

_NAMES: Final = {
    "zh": ("王小明", "欧阳佳怡", "Alexander Petrov"),
    "en": ("Maria Oyelaran", "Bo Hill", "Bartholomew Featherstonehaugh"),
}
_LEVELS: Final = ((0.0, 68.6), (-1.9, 51.2), (1.2, 77.4))
_JOBS: Final = {
    "zh": ("销售代表", "门店店员", "Python 后端工程师（上海）"),
    "en": ("Sales representative", "Retail store associate", "Python developer, payments platform"),
}
_COUNTS: Final = ((42, 31, 18, 22, 9), (118, 64, 40, 51, 13), (7, 2, 0, 0, 2))
_MEDIANS: Final = (61.5, 58.0, None)


def sample_weeks(language: str) -> list[Week]:
    """Return three jobs' weeks, one of them with nobody to take a median of."""
    return [Week(*one) for one in zip(_JOBS[language], _COUNTS, _MEDIANS, strict=True)]


def sample_rivals(language: str) -> list[tuple[Listed, Result]]:
    """Return three candidates for one job; the second has no level where the answers were too short."""
    return [
        (_listed(number, name, total), _result(language, number, name, shift, total))
        for number, (name, (shift, total)) in enumerate(zip(_NAMES[language], _LEVELS, strict=True))
    ]


def _result(language: str, number: int, name: str, shift: float, total: float) -> Result:
    result = sample_result(language)
    scores = tuple(
        replace(score, level=min(10.0, round(score.level + shift, 1)))
        for place, score in enumerate(result.scores)
        if (number, place) != (1, 2)
    )
    return replace(
        result,
        candidate=replace(result.candidate, name=name),
        scores=scores,
        total=replace(result.total, score=total),
    )


def _listed(number: int, name: str, total: float) -> Listed:
    return Listed(
        application=f"a_000{number}",
        job="sales-representative",
        phase="finished",
        channel="telegram",
        total=total,
        passed=total >= 60,
        outcome="",
        created_at=0.0,
        updated_at=0.0,
        finished_at=1.0,
        conversation=number,
        name=name,
    )
