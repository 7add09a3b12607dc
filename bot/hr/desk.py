"""Carries out what the people of HR asked for: shows views, and carries their acts to the candidate.

Role and job are checked here, where the data is read, at the moment of reading. Views are made from what is
stored then and are not kept: nothing about a candidate outlives the candidate's own record.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, assert_never

from msgspec import Struct

from bot.hr.commands import allowed, label, tell
from bot.hr.views import Views
from dialogues.core.effects import Create, Decide, Effect, Override, Show, TellHr, Write
from dialogues.core.events import Decided, Event, HrWrote, Outcome, Overridden
from dialogues.core.interview import Phase
from dialogues.ports import AuditRow, Listed, Office, Person

Block = dict[str, Any]
DONE_PHASES = frozenset({Phase.SURVEY.value, Phase.FINISHED.value})


class Parts(Struct, frozen=True):
    """What the desk needs of the rest of the house."""

    office: Office
    views: Views
    send: Callable[[int, list[Block]], bool]
    forget: Callable[[int, list[int]], None]
    language: str


class HrDesk:
    """Carries out desk effects. Every method returns the event it brought about for a candidate, if any."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._language = parts.language

    async def show(self, conversation: int, effect: Effect) -> None:
        """Show a view to the person whose desk this is."""
        assert isinstance(effect, Show)
        person = self._person(conversation)
        if person is None:
            return
        blocks = await asyncio.to_thread(self._view, person, conversation, effect)
        self._parts.send(conversation, blocks)

    def _view(self, person: Person, conversation: int, show: Show) -> list[Block]:
        if show.view in ("search", "ask", "cancelled", "override"):
            return self._small_view(person, conversation, show)
        if not allowed(person.role, show.view):
            return [self._text("not_allowed", role=person.role)]
        views = self._parts.views
        match show.view:
            case "today":
                return views.today(person)
            case "queue":
                return views.queue(person)
            case "jobs":
                return views.jobs()
            case "help":
                return views.help(person)
        return self._about_one(person, conversation, show)

    def _about_one(self, person: Person, conversation: int, show: Show) -> list[Block]:
        found = self._find(person, show.args[0] if show.args else "")
        if not isinstance(found, Listed):
            return found
        if found.phase == Phase.ERASED:
            return [self._text("erased")]
        self._log(person, f"read:{show.view}", found.application)
        match show.view:
            case "transcript":
                return self._parts.views.transcript(found)
            case "report":
                return self._parts.views.report(found)
            case "audit":
                return self._parts.views.audit(found)
            case _:
                return self._parts.views.card(person, found)

    def _small_view(self, person: Person, conversation: int, show: Show) -> list[Block]:
        match show.view:
            case "ask":
                cancel = {"label": label(self._language, "cancel"), "value": "cancel"}
                return [
                    {"block": "ask", "text": tell(self._language, f"ask.{show.args[0]}"), "buttons": [cancel]}
                ]
            case "cancelled":
                return [self._text("cancelled")]
            case "override":
                found = self._find(person, show.args[0])
                if not isinstance(found, Listed):
                    return found
                return self._parts.views.override_choice(found, show.args[1:])
        words = self._parts.office.words_of(conversation, [int(show.args[1])])[0]
        self._parts.forget(conversation, [int(show.args[1])])
        found = self._find(person, words)
        return self._parts.views.card(person, found) if isinstance(found, Listed) else found

    def _find(self, person: Person, name: str) -> Listed | list[Block]:
        """Return the one application meant, or the blocks that say why there is none."""
        if not name:
            return [self._text("which")]
        found = self._parts.office.search(name, person.jobs)
        if not found:
            return [self._text("not_found", what=name[:40])]
        if len(found) > 1:
            return self._parts.views.choose(found)
        return found[0]

    def _text(self, phrase: str, /, **args: str) -> Block:
        return {"block": "text", "text": tell(self._language, phrase, **args)}

    def _person(self, conversation: int) -> Person | None:
        return self._parts.office.person(conversation)

    def _log(self, person: Person, action: str, target: str) -> None:
        self._parts.office.audit(AuditRow(at=time.time(), actor=person.id, action=action, target=target))

    async def act(self, conversation: int, effect: Effect) -> tuple[int, Event] | None:
        """Carry a person's act to the candidate's conversation, if they may."""
        return await asyncio.to_thread(self._act, conversation, effect)

    def _act(self, conversation: int, effect: Effect) -> tuple[int, Event] | None:
        assert isinstance(effect, Decide | Override | Write)
        person = self._person(conversation)
        if person is None:
            return None
        problem, found = self._may_act(person, effect)
        if found is None:
            self._parts.send(conversation, problem)
            return None
        words = self._parts.office.words_of(conversation, [effect.event])[0]
        self._parts.forget(conversation, [effect.event])
        event, done = self._event(person, effect, words, found)
        self._parts.send(conversation, [done])
        return found.conversation, event

    def _may_act(
        self, person: Person, effect: Decide | Override | Write
    ) -> tuple[list[Block], Listed | None]:
        command = effect.outcome.value if isinstance(effect, Decide) else type(effect).__name__.casefold()
        if not allowed(person.role, "message" if command == "write" else command):
            return [self._text("not_allowed", role=person.role)], None
        found = self._find(person, effect.application)
        if not isinstance(found, Listed):
            return found, None
        if found.phase == Phase.ERASED:
            return [self._text("erased")], None
        if not isinstance(effect, Write) and found.phase not in DONE_PHASES:
            return [self._text("unfinished")], None
        if isinstance(effect, Override) and effect.competency not in self._parts.office.competencies(found):
            return self._parts.views.override_choice(found, ()), None
        return [], found

    def _event(
        self, person: Person, effect: Decide | Override | Write, words: str, found: Listed
    ) -> tuple[Event, Block]:
        now, name = time.time(), found.name or found.application
        match effect:
            case Decide():
                event: Event = Decided(at=now, by=person.name, outcome=Outcome(effect.outcome), reason=words)
                done = self._text(f"done.{effect.outcome}", name=name)
            case Override():
                label = self._parts.office.competencies(found)[effect.competency]
                event = Overridden(now, person.name, effect.competency, effect.level, words)
                done = self._text("done.override", name=name, competency=label, level=f"{effect.level:.1f}")
            case Write():
                event = HrWrote(at=now, by=person.name, text=words)
                done = self._text("done.message", name=name)
            case _:
                assert_never(effect)
        return event, done

    async def create(self, conversation: int, effect: Effect) -> None:
        """Make an invitation from a person's words."""
        assert isinstance(effect, Create)
        person = self._person(conversation)
        if person is not None:
            blocks = await asyncio.to_thread(self._create, person, conversation, effect)
            self._parts.send(conversation, blocks)

    def _create(self, person: Person, conversation: int, effect: Create) -> list[Block]:
        if not allowed(person.role, "invite"):
            return [self._text("not_allowed", role=person.role)]
        words = self._parts.office.words_of(conversation, [effect.event])[0].split()
        self._parts.forget(conversation, [effect.event])
        jobs = self._parts.office.jobs()
        job = effect.args[0] if effect.args else ""
        if job not in jobs or not words or (person.jobs is not None and job not in person.jobs):
            return [self._text("invite.usage", jobs=", ".join(sorted(jobs)))]
        email = next((word for word in words if "@" in word), "")
        name = " ".join(word for word in words if word != email)
        profile = {key: value for key, value in (("name", name), ("email", email)) if value}
        application, link = self._parts.office.invite(job, profile)
        self._log(person, "invited", application)
        return [self._text("invite.done", name=name), {"block": "text", "text": link}]

    async def tell_hr(self, conversation: int, effect: Effect) -> None:
        """Tell every connected person of HR who may see this job."""
        assert isinstance(effect, TellHr)
        await asyncio.to_thread(self._tell, conversation, effect)

    def _tell(self, conversation: int, effect: TellHr) -> None:
        found = self._parts.office.by_conversation(conversation)
        if found is None:
            return
        words = self._parts.office.words_of(conversation, [effect.event])[0] if effect.event else ""
        blocks = self._parts.views.notice(found, effect.notice, words)
        for person in self._parts.office.people():
            if person.jobs is None or found.job in person.jobs:
                self._parts.send(person.conversation, blocks)
