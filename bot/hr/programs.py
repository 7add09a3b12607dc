"""A candidate's programs for HR: the code in colours, the hidden tests, their own words, and how alike others are.

Colours come as pieces of text with a class, so that no page ever parses markup. Likeness is a fact to look at; it
enters no score, and nothing here can change one.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from pygments.token import Comment, Keyword, Literal, Name, Number, _TokenType

from bot.hr.views import Block, Views
from dialogues.core.phases.coding import NAMES
from dialogues.ports import Listed, Office, Person
from ehr_connector.coding import Coding
from ehr_connector.result import Result
from scoring.code.likeness import lexer_for
from scoring.code.model import Language

Piece = tuple[str, str]
_CLASSES: tuple[tuple[_TokenType, str], ...] = (
    (Comment, "comment"),
    (Keyword, "keyword"),
    (Number, "number"),
    (Literal, "string"),
    (Name.Builtin, "name"),
    (Name.Function, "name"),
    (Name.Class, "name"),
)


def show_programs(office: Office, person: Person, found: Listed, views: Views) -> list[Block]:
    """Return a block for each program that a candidate handed in."""
    result = office.result(person, found)
    name = found.name or found.application
    if result is None or not result.coding:
        return [views.text("program.none", name=name)]
    return [_block(office, person, found, views, result, task) for task in result.coding]


def _block(
    office: Office, person: Person, found: Listed, views: Views, result: Result, task: Coding
) -> Block:
    language = NAMES[Language(task.language)]
    asked = next((one.asked for one in result.interview.answers if one.question_id == task.task), task.task)
    return {
        "block": "program",
        "title": views.tell("program.title", name=found.name or found.application, language=language),
        "asked": asked,
        "language": task.language,
        "source": task.source,
        "lines": colour(task.source, task.language),
        "facts": [task.explanation, _likeness(office, person, found, views, task)],
        "heading": views.tell("program.tests"),
        "tests": [{"name": test.name, "passed": test.passed, "why": test.explanation} for test in task.tests],
        "said_by": views.tell("program.said"),
        "said": task.said or views.tell("program.nothing_said"),
    }


def _likeness(office: Office, person: Person, found: Listed, views: Views, task: Coding) -> str:
    seen = office.likeness(person, found, task.task)
    if seen is None:
        return views.tell("program.alone")
    counts = {"most": str(seen.most), "usual": str(seen.usual), "others": str(seen.others)}
    return views.tell("program.alike", **counts)


def colour(source: str, language: str) -> list[list[Piece]]:
    """Return a program's lines, each as pieces (class or "", text)."""
    lines: list[list[Piece]] = [[]]
    for kind, text in lexer_for(language).get_tokens(source):
        first, *rest = text.split("\n")
        for place, part in enumerate((first, *rest)):
            if place:
                lines.append([])
            if part:
                lines[-1].append((_class_of(kind), part))
    return [_joined(line) for line in lines]


def _joined(line: list[Piece]) -> list[Piece]:
    return [(name, "".join(text for _, text in run)) for name, run in groupby(line, lambda piece: piece[0])]


def _class_of(kind: Any) -> str:
    return next((name for family, name in _CLASSES if kind in family), "")
