"""Booking without a server: the real core, record and carrier, one step after the other, under a clock of our own."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select

from dialogues.app.booking import BookingCarrier, Sources
from dialogues.app.outcome import Message, Outcome
from dialogues.core.effects import BookingEffect, Effect, Remind, TellHr, WakeAt
from dialogues.core.events import Answered, Chosen, Event, Opened, Reminded, Woke
from dialogues.core.interview import Interview, Phase
from dialogues.ports import Arrival
from storage import tables
from storage.bookings import SqlBookings
from storage.migrate import upgrade
from storage.record import SqlRecord
from tests.storage.store import PACK, Store, pack_text

ZONES = ("Asia/Shanghai", "Asia/Shanghai", "Europe/London", "America/New_York", "Pacific/Auckland")


@dataclass(frozen=True)
class Told:
    """A reminder that reached the candidate, or that the core kept to itself (`messages` 0)."""

    at: float
    conversation: int
    event: Reminded
    messages: int


@dataclass
class World:
    """All that is stored, and the means to go on with it. `now` is the only clock."""

    url: str
    now: float
    told: list[Told] = field(default_factory=list)
    noticed: list[TellHr] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = Store(self.url)
        upgrade(self.store.engine)
        self.bookings = SqlBookings(self.store.engine)
        self.record: SqlRecord = self.store.record
        if PACK not in self.store.packs.names():
            self.store.packs.add(pack_text(), activate=True)
        self.carrier = BookingCarrier(
            Sources(
                bookings=self.bookings,
                interviews=self.store.applications,
                packs=self.store.packs,
                words_of=self.record.words_of,
                clock=lambda: self.now,
                link=lambda _: "",
            )
        )

    def new(self, number: int) -> int:
        """Create the interview of the candidate with this number, once; return its conversation."""
        pack = self.store.packs.active(PACK)
        profile = {"name": f"Candidate {number}", "email": f"c{number}@example.com"}
        return self.store.applications.create(pack, "en", profile, f"c{number}")[1]

    def state(self, conversation: int) -> Interview:
        state = self.store.applications.interview(conversation)
        assert state is not None
        return state

    def send(self, conversation: int, name: str, event: Event) -> list[Message]:
        """Hand in what a candidate did; return what is said back, by the calendar too."""
        return self._after(
            self.store.batch.run([Arrival(conversation, "web", f"{conversation}:{name}", event)])
        )

    def open(self, conversation: int, zone: str) -> list[Message]:
        return self.send(conversation, "open", Opened(self.now, "web", "en", zone))

    def press(self, conversation: int, name: str, value: str) -> list[Message]:
        return self.send(conversation, name, Chosen(self.now, value, self.state(conversation).turn))

    def say(self, conversation: int, name: str, text: str) -> list[Message]:
        return self.send(conversation, name, Answered(self.now, text, self.state(conversation).turn))

    def due(self) -> None:
        """Carry out what is due by now."""
        for one in self.record.claim_due(self.now, 60.0, 500):
            self._carry(one.id, one.conversation, one.effect)

    def _after(self, outcome: Outcome) -> list[Message]:
        messages = list(outcome.messages)
        for work in outcome.work:
            messages += self._carry(work.id, work.conversation, work.effect)
        return messages

    def _carry(self, row: int, conversation: int, effect: Effect) -> list[Message]:
        caused: Event | None = None
        if isinstance(effect, BookingEffect):
            made = self.carrier._carry(conversation, effect)
            caused = made[1] if made is not None else None
        elif isinstance(effect, WakeAt):
            caused = Woke(self.now, effect.alarm)
        elif isinstance(effect, TellHr):
            self.noticed.append(effect)
        if caused is None:
            self.record.settle([row])
            return []
        arrival = Arrival(conversation, "self", f"{conversation}:{effect.key}", caused, settles=row)
        messages = self._after(self.store.batch.run([arrival]))
        if isinstance(caused, Reminded):
            self.told.append(Told(self.now, conversation, caused, len(messages)))
        return messages


class Person:
    """A candidate with a will of their own."""

    def __init__(self, world: World, number: int, chance: random.Random) -> None:
        self.world = world
        self.number = number
        self.chance = chance
        self.zone = chance.choice(ZONES)
        self.conversation = world.new(number)
        self._taps = 0

    def tap(self, value: str) -> list[Message]:
        self._taps += 1
        return self.world.press(self.conversation, f"b{self._taps}", value)

    def to_offer(self) -> None:
        self.world.open(self.conversation, self.zone)
        self.tap("consent:yes")
        self.tap("details:right")

    def choose(self, begin: str = "book:days") -> float:
        """Choose a day and a time and confirm; return the start, 0.0 when nothing could be had."""
        messages = self.tap(begin)
        for prefix in ("day:", "slot:"):
            values = [
                value for message in messages for _, value in message.buttons if value.startswith(prefix)
            ]
            if not values:
                return 0.0
            messages = self.tap(self.chance.choice(values))
        self.tap("book:yes")
        return self.booked()

    def booked(self) -> float:
        booking = self.world.state(self.conversation).booking
        return booking.start if booking is not None else 0.0


def check_agreement(world: World) -> list[str]:
    """Return what does not agree between appointments, places, conversations and reminders. Nothing may."""
    wrong: list[str] = []
    with world.store.engine.connect() as connection:
        bookings = {row.id: row for row in connection.execute(select(tables.booking))}
        seats = connection.execute(select(tables.booking_seat)).all()
        outbox = tables.outbox.c
        rows = connection.execute(
            select(outbox.conversation, outbox.key, outbox.status, outbox.body).where(outbox.kind == "Remind")
        ).all()
    for seat in seats:
        if seat.booking not in bookings:
            wrong.append(f"a place without appointment: {seat}")
    seated = {seat.booking for seat in seats}
    for number, row in bookings.items():
        if row.status in ("held", "booked", "begun") and number not in seated:
            wrong.append(f"an appointment without a place: {number}")
        if row.status in ("cancelled", "missed", "failed") and number in seated:
            wrong.append(f"a place for an appointment that is no more: {number}")
        state = world.state(row.conversation)
        mine = state.booking
        if row.status == "booked" and (mine is None or (mine.start, mine.number) != (row.start, number)):
            wrong.append(f"the conversation does not know of its appointment {number}: {mine}")
    for row in rows:
        if row.status != tables.WAITING or not row.key.startswith("remind:"):
            continue
        number, _, rest = row.key.removeprefix("remind:").partition(".")
        owner = bookings.get(int(number))
        if owner is None or owner.status != "booked" or owner.sequence != int(rest.partition(":")[0]):
            wrong.append(f"a reminder of what is no more: {row.key}")
    for number, row in bookings.items():
        if row.status != "booked":
            continue
        planned = [one for one in rows if one.key.startswith(f"remind:{number}.{row.sequence}:")]
        if not planned:
            wrong.append(f"an appointment without reminders: {number}")
    return wrong + _unknown(world, {n for n, row in bookings.items() if row.status in ("booked", "begun")})


def _unknown(world: World, standing: set[int]) -> list[str]:
    """Return the conversations that believe in an appointment that does not stand."""
    c, wrong = tables.conversation.c, []
    with world.store.engine.connect() as connection:
        talks = connection.execute(select(c.id).where(c.role == "candidate")).scalars().all()
    for talk in talks:
        mine = world.state(talk).booking
        if mine is not None and mine.start and mine.number not in standing:
            wrong.append(f"the conversation {talk} believes in an appointment that is no more: {mine.number}")
    return wrong


def check_reminders(world: World) -> list[str]:
    """Return which reminders came twice, too late or too early to be true."""
    wrong: list[str] = []
    seen: set[tuple[int, int, str]] = set()
    for told in world.told:
        event = told.event
        if not told.messages or event.which == "freed":
            continue
        name = (event.number, event.sequence, event.which)
        if name in seen:
            wrong.append(f"twice: {name}")
        seen.add(name)
        before = event.start - told.at
        low, high = _TRUE[event.which]
        if not low <= before <= high:
            wrong.append(f"stale: {event.which} {before:.0f} seconds before")
    return wrong


_TRUE = {
    "day": (1200, 25 * 3600),
    "hour": (1200, 3700),
    "soon": (0, 660),
    "begin": (-600, 60),
    "nudge": (-1000, -60),
    "missed": (-1600, -800),
    "failed": (-20 * 86_400, -900),
}
"""How many seconds before the beginning each may be said."""

Advance = Callable[[float], None]


def begun(state: Interview) -> bool:
    return state.phase not in (Phase.NEW, Phase.CONSENT, Phase.DETAILS, Phase.PRACTICE, Phase.BOOKING)


__all__ = ["Advance", "Person", "Remind", "Told", "World", "begun", "check_agreement", "check_reminders"]
