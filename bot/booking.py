"""Makes booking of its parts: part of the composition root, so that `bot.wiring` need not know them one by one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from starlette.routing import BaseRoute, Route

from bot.calendars import CalendarFiles, CalendarSync, Shown
from bot.hr.commands import tell
from bot.hr.desk import Parts
from bot.hr.slots import HrSlots, Slots
from dialogues.app.booking import BookingCarrier, Sources
from dialogues.app.diary import free_days, open_diary
from dialogues.bookings import Appointment
from dialogues.core.effects import (
    Arrange,
    AwaitDay,
    CloseBooking,
    ConfirmSlot,
    FindSlots,
    FindZone,
    HoldSlot,
    Remind,
)
from scheduler.calendars.server import parse_address
from scheduler.clock import Clock
from scheduler.slots import find_slot
from storage.agenda import BookingDesk
from storage.bookings import SqlBookings
from storage.calendars import Calendars

if TYPE_CHECKING:
    from bot.house import House

_EFFECTS = (FindSlots, HoldSlot, ConfirmSlot, CloseBooking, AwaitDay, FindZone, Remind)
_TIDY_SECONDS, _SYNC_SECONDS, _MORNING = 60.0, 300.0, 8
_KINDS = ("interview", "second_round")


class Booking:
    """The appointments of a running process: carriers of effects, HR's commands, calendars and housekeeping."""

    def __init__(self, house: House, desk: Parts) -> None:
        self._house = house
        self._desk = desk
        self.bookings = SqlBookings(house.engine)
        self._appointments = BookingDesk(house.engine)
        self.calendars = Calendars(house.engine, house.sealer)
        self.files = CalendarFiles(
            self.bookings,
            self._appointments,
            self.calendars,
            house.keys[-1],
            house.settings.address,
            self._describe,
            self._jobs_of,
        )
        self.sync = CalendarSync(self.calendars, self._describe, self._tell)
        self._carrier = BookingCarrier(
            Sources(
                bookings=self.bookings,
                interviews=house.applications,
                packs=house.packs,
                words_of=house.record.words_of,
                clock=time.time,
                link=self.files.link,
            )
        )
        self.hr = HrSlots(desk, self._slots())

    def _slots(self) -> Slots:
        return Slots(
            appointments=self._appointments,
            current=self._current,
            connect=self._connect,
            feed_link=self.files.feed_link,
            offers=self._offers,
            noted=self._noted,
        )

    def carriers(self) -> dict[type[Any], Any]:
        """Return what carries out each effect."""
        carriers: dict[type[Any], Any] = dict.fromkeys(_EFFECTS, self._carrier.carry)
        return {**carriers, Arrange: self.hr.act}

    def routes(self) -> Iterator[BaseRoute]:
        """Yield the addresses of calendar files and feeds."""
        yield Route("/calendar/{name}.ics", self.files.serve)

    async def keep_house(self) -> None:
        """Tick the housekeeping until cancelled."""
        clock = Clock(self._house.settings.timezone)
        clock.every(_TIDY_SECONDS, "tidy_bookings", self._tidy)
        clock.every(_SYNC_SECONDS, "sync_calendars", self.sync.sync_all)
        clock.daily(_MORNING, "tell_today", self._tell_today)
        await clock.run_forever()

    async def _tidy(self) -> None:
        await asyncio.to_thread(self.bookings.tidy, time.time())

    async def _tell_today(self) -> None:
        await asyncio.to_thread(self.tell_today)

    def tell_today(self) -> None:
        """Show every person of HR who is there the appointments of today."""
        today = datetime.fromtimestamp(time.time(), ZoneInfo(self._house.settings.timezone)).date()
        for person in self._house.people.everyone():
            blocks = self.hr.listed(person, today)
            if blocks[0].get("block") == "table":
                said = tell(person.language or self._house.settings.language, "bookings.today")
                told = [{"block": "text", "text": said}, *blocks]
                self._desk.screens.send(person.conversation, told, key=f"bookings:{today}:{person.id}")

    def _describe(self, made: Appointment) -> Shown:
        house = self._house
        state = house.applications.interview(made.conversation)
        language = state.language if state is not None else house.settings.language
        pack = (
            house.packs.active(made.job)
            if state is None
            else house.packs.pack(state.pack, state.pack_version)
        )
        name = house.applications.profile(made.conversation).get("name", "")
        return Shown(
            job=pack.title.get(language) or next(iter(pack.title.values())),
            candidate=name or tell(house.settings.language, "someone"),
            company=pack.company.get(language, ""),
            link="",
        )

    def _jobs_of(self, owner: str) -> tuple[str, ...] | None:
        person = self._house.people.by_id(owner)
        return person.jobs if person is not None else ()

    def _tell(self, owner: str, phrase: str, args: dict[str, str]) -> None:
        person = self._house.people.by_id(owner)
        if person is not None:
            text = tell(person.language or self._house.settings.language, phrase, **args)
            key = f"{phrase}:{owner}:{args.get('application', '')}:{int(time.time() // 60)}"
            self._desk.screens.send(person.conversation, [{"block": "text", "text": text}], key=key)

    def _current(self, conversation: int) -> Appointment | None:
        found = (self.bookings.current(conversation, kind) for kind in _KINDS)
        return next((one for one in found if one is not None), None)

    def _connect(self, owner: str, address: str) -> None:
        if address:
            parse_address(address)
        self.calendars.connect(owner, address)

    def _offers(self, conversation: int, kind: str, start: float) -> bool:
        state = self._house.applications.interview(conversation)
        if state is None:
            return False
        pack = self._house.packs.pack(state.pack, state.pack_version)
        diary = open_diary(pack, kind, self.bookings)
        if diary is None:
            return False
        days = free_days(
            diary, self.bookings, diary.zone, time.time(), self.bookings.current(conversation, kind)
        )
        return find_slot(days, start) is not None

    def _noted(self, conversation: int) -> str:
        state = self._house.applications.interview(conversation)
        if state is None or state.booking is None or not state.booking.note:
            return ""
        return self._house.record.words_of(conversation, [state.booking.note])[0]
