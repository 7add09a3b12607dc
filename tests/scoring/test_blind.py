"""Answers written by somebody who had seen neither the key points nor the scorer: what the scorer is really worth.

The bounds are set below what was measured (see docs/scoring.md), so that a change for the worse is noticed.
The file must not be used for tuning.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from statistics import correlation, fmean

import pytest
import yaml

from dialogues.app.packs import parse_pack
from scoring.builtin import BuiltinScorer

_ANSWERS = Path(__file__).parent.parent / "candidates" / "blind.yaml"


def _scored(language: str) -> list[tuple[str, float, float, float]]:
    """Return (band, the writer's level, the computed level, its standard error) of every answer with a level."""
    scorer, rows = BuiltinScorer(), []
    answers = yaml.safe_load(_ANSWERS.read_text(encoding="utf-8"))["answers"]
    for name, questions in answers.items():
        pack = parse_pack(
            resources.files("config.packs").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
        )
        for question, languages in questions.items():
            for band, answer in languages[language].items():
                score = scorer.score(pack.rubric(question), answer["text"], language)
                if score.level is not None:
                    rows.append((band, float(answer["level"]), score.level, score.standard_error))
    return rows


@pytest.mark.parametrize(("language", "least"), [("zh", 0.72), ("en", 0.65)])
def test_levels_follow_a_readers(language: str, least: float) -> None:
    rows = _scored(language)
    assert len(rows) > 140
    assert correlation([row[1] for row in rows], [row[2] for row in rows]) >= least


@pytest.mark.parametrize("language", ["zh", "en"])
def test_bands_are_in_order(language: str) -> None:
    rows = _scored(language)
    means = [fmean(row[2] for row in rows if row[0] == band) for band in ("off", "poor", "fair", "good")]
    assert means == sorted(means)
    assert means[3] - means[1] > 3


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_standard_error_is_honest(language: str) -> None:
    """Two standard errors hold nine readers' levels in ten: the error is not flattering."""
    rows = _scored(language)
    held = sum(abs(level - computed) <= 2 * error for _, level, computed, error in rows)
    assert held / len(rows) >= 0.9
