"""`colloquy doctor`: looks at every part and says ready, not configured, or broken and what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from bot.wiring import House, MissingKeys, shipped_packs
from config.settings import Settings
from dialogues.app.packs import check_pack
from storage.audit import broken_link
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
        ("web chat", lambda built: f"ready: {built.settings.address}"),
        ("reports", _reports),
        ("telegram", lambda _: _LATER),
        ("wechat", lambda _: _LATER),
        ("speech", lambda _: f"{_LATER}; answers are given in writing"),
        ("HR system", lambda _: f"{_LATER}; results stay here: colloquy result"),
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
    known = len(house.people.everyone())
    return f"ready: {known} known" if known else "not configured: set COLLOQUY_HR_USERS=web:anna:owner"


def _scorer(_: House) -> str:
    from scoring.builtin import BuiltinScorer  # here: only this check needs it in this process

    scorer = BuiltinScorer()
    return f"ready: {scorer.id.name} {scorer.id.version}, no key needed"


def _reports(_: House) -> str:
    try:
        import typst  # noqa: F401  here: proves that the typesetter is installed
    except ImportError:
        return "broken: the package typst is missing; run make setup"
    return "ready"
