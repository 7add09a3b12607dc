"""The rows of deliveries: how pushes, steps and links are written and read inside somebody's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Row,
    Table,
    bindparam,
    case,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from ehr_connector.delivery.ports import Change, Push
from ehr_connector.delivery.steps import Status, Step
from ehr_connector.model import Link, Ref
from storage import tables
from storage.ids import new_id

_lane, _step, _link = tables.ehr_lane, tables.ehr_step, tables.ehr_link
_lanes_mine = (
    update(_lane)
    .where(
        _lane.c.connection == bindparam("b_connection"),
        _lane.c.application == bindparam("b_application"),
        _lane.c.token == bindparam("b_token"),
    )
    .values(lease_until=bindparam("b_lease"))
)
_lanes_free = (
    update(_lane)
    .where(
        _lane.c.connection == bindparam("b_connection"),
        _lane.c.application == bindparam("b_application"),
        _lane.c.token == bindparam("b_token"),
    )
    .values(
        lease_until=0.0,
        token=0,
        due_at=case((_lane.c.newest == bindparam("b_newest"), bindparam("b_due")), else_=bindparam("b_now")),
    )
)
STEPS_CHANGED = (
    update(_step)
    .where(_step.c.id == bindparam("b_id"))
    .values(
        status=bindparam("b_status"),
        attempts=bindparam("b_attempts"),
        due_at=bindparam("b_due"),
        code=bindparam("b_code"),
        field=bindparam("b_field"),
        begun=bindparam("b_begun"),
        changed_at=bindparam("b_now"),
    )
)


def add_pushes(connection: Connection, pushes: Sequence[Push], now: float) -> None:
    """Write pushes with their steps in a transaction of the caller's; those known already are left alone."""
    known = _known_pushes(connection, pushes)
    new = [push for push in pushes if (push.connection, push.application, push.number) not in known]
    steps = [_planned_values(push, place, now) for push in new for place in range(len(push.steps))]
    if steps:
        connection.execute(insert(_step), steps)
        lanes: dict[tuple[str, str], Push] = {}
        for push in new:
            last = lanes.get((push.connection, push.application))
            if last is None or push.number > last.number:
                lanes[push.connection, push.application] = push
        rows = [_lane_values(push, now) for push in lanes.values() if push.steps]
        put(connection, _lane, rows, ("connection", "application"), ("newest", "due_at"))


def _known_pushes(connection: Connection, pushes: Sequence[Push]) -> set[tuple[str, str, int]]:
    names = {push.application for push in pushes}
    statement = (
        select(_step.c.connection, _step.c.application, _step.c.push)
        .where(_step.c.connection.in_({push.connection for push in pushes}), _step.c.application.in_(names))
        .distinct()
    )
    return {(row[0], row[1], row[2]) for row in connection.execute(statement)}


def _planned_values(push: Push, place: int, now: float) -> dict[str, Any]:
    planned = push.steps[place]
    return {
        "id": new_id(),
        "connection": push.connection,
        "application": push.application,
        "push": push.number,
        "kind": planned.kind,
        "position": place,
        "needs": " ".join(planned.needs),
        "cause": push.cause,
        "status": Status.WAITING,
        "attempts": 0,
        "due_at": now + planned.delay,
        "code": "",
        "field": "",
        "begun": False,
        "changed_at": now,
    }


def _lane_values(push: Push, now: float) -> dict[str, Any]:
    return {
        "connection": push.connection,
        "application": push.application,
        "conversation": push.conversation,
        "newest": push.number,
        "due_at": now,
        "lease_until": 0.0,
        "token": 0,
    }


def put(
    connection: Connection,
    table: Table,
    rows: Sequence[dict[str, Any]],
    keys: tuple[str, ...],
    changes: tuple[str, ...] | None = None,
) -> None:
    """Insert rows; where a key is there already, change `changes` (None: everything) of that row."""
    if not rows:
        return
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    columns = changes if changes is not None else tuple(name for name in rows[0] if name not in keys)
    if columns:
        statement = statement.on_conflict_do_update(
            index_elements=list(keys), set_={name: statement.excluded[name] for name in columns}
        )
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(keys))
    connection.execute(statement, list(rows))


