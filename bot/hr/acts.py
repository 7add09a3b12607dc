"""Carries what a person of HR decided, changed or wrote to the candidate's conversation, if they may.

The event is made durable under the effect's own key before the words are forgotten, so that an act repeated after
a crash neither happens twice nor loses its reason.
"""

from __future__ import annotations

import asyncio
import time
from typing import assert_never

from msgspec import Struct

from bot.hr.desk import Block, Parts
from dialogues.app.rights import NotAllowed, check
from dialogues.core.effects import Create, Decide, Effect, Override, Write
from dialogues.core.events import Decided, Event, HrWrote, Outcome, Overridden
from dialogues.core.interview import Phase
from dialogues.ports import Arrival, Listed, Person

Act = Decide | Override | Write
_DONE_PHASES = frozenset({Phase.SURVEY.value, Phase.FINISHED.value, Phase.REFUSED.value})
# who would not talk to an AI is interviewed by people and decided about like everyone else
_WORDLESS = frozenset({Outcome.APPROVE, Outcome.SECOND_ROUND})


class _Prepared(Struct):
    """An act that may be carried out: what happens to which conversation, and what the person is told then."""

    conversation: int
    event: Event
    done: Block


class HrActs:
    """Carries out acts."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def act(self, conversation: int, effect: Effect) -> None:
        """Carry an act to the candidate; the person hears that it is done, or why not."""
        assert isinstance(effect, Decide | Override | Write)
        prepared = await asyncio.to_thread(self._prepare, conversation, effect)
        if isinstance(prepared, _Prepared):
            name = f"{conversation}:{effect.key}"
            await self._parts.submit(Arrival(prepared.conversation, "self", name, prepared.event))
            blocks = await asyncio.to_thread(self._done, conversation, effect, prepared.done)
        else:
            blocks = prepared
        await asyncio.to_thread(self._parts.forget, conversation, [effect.event])
        if blocks:
            await asyncio.to_thread(self._parts.answer, conversation, effect.event, blocks)

    def _done(self, conversation: int, effect: Act, done: Block) -> list[Block]:
        """Return that it is done, with the card as it stands now where the act has changed it."""
        person = self._parts.office.person(conversation)
        if person is None or isinstance(effect, Write):
            return [done]
        found = self._parts.find(person, effect.application)
        return [done, *self._parts.views(person).card(found)] if isinstance(found, Listed) else [done]

    def _prepare(self, conversation: int, effect: Act) -> _Prepared | list[Block]:
        office = self._parts.office
        person = office.person(conversation)
        words = office.words_of(conversation, [effect.event])[0].strip()
        wordless = isinstance(effect, Decide) and effect.outcome in _WORDLESS
        if person is None or not (words or wordless):  # no words left: carried out before a crash
            return []
        try:
            found = self._candidate(person, effect)
        except NotAllowed:
            self._parts.log(person, f"refused:{_command(effect)}", effect.application)
            return self._parts.views(person).not_allowed()
        return self._made(person, effect, words, found) if isinstance(found, Listed) else found

    def _candidate(self, person: Person, effect: Act) -> Listed | list[Block]:
        """Return the application acted on, or the blocks that say why this cannot be done."""
        check(person, _command(effect))
        found = self._parts.find(person, effect.application)
        if not isinstance(found, Listed):
            return found
        check(person, _command(effect), found.job)
        views = self._parts.views(person)
        if not isinstance(effect, Write) and found.phase not in _DONE_PHASES:
            return [views.text("unfinished")]
        if isinstance(effect, Override):
            known = self._parts.office.competencies(person, found)
            return found if effect.competency in known else views.override_choice(found, ())
        return found

    def _made(self, person: Person, effect: Act, words: str, found: Listed) -> _Prepared:
        now, by, views = time.time(), person.name, self._parts.views(person)
        name = found.name or found.application
        match effect:
            case Decide():
                event: Event = Decided(now, by, effect.outcome, words, person.id)
                done = views.text(f"done.{effect.outcome}", name=name)
            case Override():
                competency = self._parts.office.competencies(person, found)[effect.competency]
                event = Overridden(now, by, effect.competency, effect.level, words, person.id)
                level = f"{effect.level:.1f}"
                done = views.text("done.override", name=name, competency=competency, level=level)
            case Write():
                event = HrWrote(now, by, words, person.id)
                done = views.text("done.message", name=name)
            case _:
                assert_never(effect)
        return _Prepared(found.conversation, event, done)

    async def create(self, conversation: int, effect: Effect) -> None:
        """Make an invitation from a person's words."""
        assert isinstance(effect, Create)
        blocks = await asyncio.to_thread(self._create, conversation, effect)
        if blocks:
            await asyncio.to_thread(self._parts.answer, conversation, effect.event, blocks)

    def _create(self, conversation: int, effect: Create) -> list[Block]:
        office, person = self._parts.office, self._parts.office.person(conversation)
        words = office.words_of(conversation, [effect.event])[0].split()
        if words:
            self._parts.forget(conversation, [effect.event])
        if person is None:
            return []
        views, job = self._parts.views(person), effect.args[0] if effect.args else ""
        try:
            check(person, "invite", job or None)
        except NotAllowed:
            self._parts.log(person, "refused:invite", job)
            return views.not_allowed()
        jobs = office.jobs(person)
        email = next((word for word in words if "@" in word), "")
        name = " ".join(word for word in words if word != email)
        if job not in jobs or not name:
            return [
                views.text("invite.usage", jobs="\n".join(f"{key} · {t}" for key, (t, _) in jobs.items()))
            ]
        application, link = office.invite(person, job, {"name": name} | ({"email": email} if email else {}))
        self._parts.log(person, "invited", application)
        return [views.text("invite.done", name=name), {"block": "text", "text": link}]


def _command(effect: Act) -> str:
    match effect:
        case Decide():
            return effect.outcome.value
        case Override():
            return "override"
        case Write():
            return "message"
