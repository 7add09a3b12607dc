"""`colloquy doctor`: looks at every part and says ready, not configured, or broken and what to do."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from bot.ehr.examining import examine_ehr
from bot.fix import Fix
from bot.house import House, MissingKeys, shipped_packs
from bot.judging.carrier import say_state
from bot.llm import scorer_here, try_llm
from bot.messengers import telegram_trouble, try_telegram
from bot.speaking.ready import say_voices
from bot.speech.ready import say_ears
from config.settings import Settings
from dialogues.app.packs import check_pack
from scheduler.holidays import UnknownCountry, check_country
from storage.audit import broken_link
from storage.calendars import Calendars
from storage.engine import WrongDatabase, is_sqlite, reading
from storage.seal import UnreadableText

Row = tuple[str, str]
_LATER = "not configured: not in this version yet"


def examine(settings: Settings) -> list[Row]:
    """Return (part, state) for every part."""
    try:
        house = House(settings)
    except (WrongDatabase, MissingKeys, ValueError) as error:
        return [("database", f"broken: {error}")]
    except (SQLAlchemyError, OSError) as error:
        return [
            ("database", f"broken: cannot be opened ({type(error).__name__}); check COLLOQUY_DATABASE_URL")
        ]
    checks: list[tuple[str, Callable[[House], str]]] = [
        ("database", _database),
        ("data keys", _keys),
        ("audit log", _audit),
        ("disk", _disk),
        ("job packs", _packs),
        ("languages", _languages),
        ("people of HR", _people),
        ("scorer", _scorer),
        ("language model", lambda built: asyncio.run(try_llm(built.settings))),
        ("web chat", lambda built: f"ready: {built.settings.address}"),
        ("booking", _booking),
        ("calendars", _calendars),
        ("reports", _reports),
        ("code sandbox", lambda _: say_state()),
        ("telegram", _telegram),
        ("wechat", lambda _: _LATER),
        ("speech", lambda built: say_ears(built.settings)),
        ("spoken questions", lambda built: say_voices(built.settings, built.languages)),
        ("HR system", examine_ehr),
    ]
    return [(name, check(house)) for name, check in checks]


def _database(house: House) -> str:
    if is_sqlite(house.settings.database_url):
        place = house.settings.database_url.removeprefix("sqlite:///")
        return f"ready: SQLite in {place}, for one process"
    return "ready: PostgreSQL"


def _keys(house: House) -> str:
    try:
        house.applications.ranked(None, 1)
        house.applications.unfinished(None, 1)
    except UnreadableText as error:
        return f"broken: {error}"
    count = len(house.keys)
    return "ready: 1 key" if count == 1 else f"ready: {count} keys, the newest one seals"


def _audit(house: House) -> str:
    with reading(house.engine).connect() as connection:
        broken = broken_link(connection)
    return (
        "ready: every row follows from the one before"
        if broken is None
        else f"broken: row {broken.id} was changed outside Colloquy"
    )


def _disk(_: House) -> str:
    free = shutil.disk_usage(".").free / 2**30
    return f"ready: {free:.0f} GiB free" if free > 1 else f"broken: only {free:.1f} GiB free; make room"


def _packs(house: House) -> str:
    wrong = [name for name, text in shipped_packs() if any(problem.serious for problem in check_pack(text))]
    if wrong:
        return f"broken: {', '.join(wrong)}; run: colloquy packs check"
    active = len(house.packs.names())
    return f"ready: {active} active jobs" if active else "not configured: run colloquy packs activate PATH"


def _languages(house: House) -> str:
    codes = sorted(house.languages)
    reference = set(house.languages[codes[0]].catalog.phrases)
    for code in codes[1:]:
        missing = reference ^ set(house.languages[code].catalog.phrases)
        if missing:
            return f"broken: {code} and {codes[0]} differ in {', '.join(sorted(missing)[:3])}"
    return f"ready: {', '.join(codes)}"


def _people(house: House) -> str:
    try:
        named = {f"{channel}:{handle.partition('=')[0]}" for channel, handle, _ in house.settings.hr_people()}
    except ValueError as error:
        return f"broken: {error}"
    known = {person.id for person in house.people.everyone()}
    if not known | named:
        return "not configured: set COLLOQUY_HR_USERS=web:anna:owner"
    later = f", {len(named - known)} to be added when the server starts" if named - known else ""
    return f"ready: {len(known)} known{later}"


def _scorer(house: House) -> str:
    try:
        scorer = scorer_here(embeddings=house.settings.embeddings)
    except Fix as missing:
        return f"broken: {missing.message}"
    return f"ready: {scorer.id.name} {scorer.id.version}, no key needed"


def _booking(house: House) -> str:
    jobs = [house.packs.active(name) for name in house.packs.names()]
    booked = [pack for pack in jobs if pack.booking is not None and pack.booking.interview is not None]
    if not booked:
        return (
            "not configured: no active job has a section booking; candidates begin at once (docs/booking.md)"
        )
    try:
        for pack in booked:
            check_country(pack.booking.country if pack.booking is not None else "")
    except UnknownCountry as error:
        return f"broken: {error}"
    return f"ready: {len(booked)} of {len(jobs)} jobs"


def _calendars(house: House) -> str:
    connected = Calendars(house.engine, house.sealer).all()
    failing = sorted(one.owner for one in connected if one.failing_since)
    if failing:
        return f"broken: the calendar of {', '.join(failing)} does not answer; they can send /calendar ADDRESS again"
    return (
        f"ready: {len(connected)} kept in step"
        if connected
        else "not configured: HR connects one with /calendar"
    )


def _reports(_: House) -> str:
    try:
        import typst  # noqa: F401  here: proves that the typesetter is installed
    except ImportError:
        return "broken: the package typst is missing; run make setup"
    return "ready"


def _telegram(house: House) -> str:
    if not house.settings.telegram_token.get_secret_value():
        return "not configured: set COLLOQUY_TELEGRAM_TOKEN (docs/telegram.md)"
    if trouble := telegram_trouble(house.settings):
        return f"broken: {trouble}"
    state = asyncio.run(try_telegram(house))
    known = [person.id for person in house.people.everyone()]
    here = any(one.strip().startswith("telegram:") for one in (*known, *house.settings.hr_users.split(",")))
    if state.startswith("ready") and not here:
        state += (
            "; nobody of HR uses it yet: COLLOQUY_HR_USERS=telegram:NUMBER=NAME:owner, or colloquy hr-invite"
        )
    return state
