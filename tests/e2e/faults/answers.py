"""What the simulated candidates say: the invented answers of `tests/candidates`, found by the question's wording.

To a coding task they send one of the programs its own tests know, right or wrong.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from random import Random

import yaml
from msgspec import Struct

from dialogues.app.packs import parse_pack

_TESTS = Path(__file__).parents[2]
_ANSWERS = _TESTS / "candidates"
_PROGRAMS = _TESTS / "scoring" / "code" / "solutions.yaml"
JOBS = ("sales-representative", "retail-store-associate", "python-developer")


class Words(Struct, frozen=True):
    """One job's questions by wording, and answers by question, in one language."""

    asked: dict[str, str]
    answers: dict[str, list[str]]
    programs: dict[str, list[str]] = {}
    """Programs by coding task, each with what begins a comment in its language on its last line."""

    def question(self, shown: str) -> str:
        """Return the id of the question a message asks; "" for none."""
        return next((name for text, name in self.asked.items() if text in shown), "")

    def answer(self, question: str, random: Random) -> str:
        """Return one of the answers to a question, of any quality; any answer at all for "" ."""
        known = self.programs.get(question) or self.answers.get(question)
        return random.choice(known or [text for texts in self.answers.values() for text in texts])


@cache
def load_words(job: str, language: str) -> Words:
    """Return what can be said about a job."""
    pack = parse_pack(resources.files("config.packs").joinpath(f"{job}.yaml").read_text(encoding="utf-8"))
    said = yaml.safe_load((_ANSWERS / f"{job}.yaml").read_text(encoding="utf-8"))["answers"]
    return Words(
        asked={question.text[language]: question.id for question in pack.questions},
        answers={question: list(by[language].values()) for question, by in said.items() if language in by},
        programs={question.id: _programs(question.id) for question in pack.programs},
    )


@cache
def _programs(task: str) -> list[str]:
    """Return programs for a task in languages that need no compiler, right ones first."""
    known = yaml.safe_load(_PROGRAMS.read_text(encoding="utf-8"))[task]
    written = [*known["right"].items(), *((one["language"], one["source"]) for one in known["wrong"])]
    comment = {"python": "#", "sql": "--"}
    return [f"{source.rstrip()}\n{comment[language]}" for language, source in written if language in comment]
