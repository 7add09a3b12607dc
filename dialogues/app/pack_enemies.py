"""Checks the enemies of a job pack's questions: names that lead nowhere, and so many that too few can be asked.

Works on values that may be wrong in any way, and leaves to the schema what the schema says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dialogues.app.pack_words import Complaint, meant, rows, shorten, table, tables


def check_enemies(pack: dict[str, object]) -> Iterator[Complaint]:
    """Yield the enemies that are neither a question nor a group of several."""
    questions = list(tables(pack, "questions"))
    ids = [name for _, question in questions if isinstance(name := question.get("id"), str)]
    groups = Counter(name for _, question in questions for name in _names(question))
    for path, question in questions:
        for at, name in enumerate(rows(question.get("enemies"))):
            if not isinstance(name, str) or (name in ids and name != question.get("id")):
                continue
            if name == question.get("id"):
                message = "a question is named as its own enemy; delete that name"
                yield Complaint((*path, "enemies", at), message)
            elif groups[name] == 1:
                yield Complaint((*path, "enemies", at), _nowhere(name, [*ids, *groups]))
    if groups:
        yield from _check_askable(pack)


def _names(question: dict[str, object]) -> set[str]:
    return {name for name in rows(question.get("enemies")) if isinstance(name, str)}


def _nowhere(name: str, known: list[str]) -> str:
    near = meant(name, [other for other in known if other != name])
    mend = f'did you mean "{near}"?' if near else "name a question, or give another question the same group"
    return f'`enemies` has "{shorten(name)}", which is no question and no group of several; {mend}'


def _check_askable(pack: dict[str, object]) -> Iterator[Complaint]:
    """Yield competencies whose groups leave fewer questions for one candidate than the plan's minimum."""
    least = table(table(pack.get("plan")).get("per_competency")).get("min", 2)
    questions = list(tables(pack, "questions"))
    for path, competency in tables(pack, "competencies"):
        own = [q for _, q in questions if q.get("competency") == competency.get("id")]
        apart = _groups(own)
        if isinstance(least, int) and len(own) >= least > apart:
            message = f"its enemies let one candidate be asked {apart} of its questions at most"
            mend = f"but `plan.per_competency.min` asks for {least}; add questions, or name fewer enemies"
            yield Complaint(path, f"{message}, {mend}")


def _groups(questions: list[dict[str, object]]) -> int:
    """Return how many questions can be asked when of every set of enemies only the first is."""
    taken: list[tuple[str, set[str]]] = []
    for question in questions:
        name, enemies = str(question.get("id")), _names(question)
        if not any(other in enemies or name in theirs or enemies & theirs for other, theirs in taken):
            taken.append((name, enemies))
    return len(taken)
