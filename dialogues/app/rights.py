"""Who of HR may do what: one table for every channel, checked where things are read and where they are done."""

from __future__ import annotations

from dialogues.ports import Person

READERS = frozenset({"owner", "recruiter", "manager", "auditor", "reader"})
DECIDERS = frozenset({"owner", "recruiter", "manager"})
RECRUITERS = frozenset({"owner", "recruiter"})
OWNERS = frozenset({"owner"})
AUDITORS = frozenset({"owner", "auditor"})

MAY: dict[str, frozenset[str]] = {
    "today": READERS,
    "queue": READERS,
    "card": READERS,
    "transcript": READERS,
    "code": READERS,
    "report": READERS,
    "approve": DECIDERS,
    "second_round": DECIDERS,
    "hold": DECIDERS,
    "decline": DECIDERS,
    "override": DECIDERS,
    "message": DECIDERS,
    "invite": RECRUITERS,
    "bookings": READERS,
    "move": DECIDERS,
    "block": RECRUITERS,
    "unblock": RECRUITERS,
    "capacity": RECRUITERS,
    "interviewers": RECRUITERS,
    "calendar": READERS,
    "jobs": READERS,
    "audit": AUDITORS,
    "calibration": READERS - {"reader"},
    "calibrate": RECRUITERS,
    "deliveries": READERS - {"reader"},
    "retry": RECRUITERS,
    "compare": READERS,
    "feedback": DECIDERS,
    "feedback_all": DECIDERS,
    "invite_list": RECRUITERS,
    "link": RECRUITERS,
    "revoke": RECRUITERS,
    "relay": DECIDERS,
    "close": DECIDERS,
    "pack": RECRUITERS,
    "versions": RECRUITERS,
    "activate": RECRUITERS,
    "preview": RECRUITERS,
    "pause": RECRUITERS,
    "resume": RECRUITERS,
    "week": READERS,
    "log": AUDITORS,
    "team": AUDITORS,
    "colleague": OWNERS,
    "remove": OWNERS,
    "file": RECRUITERS,
    "notify": READERS,
    "language": READERS,
    "help": READERS,
    "cancel": READERS,
}
"""Act -> the roles that may do it."""


class NotAllowed(Exception):
    """This person may not see or do this."""


def may(person: Person, act: str, job: str | None = None) -> bool:
    """Say whether a person may do something, for this job if one is named."""
    seen = job is None or person.jobs is None or job in person.jobs
    return seen and person.role in MAY.get(act, ())


def check(person: Person, act: str, job: str | None = None) -> None:
    """Raise NotAllowed unless the person may do this."""
    if not may(person, act, job):
        raise NotAllowed(act)
