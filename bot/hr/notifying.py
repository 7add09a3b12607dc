"""What a person of HR wants to be told unasked, and when: each result, the top 20%, once a day, or none; quiet hours.

Who asks for a person, or whose answer waits, is always told: the choice is about results. What comes in quiet hours
is told when they end.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.hr.commands import tell
from dialogues.app.rights import may
from dialogues.core.desk import NOTIFY_CHOICES, quiet_hours
from dialogues.core.effects import Notice
from dialogues.ports import Person, Waiting

if TYPE_CHECKING:
    from bot.hr.desk import Parts

Block = dict[str, Any]
DIGEST_HOUR = 9
_QUIET = "22-8"


def wants(parts: Parts, person: Person, waiting: Waiting) -> bool:
    """Say whether this person chose to be told this."""
    if not may(person, "card", waiting.found.job):
        return False
    if waiting.notice is not Notice.FINISHED or person.notify == "each":
        return True
    if person.notify != "top":
        return False
    return waiting.found.application in parts.views(person).tops(parts.office.ranked(person))


def is_quiet(person: Person, now: float, timezone: str) -> bool:
    """Say whether this is in the person's quiet hours, by the company's clock."""
    hours = quiet_hours(person.quiet)
    if hours is None:
        return False
    begin, end = hours
    hour = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(timezone)).hour
    return begin <= hour < end if begin < end else hour >= begin or hour < end


def choice_blocks(person: Person, language: str) -> list[Block]:
    """Show what the person is told and when, with the buttons that change it."""
    said = tell(language, f"notify.{person.notify}")
    quiet = quiet_hours(person.quiet)
    told = tell(language, "notify.now", choice=said)
    when = tell(language, "notify.quiet", begin=str(quiet[0]), end=str(quiet[1])) if quiet else ""
    others = [one for one in NOTIFY_CHOICES if one != person.notify]
    buttons = [{"label": tell(language, f"notify.{one}"), "value": f"notify:{one}"} for one in others]
    turn = ("notify.loud", "notify:quiet:off") if quiet else ("notify.hush", f"notify:quiet:{_QUIET}")
    buttons.append({"label": tell(language, turn[0]), "value": turn[1]})
    text = "\n".join(filter(None, (told, when, tell(language, "notify.how"))))
    return [{"block": "text", "text": text}, {"block": "buttons", "buttons": buttons}]


class Notifier:
    """Tells what waited for the end of quiet hours, and the daily digest; what was told is not told again."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._zone = ZoneInfo(parts.timezone)
        self._done: dict[tuple[int, str], str] = {}

    async def tick(self) -> None:
        """Look once whom to tell something; call it about once a minute."""
        if self._parts.screens.conversations:
            await asyncio.to_thread(self.look, time.time())

    def look(self, now: float) -> None:
        """Tell those there are what is due at this time."""
        there, moment = set(self._parts.screens.conversations), datetime.fromtimestamp(now, self._zone)
        for person in self._parts.office.people():
            if person.conversation in there and not is_quiet(person, now, self._parts.timezone):
                if person.quiet and self._first(person, "quiet", moment):
                    self._tell_held(person, now)
                if (
                    person.notify == "digest"
                    and moment.hour >= DIGEST_HOUR
                    and self._first(person, "digest", moment)
                ):
                    self._tell_digest(person, moment)

    def _first(self, person: Person, what: str, moment: datetime) -> bool:
        """Say whether this is the first look of the day for this, since the process began."""
        day = moment.date().isoformat()
        first = self._done.get((person.conversation, what)) != day
        self._done[person.conversation, what] = day
        return first

    def _tell_held(self, person: Person, now: float) -> None:
        views, yesterday = self._parts.views(person), now - timedelta(days=1).total_seconds()
        for one in self._parts.office.told_since(person, yesterday):
            if wants(self._parts, person, one):
                self._parts.screens.send(person.conversation, views.notice(one), key=one.key)

    def _tell_digest(self, person: Person, moment: datetime) -> None:
        self._parts.log(person, "read:today", "list")
        key = f"digest:{moment.date().isoformat()}"
        self._parts.screens.send(person.conversation, self._parts.views(person).today(), key=key)
