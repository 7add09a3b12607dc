"""People who book, step by step, in a process that may be killed at any moment and goes on from what is stored."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

from icalendar import Calendar

from bot.calendars import CalendarSync, Shown
from dialogues.core.events import Decided, Outcome
from dialogues.core.interview import Ask, Interview, Phase
from scheduler.calendars.ics import number_of, uid_of
from scheduler.calendars.server import Entry
from storage.agenda import BookingDesk
from storage.calendars import Calendars
from tests.e2e.booking.month import FIRST
from tests.e2e.booking.world import World
from tests.storage.store import PACK

ANNA = "web:anna"
_STEP = 240.0


class Folder:
    """A calendar that is a folder; written as a server would, each entry at once or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def entries(self, start: float, end: float) -> list[Entry]:
        found = []
        for path in sorted(self._folder.glob("*.ics")):
            for event in Calendar.from_ical(path.read_bytes()).walk("VEVENT"):
                uid = str(event["UID"])
                begin, finish = event.start.timestamp(), event.end.timestamp()  # type: ignore[attr-defined]
                found.append(Entry(uid, begin, finish, number_of(uid) or 0, int(event["SEQUENCE"])))
        return found

    def put(self, written: bytes) -> None:
        uid = str(next(iter(Calendar.from_ical(written).walk("VEVENT")))["UID"])
        partial = self._folder / f"{uid}.part"
        partial.write_bytes(written)
        partial.replace(self._folder / f"{uid}.ics")

    def remove(self, number: int) -> None:
        (self._folder / f"{uid_of(number)}.ics").unlink(missing_ok=True)


class Town:
    """All the people and the calendar, on one database."""

    def __init__(self, folder: Path, people: int, seed: int) -> None:
        self.world = World(f"sqlite:///{folder}/town.db", FIRST)
        self._chance = random.Random(seed)
        self._clock = folder / "clock"
        if self._clock.exists():
            self.world.now = float(self._clock.read_text() or FIRST)
        (folder / "anna").mkdir(exist_ok=True)
        self.calendar = Folder(folder / "anna")
        self.calendars = Calendars(self.world.store.engine, self.world.store.sealer)
        BookingDesk(self.world.store.engine).set_rule(PACK, "interviewers", ANNA)
        if not self.calendars.all():
            self.calendars.connect(ANNA, "https://calendar.example/anna/")
        self._sync = CalendarSync(
            self.calendars,
            lambda _: Shown("job", "candidate", "company", ""),
            lambda *_: None,
            clock=lambda: self.world.now,
            open_server=lambda _: self.calendar,  # type: ignore[arg-type,return-value]
        )
        self.world.record.free_leases()
        self.people = [self.world.new(number) for number in range(people)]

    def live(self, until: Callable[[], bool]) -> None:
        """Go on until it is enough."""
        while not until():
            for conversation in self._chance.sample(self.people, min(4, len(self.people))):
                self._act(conversation)
            self._advance()

    def _advance(self) -> None:
        self.world.now += _STEP
        partial = self._clock.with_suffix(".part")
        partial.write_text(str(self.world.now))
        partial.replace(self._clock)
        self.world.due()
        self.sync()

    def sync(self) -> None:
        for one in self.calendars.all():
            self._sync.sync(one)

    def quiet(self) -> None:
        """Let everything that is under way come to rest, without anybody doing anything new."""
        self.world.store.batch.catch_up()
        for _ in range(3):
            self.world.now += 61.0
            self.world.due()
        self.world.bookings.tidy(self.world.now + 700)
        self.sync()

    def _act(self, conversation: int) -> None:
        state = self.world.state(conversation)
        wish = self._wish(conversation, state)
        name = f"s{state.seq}"
        if wish == "hello":
            self.world.say(conversation, name, "hello")
        elif wish == "decide":
            event = Decided(self.world.now, "Anna", Outcome.SECOND_ROUND, "", ANNA)
            self.world.send(conversation, name, event)
        elif wish:
            self.world.press(conversation, name, wish) if state.phase is not Phase.NEW else self.world.open(
                conversation, "Asia/Shanghai"
            )

    def _wish(self, conversation: int, state: Interview) -> str:
        booking, prompt = state.booking, state.prompt
        if state.phase is Phase.NEW:
            return "open"
        if booking is not None and booking.start:
            return self._wish_booked(booking.start)
        asked = prompt.ask if prompt is not None else None
        meets = conversation % 2 == 0
        match asked:
            case Ask.CONSENT:
                return "consent:yes" if meets else self._chance.choice(("consent:yes", "consent:book"))
            case Ask.CONFIRM:
                return "details:right"
            case Ask.PRACTICE_OFFER:
                return "practice:no" if meets else "book:days"
            case Ask.ANSWER | Ask.SURVEY | Ask.COMMENT | Ask.QUESTIONS:
                return "questions:none" if asked is Ask.QUESTIONS else "do:skip"
            case Ask.DAY:
                days = [day for day, count in booking.days if count] if booking is not None else []
                return f"day:{self._chance.choice(days)}" if days else "book:days"
            case Ask.TIME:
                times = booking.times if booking is not None else ()
                return f"slot:{int(self._chance.choice(times))}" if times else "book:days"
            case Ask.SLOT:
                return self._chance.choice(("book:yes", "book:yes", "book:other"))
        if state.phase is Phase.FINISHED:
            return "decide" if state.decision is None else "book:days"
        return "book:days" if state.phase is Phase.BOOKING else ""

    def _wish_booked(self, start: float) -> str:
        if self.world.now >= start:
            return "hello"
        return self._chance.choices(("", "book:move", "book:cancel"), (8, 1, 1))[0]


def live_until_killed(folder: Path, people: int, seed: int) -> None:
    """Go on for ever; whoever started this ends it."""
    town = Town(folder, people, seed)
    (folder / "ready").touch()
    began = time.monotonic()
    town.live(lambda: time.monotonic() - began > 30)


def check_calendar(town: Town) -> list[str]:
    """Return where the interviewer's calendar and the appointments differ."""
    world = town.world
    entries = {entry.number: entry for entry in town.calendar.entries(0, 0)}
    standing = {
        made.id: made
        for made in town.calendars.appointments(ANNA, (), world.now)
        if made.status in ("booked", "begun")
    }
    wrong = [f"not in the calendar: {number}" for number in standing.keys() - entries.keys()]
    for number, entry in entries.items():
        made = standing.get(number)
        if made is None and entry.end > world.now:
            wrong.append(f"in the calendar, and no more: {number}")
        elif made is not None and (made.start, made.sequence) != (entry.start, entry.sequence):
            wrong.append(f"differs in the calendar: {number}")
    return wrong
