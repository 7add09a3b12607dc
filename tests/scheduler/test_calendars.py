"""Calendar files as an independent reader sees them, and a real CalDAV server kept in step."""

from __future__ import annotations

import base64
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot.calendars import CalendarSync, Shown
from dialogues.bookings import Wanted
from scheduler.calendars.ics import Meeting, number_of, render_entry, render_feed, render_invitation
from scheduler.calendars.server import CalendarServer, Unreachable, parse_address
from storage.bookings import SqlBookings
from storage.calendars import Calendars
from tests.e2e.faults.process import free_port
from tests.storage.store import Store

START = datetime(2026, 11, 24, 3, tzinfo=UTC).timestamp()
MEETING = Meeting(
    number=5,
    sequence=2,
    start=START,
    end=START + 2700,
    zone="America/New_York",
    title='面试：销售代表, with "marks"; and more',
    changed_at=START - 86_400,
    note="需要安静的环境\n谢谢",
    link="https://example.com/chat",
    organizer=("晴川办公", "interviews@example.com"),
    guests=(("王小明", "w@example.com"),),
)
ANNA = "web:anna"


def parse(text: bytes) -> dict[str, Any]:
    """Read with vobject, which shares no code with the library that wrote."""
    import vobject  # late: a reader for this test only

    event = vobject.readOne(text.decode()).vevent
    return {
        "uid": event.uid.value,
        "start": event.dtstart.value.timestamp(),
        "end": event.dtend.value.timestamp(),
        "title": event.summary.value,
        "note": event.description.value if hasattr(event, "description") else "",
        "alarms": len(event.contents.get("valarm", [])),
        "sequence": event.sequence.value,
    }


def test_an_invitation_says_the_same_to_another_reader() -> None:
    written = render_invitation(MEETING)
    read = parse(written)
    assert read == {
        "uid": "booking-5@colloquy",
        "start": START,
        "end": START + 2700,
        "title": MEETING.title,
        "note": MEETING.note,
        "alarms": 2,
        "sequence": "2",
    }
    for line in (
        b"METHOD:REQUEST",
        b"BEGIN:VTIMEZONE",
        b"TZID:America/New_York",
        b"DTSTART;TZID=America/New_York:",
    ):
        assert line in written
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))


def test_a_cancellation_keeps_the_name() -> None:
    written = render_invitation(replace(MEETING, cancelled=True, sequence=3))
    assert b"METHOD:CANCEL" in written
    assert b"STATUS:CANCELLED" in written
    assert parse(written)["uid"] == "booking-5@colloquy"
    assert parse(written)["alarms"] == 0


def test_a_feed_holds_all_and_is_none_when_empty() -> None:
    many = [replace(MEETING, number=n, start=START + n * 3600, end=START + n * 3600 + 900) for n in range(20)]
    written = render_feed(many, "Colloquy")
    assert written.count(b"BEGIN:VEVENT") == 20
    assert written.count(b"BEGIN:VTIMEZONE") == 1
    assert b"BEGIN:VEVENT" not in render_feed([], "Colloquy")


def test_names_of_others_are_not_ours() -> None:
    assert number_of("booking-5@colloquy") == 5
    assert [number_of(uid) for uid in ("", "5", "booking-x@colloquy", "booking-5@other")] == [None] * 4


@pytest.mark.parametrize("text", ["", "anna", "ftp://x/y", "https://", "javascript:alert(1)"])
def test_an_address_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="looks like"):
        parse_address(text)


def test_an_address_with_a_password() -> None:
    address = parse_address("https://anna:s%40crt@calendar.example.com:8443/anna/work/")
    assert (address.url, address.user, address.password) == (
        "https://calendar.example.com:8443/anna/work/",
        "anna",
        "s@crt",
    )


