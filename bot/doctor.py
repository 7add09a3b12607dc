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
        ("telegram", lambda _: "not configured"),
        ("wechat", lambda _: "not configured"),
        ("speech", lambda _: "not configured: voice answers are not offered"),
        ("HR system", lambda _: "not configured: results stay here"),
    ]
    return [(name, check(house)) for name, check in checks]


def _database(house: House) -> str:
    if is_sqlite(house.settings.database_url):
        return "ready: SQLite, one process"
    return "ready: PostgreSQL"


def _keys(house: House) -> str:
    try:
        house.applications.ranked(None, 1)
        house.applications.unfinished(None, 1)
    except UnreadableText as error:
        return f"broken: {error}"
    return f"ready: {len(house.keys)}"


def _audit(house: House) -> str:
    with reading(house.engine).connect() as connection:
        broken = broken_link(connection)
    return "ready: unbroken" if broken is None else f"broken: row {broken.id} was changed outside Colloquy"


def _disk(_: House) -> str:
    free = shutil.disk_usage(".").free / 2**30
    return f"ready: {free:.0f} GiB free" if free > 1 else f"broken: only {free:.1f} GiB free; make room"


def _packs(house: House) -> str:
    wrong = [name for name, text in shipped_packs() if any(problem.serious for problem in check_pack(text))]
    if wrong:
        return f"broken: {', '.join(wrong)}; run: colloquy packs check"
    active = len(house.packs.names())
    return f"ready: {active} active" if active else "not configured: run colloquy packs activate PATH"


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
    return f"ready: {known}" if known else "not configured: set COLLOQUY_HR_USERS=web:anna:owner"


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
