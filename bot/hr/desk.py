"""Shows the people of HR what they asked for, and tells them what they should know.

Views are made from what is stored at that moment and are not kept, and what a person typed is forgotten once it
has been looked up: nothing about a candidate outlives the candidate's own record. Acts are in `bot.hr.acts`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Protocol

from msgspec import Struct

from bot.hr import deliveries, notifying
from bot.hr.commands import ABOUT_ONE, BY_NAME
from bot.hr.learning import learning_blocks
from bot.hr.programs import show_programs
from bot.hr.views import Views
from dialogues.app.rights import NotAllowed, check
from dialogues.app.worker import Stored
from dialogues.core.desk import event_of
from dialogues.core.effects import Effect, Notice, Show, TellHr
from dialogues.core.interview import Phase
from dialogues.ports import Arrival, AuditRow, Listed, Office, Person, Waiting
from ehr_connector.delivery.ports import Lane
from ehr_connector.delivery.steps import Status, Step

Block = dict[str, Any]
_LISTS = frozenset({"today", "queue"})


class Screens(Protocol):
    """The open pages, or chats, of the people of HR."""

    @property
    def conversations(self) -> list[int]:
        """The desks somebody is looking at."""
        ...

    def send(self, conversation: int, blocks: list[Block], *, to: str = "", key: str = "") -> bool:
        """Show blocks to a person, from any thread; say whether anybody was there.

        `to` is the person's message this answers; without one, `key` names what is told unasked, to show it once.
        """
        ...

    def renew(self, person: Person) -> None:
        """Draw the page's own words afresh: the person speaks another language now."""
        ...


class Parts(Struct, frozen=True):
    """What the desk needs of the rest of the house."""

    office: Office
    screens: Screens
    submit: Callable[[Arrival], asyncio.Future[Stored]]
    forget: Callable[[int, list[int]], None]
    language: str
    timezone: str
    deliveries: deliveries.Deliveries | None = None

    def views(self, person: Person) -> Views:
        """Return what this person is shown."""
        return Views(self.office, person, self.language, self.timezone)

    def log(self, person: Person, action: str, target: str) -> None:
        """Write into the audit log that a person did or read something."""
        self.office.audit(AuditRow(at=time.time(), actor=person.id, action=action, target=target))

    def answer(self, conversation: int, event: int, blocks: list[Block]) -> None:
        """Show blocks in answer to a message."""
        self.screens.send(conversation, blocks, to=self.office.name_of(conversation, event))

    def find(self, person: Person, name: str) -> Listed | list[Block]:
        """Return the one application meant, or the blocks that say why there is none."""
        views = self.views(person)
        if not name:
            return [views.text("which")]
        found = self.office.search(person, name)
        if not found:
            return [views.text("not_found", what=name[:40])]
        if len(found) > 1:
            self.log(person, "read:search", "list")
            return views.choose(found)
        return [views.text("erased")] if found[0].phase == Phase.ERASED else found[0]


class HrDesk:
    """Carries out what is to be shown."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._telling: set[asyncio.Task[None]] = set()

    async def show(self, conversation: int, effect: Effect) -> None:
        """Show a view to the person whose desk this is."""
        assert isinstance(effect, Show)
        blocks = await asyncio.to_thread(self._blocks, conversation, effect)
        if blocks:
            await asyncio.to_thread(self._parts.answer, conversation, event_of(effect), blocks)

    def _blocks(self, conversation: int, show: Show) -> list[Block]:
        office, event = self._parts.office, event_of(show)
        person = office.person(conversation)
        words = office.words_of(conversation, [event])[0]
        if words:
            self._parts.forget(conversation, [event])
        if person is None:
            return []
        try:
            return self._view(person, show, words)
        except NotAllowed:
            self._parts.log(person, f"refused:{show.view}", show.args[0] if show.args else "")
            return self._parts.views(person).not_allowed()

    def _view(self, person: Person, show: Show, words: str) -> list[Block]:
        views, args = self._parts.views(person), show.args
        if show.view in _LISTS:
            self._parts.log(person, f"read:{show.view}", "list")
        match show.view:
            case "today":
                return views.today()
            case "queue":
                return views.queue(words, args)
            case "jobs":
                return views.jobs()
            case "help":
                return views.help(words)
            case "calibration" | "calibrate":
                check(person, show.view)
                return learning_blocks(self._parts.office, person, person.language or self._parts.language)
            case "notify":
                check(person, show.view)
                return notifying.choice_blocks(person, person.language or self._parts.language)
            case "deliveries" | "retry":
                return deliveries.blocks(self._parts, person, show.view, args[0] if args else "")
            case "ask":
                return self._ask(person, *args[:2])
            case "missed":
                self._tell_missed(person, args[0] if args else "")
                return []
            case "language":
                self._parts.screens.renew(person)
                return views.language(bool(args))
            case "cancelled" | "which":
                return [views.text(show.view)]
            case "search":
                return self._about_one(person, "card", words, ()) if words else []
        return self._about_one(person, show.view, args[0] if args else "", args[1:])

    def _ask(self, person: Person, command: str, application: str = "") -> list[Block]:
        check(person, command)
        if not application or BY_NAME[command].about not in ABOUT_ONE:
            return self._parts.views(person).ask(command)
        found = self._parts.find(person, application)
        return self._parts.views(person).ask(command) if isinstance(found, Listed) else found

    def _about_one(self, person: Person, view: str, name: str, rest: tuple[str, ...]) -> list[Block]:
        check(person, view)
        found = self._parts.find(person, name)
        if not isinstance(found, Listed):
            return found
        check(person, view, found.job)
        self._parts.log(person, f"read:{view}", found.application)
        views = self._parts.views(person)
        match view:
            case "transcript":
                return views.transcript(found)
            case "code":
                return show_programs(self._parts.office, person, found, views)
            case "report":
                return views.report(found)
            case "audit":
                return views.audit(found)
            case "override":
                return views.override_choice(found, rest)
            case _:
                return views.card(found)

    def _tell_missed(self, person: Person, since: str) -> None:
        try:
            moment = float(since)
        except ValueError:
            return
        views = self._parts.views(person)
        for one in self._parts.office.told_since(person, moment):
            self._parts.screens.send(person.conversation, views.notice(one), key=one.key)

    def tell_stuck(self, lane: Lane, step: Step) -> None:
        """Tell who may see the candidate that a step to the HR system needs a person."""
        if step.status is Status.CONFLICT:
            return  # a colleague's own change: it is in the list, nobody needs to be called
        effect = TellHr(key=f"ehr:{step.id}", notice=Notice.EHR_STUCK)
        task = asyncio.get_running_loop().create_task(self.tell_hr(lane.conversation, effect))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def tell_hr(self, conversation: int, effect: Effect) -> None:
        """Tell every connected person of HR who may see this job. Who is away finds it under `today`."""
        assert isinstance(effect, TellHr)
        if self._parts.screens.conversations:
            await asyncio.to_thread(self._tell, conversation, effect)

    def _tell(self, conversation: int, effect: TellHr) -> None:
        found = self._parts.office.by_conversation(conversation)
        if found is None:
            return
        key = f"{conversation}:{effect.key}"
        waiting = Waiting(
            found=found, notice=effect.notice, event=effect.event, at=time.time(), key=key, when=effect.when
        )
        for person in self._parts.office.people():
            quiet = notifying.is_quiet(person, waiting.at, self._parts.timezone)
            if not quiet and notifying.wants(self._parts, person, waiting):
                blocks = self._parts.views(person).notice(waiting)
                self._parts.screens.send(person.conversation, blocks, key=key)
