"""Takes in what an HR system has: jobs appear, applicants who reach a stage are invited, reviews are kept.

An applicant is known by the system's own id, so that reading the same change twice invites nobody twice. The personal
links go back as a note on their record, for the system, or whoever works with it, to send.
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
from ehr_connector.faults import EhrFault
from ehr_connector.mapping.model import Connection
from ehr_connector.mapping.render import key_of
from ehr_connector.model import Capability, Link, Note, Pulled, Ref
from storage.inbound import Inbound, Job, Order, Review

if TYPE_CHECKING:
    from bot.house import House

log = structlog.get_logger()

_KINDS = {
    "jobs": Capability.PULL_JOBS,
    "applicants": Capability.PULL_APPLICANTS,
    "reviews": Capability.PULL_REVIEWS,
}


class Intake:
    """Reads one connection."""

    def __init__(
        self,
        house: House,
        inbound: Inbound,
        connection: Connection,
        adapter: Adapter,
        submit: Callable[[Arrival], Any],
    ) -> None:
        self._house = house
        self._inbound = inbound
        self._connection = connection
        self._adapter = adapter
        self._submit = submit

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
        """Read every kind once; return how many things came."""
        count = 0
        for kind, capability in _KINDS.items():
            wanted = kind != "applicants" or self._connection.intake.stages
            if capability in self._adapter.capabilities and wanted:
                count += await self._read(kind)
        return count

    async def _read(self, kind: str) -> int:
        name, count = self._connection.name, 0
        cursor = await asyncio.to_thread(self._inbound.cursor, name, kind)
        while True:
            page = await self._adapter.pull(kind, cursor)
            for item in page.items:
                await self.take(item)
            count += len(page.items)
            if page.cursor != cursor:
                await asyncio.to_thread(self._inbound.keep_cursor, name, kind, page.cursor)
                cursor = page.cursor
            if not page.more:
                return count

    async def take(self, item: Pulled) -> None:
        """Take one thing in."""
        match item.kind:
            case "job":
                await asyncio.to_thread(self._job, item)
            case "applicant":
                await self._applicant(item)
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
        """Create the interview; None when the applicant was invited before."""
        name = f"{self._connection.name}:{item.id}"
        if self._house.applications.find(name) is not None:
            return None
        profile = {
            key: str(item.body[key]).strip() for key in ("name", "email", "phone") if item.body.get(key)
        }
        links = self._house.new_links(pack, str(item.body.get("language", "")), profile, name)
        found = self._house.applications.find(name)
        assert found is not None
        return found.application, links

    async def order(self, item: Pulled) -> dict[str, str]:
        """Take in an order for an interview; return its links. A repeated one gives fresh links to the same."""
        pack = await asyncio.to_thread(self.pack_for, str(item.body.get("job", "")))
        if not pack:
            log.warning("ehr_job_unknown", connection=self._connection.name, order=item.id)
            return {}
        application, links = await asyncio.to_thread(self._ordered, item, pack)
        record = self._record()
        ref = Ref(self._connection.mapping.records[record].model, item.id)
        link = Link(key_of(record, application), ref)
        await asyncio.to_thread(self._inbound.link, self._connection.name, application, link)
        await self._adapter.answer_order(ref, links["web"])
        return links

    def _ordered(self, item: Pulled, pack: str) -> tuple[str, dict[str, str]]:
        name = f"{self._connection.name}:{item.id}"
        profile = {
            key: str(item.body[key]).strip() for key in ("name", "email", "phone") if item.body.get(key)
        }
        links = self._house.new_links(pack, str(item.body.get("language", "")), profile, name)
        found = self._house.applications.find(name)
        assert found is not None
        callback = str(item.body.get("callback", ""))
        self._inbound.keep_order(Order(self._connection.name, item.id, found.application, callback, "open"))
        return found.application, links

    async def _hand_over(self, item: Pulled, application: str, links: dict[str, str]) -> None:
        """Put their record into the id map, and the links on it."""
        record = self._record()
        model = self._connection.mapping.records[record].model
        ref = Ref(model, item.id)
        await asyncio.to_thread(
            self._inbound.link, self._connection.name, application, Link(key_of(record, application), ref)
        )
        if Capability.NOTE in self._adapter.capabilities:
            text = "\n".join(f"{channel}: {link}" for channel, link in links.items())
            await self._adapter.add_note(ref, Note(key_of("invitation", application), "Colloquy", text))
        log.info("applicant_invited", connection=self._connection.name, application=application)

    def _record(self) -> str:
        mapping = self._connection.mapping
        return mapping.stage.record if mapping.stage is not None else next(iter(mapping.records))

    def _review(self, item: Pulled) -> None:
        review = read_review(self._connection.name, item.id, item.body)
        if review is not None and self._house.applications.find(review.application) is not None:
            self._inbound.keep_review(review)

    async def erase(self, remote: str) -> bool:
        """Erase the applicant whom the HR system has deleted; say whether there was one."""
        return await erase_applicant(self._house, self._submit, f"{self._connection.name}:{remote}")


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
