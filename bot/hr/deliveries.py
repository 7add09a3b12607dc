"""How results reach the HR systems, for the people of HR: what is stuck and why, one candidate's steps, try again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from bot.ehr.pushing import NEXT
from bot.hr.commands import label, texts
from dialogues.app.rights import check, may
from dialogues.ports import Listed, Person
from ehr_connector.delivery.ports import Stuck
from ehr_connector.delivery.steps import Status

if TYPE_CHECKING:
    from bot.hr.desk import Parts

Block = dict[str, Any]
_SHOWN, _BUTTONS = 20, 5
_FAILED = (Status.DEAD, Status.PAUSED)


class Deliveries(Protocol):
    """The ledger, as far as people look at it."""

    def stuck(self, limit: int = 200) -> list[Stuck]: ...

    def of_application(self, application: str) -> list[Stuck]: ...

    def retry(self, application: str) -> int:
        """Try dead and paused steps again, of one application or ("") all; return how many."""
        ...


def blocks(parts: Parts, person: Person, view: str, name: str) -> list[Block]:
    """Return the view: `deliveries` or `retry`, of one candidate or of all this person may see."""
    check(person, view)
    views = parts.views(person)
    if parts.deliveries is None:
        return [views.text("delivery.off")]
    found: Listed | list[Block] | None = parts.find(person, name) if name else None
    if isinstance(found, list):
        return found
    if found is not None:
        check(person, view, found.job)
    if view == "retry":
        return _retry(parts, person, found)
    steps = parts.deliveries.of_application(found.application) if found else parts.deliveries.stuck()
    if not steps:
        return [views.text("delivery.nothing" if found else "delivery.none")]
    return _table(parts, person, steps)


def _retry(parts: Parts, person: Person, found: Listed | None) -> list[Block]:
    assert parts.deliveries is not None
    views = parts.views(person)
    if found is None and person.jobs is not None:  # "all" would reach jobs this person does not see
        return [views.text("which")]
    count = parts.deliveries.retry(found.application if found else "")
    parts.log(person, "retried", found.application if found else "all")
    return [
        views.text("delivery.retried", count=str(count)) if count else views.text("delivery.retried_none")
    ]


def _table(parts: Parts, person: Person, steps: list[Stuck]) -> list[Block]:
    language, names = person.language or parts.language, _names(parts, person, steps)
    seen = [step for step in steps if step.application in names][:_SHOWN]
    if not seen:
        return [parts.views(person).text("delivery.none")]
    rows = [[names[s.application], *_told(language, s)] for s in seen]
    columns = list(texts(language)["delivery.columns"])
    shown: list[Block] = [{"block": "table", "columns": columns, "rows": rows, "actions": [[] for _ in rows]}]
    failed = dict.fromkeys(s.application for s in seen if s.status in _FAILED)
    if failed and may(person, "retry"):
        again = label(language, "retry")
        several = len(failed) > 1
        buttons = [
            {"label": f"{again} · {names[one]}" if several else again, "value": f"retry:{one}"}
            for one in [*failed][:_BUTTONS]
        ]
        shown.append({"block": "buttons", "buttons": buttons})
    return shown


def _told(language: str, step: Stuck) -> list[str]:
    """Return the cells that tell of a step: where, what, and how it stands."""
    where = texts(language)["delivery.next"] if step.connection == NEXT else step.connection
    return [str(where), _kind(language, step.kind), explain(language, step)]


def _names(parts: Parts, person: Person, steps: list[Stuck]) -> dict[str, str]:
    """Return application -> name, of those this person may see."""
    names = {}
    for application in dict.fromkeys(step.application for step in steps):
        for one in parts.office.search(person, application):
            if one.application == application:
                names[application] = one.name or application
    return names


def _kind(language: str, kind: str) -> str:
    return str(texts(language)["delivery.kind"].get(kind, kind))


_THEN = {
    Status.WAITING: "delivery.again",
    Status.DEAD: "delivery.by_hand",
    Status.PAUSED: "delivery.by_hand",
}


def explain(language: str, step: Stuck) -> str:
    """Return how a step stands and, where it did not go well, why and what to do."""
    said = texts(language)
    statuses = said["delivery.next_status" if step.connection == NEXT else "delivery.status"]
    status = str(statuses[step.status.name.lower()])
    if step.code == "not_any_more":
        return str(said["delivery.not_any_more"])
    if not step.code or step.status is Status.DONE:
        return status
    reasons = said["delivery.why"]
    reason = str(reasons.get(step.code, reasons["other"])).format(code=step.code, field=step.field)
    then = _THEN.get(step.status)
    parts = [reason, str(said[then]).format(application=step.application)] if then else [reason]
    return f"{status} · {' '.join(parts)}" if language == "en" else f"{status}：{''.join(parts)}"
