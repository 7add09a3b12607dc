"""Takes in what an HR system has: jobs appear, applicants who reach a stage are invited, reviews are kept.

An applicant is known by the system's own id, so that reading the same change twice invites nobody twice. Their record
enters the id map before anything else, or a push would make a second one. The personal links go back as a note on
it, for the system, or whoever works with it, to send; whoever died in between is finished by the next round.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import structlog

from dialogues.core.events import Expired
from dialogues.ports import Arrival
from ehr_connector.adapter import Adapter
from ehr_connector.delivery.hashing import Hasher
from ehr_connector.faults import Conflict, EhrFault, Gone, Misconfigured
from ehr_connector.mapping.model import Connection, main_record
from ehr_connector.mapping.render import key_of
from ehr_connector.model import Capability, Link, Note, Pulled, Ref
from storage.inbound import FOR_GOOD, Inbound, Job, Order, Review

if TYPE_CHECKING:
    from bot.house import House

log = structlog.get_logger()

_KINDS = {
    "jobs": Capability.PULL_JOBS,
    "applicants": Capability.PULL_APPLICANTS,
    "reviews": Capability.PULL_REVIEWS,
}
_INVITATION, _PERSON = "invitation", "person"
"""Our keys for the note with the links, and for somebody known over there before any of our records is."""


class Intake:
    """Reads one connection."""

    def __init__(
        self,
        house: House,
        inbound: Inbound,
        connection: Connection,
        adapter: Adapter,
        submit: Callable[[Arrival], Any],
        hasher: Hasher,
    ) -> None:
        self._house = house
        self._inbound = inbound
        self._connection = connection
        self._adapter = adapter
        self._submit = submit
        self._hasher = hasher
        self._record = main_record(connection.mapping)
        self._round = (f"poll:{connection.name}", "round")

    async def poll_forever(self) -> None:
        """Read what changed, every so many seconds, until cancelled."""
        while True:
            try:
                await self.poll()
            except EhrFault as fault:
                log.warning(
                    "ehr_not_read", connection=self._connection.name, code=fault.code, field=fault.field
                )
            except Exception:  # the database may be away for a moment; the next round tries again
                log.exception("ehr_intake_failed", connection=self._connection.name)
            await asyncio.sleep(self._connection.intake.every)

    async def poll(self) -> int:
        """Read every kind once; return how many things came, 0 while another process is reading."""
        kinds = [kind for kind in _KINDS if self._reads(kind)]
        if not kinds or await asyncio.to_thread(self._inbound.begin, *self._round, "") is not None:
            return 0
        try:
            return sum([await self._read(kind) for kind in kinds])
        finally:
            await asyncio.to_thread(self._inbound.give_up, *self._round)

    def _reads(self, kind: str) -> bool:
        wanted = kind != "applicants" or bool(self._connection.intake.stages)
        return wanted and _KINDS[kind] in self._adapter.capabilities

    async def _read(self, kind: str) -> int:
        name, count = self._connection.name, 0
        cursor = await asyncio.to_thread(self._inbound.cursor, name, kind)
        while True:
            page = await self._adapter.pull(kind, cursor)
            for item in page.items:
                await self._take_or_leave(item)
                await asyncio.to_thread(self._inbound.go_on, *self._round)
            count += len(page.items)
            if page.cursor != cursor:
                await asyncio.to_thread(self._inbound.keep_cursor, name, kind, page.cursor)
                cursor = page.cursor
            if not page.more:
                return count

    async def _take_or_leave(self, item: Pulled) -> None:
        """Take one thing in; one that never will be is named and stops nobody else."""
        try:
            await self.take(item)
        except (Misconfigured, Gone, Conflict) as fault:
            about = {"kind": item.kind, "item": item.id, "code": fault.code, "field": fault.field}
            log.warning("ehr_item_not_taken", connection=self._connection.name, **about)

    async def take(self, item: Pulled) -> None:
        """Take one thing in."""
        match item.kind:
            case "job":
                await asyncio.to_thread(self._job, item)
            case "applicant":
                await self._applicant(item)
            case "stage":  # the event names ids only, and may be late: what counts is how it is there now
                found = await self._adapter.fetch("applicant", item.id)
                if found is not None:
                    await self._applicant(found)
            case "review":
                await asyncio.to_thread(self._review, item)
            case "order":
                await self.order(item)
            case "deleted" | "candidate.deleted":
                await self.erase(item.id)

    def _job(self, item: Pulled) -> None:
        title = str(item.body.get("title", ""))
        pack = self.pack_for(item.id, title)
        self._inbound.keep_job(
            Job(self._connection.name, item.id, title, pack, bool(item.body.get("open", True)))
        )

    def pack_for(self, *names: str) -> str:
        """Return our job for one of theirs: as the mapping says, or the one with the same name or title."""
        for name in filter(None, names):
            if name in self._connection.intake.jobs:
                return self._connection.intake.jobs[name]
        titles = [self._house.office.titles(language) for language in self._house.languages]
        for shelf in titles:
            for pack, (title, _) in shelf.items():
                if any(
                    name.casefold() in (pack.casefold(), title.casefold()) for name in filter(None, names)
                ):
                    return pack
        return ""

    async def _applicant(self, item: Pulled) -> None:
        if str(item.body.get("stage", "")) not in self._connection.intake.stages:
            return
        job = str(item.body.get("job", ""))
        pack = await asyncio.to_thread(self.pack_for, job)
        if not pack:
            log.warning("ehr_job_unknown", connection=self._connection.name, applicant=item.id)
            return
        made = await asyncio.to_thread(self._invite, item, pack)
        if made is not None:
            await self._hand_over(item, *made)

    def _invite(self, item: Pulled, pack: str) -> tuple[str, dict[str, str]] | None:
        """Create the interview; None when the applicant was invited before, even if they were erased here since."""
        name, mark = f"{self._connection.name}:{item.id}", self._hasher.text(item.id)
        found, source = self._house.applications.find(name), f"{FOR_GOOD}{self._connection.name}"
        if found is None and self._inbound.knows(source, mark):
            return None
        if found is not None and self._is_handed_over(found.application):
            return None
        links = self._house.new_links(pack, str(item.body.get("language", "")), _profile(item), name)
        found = self._house.applications.find(name)
        assert found is not None
        self._inbound.begin(source, mark, "")
        return found.application, links

    def _is_handed_over(self, application: str) -> bool:
        return self._inbound.linked(self._connection.name, key_of(_INVITATION, application))

    async def order(self, item: Pulled) -> dict[str, str]:
        """Take in an order for an interview; return its links. A repeated one gives fresh links to the same."""
        pack = await asyncio.to_thread(self.pack_for, str(item.body.get("job", "")))
        if not pack:
            log.warning("ehr_job_unknown", connection=self._connection.name, order=item.id)
            return {}
        application, links = await asyncio.to_thread(self._ordered, item, pack)
        ref = (await self._link_theirs(item, application))[self._record]
        await self._adapter.answer_order(ref, links["web"])
        return links

    async def _link_theirs(self, item: Pulled, application: str) -> dict[str, Ref]:
        """Put their records of somebody into the id map; return them by our names.

        `refs` in an item's body are the ids of further records, by their model; `person` is who is erased with it.
        """
        records, refs = self._connection.mapping.records, dict(item.body.get("refs") or {})
        refs.setdefault(records[self._record].model, item.id)
        theirs = {
            name: Ref(record.model, refs[record.model])
            for name, record in records.items()
            if record.each is None and record.model in refs
        }
        if item.body.get(_PERSON):
            theirs[_PERSON] = Ref(_PERSON, str(item.body[_PERSON]))
        for name, ref in theirs.items():
            await self._link(application, name, ref)
        return theirs

    async def _link(self, application: str, kind: str, ref: Ref) -> None:
        link = Link(key_of(kind, application), ref)
        await asyncio.to_thread(self._inbound.link, self._connection.name, application, link)

    def _ordered(self, item: Pulled, pack: str) -> tuple[str, dict[str, str]]:
        name = f"{self._connection.name}:{item.id}"
        links = self._house.new_links(pack, str(item.body.get("language", "")), _profile(item), name)
        found = self._house.applications.find(name)
        assert found is not None
        callback = str(item.body.get("callback", ""))
        self._inbound.keep_order(Order(self._connection.name, item.id, found.application, callback, "open"))
        return found.application, links

    async def _hand_over(self, item: Pulled, application: str, links: dict[str, str]) -> None:
        """Put their records into the id map, and the links on one of them."""
        theirs, remark = await self._link_theirs(item, application), self._connection.mapping.note
        made = ref = theirs.get(remark.record if remark is not None else "", theirs[self._record])
        if Capability.NOTE in self._adapter.capabilities:
            text = "\n".join(f"{channel}: {link}" for channel, link in links.items())
            made = await self._adapter.add_note(ref, Note(key_of(_INVITATION, application), "Colloquy", text))
        await self._link(application, _INVITATION, made)
        log.info("applicant_invited", connection=self._connection.name, application=application)

    def _review(self, item: Pulled) -> None:
        review = read_review(self._connection.name, item.id, item.body)
        if review is not None and self._house.applications.find(review.application) is not None:
            self._inbound.keep_review(review)

    async def erase(self, remote: str) -> bool:
        """Erase the applicant whom the HR system has deleted, by its id; say whether there was one."""
        name, kinds = f"{self._connection.name}:{remote}", (self._record, _PERSON)
        if await erase_applicant(self._house, self._submit, name):
            return True
        found = await asyncio.to_thread(self._inbound.application_at, self._connection.name, remote, kinds)
        return bool(found) and await erase_applicant(self._house, self._submit, found)


def _profile(item: Pulled) -> dict[str, str]:
    """Return what the interview will ask to confirm."""
    return {key: str(item.body[key]).strip() for key in ("name", "email", "phone") if item.body.get(key)}


async def erase_applicant(house: House, submit: Callable[[Arrival], Any], name: str) -> bool:
    """Erase an application by its id or the HR system's; say whether there was one."""
    found = await asyncio.to_thread(house.applications.find, name)
    if found is None:
        return False
    event = Expired(at=time.time(), by="hr-system")
    await submit(Arrival(found.conversation, "self", f"{found.conversation}:erased-there", event))
    return True


def read_review(source: str, name: str, body: dict[str, Any]) -> Review | None:
    """Return a review as systems and CSV files write it; None when its figures are none."""
    try:
        best = float(body.get("best") or 5)
        rating = float(body["rating"])
        competencies = {
            key.removeprefix("competency."): float(value)
            for key, value in body.items()
            if key.startswith("competency.") and value not in (None, "")
        }
    except (KeyError, TypeError, ValueError):
        return None
    if not 0 <= rating <= best:
        return None
    application = str(body.get("application") or body.get("external_id") or "")
    return Review(source, name, application, str(body.get("period", "")), rating, best, competencies)
