"""Everything of the connector that a process needs, made from the house and the connector's file."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec
import structlog
from prometheus_client import Gauge

from bot.ehr.following import Following
from bot.ehr.intake import Intake, erase_applicant
from bot.ehr.pushing import NEXT, Pushes
from bot.ehr.systems import ReportLinks, make_adapter
from dialogues.core.effects import Effect, PushResult
from ehr_connector.adapter import Adapter
from ehr_connector.delivery.courier import Courier
from ehr_connector.delivery.hashing import Hasher
from ehr_connector.delivery.ports import Lane, Stuck
from ehr_connector.delivery.preview import Drift, drift_of
from ehr_connector.delivery.reaction import Policy
from ehr_connector.delivery.sending import Sender
from ehr_connector.delivery.steps import Step
from ehr_connector.faults import EhrFault
from ehr_connector.mapping.model import Config, Connection, main_record
from ehr_connector.mapping.read import Mistake, WrongConfig, read_config
from ehr_connector.mapping.render import key_of
from ehr_connector.model import Link
from ehr_connector.result import Result
from storage.deliveries import SqlLedger
from storage.inbound import Inbound

if TYPE_CHECKING:
    from bot.house import House
    from bot.printing import Printer

log = structlog.get_logger()

_NIGHT_HOUR = 3
_FEW = 3
"""So many applicants may always be missing over there; more than a tenth is more likely a right that was lost."""
_KEPT = 30 * 24 * 3600.0
_STEPS = Gauge(
    "colloquy_ehr_steps", "Steps of deliveries by connection and status.", ["connection", "status"]
)


def load_config(path: str, *, secrets: bool = True) -> Config:
    """Return the connector's file; WrongConfig says what is wrong with it. An empty path is no connection."""
    if not path:
        return Config()
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise WrongConfig([Mistake(path, 0, "this file cannot be read; check COLLOQUY_EHR_CONFIG")]) from None
    return read_config(text, secrets=secrets)


class HouseSources:
    """Results and printed reports of this house. Implements `ehr_connector.delivery.ports.Sources`."""

    def __init__(self, document: Callable[[int], Result | None], printer: Printer) -> None:
        self._document = document
        self._printer = printer

    async def result(self, conversation: int) -> Result | None:
        found = await asyncio.to_thread(self._document, conversation)
        return found if found is not None and found.application.stage != "erased" else None

    async def report(self, result: Result) -> bytes:
        return await self._printer.pdf(result)


