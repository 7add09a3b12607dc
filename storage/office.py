"""What HR's channel reads and does beyond conversations, on the database. Implements `dialogues.ports.Office`."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from sqlalchemy import Engine, func, select

from dialogues.app.codec import decode_effect
from dialogues.app.places import find_places
from dialogues.app.result import build_result
from dialogues.app.rights import check, may
from dialogues.app.spoken import recordings
from dialogues.core.effects import Notice, TellHr
from dialogues.core.interview import Phase
from dialogues.heard import Recorded
from dialogues.learned import Learned
from dialogues.ports import AuditRow, Listed, Person, StoryLine, Waiting
from ehr_connector.result import Result
from scoring.calibration.people import fit_people
from scoring.code.likeness import Likeness
from storage import tables
from storage.applications import Applications
from storage.audit import append_audits
from storage.calibrations import Calibrations, newest_labels
from storage.engine import reading
from storage.ids import first_id
from storage.material import Materials
from storage.packs import PackShelf
from storage.people import People
from storage.programs import Programs
from storage.record import SqlRecord
from storage.story import StoryReader

_SEARCHED = 5000
_FOUND = 10
_LOOKED_BACK = 30 * 24 * 3600.0
_SLOW = 60.0
"""An effect may be stored so many seconds after the event that brought it about."""
REQUESTS = frozenset(
    {
        Notice.HUMAN_WANTED,
        Notice.MESSAGE,
        Notice.QUESTION,
        Notice.REFUSED,
        Notice.UNSCORED,
        Notice.DISPUTED,
    }
)
"""Notices that ask somebody of HR to write to, or decide about, the candidate."""


class SqlOffice:
    """HR's view of the record."""

    def __init__(
        self,
        record: SqlRecord,
        applications: Applications,
        people: People,
        packs: PackShelf,
        story: StoryReader,
        materials: Materials,
        language: str,
        link: Callable[[str], str],
    ) -> None:
        self._record = record
        self._engine: Engine = record.engine
        self._applications = applications
        self._people = people
        self._packs = packs
        self._story = story
        self._materials = materials
        self._language = language
        self._link = link
        self._calibrations = Calibrations(self._engine)
        self._programs = Programs(record)

    def person(self, conversation: int) -> Person | None:
        return self._people.by_conversation(conversation)

    def people(self) -> list[Person]:
        return self._people.everyone()

    def search(self, person: Person, name: str) -> list[Listed]:
        check(person, "queue")
        wanted = name.casefold().strip()
        found = self._applications.find(name.strip()) if wanted else None
        if found is not None:
            return [found] if may(person, "queue", found.job) else []
        everyone = [
            *self._applications.ranked(person.jobs, _SEARCHED),
            *self._applications.unfinished(person.jobs, _SEARCHED),
        ]
        same = [one for one in everyone if wanted and wanted == one.name.casefold()]
        return (same or [one for one in everyone if wanted and wanted in one.name.casefold()])[:_FOUND]

    def by_conversation(self, conversation: int) -> Listed | None:
        state = self._applications.interview(conversation)
        return self._applications.one(state.application, None) if state is not None else None

    def ranked(self, person: Person) -> list[Listed]:
        check(person, "queue")
        return [one for one in self._applications.ranked(person.jobs) if one.phase != Phase.ERASED]

    def unfinished(self, person: Person) -> list[Listed]:
        check(person, "queue")
        return [one for one in self._applications.unfinished(person.jobs) if one.phase != Phase.ERASED]

    def waiting(self, person: Person) -> list[Waiting]:
        told = [one for one in self._told(person, time.time() - _LOOKED_BACK) if one.notice in REQUESTS]
        reacted = self._reacted({one.found.conversation for one in told})
        return [one for one in told if one.at > reacted.get(one.found.conversation, 0.0)]

    def told_since(self, person: Person, since: float) -> list[Waiting]:
        return self._told(person, max(since, time.time() - _LOOKED_BACK))

    def _told(self, person: Person, since: float) -> list[Waiting]:
        """Return notices younger than `since`; of an erased candidate only that they are."""
        check(person, "queue")
        outbox = tables.outbox.c
        statement = (
            select(outbox.conversation, outbox.key, outbox.body, outbox.at)
            .where(outbox.id >= first_id(since - _SLOW), outbox.kind == "TellHr", outbox.at > since)
            .order_by(outbox.id)
        )
        with reading(self._engine).connect() as connection:
            rows = connection.execute(statement).all()
        known = {number: self.by_conversation(number) for number in {row.conversation for row in rows}}
        told = []
        for row in rows:
            found, effect = known[row.conversation], decode_effect(row.body)
            if found is None or not may(person, "card", found.job) or not isinstance(effect, TellHr):
                continue
            if found.phase != Phase.ERASED or effect.notice is Notice.ERASED:
                told.append(
                    Waiting(
                        found,
                        effect.notice,
                        effect.event,
                        row.at,
                        f"{row.conversation}:{row.key}",
                        effect.when,
                    )
                )
        return told

    def _reacted(self, conversations: set[int]) -> dict[int, float]:
        """Return when a person of HR last wrote to or decided about these candidates."""
        inbox = tables.inbox.c
        statement = (
            select(inbox.conversation, func.max(inbox.at))
            .where(inbox.conversation.in_(conversations), inbox.kind.in_(("HrWrote", "Decided")))
            .group_by(inbox.conversation)
        )
        with reading(self._engine).connect() as connection:
            return {row[0]: row[1] for row in connection.execute(statement)}

    def document(self, conversation: int) -> Result | None:
        """Return the result document for the operator; nobody's role is asked."""
        material = self._materials.load(conversation)
        return build_result(material) if material is not None else None

    def result(self, person: Person, found: Listed) -> Result | None:
        check(person, "card", found.job)
        return self.document(found.conversation)

    def story(self, person: Person, found: Listed) -> list[StoryLine]:
        check(person, "transcript", found.job)
        return self._story.lines(found.conversation, limit=2000)

    def places(self, person: Person, found: Listed) -> dict[int, tuple[str, int, int]]:
        check(person, "transcript", found.job)
        material = self._materials.load(found.conversation)
        places = find_places(material) if material is not None else {}
        return {event: (place.part, place.start, place.length) for event, place in places.items()}

    def recordings(self, person: Person, found: Listed) -> dict[int, Recorded]:
        check(person, "transcript", found.job)
        material = self._materials.load(found.conversation)
        if material is None:
            return {}
        return recordings(material.state.replies, material.events, facts=material.pack.delivery_facts)

    def likeness(self, person: Person, found: Listed, question: str) -> Likeness | None:
        check(person, "code", found.job)
        state = self._applications.interview(found.conversation)
        if state is None:
            return None
        asked = self._packs.pack(state.pack, state.pack_version).question(question)
        return self._programs.alike(found.conversation, state, asked)

    def competencies(self, person: Person, found: Listed) -> dict[str, str]:
        check(person, "card", found.job)
        state = self._applications.interview(found.conversation)
        if state is None:
            return {}
        pack, language = self._packs.pack(state.pack, state.pack_version), person.language or self._language
        return {c.id: c.name.get(language) or next(iter(c.name.values())) for c in pack.competencies}

    def jobs(self, person: Person) -> dict[str, tuple[str, str]]:
        titles = self.titles(person.language)
        return {job: entry for job, entry in titles.items() if may(person, "jobs", job)}

    def titles(self, language: str = "") -> dict[str, tuple[str, str]]:
        """Return job -> (title, active version) of every job."""
        shelf = {name: self._packs.pack(name, version) for name, version in self._packs.names().items()}
        return {
            name: (
                pack.title.get(language or self._language) or next(iter(pack.title.values())),
                pack.version,
            )
            for name, pack in shelf.items()
        }

    def invite(self, person: Person, job: str, profile: dict[str, str]) -> tuple[str, str]:
        check(person, "invite", job)
        pack = self._packs.active(job)
        language = self._language if self._language in pack.languages else pack.languages[0]
        application, conversation = self._applications.create(pack, language, profile)
        return application, self._link(self._applications.invite(conversation))

    def learned(self, person: Person, job: str) -> list[Learned]:
        check(person, "calibration", job)
        pack, language = self._packs.active(job), person.language or self._language
        active = {one.competency: one for one in self._calibrations.active(job)}
        newest = newest_labels(self._calibrations.labels(job))
        return [
            Learned(
                job=job,
                competency=c.id,
                name=c.name.get(language) or next(iter(c.name.values())),
                labels=sum(not label.stood for label in newest[c.id][1]) if c.id in newest else 0,
                fresh=fit_people(job, c.id, *newest[c.id]) if c.id in newest else None,
                active=active.get(c.id),
            )
            for c in pack.competencies
            if c.id in active or (c.id in newest and not all(label.stood for label in newest[c.id][1]))
        ]

    def calibrate(self, person: Person, job: str, competency: str, *, on: bool) -> bool:
        check(person, "calibrate", job)
        if not on:
            self._calibrations.switch_off(job, competency)
            return True
        newest = newest_labels(self._calibrations.labels(job))
        fresh = fit_people(job, competency, *newest[competency]) if competency in newest else None
        if fresh is None or not fresh.helps:
            return False
        self._calibrations.switch_on(fresh, person.id, time.time())
        return True

    def words_of(self, conversation: int, seqs: Sequence[int]) -> list[str]:
        return self._record.words_of(conversation, seqs)

    def name_of(self, conversation: int, event: int) -> str:
        inbox = tables.inbox.c
        statement = select(inbox.external_id).where(inbox.conversation == conversation, inbox.seq == event)
        with reading(self._engine).connect() as connection:
            name: str = connection.execute(statement).scalar() or ""
        return name.removeprefix(f"{conversation}:")

    def audit(self, row: AuditRow) -> None:
        with self._engine.begin() as connection:
            append_audits(connection, [row])

    def audits(self, person: Person, found: Listed) -> list[AuditRow]:
        check(person, "audit", found.job)
        log = tables.audit
        statement = select(log).where(log.c.target == found.application).order_by(log.c.id)
        with reading(self._engine).connect() as connection:
            return [AuditRow(r.at, r.actor, r.action, r.target) for r in connection.execute(statement)]
