"""Carries the lanes of one connection: claims, takes their steps one after another, writes what became of them.

Many lanes at once, one step of a lane at a time. What is written goes through one gathering writer, so that a
thousand lanes cost a few transactions. It must not know what a step does; that is `execute`.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from msgspec import Struct

from ehr_connector.delivery.ports import Change, Lane, Ledger, Pause
from ehr_connector.delivery.reaction import Breaker, Policy, Reaction, react
from ehr_connector.delivery.sending import Sent
from ehr_connector.delivery.steps import EVERYTHING, Status, Step, next_due, next_step
from ehr_connector.faults import EhrFault, Expired, Misconfigured, Unsure

log = structlog.get_logger()

Execute = Callable[[Lane, Step], Awaitable[Sent]]
_LISTED = 64
"""Lanes claimed at once."""


class Gathering:
    """Writes changes of many lanes together: while one transaction is written the next gathers."""

    def __init__(self, ledger: Ledger, lease: float) -> None:
        self._ledger = ledger
        self._lease = lease
        self._waiting: list[tuple[Change, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    def put(self, change: Change) -> asyncio.Future[None]:
        """Have a change written; the future is done when it is durable."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        self._waiting.append((change, future))
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._write_all())
        return future

    async def _write_all(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting, []
            changes = [change for change, _ in taken]
            try:
                await asyncio.to_thread(self._ledger.write, changes, time.time(), self._lease)
            except Exception as error:  # the database may be away; the lease brings these lanes back
                log.exception("deliveries_not_written", lanes=len(changes))
                for _, future in taken:
                    if not future.done():  # whoever waited may have been stopped meanwhile
                        future.set_exception(error)
                        future.exception()
                continue
            for _, future in taken:
                if not future.done():
                    future.set_result(None)

    async def finish(self) -> None:
        """Wait for what is being written."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)


class Health(Struct):
    """How a connection is, for the doctor and the metrics."""

    sent: int = 0
    failed: int = 0
    last_code: str = ""


class Courier:
    """Carries one connection. `probe` says whether the system is there again; `renew` logs in afresh."""

    def __init__(
        self,
        connection: str,
        execute: Execute,
        ledger: Ledger,
        *,
        policy: Policy | None = None,
        probe: Callable[[], Awaitable[object]] | None = None,
        renew: Callable[[], Awaitable[None]] | None = None,
        tell: Callable[[Lane, Step], None] = lambda _lane, _step: None,
    ) -> None:
        self.connection = connection
        self.policy = policy or Policy()
        self.breaker = Breaker(self.policy)
        self.health = Health()
        self._execute = execute
        self._ledger = ledger
        self._writer = Gathering(ledger, self.policy.lease)
        self._probe = probe
        self._renew = renew
        self._tell = tell
        self._running: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._bell = asyncio.Event()
        self._renewing = asyncio.Lock()
        self._logins = 0
        self._paused: frozenset[str] = frozenset()
        self._suspects: dict[str, tuple[str, str]] = {}
        self._random = random.Random()  # noqa: S311  spreads retries, guards nothing

    def ring(self) -> None:
        """Look for due lanes now."""
        self._bell.set()

    async def run_forever(self) -> None:
        """Carry until cancelled."""
        while True:
            self._bell.clear()
            claimed = 0
            try:
                claimed = await self.run_once()
            except Exception:  # the database may be away for a moment; the next round tries again
                log.exception("deliveries_not_claimed", connection=self.connection)
            if claimed:
                await self._some_done()
                continue
            try:
                await asyncio.wait_for(self._bell.wait(), self.policy.poll_seconds)
            except TimeoutError:
                continue

    async def run_once(self) -> int:
        """Claim what is due and start it; return how many lanes that were."""
        if self.breaker.is_open and not await self._is_back():
            return 0
        room = self.policy.at_once - len(self._running)
        if room <= 0:
            return len(self._running)
        now = time.time()
        lanes, paused = await asyncio.to_thread(self._claim, now, min(room, _LISTED))
        self._paused = paused
        for lane in lanes:
            task = asyncio.get_running_loop().create_task(self._carry(lane), name=f"lane-{lane.application}")
            name = (lane.application, lane.token)
            self._running[name] = task
            task.add_done_callback(partial(self._done, name))
        return len(lanes)

    def _done(self, name: tuple[str, int], _: asyncio.Task[None]) -> None:
        self._running.pop(name, None)

    async def drain(self) -> None:
        """Carry until nothing is due; for the command line and tests."""
        while await self.run_once() or self._running:
            await self._some_done()

    async def _some_done(self) -> None:
        running = list(self._running.values())
        if running:
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)

    def _claim(self, now: float, limit: int) -> tuple[list[Lane], frozenset[str]]:
        paused = frozenset(pause.kind for pause in self._ledger.pauses(self.connection))
        if EVERYTHING in paused:
            return [], paused
        return self._ledger.claim(self.connection, now, self.policy.lease, limit), paused

    async def _is_back(self) -> bool:
        if time.time() < self.breaker.open_until or self._probe is None:
            return False
        try:
            async with asyncio.timeout(self.policy.step_seconds):
                await self._probe()
        except EhrFault as fault:
            self.breaker.failed(fault, time.time())
            return False
        except TimeoutError:
            self.breaker.failed(Unsure("timeout"), time.time())
            return False
        self.breaker.worked()
        log.info("ehr_is_back", connection=self.connection)
        return True

    async def _carry(self, lane: Lane) -> None:
        try:
            while not self.breaker.is_open:
                step = next_step(lane.steps, time.time(), self._paused)
                if step is None:
                    break
                before = dict(lane.links)
                await self._take(lane, step)
                links = [link for key, link in lane.links.items() if before.get(key) is not link]
                self._writer.put(Change(lane, [step], links))
            due = next_due(lane.steps, self._paused)
            if due is not None and self.breaker.is_open:
                due = max(due, self.breaker.open_until)
            await self._writer.put(Change(lane, release=True, due_at=due))
        except Exception:  # this lane's lease runs out and another round takes it; the others go on
            log.exception("lane_failed", connection=self.connection, application=lane.application)

    async def _take(self, lane: Lane, step: Step) -> None:
        """Take a step and change it to what became of it."""
        step.attempts += 1
        try:
            sent = await self._try(lane, step)
        except EhrFault as fault:
            self._failed(lane, step, fault)
            return
        except (
            Exception
        ) as error:  # ours: one application's fault must not stop the others; it is tried again, then dead
            log.exception("step_failed", connection=self.connection, step=step.kind)
            self._failed(lane, step, Unsure("ours", field=type(error).__name__))
            return
        self.breaker.worked()
        self.health.sent += 1
        self._suspects.pop(step.kind, None)
        step.status, step.code, step.field = sent.status, sent.code, sent.field

    async def _try(self, lane: Lane, step: Step) -> Sent:
        logins = self._logins
        try:
            return await self._once(lane, step)
        except Expired:
            pass
        try:
            await self._log_in(logins)
            return await self._once(lane, step)
        except Expired as fault:
            await self._pause(EVERYTHING, "login_refused", fault.field)
            raise Misconfigured("login_refused", field=fault.field) from None

    async def _log_in(self, logins: int) -> None:
        """Log in afresh, unless another lane has since this one's try began: a login may end the one before."""
        async with self._renewing:
            if self._renew is not None and logins == self._logins:
                await self._renew()
                self._logins += 1

    async def _once(self, lane: Lane, step: Step) -> Sent:
        try:
            async with asyncio.timeout(self.policy.step_seconds):
                return await self._execute(lane, step)
        except TimeoutError:
            raise Unsure("timeout") from None

    def _failed(self, lane: Lane, step: Step, fault: EhrFault) -> None:
        now = time.time()
        self.health.failed += 1
        self.health.last_code = fault.code
        self.breaker.failed(fault, now)
        reaction: Reaction = react(fault, step.attempts, now, self.policy, self._random.random)
        step.status, step.due_at, step.begun = reaction.status, reaction.due_at, reaction.begun
        step.code, step.field = fault.code, fault.field
        log.warning(
            "step_not_taken", connection=self.connection, step=step.kind, code=fault.code, field=fault.field
        )
        if reaction.status is Status.PAUSED and fault.code != "login_refused":
            self._suspect(step, fault)
        if reaction.status in (Status.PAUSED, Status.DEAD, Status.CONFLICT):
            self._tell(lane, step)

    def _suspect(self, step: Step, fault: EhrFault) -> None:
        """Pause the mapping when the same field fails twice in a row: one bad record is not a bad mapping."""
        last = self._suspects.get(step.kind)
        self._suspects[step.kind] = (fault.code, fault.field)
        if last == (fault.code, fault.field):
            task = asyncio.get_running_loop().create_task(self._pause(step.kind, fault.code, fault.field))
            self._running[step.kind, -1] = task
            task.add_done_callback(partial(self._done, (step.kind, -1)))

    async def _pause(self, kind: str, code: str, field: str) -> None:
        self._paused |= {kind}
        log.error("mapping_paused", connection=self.connection, step=kind, code=code, field=field)
        await asyncio.to_thread(self._ledger.pause, Pause(self.connection, kind, code, field, time.time()))

    async def stop(self) -> None:
        """Let go; lanes under way come back with their leases, and are taken up carefully."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._writer.finish()
