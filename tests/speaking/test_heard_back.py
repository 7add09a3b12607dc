"""Every question that ships can be spoken, and our own ears understand the voice of this machine."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

pytest.importorskip("hibari", reason="install the extra `speaking`")

from scoring.speaking.mandarin import spell
from scoring.speaking.model import MAX_LETTERS
from scoring.speaking.offline import Offline
from tests.scoring.speech.ears import model

_PACKS = Path(__file__).parents[2] / "config" / "packs"
_EN = "Tell me about a customer who was hard to convince. What did you do, and how did it turn out?"


@cache
def _questions() -> list[dict[str, Any]]:
    packs = [yaml.safe_load(path.read_text("utf-8")) for path in sorted(_PACKS.glob("*.yaml"))]
    return [question for pack in packs for question in pack["questions"]]


def _texts(language: str) -> list[str]:
    found: list[str] = []
    for question in _questions():
        more: dict[str, str] = question.get("followups", {}).get(language, {})
        found += [question["text"][language], *more.values()]
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_question_that_ships_is_too_long_to_be_spoken(language: str) -> None:
    assert max(map(len, _texts(language))) <= MAX_LETTERS


def test_every_chinese_syllable_of_the_questions_that_ship_has_sounds() -> None:
    for text in _texts("zh"):
        wanted = len(re.findall("[\u4e00-\u9fff]", text))
        sounds = spell(text, lambda _: "")
        assert sum(char in "aɤɛɚeiouʊəyɨɔ" for char in sounds) >= wanted, text


def test_what_is_spoken_here_is_understood_here(tmp_path: Path) -> None:
    folder = model()
    from scoring.speech.decode import decode  # here: the extra `speech` brings them
    from scoring.speech.whisper import Whisper

    recording = Offline(tmp_path).speak(_EN, "en")
    heard = Whisper(folder).hear(decode(recording), ("en",)).text
    assert re.sub(r"\W+", " ", heard.lower()).split() == re.sub(r"\W+", " ", _EN.lower()).split()
