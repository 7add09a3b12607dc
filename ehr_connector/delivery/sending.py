"""Takes one step: works out what is to be there, compares with what we wrote and what they have, writes the difference."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ehr_connector.adapter import Adapter
from ehr_connector.delivery.hashing import Hasher
from ehr_connector.delivery.ports import Lane, Sources
from ehr_connector.delivery.steps import ERASE, Status, Step
from ehr_connector.faults import EhrFault, Gone
from ehr_connector.mapping.model import Connection
from ehr_connector.mapping.render import (
    DraftWrite,
    Sought,
    decided,
    document_of,
    fill,
    key_of,
    render_move,
    render_note,
    render_record,
)
from ehr_connector.model import Capability, File, Link, Move, Note, Ref, Task, Write
from ehr_connector.result import Result


class Sent(Struct):
    """How a step went, and the field a person had changed there. What it wrote stands in the lane's links."""

    status: Status = Status.DONE
    code: str = "sent"
    field: str = ""


class Sender:
    """Takes the steps of one connection."""

    def __init__(self, connection: Connection, adapter: Adapter, sources: Sources, hasher: Hasher) -> None:
        self.connection = connection
        self.adapter = adapter
        self._sources = sources
        self.hasher = hasher
        self._looked_up: dict[Sought, Ref] = {}

    async def send(self, lane: Lane, step: Step) -> Sent:
        """Take a step; raises a fault when it could not be taken."""
        if step.kind == ERASE:
            await self.adapter.erase(lane.application)
            return Sent()
        if lane.result is None:
            lane.result = await self._sources.result(lane.conversation)
        result = lane.result
        if result is None:
            return Sent(code="erased")
        document = document_of(result, step.cause)
        match step.kind:
            case "file":
                return await self._file(lane, step, result)
            case "note":
                return await self._note(lane, step, document)
            case "stage":
                return await self._stage(lane, step, document)
            case "hire":
                return await self._hire(lane, document)
            case "onboarding":
                return await self._onboard(lane, document)
            case _:
                return await self._records(lane, step, document)

    async def _records(self, lane: Lane, step: Step, document: dict[str, Any]) -> Sent:
        sent = Sent(code="unchanged")
        record = self.connection.mapping.records.get(step.kind)
        for draft in render_record(step.kind, record, document) if record is not None else ():
            write = await self.complete(lane, draft)
            await self._record(
                lane, replace(write, occasion=_occasion(step)), lane.careful or step.begun, sent
            )
        return sent

    async def complete(self, lane: Lane, draft: DraftWrite) -> Write:
        """Return a record with its references and lookups."""
        sought = [value for value in draft.values.values() if isinstance(value, Sought)]
        for one in sought:
            if one not in self._looked_up:
                found = await self.adapter.look_up(one.model, one.by, one.value)
                if found is not None:
                    self._looked_up[one] = found
        links = lane.links
        return fill(
            draft,
            lambda key: links[key].ref if key in links else None,
            {one: self._looked_up.get(one) for one in sought},
        )

    async def _record(self, lane: Lane, write: Write, careful: bool, sent: Sent) -> None:
        """Write what differs of a record. It is in the lane's links at once, even when a later record fails."""
        link = lane.links.get(write.key)
        hashes = self.hasher.each(write.values)
        if link is not None and not self.changed(write, link, hashes):
            if self._is_unread(link):  # it was written, and the look at it afterwards failed
                lane.links[write.key] = await self._with_seen(link, link.sent)
            return
        known = link.ref if link is not None else None
        if known is None and careful and Capability.FIND in self.adapter.capabilities:
            known = await self.adapter.find(write.model, write.key)
        changed = self.changed(write, link, hashes)
        theirs = await self._theirs(link, changed, hashes)
        ours = {field: value for field, value in changed.items() if field not in theirs}
        if ours and write.model in self.adapter.whole:
            ours = write.values
        if ours or known is None:
            ref = await self.adapter.upsert(replace(write, values=ours), known)
            kept = {field: h for field, h in hashes.items() if field not in theirs}
            seen = {f: h for f, h in link.seen.items() if f not in ours} if link else {}
            made = Link(write.key, ref, {**(link.sent if link else {}), **kept}, seen)
            lane.links[write.key] = made  # before the look at it, which may fail
            lane.links[write.key] = await self._with_seen(made, ours)
            sent.code = "sent"
        if theirs:
            sent.status, sent.code, sent.field = Status.CONFLICT, "changed_there", ", ".join(sorted(theirs))

    @staticmethod
    def changed(write: Write, link: Link | None, hashes: dict[str, str]) -> dict[str, Any]:
        """Return the values that are news; nothing is emptied over there that we never filled."""
        old = link.sent if link is not None else {}
        return {
            field: value
            for field, value in write.values.items()
            if old.get(field) != hashes[field] and (value not in (None, "") or field in old)
        }

    async def _theirs(self, link: Link | None, changed: dict[str, Any], hashes: dict[str, str]) -> set[str]:
        """Return the fields that a person over there has changed since we wrote them.

        One that has what we want to write is not theirs: its reply may have been lost.
        """
        watched = [field for field in changed if link is not None and field in link.seen]
        if link is None or not watched or Capability.READ not in self.adapter.capabilities:
            return set()
        now = self.hasher.each(await self.adapter.read(link.ref, watched))
        return {field for field in watched if now.get(field) not in (link.seen[field], hashes[field])}

    def _is_unread(self, link: Link) -> bool:
        return Capability.READ in self.adapter.capabilities and not link.sent.keys() <= link.seen.keys()

    async def _with_seen(self, link: Link, fields: Collection[str]) -> Link:
        """Return the link with the hashes of what they show for these fields now."""
        seen = await self._seen(link.ref, fields)
        return replace(link, seen={**link.seen, **seen})

    async def _seen(self, ref: Ref, written: Collection[str]) -> dict[str, str]:
        """Return the hashes of what they show now: a system may write a number or a name its own way."""
        if Capability.READ not in self.adapter.capabilities:
            return {}
        return self.hasher.each(await self.adapter.read(ref, list(written)))

    def _on(self, lane: Lane, name: str) -> Ref:
        link = lane.links.get(key_of(name, lane.application))
        if link is None:
            raise EhrFault("no_record", field=name)
        return link.ref

    async def _file(self, lane: Lane, step: Step, result: Result) -> Sent:
        attachment = self.connection.mapping.file
        assert attachment is not None
        key = key_of("file", lane.application)
        shown = {"report": self.hasher.report(result)}
        if self.is_filed(lane, result):
            return Sent(code="unchanged")
        content = await self._sources.report(result)
        name = attachment.name.format(application=lane.application)
        digest = hashlib.sha256(content).hexdigest()
        file = File(key, name, "application/pdf", content, digest, _occasion(step))
        ref = await self.adapter.put_file(self._on(lane, attachment.record), file)
        return self._keep(lane, Link(key, ref, shown))

    async def _note(self, lane: Lane, step: Step, document: dict[str, Any]) -> Sent:
        remark, note = self.connection.mapping.note, render_note(self.connection.mapping, document)
        if remark is None or note is None:
            return Sent(code="nothing_to_say")
        key = self.note_key(note)
        if key in lane.links:
            return Sent(code="unchanged")
        ref = await self.adapter.add_note(
            self._on(lane, remark.record), replace(note, key=key, occasion=_occasion(step))
        )
        return self._keep(lane, Link(key, ref))

    async def _stage(self, lane: Lane, step: Step, document: dict[str, Any]) -> Sent:
        stages, move = self.connection.mapping.stage, render_move(self.connection.mapping, document)
        if stages is None or move is None:
            return Sent(code="nothing_to_say")
        told = self.told(move, document)
        if self.is_told(lane, told):
            return Sent(code="unchanged")
        ref = self._on(lane, stages.record)
        await self.adapter.set_stage(ref, replace(move, occasion=_occasion(step)))
        return self._keep(lane, Link(key_of("stage", lane.application), ref, told))

    async def _hire(self, lane: Lane, document: dict[str, Any]) -> Sent:
        key, name = key_of("hire", lane.application), self.connection.mapping.hire
        if decided(document) != "approve" or name is None:
            return Sent(code="nothing_to_say")
        if key in lane.links:
            return Sent(code="unchanged")
        return self._keep(lane, Link(key, await self.adapter.hire(self._on(lane, name))))

    async def _onboard(self, lane: Lane, document: dict[str, Any]) -> Sent:
        key = key_of("onboarding", lane.application)
        if decided(document) != "approve" or key in lane.links:
            return Sent(code="unchanged" if key in lane.links else "nothing_to_say")
        hired = lane.links.get(key_of("hire", lane.application))
        if hired is None:
            raise EhrFault("no_record", field="hire")
        tasks = [
            Task(f"{key}.{number}", one.title, one.note, one.days)
            for number, one in enumerate(self.connection.mapping.onboarding)
        ]
        made = await self.adapter.onboard(hired.ref, tasks)
        if not made:
            raise Gone("no_tasks")
        return self._keep(lane, Link(key, made[0]))

    def is_filed(self, lane: Lane, result: Result) -> bool:
        """Say whether this very report is there already."""
        link = lane.links.get(key_of("file", lane.application))
        return link is not None and link.sent == {"report": self.hasher.report(result)}

    def note_key(self, note: Note) -> str:
        """Return the key of a note: a corrected score is another one, the same words are not written again."""
        return f"{note.key}.{self.hasher.text(note.text)[:8]}"

    def told(self, move: Move, document: dict[str, Any]) -> dict[str, str]:
        """Return what is remembered of a move."""
        cause = str(document["cause"])
        return {"to": self.hasher.text([move.to, cause, decided(document)]), "cause": cause}

    @staticmethod
    def is_told(lane: Lane, told: dict[str, str]) -> bool:
        """Say whether a move was made already, or is that of an interview's end after the decision's."""
        last = lane.links.get(key_of("stage", lane.application))
        return last is not None and (last.sent == told or _is_late(told["cause"], last.sent.get("cause", "")))

    @staticmethod
    def _keep(lane: Lane, link: Link) -> Sent:
        lane.links[link.key] = link
        return Sent()


def _is_late(cause: str, told: str) -> bool:
    """Say whether an interview's end is pushed again after the decision has moved the stage."""
    return cause == "finished" and told not in ("finished", "")


def _occasion(step: Step) -> str:
    return f"{step.push}.{step.kind}"


def only_for(connection: Connection, job: str) -> bool:
    """Say whether results of a job go to this connection."""
    return not connection.jobs or job in connection.jobs
