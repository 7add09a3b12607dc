"""HR's side of the appointments: see them, block time, ask a candidate to move, set capacity and interviewers.

Candidates are asked, never told: moving sends a question to their conversation, and what they answer comes back as a
notice. The person's words are forgotten once they are carried out.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.hr.commands import label, tell, texts
from bot.hr.desk import Block, Parts
from dialogues.app.rights import NotAllowed, check, may
from dialogues.bookings import Appointment
from dialogues.core.effects import Arrange, Effect
from dialogues.core.events import MoveAsked
from dialogues.ports import Arrival, Listed, Person
from scheduler.slots import parse_span
from scheduler.words import read_when

_SPAN = re.compile(r"(\d{1,2}:\d{2})\s*(?:-|–|—|~|至|到|to)\s*(\d{1,2}:\d{2})", re.IGNORECASE)
_DAY_SECONDS = 86_400.0
_SHOWN_DAYS = 62
_MOST_ROWS = 60


class Appointments(Protocol):
    """What HR sees and sets of the appointments."""

    def between(self, start: float, end: float, jobs: Sequence[str] | None) -> list[Appointment]: ...

    def block(self, resource: str, start: float, end: float, reference: str) -> None: ...

    def unblock(self, resource: str, start: float, end: float) -> int: ...

    def set_rule(self, job: str, name: str, value: str) -> None: ...


class Slots(Struct, frozen=True):
    """What this needs beyond the desk's own parts.

    `connect` raises ValueError for an address that is none, `offers` says whether a time may be offered to a
    conversation, and `noted` gives the words of a candidate's note.
    """

    appointments: Appointments
    current: Callable[[int], Appointment | None]
    connect: Callable[[str, str], None]
    feed_link: Callable[[str], str]
    offers: Callable[[int, str, float], bool]
    noted: Callable[[int], str]


class _Request(Struct, frozen=True):
    person: Person
    effect: Arrange
    words: str


class HrSlots:
    """Carries out what HR wants of the appointments."""

    def __init__(self, parts: Parts, slots: Slots, clock: Callable[[], float] = time.time) -> None:
        self._parts = parts
        self._slots = slots
        self._clock = clock
        self._zone = ZoneInfo(parts.timezone)

    async def act(self, conversation: int, effect: Effect) -> None:
        """Carry out one wish; the person hears what came of it."""
        assert isinstance(effect, Arrange)
        blocks, asked = await asyncio.to_thread(self._carry, conversation, effect)
        if asked is not None:
            await self._parts.submit(asked)
        await asyncio.to_thread(self._parts.forget, conversation, [effect.event])
        if blocks:
            await asyncio.to_thread(self._parts.answer, conversation, effect.event, blocks)

    def _carry(self, conversation: int, effect: Arrange) -> tuple[list[Block], Arrival | None]:
        office = self._parts.office
        person = office.person(conversation)
        if person is None:
            return [], None
        request = _Request(person, effect, office.words_of(conversation, [effect.event])[0].strip())
        try:
            check(person, effect.act)
            if effect.act == "move":
                return self._move(conversation, request)
            return self._settle(request), None
        except NotAllowed:
            self._parts.log(person, f"refused:{effect.act}", effect.args[0] if effect.args else "")
            return self._parts.views(person).not_allowed(), None

    def _settle(self, request: _Request) -> list[Block]:
        match request.effect.act:
            case "bookings":
                return self.listed(request.person, self._day(request.words))
            case "block" | "unblock":
                return self._block(request)
            case "capacity":
                return self._capacity(request)
            case "interviewers":
                return self._interviewers(request)
            case _:
                return self._calendar(request)

    # Seeing

    def _local(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), self._zone).replace(tzinfo=None)

    def _day(self, words: str) -> date | None:
        read = read_when(words, self._local()) if words else None
        return read.day if read is not None else None

    def listed(self, person: Person, day: date | None = None) -> list[Block]:
        """Return the appointments of a day, or of the days from today on."""
        first = day or self._local().date()
        start = datetime(first.year, first.month, first.day, tzinfo=self._zone).timestamp()
        until = start + _DAY_SECONDS * (1 if day else _SHOWN_DAYS)
        every = self._slots.appointments.between(start, until, person.jobs)
        found = every[:_MOST_ROWS]
        language = person.language or self._parts.language
        if not found:
            return [self._say(person, "bookings.none")]
        titles = self._parts.office.jobs(person)
        rows, actions = [], []
        for one in found:
            who = self._parts.office.by_conversation(one.conversation)
            name = (who.name if who is not None else "") or tell(language, "someone")
            title = titles.get(one.job, (one.job, ""))[0]
            note = self._slots.noted(one.conversation)[:80]
            rows.append(
                [
                    self._when(one.start),
                    name,
                    title,
                    tell(language, f"bookings.{one.kind}"),
                    tell(language, f"bookings.{one.status}"),
                    note,
                ]
            )
            movable = one.status == "booked" and may(person, "move", one.job)
            buttons = (
                [{"label": label(language, "move"), "value": f"move:{one.application}"}] if movable else []
            )
            actions.append(buttons)
        columns = texts(language)["bookings.columns"]
        table: Block = {"block": "table", "columns": columns, "rows": rows, "actions": actions}
        cut = len(every) > len(found)
        return [table, self._say(person, "bookings.more", count=str(len(found)))] if cut else [table]

    def _when(self, at: float) -> str:
        return datetime.fromtimestamp(at, self._zone).strftime("%m-%d %H:%M")

    def _say(self, person: Person, phrase: str, /, **args: str) -> Block:
        return self._parts.views(person).text(phrase, **args)

    # Setting

    def _block(self, request: _Request) -> list[Block]:
        """Block a time for everyone, or take that back. What is booked then is listed, so that people can be asked."""
        person = request.person
        span = self._span(request.words)
        if span is None:
            return [self._say(person, "block.usage")]
        start, end = span
        shown = {"start": self._when(start), "end": self._when(end)}
        if request.effect.act == "unblock":
            count = self._slots.appointments.unblock("all", start, end)
            return [self._say(person, "unblock.done" if count else "unblock.none", **shown)]
        self._slots.appointments.block("all", start, end, f"{int(start)}-{int(end)}")
        self._parts.log(person, "blocked", f"{shown['start']}-{shown['end']}")
        within = self._slots.appointments.between(start - 4 * 3600, end, person.jobs)
        met = [one for one in within if one.end > start and one.status == "booked"]
        done = self._say(person, "block.done", **shown)
        if not met:
            return [done]
        buttons = [
            {"label": self._move_label(person, one), "value": f"move:{one.application}"} for one in met
        ]
        return [
            done,
            self._say(person, "block.booked", count=str(len(met))),
            {"block": "buttons", "buttons": buttons},
        ]

    def _move_label(self, person: Person, one: Appointment) -> str:
        who = self._parts.office.by_conversation(one.conversation)
        language = person.language or self._parts.language
        name = (who.name if who is not None else "") or tell(language, "someone")
        return f"{label(language, 'move')} · {name} {self._when(one.start)}"

    def _span(self, words: str) -> tuple[float, float] | None:
        hours = _SPAN.search(words)
        day = self._day(words.replace(hours[0], " ") if hours else words)
        if day is None:
            return None
        midnight = datetime(day.year, day.month, day.day, tzinfo=self._zone)
        if hours is None:
            return midnight.timestamp(), (midnight + timedelta(days=1)).timestamp()
        try:
            start, end = parse_span(f"{hours[1]}-{hours[2]}")
        except ValueError:
            return None
        return (midnight + timedelta(minutes=start)).timestamp(), (
            midnight + timedelta(minutes=end)
        ).timestamp()

    def _job(self, request: _Request) -> str:
        job = request.effect.args[0] if request.effect.args else ""
        if job:
            check(request.person, request.effect.act, job)
        return job if job in self._parts.office.jobs(request.person) else ""

    def _capacity(self, request: _Request) -> list[Block]:
        job, number = self._job(request), request.words
        if not job or not (number.isascii() and number.isdigit() and 1 <= int(number) <= 1000):
            return [self._say(request.person, "capacity.usage")]
        self._slots.appointments.set_rule(job, "capacity", str(int(number)))
        self._parts.log(request.person, f"capacity:{int(number)}", job)
        title = self._parts.office.jobs(request.person)[job][0]
        return [self._say(request.person, "capacity.done", job=title, count=str(int(number)))]

    def _interviewers(self, request: _Request) -> list[Block]:
        job, person = self._job(request), request.person
        everyone = {one.name.casefold(): one for one in self._parts.office.people()}
        everyone |= {one.id.casefold(): one for one in self._parts.office.people()}
        named = [piece for piece in re.split(r"[,，、\s]+", request.words) if piece]
        unknown = [piece for piece in named if piece.casefold() not in everyone]
        if not job or not named or unknown:
            known = self._listed_names(person, sorted({one.name for one in everyone.values()}))
            return [self._say(person, "interviewers.usage", people=known)]
        chosen = list(dict.fromkeys(everyone[piece.casefold()].id for piece in named))
        self._slots.appointments.set_rule(job, "interviewers", ",".join(chosen))
        self._parts.log(person, "interviewers", job)
        names = self._listed_names(person, [everyone[one.casefold()].name for one in chosen])
        title = self._parts.office.jobs(person)[job][0]
        for one in {everyone[name.casefold()].id: everyone[name.casefold()] for name in chosen}.values():
            if one.id != person.id:
                invited = tell(
                    one.language or self._parts.language, "interviewers.invited", by=person.name, job=title
                )
                self._parts.screens.send(
                    one.conversation, [{"block": "text", "text": invited}], key=f"interviewer:{job}:{one.id}"
                )
        return [self._say(person, "interviewers.done", job=title, people=names)]

    def _listed_names(self, person: Person, names: list[str]) -> str:
        return ("、" if (person.language or self._parts.language) == "zh" else ", ").join(names)

    def _calendar(self, request: _Request) -> list[Block]:
        person, address = request.person, request.words
        if not address:
            link = self._slots.feed_link(person.id)
            return [self._say(person, "calendar.feed"), {"block": "text", "text": link}]
        try:
            self._slots.connect(person.id, "" if address.casefold() in ("off", "关闭", "断开") else address)
        except ValueError:
            return [self._say(person, "calendar.usage")]
        self._parts.log(person, "calendar", person.id)
        return [self._say(person, "calendar.connected")]

    # Asking

    def _move(self, conversation: int, request: _Request) -> tuple[list[Block], Arrival | None]:
        person, effect = request.person, request.effect
        found = self._parts.find(person, effect.args[0] if effect.args else "")
        if not isinstance(found, Listed):
            return found, None
        check(person, "move", found.job)
        made = self._slots.current(found.conversation)
        if made is None:
            return [self._say(person, "move.none", name=found.name or found.application)], None
        start = self._proposed(request.words)
        if request.words and (start is None or not self._slots.offers(found.conversation, made.kind, start)):
            return [self._say(person, "move.not_free")], None
        event = MoveAsked(
            at=self._clock(), by=person.name, kind=made.kind, start=start or 0.0, person=person.id
        )
        self._parts.log(person, "asked_to_move", found.application)
        name = f"{conversation}:{effect.key}"
        asked = Arrival(found.conversation, "self", name, event)
        return [self._say(person, "move.asked", name=found.name or found.application)], asked

    def _proposed(self, words: str) -> float | None:
        read = read_when(words, self._local()) if words else None
        if read is None or read.day is None or not read.minutes:
            return None
        wall: Any = read.starts(read.day)[0]
        return float(wall.replace(tzinfo=self._zone).timestamp())
