"""`colloquy revoke-link`, `remove-person` and `invite --resume`: what HR does from its chat, for the operator."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from dialogues.ports import AuditRow
from storage.desks import SqlDesks
from storage.uploads import Uploads

if TYPE_CHECKING:
    from bot.house import House

_OPERATOR = "operator"
_LARGEST = 20_000_000
_RESUMES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".txt": "text/plain",
}


def revoke_links(house: House, application: str) -> None:
    """Revoke every link of an application; ValueError when there is none."""
    found = house.applications.find(application)
    if found is None:
        raise ValueError(f"there is no application “{application}”; its id looks like a_1b2c3d4e5f")
    house.applications.revoke(found.conversation)
    house.office.audit(AuditRow(time.time(), _OPERATOR, "revoked_link", found.application))


def remove_person(house: House, name: str) -> str:
    """Remove a person of HR and return their id; ValueError when there is none."""
    person = house.people.by_id(name if ":" in name else f"web:{name}")
    if person is None:
        known = ", ".join(sorted(one.id for one in house.people.everyone())) or "nobody yet"
        raise ValueError(f"nobody is called “{name}”; there are: {known}")
    SqlDesks(house.engine, house.sealer, house.applications, house.packs, house.people).remove(person.id)
    house.office.audit(AuditRow(time.time(), _OPERATOR, "removed", person.id))
    return person.id


def check_resume(path: Path) -> None:
    """Raise ValueError for a résumé that will not be taken, before anything is created."""
    if path.suffix.lower() not in _RESUMES:
        raise ValueError(f"{path.name} is no PDF, Word (DOCX) or plain text (TXT) file")
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"{path.name} is larger than 20 MB")


def keep_resume(house: House, conversation: int, path: Path) -> int:
    """Store a résumé sealed with its candidate's record and return its number."""
    media_type = _RESUMES[path.suffix.lower()]
    return Uploads(house.engine, house.sealer).keep(conversation, "resume", media_type, path.read_bytes())
