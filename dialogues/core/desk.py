"""One step of a conversation with a person of HR.

    step_desk(state, event) -> (state', effects)

The person asks for views, which are shown from what is stored at that moment, and acts: decide, override,
write, invite. An act that needs a reason waits for it here, so that it is carried out exactly once whatever
is repeated. Who may see or do what is checked where the data is read, not here.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from dialogues.core.effects import (
    Arrange,
    Calibrate,
    Create,
    Decide,
    DeskEffect,
    Manage,
    Override,
    Show,
    Write,
)
from dialogues.core.events import Asked, Outcome

VIEWS = frozenset(
    {
        "deliveries",
        "retry",
        "today",
        "missed",
        "queue",
        "card",
        "transcript",
        "code",
        "report",
        "jobs",
        "help",
        "audit",
        "language",
        "notify",
        "calibration",
    }
)
ARRANGED = frozenset({"bookings", "block", "unblock", "move", "capacity", "interviewers", "calendar"})
"""What is done with appointments; the person's words are read where it is carried out."""
MANAGED = frozenset(
    {
        "activate",
        "close",
        "colleague",
        "compare",
        "feedback",
        "feedback_all",
        "file",
        "invite_list",
        "link",
        "log",
        "pack",
        "pause",
        "preview",
        "remove",
        "resume",
        "revoke",
        "team",
        "versions",
        "week",
    }
)
"""What is done beside acts on one result; the person's words are read where it is carried out."""
_WAITS_FOR_WORDS = frozenset({("invite_list",), ("pack",), ("feedback", "edit")})
"""Wishes that begin with a question: the command, and its second argument where that makes the difference."""
NOTIFY_CHOICES = ("each", "top", "digest", "off")
"""Which results a person is told unasked."""
TALK, PREVIEW = "relay", "preview"
_STICKY = frozenset({TALK, PREVIEW})
"""What goes on listening to the person's words until it is closed."""
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
_NEEDS_REASON = frozenset({Outcome.DECLINE, Outcome.HOLD})
_ABOUT_ONE = frozenset({*_OUTCOMES, "override", "message", "relay"})


class Pending(Struct, frozen=True):
    """An act that waits for its reason or its text."""

    command: str
    args: tuple[str, ...]


class Desk(Struct, frozen=True):
    """The state of one person's conversation. `person` is their stable id; `language` "" is the company's."""

    person: str
    schema_version: int = 1
    seq: int = 0
    pending: Pending | None = None
    language: str = ""
    notify: str = "each"
    quiet: str = ""


def step_desk(state: Desk, event: Asked) -> tuple[Desk, tuple[DeskEffect, ...]]:
    """Return the state after the event and what is to be done."""
    seq = state.seq + 1
    command, args, pending = event.command, event.args, state.pending
    if command == "missed":  # the page came back by itself; nobody has given up what they were doing
        return replace(state, seq=seq), (_show(seq, command, args),)
    if not command and pending is not None:
        command, args = pending.command, pending.args
    talking = (
        pending is not None and pending.command in _STICKY and command not in (*_STICKY, "close", "cancel")
    )
    after = replace(state, seq=seq, pending=pending if talking else None)
    if command == "language" and args:
        return replace(after, language=args[0]), (_show(seq, command, args),)
    if command == "notify" and args:
        return _choose_notices(after, args), (_show(seq, command),)
    if command == "cancel":
        return after, (_show(seq, "cancelled"),)
    if command in _OUTCOMES and args:
        return _decide(after, _OUTCOMES[command], args, event)
    if command == "override" and args:
        return _override(after, args, event)
    if command == "message" and args:
        return _write(after, args, event)
    if command == "calibrate":
        return after, (_calibrate(seq, args),)
    if command == "invite":
        return after, (Create(key=f"create:{seq}", event=seq, args=args),)
    if command in ARRANGED:
        return after, (Arrange(key=f"arrange:{seq}", act=command, event=seq, args=args),)
    if command == TALK and args:
        return _talk(after, args, event)
    if command in MANAGED:
        if command == "close" and pending is not None and pending.command in _STICKY:
            args = (pending.command, *pending.args)
        return _manage(after, command, args, event)
    if command in VIEWS:
        return after, (_show(seq, command, args),)
    if command in _ABOUT_ONE:
        return after, (_show(seq, "which"),)
    return after, (_show(seq, "help" if command else "search"),)


