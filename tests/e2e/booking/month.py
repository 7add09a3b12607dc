"""A simulated month of bookings: moves, cancellations, people who do not come, zones that change, and our own downtime."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

from sqlalchemy import select

from storage import tables
from tests.e2e.booking.world import Person, World, begun, check_agreement, check_reminders

FIRST = datetime(2026, 11, 2, 1, tzinfo=UTC).timestamp()
_TICK = 300.0
_DAY = 86_400.0


class Month:
    """So many candidates over so many days; one seed gives one month."""

    def __init__(self, url: str, people: int, days: int, seed: int = 1) -> None:
        self.world = World(url, FIRST)
        self.chance = random.Random(seed)
        self.days = days
        self.happened: Counter[str] = Counter()
        self._names = count()
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        chance = self.chance
        self._down = [
            (FIRST + _DAY * chance.uniform(1, days - 1), hours * 3600.0) for hours in (12, 12, 3, 1, 0.3)
        ]
        for number in range(people):
            person = Person(self.world, number, random.Random(f"{seed}.{number}"))
            self._plan(FIRST + chance.uniform(0, (days - 8) * _DAY), lambda one=person: self._come(one))

    def _plan(self, at: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (at, next(self._names), action))

    def run(self) -> list[str]:
        """Live through the month; return everything that is wrong."""
        end = FIRST + _DAY * (self.days + 2)
        while self.world.now < end:
            self.world.now += _TICK
            if any(begin <= self.world.now < begin + length for begin, length in self._down):
                continue
            while self._agenda and self._agenda[0][0] <= self.world.now:
                heapq.heappop(self._agenda)[2]()
            self.world.due()
        return check_agreement(self.world) + check_reminders(self.world) + self._unaccounted()

    def _unaccounted(self) -> list[str]:
        """Return the reminders that were neither said once nor taken back, though we were there when they were due."""
        said = Counter(
            (told.event.number, told.event.sequence, told.event.which.replace("failed", "missed"))
            for told in self.world.told
            if told.messages or told.event.which == "nudge"  # who is there already is not asked for
        )
        o = tables.outbox.c
        planned = select(o.key, o.status, o.code, o.due_at).where(o.key.startswith("remind:"))
        planned = planned.where(o.due_at <= self.world.now)
        with self.world.store.engine.connect() as connection:
            rows = connection.execute(planned).all()
        wrong = []
        for row in rows:
            number, sequence, which = row.key.removeprefix("remind:").replace(".", ":").split(":")
            fates = said[int(number), int(sequence), which] + (row.code == "cancelled")
            if row.status != tables.DONE or fates > 1 or (not fates and not self._away(row.due_at)):
                wrong.append(f"said or taken back {fates} times: {which} of {number}, status {row.status}")
        return wrong

    def _away(self, at: float) -> bool:
        return any(begin - _TICK <= at < begin + length for begin, length in self._down)

    def _come(self, person: Person) -> None:
        person.to_offer()
        start = person.choose()
        self.happened["booked" if start else "nothing free"] += 1
        if start:
            self._next(person, start)

    def _next(self, person: Person, start: float) -> None:
        """Decide what this person will do about the appointment."""
        now, will = self.world.now, self.chance.random()
        if will < 0.2 and start - now > 7200:
            self._plan(self.chance.uniform(now, start - 3600), lambda: self._move(person, start))
        elif will < 0.3 and start - now > 7200:
            self._plan(self.chance.uniform(now, start - 3600), lambda: self._cancel(person, start))
        elif will < 0.4:
            self.happened["did not come"] += 1
        elif will < 0.5:
            self._plan(self.chance.uniform(now, start), lambda: self._fly(person, start))
        else:
            self._plan(start + self.chance.uniform(-300, 1000), lambda: self._hello(person, start))

    def _move(self, person: Person, start: float) -> None:
        if person.booked() != start:
            return
        moved = person.choose("book:move")
        self.happened["moved" if moved not in (start, 0.0) else "not moved"] += 1
        if moved:
            self._next(person, moved)

    def _cancel(self, person: Person, start: float) -> None:
        if person.booked() == start:
            person.tap("book:cancel")
            self.happened["cancelled"] += not person.booked()

    def _fly(self, person: Person, start: float) -> None:
        """Be in another time zone, and say so."""
        if person.booked() != start:
            return
        person.tap("book:zone")
        self.world.say(
            person.conversation,
            f"zone{next(self._names)}",
            self.chance.choice(["London", "Tokyo", "New York"]),
        )
        self.happened["other zone"] += 1
        self._plan(start + 60, lambda: self._hello(person, start))

    def _hello(self, person: Person, start: float) -> None:
        if person.booked() == start and not begun(self.world.state(person.conversation)):
            self.world.say(person.conversation, f"hello{next(self._names)}", "hello")
            self.happened["came"] += begun(self.world.state(person.conversation))
