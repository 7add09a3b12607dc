"""What a push would change over there, as a difference, without writing anything; and what has drifted since."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from ehr_connector.delivery.hashing import Hasher
from ehr_connector.delivery.ports import Lane
from ehr_connector.delivery.sending import Sender
from ehr_connector.faults import EhrFault, Gone
from ehr_connector.mapping.model import main_record
from ehr_connector.mapping.render import decided, document_of, key_of, render_move, render_note, render_record
from ehr_connector.model import Capability, Link, Ref, Write
from ehr_connector.result import Result


class Line(Struct, frozen=True):
    """One line of a preview: what of which record, as it is there and as it would be."""

    key: str
    field: str
    there: Any
    ours: Any
    remark: str = ""


async def preview(sender: Sender, lane: Lane, result: Result, cause: str) -> list[Line]:
    """Return what a push of this result would do, in order."""
    document, mapping = document_of(result, cause), sender.connection.mapping
    lines: list[Line] = []
    for name, record in mapping.records.items():
        try:
            drafts = list(render_record(name, record, document))
            for draft in drafts:
                lines += await _record(sender, lane, await sender.complete(lane, draft))
        except EhrFault as fault:
            lines.append(Line(name, fault.field, None, None, fault.code))
    if mapping.file is not None and not sender.is_filed(lane, result):
        lines.append(Line("file", "content", None, mapping.file.name.format(application=lane.application)))
    note, move = render_note(mapping, document), render_move(mapping, document)
    if note is not None and sender.note_key(note) not in lane.links:
        lines.append(Line(note.key, note.title, None, note.text))
    if move is not None and not sender.is_told(lane, sender.told(move, document)):
        lines.append(Line("stage", "only from " + ", ".join(move.only_from), None, move.to))
    hires = mapping.hire and decided(document) == "approve" and cause == "decided"
    if mapping.onboarding and hires and key_of("onboarding", lane.application) not in lane.links:
        lines.append(
            Line("onboarding", "tasks", None, ", ".join(one.title for one in mapping.onboarding), "mails")
        )
    return lines


async def _record(sender: Sender, lane: Lane, write: Write) -> list[Line]:
    link = lane.links.get(write.key)
    there: dict[str, Any] = {}
    if link is not None and Capability.READ in sender.adapter.capabilities:
        there = await sender.adapter.read(link.ref, list(write.values))
    lines = []
    for field, value in sender.changed(write, link, sender.hasher.each(write.values)).items():
        ours = f"{value.model} {value.id}" if isinstance(value, Ref) else value
        lines.append(Line(write.key, field, there.get(field), ours, "" if link else "new"))
    return lines


class Drift(Struct, frozen=True):
    """A record that is no longer as we left it: `missing`, or `changed` in these fields."""

    application: str
    key: str
    what: str
    fields: tuple[str, ...] = ()


async def drift_of(sender: Sender, hasher: Hasher, application: str, links: list[Link]) -> list[Drift]:
    """Return what differs from the id map; nothing is written."""
    if Capability.READ not in sender.adapter.capabilities:
        return []
    found, main = [], key_of(main_record(sender.connection.mapping), application)
    for link in links:
        watched = list(link.seen)
        if not watched and link.key != main:
            continue
        try:
            now = hasher.each(await sender.adapter.read(link.ref, watched or ["id"]))
        except Gone:
            found.append(Drift(application, link.key, "missing"))
            continue
        changed = tuple(field for field in watched if now.get(field) != link.seen[field])
        if changed:
            found.append(Drift(application, link.key, "changed", changed))
    return found
