"""The composition root: the only place that reads settings and knows which part is made of what."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from prometheus_client import Counter, Gauge
from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot.booking import Booking
from bot.demo import Job, demo_profile, render_page
from bot.ehr.parts import Ehr, load_config
from bot.house import House
from bot.hr import web as hr_web
from bot.hr.acts import HrActs
from bot.hr.charts import make_chart
from bot.hr.desk import HrDesk
from bot.hr.desk import Parts as DeskParts
from bot.hr.reading import Reader
from bot.hr.session import Sessions
from bot.hr.switching import HrLearning
from bot.judging.carrier import CodeJudges
from bot.judging.web import task_route
from bot.llm import make_judges
from bot.messengers import WEBHOOK, AllScreens, fetcher, make_telegram
from bot.news import News
from bot.office import Office
from bot.printing import Printer
from bot.sound import Sound
from bot.tools import tools_here
from bot.web import make_app
from bot.webchat.frames import frame
from bot.webchat.hub import Hub
from bot.webchat.socket import CandidateSocket
from bot.webchat.socket import Parts as SocketParts
from bot.webchat.wire import ChatHttp
from dialogues.app.batch import Batch
from dialogues.app.edge import Intake
from dialogues.app.explain import explain
from dialogues.app.free_scorer import score_for_nothing
from dialogues.app.outcome import Outcome
from dialogues.app.retention import sweep_forever
from dialogues.app.rights import may
from dialogues.app.runner import Runner
from dialogues.app.stepping import SteppingProcess
from dialogues.app.worker import SWEEP_SECONDS, Worker
from dialogues.core.effects import (
    Calibrate,
    Create,
    Decide,
    Effect,
    Explain,
    Judge,
    JudgeCode,
    Override,
    Show,
    TellHr,
    Transcribe,
    Write,
)
from dialogues.core.events import Event, Explained
from dialogues.ports import Listed, Person
from ehr_connector.model import Pulled
from ehr_connector.result import Result
from scoring.report.charts import Chart
from scoring.report.radar import render_radar_svg
from storage.engine import WorkerLock, is_sqlite
from storage.entrance import Entrance
from storage.ids import new_id
from storage.inbound import ApiKeys

log = structlog.get_logger()

_SHARED_SWEEP = 0.05
"""Seconds between two looks at what other processes stored and nobody stepped."""
_NOTICED = 20.0
"""Seconds: a notice is stored at most so long after it got its number."""
_LATE = 10.0
"""Seconds an event may wait before a process without worker says that the workers are missing."""

_EVENTS = Counter("colloquy_events", "Events stored and stepped.")
_MESSAGES = Counter("colloquy_messages", "Messages said to candidates.")
_WAITING = Counter("colloquy_events_waiting", "Events stored but not stepped at once.")
_CONNECTED = Gauge("colloquy_conversations_connected", "Conversations with an open socket.")


async def _try_tools() -> None:
    """Find out what can be used here before the first interview asks for it."""
    await asyncio.to_thread(tools_here)


async def _leave_to_news(_conversation: int, _effect: Effect) -> None:
    """Do nothing: where processes share a record each shows its own people what all were told."""


class Server:
    """A running process: the writer, the effect runner, the channels and the HTTP application."""

    def __init__(
        self, house: House, *, demo: bool = False, free_scorer: bool = False, steps: bool = True
    ) -> None:
        """`steps` is False for a pure edge: it stores what comes in and leaves interviews to other processes."""
        self.house = house
        settings = house.settings
        self.lock = WorkerLock(settings.database_url) if is_sqlite(settings.database_url) else None
        instantly = score_for_nothing if free_scorer else None
        self.batch = Batch(house.record, house.packs, house.languages, new_id, instantly)
        self.stepping: SteppingProcess | None = None
        self._steps = steps
        stepper = self.batch if steps else Intake(house.record, new_id, self.batch)
        self.worker = Worker(stepper, house.record, self._publish, self._sweep_seconds())
        self.judges = make_judges(house)
        self.programs = CodeJudges(house.record, house.applications, house.packs, self.judges.judge)
        self.hub = Hub()
        self.hr_sockets = hr_web.Sockets(settings.language)
        self.printer = Printer(settings.timezone)
        self.sound = Sound(house)
        self.telegram = make_telegram(
            house, self.worker, self.printer, self._result_for, self._chart_for, self.sound.telling
        )
        self.ehr = Ehr(house, self.printer, load_config(settings.ehr_config))
        self.sound.listen({"telegram": self.telegram.download} if self.telegram is not None else {})
        self.runner = Runner(house.record, self._carriers(), self.worker.submit, self.worker.settle)
        self._free = free_scorer
        self.app = self._make_app(demo)
        self.news = self._make_news() if self.lock is None else None
        self._noticed: set[int] = set()

    def step_apart(self) -> None:
        """Step, and score, in processes of their own; call before anything has started a thread.

        No connection may be open over the fork: SQLite would believe in both that it holds the locks of one.
        The worker's lock is held by both steppers, so that nobody else begins while either still works.
        """
        self.house.engine.dispose()
        self.stepping = SteppingProcess(self.batch)
        self.worker.step_by(self.stepping)
        if not self._free:
            self.judges.fork([one.fileno() for one in (self.stepping, self.lock) if one is not None])

    def _sweep_seconds(self) -> float:
        if not self._steps:
            return 0.0
        return SWEEP_SECONDS if self.lock is not None else _SHARED_SWEEP

    def _make_news(self) -> News:
        return News(
            connected=self.hub.conversations,
            versions=self.house.story.versions,
            show=self.candidates.catch_up,
            tell=self._tell_desks,
        )

    async def _tell_desks(self) -> None:
        """Show the people of HR connected here what any process has told them."""
        lately = await asyncio.to_thread(self.house.record.notices, time.time() - _NOTICED)
        for one in lately:
            if one.id not in self._noticed:
                await self.desk.tell_hr(one.conversation, one.effect)
        self._noticed = {one.id for one in lately}

    def _carriers(self) -> dict[type[Effect], Any]:
        house = self.house
        parts = DeskParts(
            office=house.office,
            screens=AllScreens(self.hr_sockets, *([self.telegram.screens] if self.telegram else [])),
            submit=self.worker.submit,
            forget=house.record.forget_words,
            language=house.settings.language,
            timezone=house.settings.timezone,
            deliveries=self.ehr if self.ehr.config.connections or self.ehr.config.next_steps else None,
        )
        self.desk_parts = parts
        self.desk, acts = HrDesk(parts), HrActs(parts)
        self.booking = Booking(house, parts)
        self.office = Office(house, parts, self.telegram)
        return {
            Judge: self.programs.judge,
            JudgeCode: self.programs.try_examples,
            **self.sound.carriers(),
            Explain: self._explain,
            TellHr: self.desk.tell_hr if self.lock is not None else _leave_to_news,
            Show: self.desk.show,
            Decide: acts.act,
            Override: acts.act,
            Write: acts.act,
            Create: acts.create,
            **fetcher(self.telegram),
            **self.booking.carriers(),
            **self.office.carriers(),
            Calibrate: HrLearning(parts).switch,
            **self.ehr.carriers(),
        }

    async def _explain(self, conversation: int, effect: Effect) -> tuple[int, Event] | None:
        assert isinstance(effect, Explain)
        result = await asyncio.to_thread(self.house.result_of, conversation)
        if result is None:
            return None
        text = explain(result, self.house.languages[effect.language].catalog)
        return conversation, Explained(at=time.time(), text=text)

    def _publish(self, outcome: Outcome) -> None:
        """Show what a batch said and start what it asked for; on the event loop, after the commit."""
        for message in outcome.messages:
            self.candidates.show(message)
            if self.telegram is not None:
                self.telegram.show(message)
        if (
            self.lock is not None
        ):  # where processes share a record, a message may wait for another one to step it
            for arrival, seq in outcome.acknowledged:
                if seq == 0:
                    self.candidates.apologise(arrival.conversation)
                    if self.telegram is not None and arrival.channel == "telegram":
                        self.telegram.apologise(arrival.conversation)
        if self.news is not None:
            self.news.wrote(outcome.versions)
        for work in outcome.work:
            if isinstance(work.effect, Judge | JudgeCode | Transcribe):
                self.hub.send(work.conversation, frame("typing", on=True))
                if self.telegram is not None:
                    self.telegram.typing(work.conversation)
            self.runner.start(work)
        _EVENTS.inc(len(outcome.acknowledged))
        _MESSAGES.inc(len(outcome.messages))
        _WAITING.inc(outcome.waiting)
        _CONNECTED.set(self.hub.connected)

    def _make_app(self, demo: bool) -> Starlette:
        house = self.house
        self.candidates = CandidateSocket(
            SocketParts(
                entrance=Entrance(house.engine, house.sealer, house.story),
                interviews=house.applications,
                packs=house.packs,
                story=house.story,
                languages=house.languages,
                submit=self.worker.submit,
                language=house.settings.language,
                apart=self.lock is None,
                tools=tools_here,
                telegram=lambda: house.telegram.called,
                spoken=lambda: self.sound.telling.languages,
            ),
            self.hub,
        )
        app = make_app(
            hr_web.HrWeb(self._hr_parts(), self.hr_sockets),
            ready=self.ready,
            demo=self._demo_interview if demo else None,
            demo_page=self._demo_page if demo else None,
            webhooks={WEBHOOK: self.telegram.webhook.receive} if self.telegram is not None else {},
            api=self._make_api(),
        )
        entrance = Entrance(house.engine, house.sealer, house.story)
        app.router.routes.extend([*self.booking.routes(), task_route(entrance, house)])
        app.router.routes.extend(self.sound.routes(entrance, self.worker.submit))
        app.router.lifespan_context = lambda _: self.working()
        return app

    def chat_http(self, **given: Any) -> ChatHttp:
        """Return the protocol of a new HTTP connection; the server makes one for each."""
        return ChatHttp(self.candidates.greet, **given)

    def _make_api(self) -> ASGIApp:
        from bot.api.app import make_api  # here: a worker serves no HTTP and need not load it
        from bot.api.rooms import Rooms

        rooms = Rooms(self.house, self.ehr, self.worker.submit, self._take_in)
        return make_api(rooms, ApiKeys(self.house.engine))

    async def _take_in(self, connection: str, event: Pulled) -> None:
        """Take in what an HR system says has happened."""
        await self.ehr.intake(connection, self.worker.submit).take(event)

    def _hr_parts(self) -> hr_web.Parts:
        house = self.house
        return hr_web.Parts(
            sign_in=self.office.sign_in,
            person=house.people.by_id,
            sessions=Sessions(house.keys[0]),
            submit=self.worker.submit,
            reader=Reader(house.office),
            result=self._result_for,
            picture=render_radar_svg,
            report=self.printer.pdf,
            chart=self._chart_for,
            language=house.settings.language,
            secure=house.settings.address.startswith("https"),
            keep=self.office.desks.keep,
        )

    def _result_for(self, person: Person, application: str, act: str) -> Result | None:
        """Return a result that this person may see, by the application's id; the office checks it."""
        found = self.desk_parts.find(person, application)
        if not isinstance(found, Listed) or found.application != application or not may(person, act):
            return None
        if act == "report":
            self.desk_parts.log(person, "read:pdf", application)
        return self.house.office.result(person, found)

    def _chart_for(self, person: Person, name: str) -> Chart | None:
        """Return a picture that compares, if this person may see what is in it."""
        return make_chart(self.desk_parts, person, name)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Work on the record while the block lasts."""
        if self.lock is not None:
            await asyncio.to_thread(self.house.record.free_leases)  # nobody else works on this database
            await asyncio.to_thread(self.ehr.ledger.free_leases)
        if self.telegram is not None:
            await self.telegram.start()  # before anything new is stored: what was left comes first
        self.worker.start()
        if self._steps:
            self.ehr.hire_couriers(self.worker.submit, self.desk.tell_stuck)
        tasks = [asyncio.ensure_future(work) for work in self._chores()]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await self.runner.stop()
            await self.ehr.stop()
            if self.telegram is not None:
                await self.telegram.stop()
            await self.worker.stop()
            if self.stepping is not None:
                await asyncio.to_thread(self.stepping.close)
            await self.judges.stop()
            await asyncio.to_thread(self.programs.close)
            await self.sound.close()
            await asyncio.to_thread(self.printer.close)
            if self.lock is not None:
                self.lock.release()

    def _chores(self) -> Iterator[Coroutine[Any, Any, None]]:
        if self.news is not None:
            yield self.news.watch_forever()
        if self.telegram is not None:
            yield from self.telegram.chores()
        yield self.office.keep_house()
        if self._steps:
            yield self.runner.tick_forever()
            yield sweep_forever(self._expired, self.worker.submit)
            yield self.booking.keep_house()
            yield from self.ehr.chores(self.worker.submit)
        if self._steps and not self._free:
            yield self.judges.warm_up()
            yield _try_tools()

    def _expired(self, now: float) -> list[int]:
        packs = self.house.packs
        return self.house.applications.expired(
            lambda job, version: packs.pack(job, version).retention_days, now
        )

    def ready(self) -> dict[str, str]:
        """Return the state of each part: `ready`, or `broken: why`."""
        parts = {"database": "ready", "writer": "ready"}
        try:
            self.house.packs.names()
        except Exception as error:  # noqa: BLE001
            # whatever the database says, the page must tell it
            parts["database"] = f"broken: {type(error).__name__}"
        if not self.worker.alive:
            parts["writer"] = "broken: the writer thread has ended; restart the process"
        if self.telegram is not None:
            parts["telegram"] = self.telegram.state
        if not self._steps and parts["database"] == "ready":
            waited = time.time() - (self.house.story.waiting_since() or time.time())
            late = waited > _LATE
            parts["workers"] = "broken: events wait; run one more colloquy worker" if late else "ready"
        return parts

    def _demo_interview(self, job: str, language: str) -> str:
        link = self.house.new_interview(job, language, demo_profile(language))
        return link.removeprefix(self.house.settings.address)

    def _demo_page(self) -> str:
        titles = {code: self.house.office.titles(code) for code in ("zh", "en")}
        jobs = (
            Job(name, {code: found[name][0] for code, found in titles.items()})
            for name in sorted(titles["zh"])
        )
        return render_page(jobs)