def keep_links(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write lines of the id map."""
    put(connection, _link, rows, ("connection", "key"))


def forget_application(connection: Connection, conversation: int, application: str = "") -> None:
    """Delete everything kept about deliveries of an interview that is erased, in the eraser's transaction."""
    a = tables.application.c
    name = application or connection.execute(select(a.id).where(a.conversation == conversation)).scalar()
    for table in (_lane, _step, _link, tables.ehr_order, tables.review, tables.ehr_seen):
        connection.execute(delete(table).where(table.c.application == name))


def mark_taken(connection: Connection, row: Row[Any], token: int, until: float) -> None:
    """Note who has taken a lane, and until when."""
    connection.execute(
        update(_lane)
        .where(_lane.c.connection == row.connection, _lane.c.application == row.application)
        .values(token=token, lease_until=until)
    )


def touch(connection: Connection, change: Change, now: float, lease: float) -> bool:
    """Prolong or let go of a lane; say whether it was still ours."""
    lane = change.lane
    mine: dict[str, Any] = {
        "b_connection": lane.connection,
        "b_application": lane.application,
        "b_token": lane.token,
    }
    if not change.release:
        return count(connection.execute(_lanes_mine, {**mine, "b_lease": now + lease})) == 1
    given = {"b_newest": lane.newest, "b_due": change.due_at, "b_now": now}
    return count(connection.execute(_lanes_free, {**mine, **given})) == 1


def wake(
    connection: Connection, name: str, statuses: Sequence[Status], now: float, application: str = ""
) -> int:
    """Put steps of these statuses back to waiting, and their lanes to work; return how many steps there were."""
    where: list[ColumnElement[bool]] = [_step.c.status.in_(statuses)]
    lanes: list[ColumnElement[bool]] = (
        [_lane.c.due_at.is_(None)] if not application else [_lane.c.application == application]
    )
    if name:
        where.append(_step.c.connection == name)
        lanes.append(_lane.c.connection == name)
    if application:
        where.append(_step.c.application == application)
    woken = connection.execute(
        update(_step)
        .where(*where)
        .values(status=Status.WAITING, attempts=0, due_at=now, begun=True, changed_at=now)
    )
    with_work = select(_step.c.application).where(
        _step.c.connection == _lane.c.connection, _step.c.status == Status.WAITING
    )
    connection.execute(update(_lane).where(*lanes, _lane.c.application.in_(with_work)).values(due_at=now))
    return count(woken)


def steps_of(connection: Connection, name: str, applications: Sequence[str]) -> dict[str, list[Step]]:
    """Return the steps of these applications on a connection."""
    statement = select(_step).where(_step.c.connection == name, _step.c.application.in_(applications))
    found: dict[str, list[Step]] = {}
    for row in connection.execute(statement):
        step = Step(
            id=row.id,
            push=row.push,
            kind=row.kind,
            position=row.position,
            needs=tuple(row.needs.split()),
            cause=row.cause,
            status=Status(row.status),
            attempts=row.attempts,
            due_at=row.due_at,
            code=row.code,
            field=row.field,
            begun=bool(row.begun),
        )
        found.setdefault(row.application, []).append(step)
    return found


def links_of(connection: Connection, name: str, applications: Sequence[str]) -> dict[str, dict[str, Link]]:
    """Return the links of these applications on a connection, by our key."""
    statement = select(_link).where(_link.c.connection == name, _link.c.application.in_(applications))
    found: dict[str, dict[str, Link]] = {}
    for row in connection.execute(statement):
        link = Link(
            row.key,
            Ref(row.model, row.remote_id),
            msgspec.json.decode(row.sent, type=dict[str, str]),
            msgspec.json.decode(row.seen, type=dict[str, str]),
        )
        found.setdefault(row.application, {})[row.key] = link
    return found


def step_values(step: Step, now: float) -> dict[str, Any]:
    """Return what `STEPS_CHANGED` writes of a step."""
    return {
        "b_id": step.id,
        "b_status": int(step.status),
        "b_attempts": step.attempts,
        "b_due": step.due_at,
        "b_code": step.code,
        "b_field": step.field[:200],
        "b_begun": step.begun,
        "b_now": now,
    }


def link_values(change: Change, link: Link) -> dict[str, Any]:
    """Return the row of a line of the id map."""
    return {
        "connection": change.lane.connection,
        "key": link.key,
        "application": change.lane.application,
        "model": link.ref.model,
        "remote_id": link.ref.id,
        "sent": msgspec.json.encode(link.sent).decode(),
        "seen": msgspec.json.encode(link.seen).decode(),
    }


def count(result: CursorResult[Any]) -> int:
    """Return how many rows a statement changed."""
    return result.rowcount
