"""The ledger of pushes to HR systems: lanes, steps, the id map, pauses. Implements `ehr_connector.delivery.ports.Ledger`.

A lane is an application's way to one system; whoever has claimed it, by a token and a lease, is alone with it. It knows
nothing of what a step does, and no word of a person's stands in these tables.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, Select, delete, func, or_, select, update

from ehr_connector.delivery.ports import Change, Lane, Pause, Push, Stuck
from ehr_connector.delivery.steps import Status
from ehr_connector.model import Link
from storage import tables
from storage.delivery_rows import (
    STEPS_CHANGED,
    add_pushes,
    count,
    keep_links,
    link_values,
    links_of,
    mark_taken,
    put,
    step_values,
    steps_of,
    touch,
    wake,
)
from storage.engine import reading
from storage.ids import new_id

_lane, _step, _link = tables.ehr_lane, tables.ehr_step, tables.ehr_link


class SqlLedger:
    """The ledger."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reading = reading(engine)

    def add(self, pushes: Sequence[Push], now: float) -> None:
        if not pushes:
            return
        with self.engine.begin() as connection:
            add_pushes(connection, pushes, now)

    def claim(self, connection: str, now: float, lease: float, limit: int) -> list[Lane]:
        due = (
            select(_lane)
            .where(_lane.c.connection == connection, _lane.c.due_at <= now, _lane.c.lease_until <= now)
            .order_by(_lane.c.due_at)
            .limit(limit)
        )
        with self._reading.connect() as looking:  # on SQLite a look costs nothing, a transaction does
            if looking.dialect.name == "sqlite" and looking.execute(due.limit(1)).first() is None:
                return []
        with self.engine.begin() as open_connection:
            if open_connection.dialect.name == "postgresql":
                due = due.with_for_update(skip_locked=True)
            rows = open_connection.execute(due).all()
            tokens = {row.application: new_id() for row in rows}
            for row in rows:
                mark_taken(open_connection, row, tokens[row.application], now + lease)
            return self._lanes(open_connection, rows, tokens) if rows else []

    def _lanes(self, connection: Connection, rows: Sequence[Row[Any]], tokens: dict[str, int]) -> list[Lane]:
        name, applications = rows[0].connection, [row.application for row in rows]
        steps = steps_of(connection, name, applications)
        links = links_of(connection, name, applications)
        return [
            Lane(
                connection=name,
                application=row.application,
                conversation=row.conversation,
                token=tokens[row.application],
                careful=row.lease_until > 0,
                newest=row.newest,
                steps=steps.get(row.application, []),
                links=links.get(row.application, {}),
            )
            for row in rows
        ]

    def peek(self, connection: str, application: str, conversation: int) -> Lane:
        """Return a lane to look at, without claiming it."""
        with self._reading.connect() as looking:
            steps = steps_of(looking, connection, [application]).get(application, [])
            links = links_of(looking, connection, [application]).get(application, {})
        return Lane(connection, application, conversation, 0, False, 0, steps, links)

    def write(self, changes: Sequence[Change], now: float, lease: float) -> None:
        with self.engine.begin() as connection:
            mine = [change for change in changes if touch(connection, change, now, lease)]
            steps = [step_values(step, now) for change in mine for step in change.steps]
            if steps:
                connection.execute(STEPS_CHANGED, steps)
            links = {(c.lane.connection, link.key): (c, link) for c in mine for link in c.links}
            if links:
                keep_links(connection, [link_values(c, link) for c, link in links.values()])

    def pauses(self, connection: str) -> list[Pause]:
        p = tables.ehr_pause.c
        with self._reading.connect() as looking:
            rows = looking.execute(select(tables.ehr_pause).where(p.connection == connection)).all()
        return [Pause(row.connection, row.kind, row.code, row.field, row.at) for row in rows]

    def pause(self, pause: Pause) -> None:
        with self.engine.begin() as connection:
            put(connection, tables.ehr_pause, [msgspec.structs.asdict(pause)], ("connection", "kind"))

    def resume(self, connection: str, now: float) -> int:
        with self.engine.begin() as open_connection:
            gone = open_connection.execute(
                delete(tables.ehr_pause).where(tables.ehr_pause.c.connection == connection)
            )
            wake(open_connection, connection, [Status.PAUSED], now)
            return count(gone)

    def free_leases(self) -> None:
        """Make every lane claimable at once; they are still marked as held, so that the next holder is careful."""
        held = update(_lane).where(_lane.c.lease_until > 0).values(lease_until=1.0)
        with self.engine.begin() as connection:
            connection.execute(held)

    def replay(self, now: float, connection: str = "", application: str = "") -> int:
        """Try dead and paused steps again, of one application or all; return how many there were."""
        with self.engine.begin() as open_connection:
            everywhere = delete(tables.ehr_pause)
            if connection:
                everywhere = everywhere.where(tables.ehr_pause.c.connection == connection)
            open_connection.execute(everywhere)
            return wake(open_connection, connection, [Status.DEAD, Status.PAUSED], now, application)

    def stuck(self, limit: int = 200) -> list[Stuck]:
        """Return the steps that failed for good or wait for the operator, and conflicts, newest first."""
        wanted = (Status.DEAD, Status.PAUSED, Status.CONFLICT)
        return self._stuck(select(_step).where(_step.c.status.in_(wanted)), limit)

    def of_application(self, application: str) -> list[Stuck]:
        """Return how every step of an application stands, newest first."""
        return self._stuck(select(_step).where(_step.c.application == application), 100)

    def _stuck(self, statement: Select[Any], limit: int) -> list[Stuck]:
        newest = statement.order_by(_step.c.changed_at.desc(), _step.c.id.desc()).limit(limit)
        with self._reading.connect() as connection:
            return [
                Stuck(
                    r.connection,
                    r.application,
                    r.kind,
                    Status(r.status),
                    r.code,
                    r.field,
                    r.attempts,
                    r.changed_at,
                )
                for r in connection.execute(newest)
            ]

    def counts(self) -> dict[tuple[str, Status], int]:
        """Return how many steps each connection has in each status."""
        statement = select(_step.c.connection, _step.c.status, func.count()).group_by(
            _step.c.connection, _step.c.status
        )
        with self._reading.connect() as connection:
            return {(row[0], Status(row[1])): row[2] for row in connection.execute(statement)}

    def links(self, connection: str, after: str = "", limit: int = 500) -> dict[str, list[Link]]:
        """Return application -> its links, for a page of applications after one."""
        names = (
            select(_link.c.application)
            .where(_link.c.connection == connection, _link.c.application > after)
            .distinct()
            .order_by(_link.c.application)
            .limit(limit)
        )
        with self._reading.connect() as looking:
            applications = list(looking.execute(names).scalars())
            found = links_of(looking, connection, applications)
        return {name: list(found.get(name, {}).values()) for name in applications}

    def known_applications(self, connection: str) -> int:
        """Return how many applications have records over there."""
        statement = select(func.count(_link.c.application.distinct())).where(_link.c.connection == connection)
        with self._reading.connect() as looking:
            return int(looking.execute(statement).scalar_one())

    def forget_link(self, connection: str, keys: Collection[str]) -> None:
        """Take records out of the id map, so that the next push writes them whole: what `repair` does."""
        with self.engine.begin() as open_connection:
            open_connection.execute(
                delete(_link).where(_link.c.connection == connection, _link.c.key.in_(list(keys)))
            )

    def open_lanes(self, connection: str) -> int:
        """Return how many lanes have something to do, now or later."""
        statement = (
            select(func.count())
            .select_from(_lane)
            .where(
                _lane.c.connection == connection, or_(_lane.c.due_at.is_not(None), _lane.c.lease_until > 0)
            )
        )
        with self._reading.connect() as looking:
            return int(looking.execute(statement).scalar_one())
