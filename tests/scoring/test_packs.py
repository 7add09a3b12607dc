"""The shipped packs with their invented candidates: strong, middling and weak answers read as what they are.

The candidates were written together with the packs: this shows that the parts fit, not how well the scorer
agrees with people.
"""

from __future__ import annotations

import statistics
from pathlib import Path

import msgspec
import pytest
import yaml

from dialogues.app.packs import parse_pack
from scoring.builtin import BuiltinScorer
from scoring.rubric.model import Rubric

ROOT = Path(__file__).parents[2]
PACKS = sorted(
    path.stem
    for path in (ROOT / "config" / "packs").glob("*.yaml")
    if (ROOT / "tests" / "candidates" / path.name).exists()
)
SCORER = BuiltinScorer()


def rubrics(name: str) -> dict[str, Rubric]:
    """Return the rubrics of a pack by question."""
    pack = parse_pack((ROOT / "config" / "packs" / f"{name}.yaml").read_text(encoding="utf-8"))
    return {question.id: pack.rubric(question.id) for question in pack.questions}


def levels(name: str, language: str) -> dict[str, list[float]]:
    """Return levels by band (strong, middling, weak); an abstention counts as nothing said."""
    candidates = yaml.safe_load((ROOT / "tests" / "candidates" / f"{name}.yaml").read_text(encoding="utf-8"))
    found: dict[str, list[float]] = {"strong": [], "middling": [], "weak": []}
    for question, rubric in rubrics(name).items():
        for key, answer in candidates["answers"].get(question, {}).get(language, {}).items():
            found[key.split("_")[0]].append(SCORER.score(rubric, answer, language).level or 0.0)
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", PACKS)
def test_bands(name: str, language: str) -> None:
    bands = {band: statistics.mean(found) for band, found in levels(name, language).items()}
    assert 7 <= bands["strong"] <= 9.5
    assert 3.5 <= bands["middling"] <= 6.5
    assert bands["weak"] <= 3


@pytest.mark.parametrize("name", PACKS)
def test_exemplars_keep_their_order(name: str) -> None:
    """Scored against the key points alone, a pack's own exemplars keep their order."""
    for question, rubric in rubrics(name).items():
        bare = msgspec.structs.replace(rubric, exemplars=())
        for language in ("zh", "en"):
            mine = sorted((e for e in rubric.exemplars if e.lang == language), key=lambda e: e.level)
            if not mine:  # a program is judged by its tests, not by examples
                assert not rubric.key_points, question
                continue
            lowest, highest = (SCORER.score(bare, e.text, language).level or 0.0 for e in (mine[0], mine[-1]))
            assert lowest < highest, (question, language)