def event_of(show: Show) -> int:
    """Return the number of the event a view was asked for with; free text to look for stands there."""
    return int(show.key.rpartition(":")[2])


def _show(seq: int, view: str, args: tuple[str, ...] = ()) -> Show:
    return Show(key=f"show:{seq}", view=view, args=args)


def _wait(state: Desk, command: str, args: tuple[str, ...]) -> tuple[Desk, tuple[DeskEffect, ...]]:
    pending = Pending(command=command, args=args)
    return replace(state, pending=pending), (_show(state.seq, "ask", (command, *args)),)


def _decide(
    state: Desk, outcome: Outcome, args: tuple[str, ...], event: Asked
) -> tuple[Desk, tuple[DeskEffect, ...]]:
    if outcome in _NEEDS_REASON and not event.text.strip():
        return _wait(state, outcome.value, args)
    decide = Decide(key=f"decide:{state.seq}", application=args[0], outcome=outcome, event=state.seq)
    return state, (decide,)


def _override(state: Desk, args: tuple[str, ...], event: Asked) -> tuple[Desk, tuple[DeskEffect, ...]]:
    if len(args) < 3 or _level(args[2]) is None:
        return state, (_show(state.seq, "override", args),)
    if not event.text.strip():
        return _wait(state, "override", args)
    effect = Override(
        key=f"override:{state.seq}",
        application=args[0],
        competency=args[1],
        level=_level(args[2]) or 0.0,
        event=state.seq,
    )
    return state, (effect,)


def _write(state: Desk, args: tuple[str, ...], event: Asked) -> tuple[Desk, tuple[DeskEffect, ...]]:
    if not event.text.strip():
        return _wait(state, "message", args)
    return state, (Write(key=f"write:{state.seq}", application=args[0], event=state.seq),)


def quiet_hours(text: str) -> tuple[int, int] | None:
    """Return (begin, end) of hours such as `22-8`; None for what is none."""
    begin, _, end = text.partition("-")
    if not (begin.isdecimal() and end.isdecimal() and len(text) <= 5):
        return None
    hours = int(begin), int(end) % 24
    return hours if hours[0] < 24 and int(end) <= 24 and hours[0] != hours[1] else None


def _choose_notices(state: Desk, args: tuple[str, ...]) -> Desk:
    """Return the desk with what the person wants to be told, or their quiet hours; odd wishes change nothing."""
    if args[0] == "quiet" and len(args) > 1:
        hours = quiet_hours(args[1])
        return replace(state, quiet=f"{hours[0]}-{hours[1]}" if hours else "")
    chosen = replace(state, notify=args[0]) if args[0] in NOTIFY_CHOICES else state
    return _choose_notices(chosen, args[1:]) if args[1:2] == ("quiet",) else chosen


def _talk(state: Desk, args: tuple[str, ...], event: Asked) -> tuple[Desk, tuple[DeskEffect, ...]]:
    """Carry words to the candidate, and go on listening for more until the talk is closed."""
    after = replace(state, pending=Pending(command=TALK, args=args[:1]))
    if not event.text.strip():
        return after, (_show(state.seq, "ask", (TALK, *args)),)
    return after, (Write(key=f"write:{state.seq}", application=args[0], event=state.seq),)


def _manage(
    state: Desk, command: str, args: tuple[str, ...], event: Asked
) -> tuple[Desk, tuple[DeskEffect, ...]]:
    if not event.text.strip() and ((command, *args[1:2]) in _WAITS_FOR_WORDS):
        return _wait(state, command, args)
    if command == PREVIEW and args:
        state = replace(state, pending=Pending(command=PREVIEW, args=args[:1]))
    return state, (Manage(key=f"manage:{state.seq}", act=command, event=state.seq, args=args),)


def _calibrate(seq: int, args: tuple[str, ...]) -> DeskEffect:
    if len(args) != 3 or args[2] not in ("on", "off"):
        return _show(seq, "calibrate")
    job, competency, state = args
    return Calibrate(key=f"calibrate:{seq}", job=job, competency=competency, on=state == "on", event=seq)


def _level(text: str) -> float | None:
    try:
        level = float(text)
    except ValueError:
        return None
    return round(level, 1) if 0 <= level <= 10 else None
