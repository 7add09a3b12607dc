"""Reads job packs: YAML text in, an immutable `Pack` or a list of everything that is wrong with it out.

HR people write packs by hand, so all mistakes are told at once, each with its line and the way to mend it.
Must not read files or settings; whoever has the text passes it in.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

import msgspec

from dialogues.app.pack_checks import check_parts
from dialogues.app.pack_schema import check_schema
from dialogues.app.pack_words import Complaint, Problem, rows, subject, table
from dialogues.app.pack_yaml import Sheet, read_sheet
from dialogues.core.pack import Pack

__all__ = ["PackError", "Problem", "check_pack", "parse_pack"]

_POINT_FIELDS = frozenset({"id", "weight", "synonyms"})


class PackError(ValueError):
    """A pack that cannot be used. `problems`: everything wrong, warnings too, in the order of the text."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"line {one.line}: {one.message}" for one in self.problems if one.serious))


def check_pack(text: str) -> list[Problem]:
    """Return everything wrong with the YAML text of a pack, in the order of the text; never raise.

    The pack can be used when none of the problems is serious.
    """
    return _problems(_read(text))


def parse_pack(text: str) -> Pack:
    """Return the pack that a YAML text describes; `PackError` when anything in it is seriously wrong."""
    sheet = _read(text)
    problems = _problems(sheet)
    if any(problem.serious for problem in problems):
        raise PackError(problems)
    return _built(sheet)


def read_pack(text: str) -> Pack:
    """Return the pack of a text that `parse_pack` has accepted before, without looking for mistakes again."""
    return _built(_read(text))


_understood = msgspec.json.Decoder(Pack)
"""Has msgspec look into the model now: two threads that make it do so at the same time crash the process."""


def _built(sheet: Sheet) -> Pack:
    return msgspec.convert(_reshaped(table(sheet.value)), Pack, str_keys=True)


def _read(text: str) -> Sheet:
    sheet = read_sheet(text)
    version = table(sheet.value).get("version")
    if isinstance(version, int | float) and not isinstance(version, bool):
        _take_as_written(sheet)
    return sheet


def _take_as_written(sheet: Sheet) -> None:
    """Take a version such as 1.10 for the text that stands there, not for the number 1.1."""
    written = sheet.written[("version",)]
    table(sheet.value)["version"] = written
    line, column = sheet.place(("version",))
    message = (
        f'The pack: `version` is a number; put it in quotes ("{written[:30]}"), so that no digit can be lost.'
    )
    sheet.problems.append(Problem(line, column, message, serious=False))


def _problems(sheet: Sheet) -> list[Problem]:
    complaints: Iterable[Complaint] = ()
    if () not in sheet.broken:
        complaints = chain(check_schema(sheet.value), check_parts(sheet.value))
    found = [_placed(sheet, complaint) for complaint in complaints if complaint.path not in sheet.broken]
    everything = dict.fromkeys([*sheet.problems, *found])
    return sorted(everything, key=lambda problem: (problem.line, problem.column))


def _placed(sheet: Sheet, complaint: Complaint) -> Problem:
    line, column = sheet.place(complaint.path)
    end = "" if complaint.message.endswith("?") else "."
    message = f"{subject(sheet.value, complaint.path)}: {complaint.message}{end}"
    return Problem(line, column, message, complaint.serious)


def _reshaped(pack: dict[str, object]) -> dict[str, object]:
    """Return the values of a faultless pack in the shape of the model, where it differs from the YAML."""
    questions = [_reshaped_question(table(question)) for question in rows(pack["questions"])]
    return {**pack, **table(pack.get("pacing")), "questions": questions}


def _reshaped_question(question: dict[str, object]) -> dict[str, object]:
    points = [_reshaped_point(table(point)) for point in rows(question.get("key_points"))]
    return {**question, "key_points": points}


def _reshaped_point(point: dict[str, object]) -> dict[str, object]:
    texts = {key: value for key, value in point.items() if key not in _POINT_FIELDS}
    return {**{key: point[key] for key in point if key in _POINT_FIELDS}, "text": texts}
