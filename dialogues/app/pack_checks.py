"""Checks what no schema can say of a job pack: that its parts fit each other and serve an interview.

Works on values that may be wrong in any way: a check passes over what is not of its type, because the schema
speaks of that. Must not raise, and must not repeat what the schema says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dialogues.app.pack_booking import check_booking
from dialogues.app.pack_enemies import check_enemies
from dialogues.app.pack_texts import check_texts
from dialogues.app.pack_wordings import check_wordings
from dialogues.app.pack_words import Complaint, Path, key_points, meant, number, shorten, table, tables
from dialogues.core.pack import PerCompetency, Plan

_INTRODUCTION = "introduction"

_ENOUGH_QUESTIONS = 5
_ENOUGH_SPAN = 2.0


def check_parts(pack: object) -> Iterator[Complaint]:
    """Yield everything about a pack that its schema allows and an interview would stumble over."""
    whole = table(pack)
    for check in _CHECKS:
        yield from check(whole)


def _check_ids(pack: dict[str, object]) -> Iterator[Complaint]:
    yield from _repeated(tables(pack, "competencies"), "competency")
    yield from _repeated(tables(pack, "questions"), "question")
    for path, question in tables(pack, "questions"):
        yield from _repeated(key_points(question, path), "key point of this question")


def _repeated(parts: Iterator[tuple[Path, dict[str, object]]], kind: str) -> Iterator[Complaint]:
    seen: dict[str, int] = {}
    for nth, (path, part) in enumerate(parts, 1):
        name = part.get("id")
        if not isinstance(name, str):
            continue
        if name in seen:
            yield Complaint(
                (*path, "id"), f"{kind} {seen[name]} has this id already; give one of the two another `id`"
            )
        seen.setdefault(name, nth)


def _ids(pack: dict[str, object], name: str) -> list[str]:
    return [one for _, part in tables(pack, name) if isinstance(one := part.get("id"), str)]


def _check_references(pack: dict[str, object]) -> Iterator[Complaint]:
    known = _ids(pack, "competencies")
    for path, question in tables(pack, "questions"):
        name = question.get("competency")
        if isinstance(name, str) and name not in known:
            mend = _mend_reference(name, known, "competencies")
            yield Complaint((*path, "competency"), f'there is no competency "{shorten(name)}"; {mend}')


def _mend_reference(name: str, known: list[str], where: str) -> str:
    near = meant(name, known)
    return f'did you mean "{near}"?' if near else f"add it to `{where}`, or name one that is there"


def _check_opening(pack: dict[str, object]) -> Iterator[Complaint]:
    name = table(pack.get("plan")).get("opening")
    if not isinstance(name, str):
        return
    path: Path = ("plan", "opening")
    kinds = {str(question.get("id")): question.get("kind") for _, question in tables(pack, "questions")}
    if name not in kinds:
        mend = _mend_reference(name, list(kinds), "questions")
        yield Complaint(
            path, f'`plan.opening` names a question "{shorten(name)}" that does not exist; {mend}'
        )
    elif isinstance(kinds[name], str) and kinds[name] != _INTRODUCTION:
        message = f'`plan.opening` names "{shorten(name)}", which is {shorten(kinds[name])}'
        yield Complaint(path, f"{message}; name a question whose `kind` is introduction")


def _limits(pack: dict[str, object]) -> tuple[float, float, float]:
    """Return min, max and total_max, with the value of a pack that leaves them out for what is missing."""
    plan = table(pack.get("plan"))
    each = table(plan.get("per_competency"))
    defaults = PerCompetency()
    fewest, most = number(each.get("min")), number(each.get("max"))
    total = number(plan.get("total_max"))
    return (
        defaults.min if fewest is None else fewest,
        defaults.max if most is None else most,
        Plan().total_max if total is None else total,
    )


def _check_limits(pack: dict[str, object]) -> Iterator[Complaint]:
    fewest, most, total = _limits(pack)
    needed = fewest * len(_ids(pack, "competencies"))
    if fewest > most:
        message = f"`plan.per_competency` has min {fewest:g} above max {most:g}; raise `max` or lower `min`"
        yield Complaint(("plan", "per_competency", "min"), message)
    if most > total and "max" in table(table(pack.get("plan")).get("per_competency")):
        message = f"`plan.per_competency.max` is {most:g}, more than `plan.total_max` {total:g}; lower it"
        yield Complaint(("plan", "per_competency", "max"), message)
    if needed > total:
        message = (
            f"`plan.total_max` is {total:g}, but {fewest:g} questions for each competency make {needed:g}"
        )
        yield Complaint(("plan", "total_max"), f"{message}; raise it, or lower `plan.per_competency.min`")


def _check_supply(pack: dict[str, object]) -> Iterator[Complaint]:
    fewest, _, _ = _limits(pack)
    for path, competency in tables(pack, "competencies"):
        name = competency.get("id")
        if not isinstance(name, str):
            continue
        asked = [question for _, question in tables(pack, "questions") if question.get("competency") == name]
        if len(asked) < fewest:
            message = f"it has {_count(len(asked))}, but `plan.per_competency.min` asks for {fewest:g}"
            yield Complaint(path, f"{message}; add questions, or lower `min`")
        elif len(asked) < _ENOUGH_QUESTIONS:
            message = f"it has only {_count(len(asked))}, too few for the interview to adapt"
            yield Complaint(
                path, f"{message}; better add some, up to {_ENOUGH_QUESTIONS} or more", serious=False
            )
        yield from _check_spread(asked, path)


def _count(questions: int) -> str:
    return f"{questions or 'no'} question{'s' * (questions != 1)}"


def _check_spread(asked: list[dict[str, object]], path: Path) -> Iterator[Complaint]:
    known = [level for question in asked if (level := number(question.get("difficulty"))) is not None]
    if len(known) > 1 and max(known) - min(known) < _ENOUGH_SPAN:
        message = f"its questions are all about equally hard ({min(known):g} to {max(known):g})"
        mend = f"better add easier or harder ones, so that `difficulty` spans {_ENOUGH_SPAN:g} or more"
        yield Complaint(path, f"{message}; {mend}", serious=False)


_CHECKS: tuple[Callable[[dict[str, object]], Iterator[Complaint]], ...] = (
    _check_ids,
    _check_references,
    _check_opening,
    _check_limits,
    _check_supply,
    check_enemies,
    check_texts,
    check_wordings,
    check_booking,
)
