"""What of a conversation's events goes into the audit log: who did what to which application, never what was said."""

from __future__ import annotations

from dialogues.core.events import Decided, Event, Expired, HrWrote, Overridden, TalkEnded
from dialogues.ports import AuditRow


def audit_of(application: str, event: Event, erased: bool) -> AuditRow | None:
    """Return the row of an event that somebody will have to answer for; `erased` when it erased the interview."""
    match event:
        case Decided():
            done = f"decided:{event.outcome}"
        case Overridden():
            done = f"overrode:{event.competency}"
        case HrWrote():
            done = "fed_back" if event.about else "wrote"
        case TalkEnded():
            done = "ended_talk"
        case _ if erased:
            actor = (event.by or "retention") if isinstance(event, Expired) else "candidate"
            return AuditRow(event.at, actor, "erased", application)
        case _:
            return None
    return AuditRow(event.at, event.person or event.by, done, application)