class Radicale:
    """A real CalDAV server in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self.address = self.address_of("work")
        self._process: subprocess.Popen[bytes] | None = None
        self.start()
        self._ask("MKCALENDAR", "/anna/work/")

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "radicale",
                "--server-hosts",
                f"127.0.0.1:{self.port}",
                "--auth-type",
                "none",
                "--storage-filesystem-folder",
                str(self._folder),
                "--config",
                "",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 90
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/.web/", timeout=20):
                    return
            except OSError:
                assert self._process.poll() is None, "Radicale ended"
                assert time.monotonic() < deadline, "Radicale did not start"
                time.sleep(0.1)

    def address_of(self, name: str) -> str:
        """Return the address of one of Anna's calendars."""
        return f"http://anna:x@127.0.0.1:{self.port}/anna/{name}/"

    def upload(self, name: str, written: bytes) -> None:
        """Make a calendar of a file, as the server's own page does when a file is dropped on it."""
        self._ask("PUT", f"/anna/{name}/", written)

    def stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(60)

    def _ask(self, method: str, path: str, body: bytes | None = None) -> None:
        sign_in = base64.b64encode(b"anna:x").decode()
        headers = {"Authorization": f"Basic {sign_in}", "Content-Type": "text/calendar"}
        address = f"http://127.0.0.1:{self.port}{path}"
        with urllib.request.urlopen(
            urllib.request.Request(address, body, headers, method=method), timeout=60
        ):
            pass

    def enter(self, uid: str, start: float, end: float) -> None:
        """Have the owner write something into the calendar with another program."""
        times = [datetime.fromtimestamp(one, UTC).strftime("%Y%m%dT%H%M%SZ") for one in (start, end)]
        text = (
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//other//EN\r\nBEGIN:VEVENT\r\n"
            f"UID:{uid}\r\nDTSTAMP:20261101T000000Z\r\nDTSTART:{times[0]}\r\nDTEND:{times[1]}\r\n"
            "SUMMARY:private\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
        self._ask("PUT", f"/anna/work/{uid}.ics", text.encode())


@pytest.fixture(scope="module")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    pytest.importorskip(
        "radicale", reason="Radicale is not installed: CalDAV was not tested", exc_type=ImportError
    )
    server = Radicale(tmp_path_factory.mktemp("radicale"))
    yield server
    server.stop()


def book(bookings: SqlBookings, conversation: int, start: float, **changes: Any) -> Any:
    wanted = Wanted(
        conversation=conversation,
        application=f"a_{conversation}",
        job="sales",
        kind="second_round",
        start=start,
        end=start + 3600,
        zone="Asia/Shanghai",
        request=f"{conversation}:{int(start)}",
        resources=(f"person:{ANNA}",),
        capacity=1,
        people=(ANNA,),
    )
    return bookings.confirm(replace(wanted, **changes), start - 86_400, ())


def test_files_and_feeds_import_into_a_real_server(radicale: Radicale) -> None:
    """As somebody uploads a file to a calendar: the server takes it apart and gives each entry back."""
    later = replace(MEETING, number=6, start=START + 86_400, end=START + 90_000, zone="Asia/Shanghai")
    radicale.upload("file", render_invitation(MEETING))
    radicale.upload("feed", render_feed([MEETING, later], "Colloquy"))
    found = {
        name: [
            (entry.uid, entry.start, entry.end, entry.sequence)
            for entry in CalendarServer(parse_address(radicale.address_of(name))).entries(
                START - 86_400, START + 10 * 86_400
            )
        ]
        for name in ("file", "feed")
    }
    first = ("booking-5@colloquy", START, START + 2700, 2)
    assert found["file"] == [first]
    assert sorted(found["feed"]) == [first, ("booking-6@colloquy", START + 86_400, START + 90_000, 2)]


def test_both_ways_with_a_real_server(radicale: Radicale, tmp_path: Path) -> None:
    from storage.migrate import upgrade  # late: one database for one test

    store = Store(f"sqlite:///{tmp_path}/calendar.db")
    upgrade(store.engine)
    bookings, calendars = SqlBookings(store.engine), Calendars(store.engine, store.sealer)
    calendars.connect(ANNA, radicale.address)
    told: list[str] = []
    sync = CalendarSync(
        calendars,
        lambda _: Shown("销售代表", "王小明", "晴川", ""),
        lambda owner, phrase, _: told.append(f"{owner} {phrase}"),
        clock=lambda: START,
    )
    one = calendars.all()[0]
    server = CalendarServer(parse_address(radicale.address))

    def ours() -> list[tuple[float, int]]:
        entries = server.entries(START - 86_400, START + 10 * 86_400)
        return [(entry.start, entry.sequence) for entry in entries if entry.number]

    # busy time comes in
    radicale.enter("dentist", START + 7200, START + 10_800)
    assert sync.sync(one)
    _, busy = bookings.occupied((f"person:{ANNA}",), START, START + 86_400, START)
    assert [(block.start, block.end) for block in busy] == [(START + 7200, START + 10_800)]

    # appointments go out, move and vanish
    made = book(bookings, 1, START + 14_400)
    assert sync.sync(one)
    assert ours() == [(START + 14_400, 0)]
    book(bookings, 1, START + 18_000)
    assert sync.sync(one)
    assert ours() == [(START + 18_000, 1)]
    assert told == []

    # what its owner does to one there is noticed, said and put back
    server.remove(made.id)
    assert sync.sync(one)
    assert ours() == [(START + 18_000, 1)]
    moved = Meeting(made.id, 1, START + 90_000, START + 93_600, "UTC", "moved by hand", START)
    server.put(render_entry(moved))
    assert sync.sync(one)
    assert ours() == [(START + 18_000, 1)]
    assert told == [f"{ANNA} calendar.deleted", f"{ANNA} calendar.changed"]

    # the server is down: bookings go on, its owner is told once, and it catches up
    radicale.stop()
    with pytest.raises(Unreachable):
        server.entries(START, START + 1)
    assert not sync.sync(one)
    assert book(bookings, 2, START + 25_200) is not None
    assert not sync.sync(one)
    assert told.count(f"{ANNA} calendar.down") == 1
    radicale.start()
    assert sync.sync(one)
    assert sorted(ours()) == [(START + 18_000, 1), (START + 25_200, 0)]
    bookings.close(1, "second_round", "cancelled", "x", START)
    assert sync.sync(one)
    assert ours() == [(START + 25_200, 0)]
    store.close()


def test_a_feed_is_secret_and_ends_with_the_next_one(tmp_path: Path) -> None:
    from storage.migrate import upgrade  # late: one database for one test

    store = Store(f"sqlite:///{tmp_path}/feed.db")
    upgrade(store.engine)
    calendars = Calendars(store.engine, store.sealer)
    first = calendars.new_feed(ANNA)
    assert calendars.feed_owner(first) == ANNA
    second = calendars.new_feed(ANNA)
    assert calendars.feed_owner(first) == ""
    assert calendars.feed_owner(second) == ANNA
    assert calendars.feed_owner("guessed") == ""
    store.close()
