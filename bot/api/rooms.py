"""What the doors of the API open onto: the house, in terms of one HR system's own names. Synchronous but for erasing.

`source` is the id of the key: what one system wrote, another does not see.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from bot.api.bodies import (
    ApplicantIn,
    ApplicantOut,
    Invited,
    JobIn,
    JobOut,
    OrderIn,
    OrderOut,
    ReviewsIn,
    ReviewsOut,
    StageIn,
)
from bot.api.guard import Refused
from bot.ehr.intake import erase_applicant
from dialogues.core.interview import Phase
from dialogues.ports import Arrival, AuditRow, Listed
from ehr_connector.adapter import Adapter
from ehr_connector.faults import EhrFault
from ehr_connector.model import File, Pulled
from ehr_connector.result import Result
from storage.inbound import Inbound, Job, Order, Review

if TYPE_CHECKING:
    from bot.ehr.parts import Ehr
    from bot.house import House

_STATUS = {
    Phase.NEW.value: "invited",
    Phase.FINISHED.value: "finished",
    Phase.SURVEY.value: "finished",
    Phase.REFUSED.value: "refused",
    Phase.ERASED.value: "erased",
}


class PartnerStatus(Struct, frozen=True):
    """An order as marketplaces want to know it."""

    status: str
    score: float | None
    scores: dict[str, float]
    report: str


class Rooms:
    """The house as one HR system sees it."""

    def __init__(
        self,
        house: House,
        ehr: Ehr,
        submit: Callable[[Arrival], Any],
        take: Callable[[str, Pulled], Awaitable[None]],
    ) -> None:
        self._house = house
        self._ehr = ehr
        self.inbound: Inbound = ehr.inbound
        self._submit = submit
        self._take = take

    def jobs(self, source: str) -> list[JobOut]:
        """Return the jobs of a source."""
        return [
            JobOut(id=one.id, title=one.title, pack=one.pack, open=one.is_open)
            for one in self.inbound.jobs(source)
        ]

    def put_job(self, source: str, name: str, body: JobIn) -> JobOut:
        """Write a job."""
        pack = body.pack or self._pack_called(body.title) or self._pack_called(name)
        if body.pack and body.pack not in self._house.packs.names():
            known = ", ".join(sorted(self._house.packs.names()))
            raise Refused(409, "no_pack", f"There is no job pack of that name; there are: {known}.")
        self.inbound.keep_job(Job(source, name, body.title, pack, body.open))
        return JobOut(id=name, title=body.title, pack=pack, open=body.open)

    def _pack_called(self, name: str) -> str:
        wanted = name.casefold()
        for language in self._house.languages:
            for pack, (title, _) in self._house.office.titles(language).items():
                if wanted in (pack.casefold(), title.casefold()):
                    return pack
        return ""

    def _pack(self, source: str, job: str) -> str:
        written = next((one for one in self.inbound.jobs(source) if job in (one.id, one.title)), None)
        if written is not None and not written.is_open:
            raise Refused(409, "job_closed", "This job is closed; open it before inviting anybody.")
        pack = written.pack if written is not None else self._pack_called(job)
        if not pack:
            raise Refused(
                409, "no_pack", "No job pack fits this job; name one with PUT /jobs/{id}, field pack."
            )
        return pack

    def invite(self, source: str, body: ApplicantIn) -> Invited:
        """Create an interview, or give fresh links to the one there is."""
        details = {"name": body.name, "email": body.email, "phone": body.phone}
        return self._invite(source, body.external_id, body.job, details, body.language)

    def _invite(self, source: str, name: str, job: str, details: dict[str, str], language: str) -> Invited:
        profile = {key: value for key, value in details.items() if value}
        known = f"{source}:{name}"
        links = self._house.new_links(
            self._pack(source, job), language or self._house.settings.language, profile, known
        )
        found = self._house.applications.find(known)
        assert found is not None
        self._audit(source, "invited", found.application)
        return Invited(application=found.application, external_id=name, links=links)

    def _audit(self, source: str, action: str, target: str) -> None:
        self._house.office.audit(AuditRow(time.time(), f"api:{source}", action, target))

    def _found(self, source: str, name: str) -> Listed:
        """Return an applicant of this source, by its id or ours."""
        found = self._house.applications.find(f"{source}:{name}")
        if found is None:
            found = self._house.applications.find(name)
            external = self._house.applications.external_id(found.application) if found is not None else None
            if found is None or not (external or "").startswith(f"{source}:"):
                raise Refused(404, "unknown", "You have invited nobody with this id.")
        return found

    def _external(self, source: str, found: Listed) -> str:
        known = self._house.applications.external_id(found.application) or ""
        return known.removeprefix(f"{source}:")

    def status(self, source: str, name: str) -> ApplicantOut:
        """Return where an applicant stands."""
        return self._status(source, self._found(source, name))

    def _status(self, source: str, found: Listed) -> ApplicantOut:
        return ApplicantOut(
            application=found.application,
            external_id=self._external(source, found),
            job=found.job,
            status=_STATUS.get(found.phase, "running"),  # type: ignore[arg-type]
            decision=found.outcome,
        )

    async def erase(self, source: str, name: str) -> ApplicantOut:
        """Erase an applicant; what is told is where they stood."""
        found = await asyncio.to_thread(self._found, source, name)
        told = await asyncio.to_thread(self._status, source, found)
        await erase_applicant(self._house, self._submit, found.application)
        return told

    def move(self, source: str, name: str, body: StageIn) -> Invited:
        """Note a stage; give fresh links when they are asked for."""
        found = self._found(source, name)
        self._audit(source, "stage", found.application)
        links = {}
        if body.invite and found.phase != Phase.ERASED:
            links = self._house.links(self._house.applications.invite(found.conversation))
        return Invited(application=found.application, external_id=self._external(source, found), links=links)

    def reviews(self, source: str, body: ReviewsIn) -> ReviewsOut:
        """Keep reviews of those we know."""
        kept, unknown = 0, []
        for one in body.reviews:
            try:
                found = self._found(source, one.application)
            except Refused:
                found = None
            if found is None or one.rating > one.best:
                unknown.append(one.id)
                continue
            figures = (one.period, one.rating, one.best, {part.id: part.rating for part in one.competencies})
            self.inbound.keep_review(Review(source, one.id, found.application, *figures))
            kept += 1
        return ReviewsOut(kept=kept, unknown=unknown)

    def order(self, source: str, body: OrderIn) -> OrderOut:
        """Order an interview."""
        known = self.inbound.order(source, body.id)
        if known is not None:
            return self._order(known, {})
        details = {"name": body.name, "email": body.email, "phone": body.phone}
        made = self._invite(source, f"order.{body.id}", body.job, details, body.language)
        order = Order(source, body.id, made.application, "", "open")
        self.inbound.keep_order(order)
        return self._order(order, made.links)

    def order_status(self, source: str, name: str) -> OrderOut:
        """Return an order."""
        order = self.inbound.order(source, name)
        if order is None:
            raise Refused(404, "unknown", "You have ordered nothing with this id.")
        return self._order(order, {})

    def cancel(self, source: str, name: str) -> OrderOut:
        """Cancel an order that is open."""
        told = self.order_status(source, name)
        if told.status != "open":
            return told
        found = self._house.applications.find(told.application)
        if found is not None:
            self._house.applications.revoke(found.conversation)
        order = Order(source, name, told.application, "", "cancelled")
        self.inbound.keep_order(order)
        return self._order(order, {})

    def _order(self, order: Order, links: dict[str, str]) -> OrderOut:
        found = self._house.applications.find(order.application)
        result = self._house.result_of(found.conversation) if found is not None else None
        done = result is not None and result.interview.finished_at is not None
        status = "completed" if done and order.status == "open" else order.status
        return OrderOut(
            id=order.id,
            application=order.application,
            status=status,  # type: ignore[arg-type]
            links=links,
            score=result.total.score if done and result is not None else None,
            scores={one.competency: one.level for one in result.scores}
            if done and result is not None
            else {},
        )

    def adapter(self, connection: str) -> Adapter | None:
        """Return a connection's adapter."""
        return self._ehr.adapters.get(connection)

    def packs(self) -> dict[str, str]:
        """Return job pack -> title, in the house's language."""
        return {name: title for name, (title, _) in self._house.office.titles().items()}

    async def ordered(self, connection: str, order: Pulled) -> dict[str, str]:
        """Take in a marketplace's order; return its links, {} when no job pack fits."""
        return await self._ehr.intake(connection, self._submit).order(order)

    def partner_status(self, connection: str, name: str) -> PartnerStatus:
        """Return an order of a marketplace's, with the link to its report."""
        order = self.order_status(connection, name)
        link = self._ehr.links.publish(File(f"file.{order.application}", "", "", b"", ""))
        return PartnerStatus(order.status, order.score, order.scores, link)

    def result(self, source: str, name: str) -> Result:
        """Return a result document."""
        found = self._found(source, name)
        result = self._house.result_of(found.conversation)
        if result is None or found.phase == Phase.ERASED:
            raise Refused(404, "erased", "This applicant's record was erased.")
        self._audit(source, "read:result", found.application)
        return result

    async def report(self, application: str, until: int, seal: str) -> bytes:
        """Return a printed report for a link that is ours."""
        found = await asyncio.to_thread(self._house.applications.find, application)
        if found is None or not self._ehr.links.opens(application, until, seal):
            raise Refused(404, "no_link", "This link is not good any more.")
        result = await self._ehr.sources.result(found.conversation)
        if result is None:
            raise Refused(404, "erased", "This applicant's record was erased.")
        return await self._ehr.sources.report(result)

    async def events(self, connection: str, headers: Mapping[str, str], body: bytes) -> int:
        """Take in the new ones of a request's events; return how many there were."""
        adapter = self._ehr.adapters.get(connection)
        if adapter is None:
            raise Refused(404, "unknown", "There is no such connection.")
        try:
            events = adapter.verify(headers, body)
        except EhrFault:
            raise Refused(
                400, "not_signed", "The signature does not fit; check the secret and the clock."
            ) from None
        taken = 0
        for event in events:
            source, mark = (
                f"event:{connection}",
                hashlib.blake2b((event.changed or event.id).encode(), digest_size=20).hexdigest(),
            )
            if await asyncio.to_thread(self.inbound.begin, source, mark, "") is None:
                await self._take_once(connection, event, source, mark)
                taken += 1
        return taken

    async def _take_once(self, connection: str, event: Pulled, source: str, mark: str) -> None:
        """Take an event in; one that failed is forgotten, so that the sender's next try is taken."""
        try:
            await self._take(connection, event)
        except BaseException:  # a cancelled request, too, is sent again
            await asyncio.to_thread(self.inbound.give_up, source, mark)
            raise
        await asyncio.to_thread(self.inbound.finish, source, mark, "taken")
