"""Every language file is complete, and a broken one says so by name."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from scoring.lexicon import load_lexicons
from scoring.rubric.model import Element

FOLDER = Path(__file__).parents[2] / "scoring" / "lexicon"


def test_both_languages_are_there() -> None:
    lexicons = load_lexicons()
    assert {"en", "zh"} <= set(lexicons)
    for lexicon in lexicons.values():
        assert {element for element, _ in lexicon.elements} == set(Element) - {
            Element.NUMBER,
            Element.OWN_PART,
        }
        assert all(cues.words or cues.pieces for _, cues in lexicon.elements)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_cue_is_text(path: Path) -> None:
    """YAML reads an unquoted `no` as false."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    lists = [
        raw[key]
        for key in ("negations", "not_negations", "clause_breaks", "filler", "to_the_scorer", "hopes")
    ]
    for wordings in [*lists, *raw["elements"].values()]:
        assert all(isinstance(wording, str) and wording == wording.lower() for wording in wordings)


def test_a_new_language_is_one_file(tmp_path: Path) -> None:
    raw = yaml.safe_load((FOLDER / "en.yaml").read_text(encoding="utf-8"))
    (tmp_path / "nl.yaml").write_text(yaml.safe_dump({**raw, "language": "nl"}), encoding="utf-8")
    assert list(load_lexicons(tmp_path)) == ["nl"]


@pytest.mark.parametrize("lacking", ["stop", "elements", "number"])
def test_an_incomplete_file_is_named(tmp_path: Path, lacking: str) -> None:
    raw = yaml.safe_load((FOLDER / "en.yaml").read_text(encoding="utf-8"))
    del raw[lacking]
    (tmp_path / "nl.yaml").write_text(yaml.safe_dump(raw), encoding="utf-8")
    with pytest.raises(ValueError, match=r"nl\.yaml"):
        load_lexicons(tmp_path)
