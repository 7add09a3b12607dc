"""What HR's channel reads and does beyond conversations, on the database. Implements `dialogues.ports.Office`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Engine, select

from dialogues.app.result import build_result
from dialogues.ports import AuditRow, Listed, Person, StoryLine
from ehr_connector.result import Result
from storage import tables
from storage.applications import Applications
from storage.audit import append_audits
from storage.engine import reading
from storage.material import Materials
from storage.packs import PackShelf
from storage.people import People
from storage.record import SqlRecord
from storage.story import StoryReader

_SEARCHED = 5000
_FOUND = 10


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

    def person(self, conversation: int) -> Person | None:
        return self._people.by_conversation(conversation)

    def people(self) -> list[Person]:
        return self._people.everyone()

    def search(self, name: str, jobs: tuple[str, ...] | None) -> list[Listed]:
        found = self._applications.find(name)
        if found is not None:
            return [found] if jobs is None or found.job in jobs else []
        wanted = name.casefold().strip()
        everyone = [
            *self._applications.ranked(jobs, _SEARCHED),
            *self._applications.unfinished(jobs, _SEARCHED),
        ]
        return [one for one in everyone if wanted and wanted in one.name.casefold()][:_FOUND]

    def by_conversation(self, conversation: int) -> Listed | None:
        state = self._applications.interview(conversation)
        return self._applications.one(state.application, None) if state is not None else None

    def ranked(self, jobs: tuple[str, ...] | None) -> list[Listed]:
        return self._applications.ranked(jobs)

    def unfinished(self, jobs: tuple[str, ...] | None) -> list[Listed]:
        return self._applications.unfinished(jobs)

    def result(self, conversation: int) -> Result | None:
        material = self._materials.load(conversation)
        return build_result(material) if material is not None else None

    def story(self, conversation: int) -> list[StoryLine]:
        return self._story.lines(conversation, limit=2000)

    def competencies(self, found: Listed) -> dict[str, str]:
        state = self._applications.interview(found.conversation)
        if state is None:
            return {}
        pack = self._packs.pack(state.pack, state.pack_version)
        return {c.id: c.name.get(self._language) or next(iter(c.name.values())) for c in pack.competencies}

    def jobs(self) -> dict[str, tuple[str, str]]:
        shelf = {name: self._packs.pack(name, version) for name, version in self._packs.names().items()}
        return {
            name: (pack.title.get(self._language) or next(iter(pack.title.values())), pack.version)
            for name, pack in shelf.items()
        }

    def invite(self, job: str, profile: dict[str, str]) -> tuple[str, str]:
        pack = self._packs.active(job)
        language = self._language if self._language in pack.languages else pack.languages[0]
        application, conversation = self._applications.create(pack, language, profile)
        return application, self._link(self._applications.invite(conversation))

    def words_of(self, conversation: int, seqs: Sequence[int]) -> list[str]:
        return self._record.words_of(conversation, seqs)

    def audit(self, row: AuditRow) -> None:
        with self._engine.begin() as connection:
            append_audits(connection, [row])

    def audits(self, target: str) -> list[AuditRow]:
        statement = select(tables.audit).where(tables.audit.c.target == target).order_by(tables.audit.c.id)
        with reading(self._engine).connect() as connection:
            return [AuditRow(r.at, r.actor, r.action, r.target) for r in connection.execute(statement)]
