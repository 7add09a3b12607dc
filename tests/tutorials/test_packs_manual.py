"""docs/packs.md tells of every field, and its example is a pack."""

from __future__ import annotations

import json
import re
from typing import Any

from dialogues.app.packs import check_pack, parse_pack
from scoring.rubric.model import Element, Kind
from tests.tutorials.follow import ROOT, blocks_of

MANUAL = (ROOT / "docs" / "packs.md").read_text("utf-8")
SCHEMA = json.loads((ROOT / "config" / "schema" / "pack.v1.json").read_text("utf-8"))


def test_the_example_is_a_pack() -> None:
    (text,) = (block.text for block in blocks_of(MANUAL) if block.file)
    assert [problem for problem in check_pack(text) if problem.serious] == []
    assert parse_pack(text).name == "barista"


def _fields(part: dict[str, Any]) -> set[str]:
    return set(part.get("properties", {})).union(
        *(_fields(one) for one in part.get("properties", {}).values())
    )


def test_every_field_is_told_of() -> None:
    named = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`\n]+)`", MANUAL))))
    parts = [
        SCHEMA,
        *(SCHEMA["$defs"][name] for name in ("competency", "question", "key_point", "exemplar", "plan")),
    ]
    assert set().union(*map(_fields, parts)) - named == set()
    assert {*Kind, *Element} - set(re.findall(r"\w+", MANUAL)) == set()