class Ehr:
    """The connections of a house. Nothing runs before `chores` do."""

    def __init__(self, house: House, printer: Printer, config: Config, policy: Policy | None = None) -> None:
        self.house = house
        self.config = config
        self.ledger = SqlLedger(house.engine)
        self.inbound = Inbound(house.engine, house.sealer)
        self.links = ReportLinks(house.settings.address, house.keys[0])
        self.hasher = Hasher(house.keys[-1])
        self.sources = HouseSources(house.result_of, printer)
        self.adapters: dict[str, Adapter] = {}
        self.senders: dict[str, Sender] = {}
        self._policy = policy or Policy()
        for connection in config.connections:
            adapter = make_adapter(connection, self.links.publish)
            self.adapters[connection.name] = adapter
            self.senders[connection.name] = Sender(connection, adapter, self.sources, self.hasher)
        self.couriers: dict[str, Courier] = {}
        self._ringing: list[Callable[[], None]] = []

    @property
    def connections(self) -> dict[str, Connection]:
        """The connections by name."""
        return {one.name: one for one in self.config.connections}

    def ring(self) -> None:
        """Have every courier look for due lanes now."""
        for courier in self.couriers.values():
            courier.ring()

    def carriers(self) -> dict[type[Effect], Any]:
        """Return what carries the effects of the core."""
        able = {name: adapter.capabilities for name, adapter in self.adapters.items()}
        pushes = Pushes(self.config, able, self.house.applications.interview, self.ledger, self.ring)
        return {PushResult: pushes.carry}

    def hire_couriers(self, submit: Callable[[Any], Any], tell: Callable[[Lane, Step], None]) -> None:
        """Make the couriers; call once, on the event loop."""
        for name, sender in self.senders.items():
            adapter = sender.adapter
            self.couriers[name] = Courier(
                name,
                sender.send,
                self.ledger,
                policy=self._policy,
                probe=adapter.health,
                renew=adapter.renew,
                tell=tell,
            )
        if self.config.next_steps:
            following = Following(
                {step.name: step for step in self.config.next_steps},
                self.house.result_of,
                submit,
                self.adapters,
                self._stage_record,
                self._link,
            )
            self.couriers[NEXT] = Courier(NEXT, following.take, self.ledger, policy=self._policy, tell=tell)

    def _stage_record(self, connection: str) -> str:
        return main_record(self.connections[connection].mapping)

    def _link(self, connection: str, application: str, key: str) -> Link | None:
        return self.ledger.peek(connection, application, 0).links.get(key)

    def chores(self, submit: Callable[[Any], Any]) -> Iterator[Coroutine[Any, Any, None]]:
        """Give what runs for as long as the process works."""
        for courier in self.couriers.values():
            yield courier.run_forever()
        for name in self.connections:
            yield self.intake(name, submit).poll_forever()
        yield self._look_after(submit)

    def intake(self, connection: str, submit: Callable[[Any], Any]) -> Intake:
        """Return what takes in from a connection."""
        given = (self.connections[connection], self.adapters[connection], submit, self.hasher)
        return Intake(self.house, self.inbound, *given)

    async def _look_after(self, submit: Callable[[Any], Any]) -> None:
        """Count what is where, and once a night look for what has drifted and forget old requests."""
        zone = ZoneInfo(self.house.settings.timezone)
        night = next_night(time.time(), zone)
        while True:
            with suppress(Exception):  # figures for a dashboard must not end anything
                for (connection, status), count in (await asyncio.to_thread(self.ledger.counts)).items():
                    _STEPS.labels(connection, status.name.lower()).set(count)
            if time.time() > night:
                try:
                    await self._night(night, submit)
                except Exception:  # the database may be away for a moment; the next night comes
                    log.exception("ehr_night_failed")
                night = next_night(time.time(), zone)
            await asyncio.sleep(15)

    async def _night(self, night: float, submit: Callable[[Any], Any]) -> None:
        """Do what is done once a night, by one process of all."""
        if await asyncio.to_thread(self.inbound.begin, "night", str(night), "") is not None:
            return
        await asyncio.to_thread(self.inbound.forget_before, time.time() - _KEPT)
        await self.report_drift(submit)
        await asyncio.to_thread(self.inbound.finish, "night", str(night), "done")

    async def report_drift(self, submit: Callable[[Any], Any]) -> None:
        """Write what has drifted to the log; erase whose record is gone, where the mapping wants that."""
        for name, connection in self.connections.items():
            try:
                drifted = await self.reconcile(name)
            except EhrFault as fault:
                log.warning("ehr_not_reconciled", connection=name, code=fault.code)
                continue
            for one in drifted:
                log.warning("ehr_drift", connection=name, **msgspec.structs.asdict(one))
            if connection.intake.erase_deleted:
                await self._erase_missing(connection, drifted, submit)

    async def _erase_missing(
        self, connection: Connection, drifted: list[Drift], submit: Callable[[Any], Any]
    ) -> None:
        record = main_record(connection.mapping)
        missing = [
            one for one in drifted if one.what == "missing" and one.key == key_of(record, one.application)
        ]
        known = await asyncio.to_thread(self.ledger.known_applications, connection.name)
        if len(missing) > max(_FEW, known // 10):
            log.warning("ehr_many_missing", connection=connection.name, missing=len(missing), known=known)
            return
        for one in missing:
            await erase_applicant(self.house, submit, one.application)

    async def reconcile(self, connection: str) -> list[Drift]:
        """Return how what is over there differs from the id map; writes nothing."""
        sender, after, found = self.senders[connection], "", []
        while page := await asyncio.to_thread(self.ledger.links, connection, after):
            for application, links in page.items():
                found += await drift_of(sender, self.hasher, application, links)
            after = max(page)
        return found

    async def stop(self) -> None:
        """Let go of what is under way and of connections."""
        for courier in self.couriers.values():
            await courier.stop()
        for adapter in self.adapters.values():
            await adapter.close()

    def stuck(self, limit: int = 200) -> list[Stuck]:
        """Return the steps a person should know of. With the next two: `bot.hr.deliveries.Deliveries`."""
        return self.ledger.stuck(limit)

    def of_application(self, application: str) -> list[Stuck]:
        """Return how every step of an application stands."""
        return self.ledger.of_application(application)

    def retry(self, application: str) -> int:
        """Try dead and paused steps again."""
        count = self.ledger.replay(time.time(), application=application)
        self.ring()
        return count


def next_night(now: float, zone: ZoneInfo) -> float:
    """Return the next time, seconds, at which it is three at night there."""
    local = dt.datetime.fromtimestamp(now, zone)
    today = local.replace(hour=_NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return (today if today > local else today + dt.timedelta(days=1)).timestamp()


async def leave_push(_conversation: int, _effect: Effect) -> None:
    """Do nothing with a push: no HR system is connected."""
