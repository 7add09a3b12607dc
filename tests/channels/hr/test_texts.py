"""The texts of both languages: the same ones, with the same places to fill in, and all of them used."""

from __future__ import annotations

import re
from pathlib import Path

from bot.hr.commands import COMMANDS, LANGUAGES, texts
from dialogues.core.effects import Notice
from dialogues.core.events import Outcome
from dialogues.core.interview import Phase
from scoring.llm.reading import Trouble

HR = Path(__file__).parents[3] / "bot" / "hr"


def test_both_languages_have_the_same_texts_and_places() -> None:
    zh, en = texts("zh"), texts("en")
    assert set(zh) == set(en)
    for name in zh:
        assert isinstance(name, str)
        places = [sorted(re.findall(r"\{\w+\}", str(one[name]))) for one in (zh, en)]
        assert places[0] == places[1], name


def test_a_command_has_a_label_a_help_and_words_and_nothing_else() -> None:
    for code in LANGUAGES:
        for spec in COMMANDS:
            assert set(texts(code)[f"command.{spec.name}"]) == {"label", "help", "words"}, (code, spec.name)


def test_every_text_that_is_asked_for_exists_and_none_is_left_over() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in HR.glob("*.py"))
    asked = {f"command.{spec.name}" for spec in COMMANDS}
    asked |= {f"phase.{one}" for one in Phase} | {f"outcome.{one}" for one in Outcome}
    asked |= {f"notice.{one}" for one in Notice} | {f"done.{one}" for one in Outcome}
    asked |= {f"stood_in.{one}" for one in Trouble}
    dynamic = (
        "audit.",
        "role.",
        "confidence.",
        "ask.",
        "bookings.",
        "calendar.",
        "filter.",
        "notify.",
        "preview.",
    )
    for name in texts("en"):
        assert name in asked or name.startswith(dynamic) or f'"{name}"' in source, f"{name} is never said"
    assert asked <= set(texts("en"))
