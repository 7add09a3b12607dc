"""Each tutorial, followed word for word in a fresh copy, ends in a green test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tutorials.follow import ROOT, apply_change, blocks_of, follow

TUTORIALS = sorted(path.name for path in (ROOT / "docs" / "tutorials").glob("*.md"))


def test_the_tutorials_are_there() -> None:
    names = ["add-a-channel.md", "add-a-language.md", "add-a-question-type.md", "add-an-hr-system.md"]
    assert names == TUTORIALS


@pytest.mark.parametrize("tutorial", TUTORIALS)
def test_a_tutorial_ends_in_a_green_test(tutorial: str, tmp_path: Path) -> None:
    last = blocks_of((ROOT / "docs" / "tutorials" / tutorial).read_text("utf-8"))[-1]
    assert last.language == "sh"
    assert "pytest" in last.text
    assert " passed" in follow(tutorial, tmp_path)


def test_a_change_that_no_longer_fits_is_noticed() -> None:
    assert apply_change("a\nb\nc\n", " b\n+d\n") == "a\nb\nd\nc\n"
    assert apply_change("a\nb\nc\n", "-b\n+d\n...\n c\n+e\n") == "a\nd\nc\ne\n"
    for gone in ("x\n", "bb\n", "a\na\n"):
        with pytest.raises(AssertionError, match="not once"):
            apply_change(gone * 2, f" {gone[0]}\n+d\n")
