"""Inviting a whole list of people: pasted, or from a CSV or Excel file; looked at first, and then done once."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from bot.hr.commands import texts
from bot.hr.managing import Drawn, Wish, buttons, table
from dialogues.app.rights import check

MOST = 200
_LONGEST = 3500
"""Characters of links in one message; messengers take 4096."""
_LARGEST = 50_000_000
"""Bytes a spreadsheet may unpack to."""
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]{2,}")
_PHONE = re.compile(r"\+?[\d\-\s()（）]{7,24}")
_BETWEEN = re.compile(r"[\t,，;；、]|\s{2,}")


class Entry(Struct, frozen=True):
    """One person of a list: the line they stand on, their details, and what is wrong (a text's name, "" nothing)."""

    line: int
    profile: dict[str, str]
    wrong: str = ""


class Kept(Struct, frozen=True):
    """A list that waits for its confirmation."""

    job: str
    people: list[Entry]
    at: float


_kept = msgspec.json.Decoder(Kept)


class NoList(Exception):
    """This file cannot be read as a list; the argument is a text's name."""


def read_file(content: bytes) -> list[list[str]]:
    """Return the cells of a CSV or Excel file. NoList says what is wrong."""
    if content[:4] == b"PK\x03\x04":
        return _read_sheet(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            raise NoList("list.unreadable") from None
    try:
        return read_text(text)
    except csv.Error:  # one cell of more than 128 kB
        raise NoList("list.unreadable") from None


def read_text(text: str) -> list[list[str]]:
    """Return the cells of pasted lines: separated by commas, tabs, semicolons or wide gaps; quotes as in CSV."""
    if '"' in text:
        mark = max(",;\t", key=text.count)
        lines = io.StringIO(text, newline=None)  # any end of line is one
        return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=mark)]
    return [[cell.strip() for cell in _BETWEEN.split(line)] for line in text.splitlines()]


def _read_sheet(content: bytes) -> list[list[str]]:
    # late: who never uploads a spreadsheet need not load its reader
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > _LARGEST:
                raise NoList("list.too_long")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(max_row=MOST + 2, max_col=12, values_only=True)
        return [[_cell(value) for value in row] for row in rows]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError):
        raise NoList("list.unreadable") from None


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # Excel keeps telephone numbers as floating-point ones
    return "" if value is None else str(value).strip()


def read_people(rows: list[list[str]]) -> list[Entry]:
    """Return the people of these lines: whatever looks like an e-mail or a phone is one, the first other word the name."""
    return list(
        _marked(_entry(number, row) for number, row in enumerate(rows, 1) if any(row) and not _is_head(row))
    )


def _is_head(row: list[str]) -> bool:
    return not any(_EMAIL.fullmatch(cell) or _PHONE.fullmatch(cell) for cell in row) and any(
        cell.casefold() in ("name", "姓名", "名字", "e-mail", "email", "邮箱", "手机", "phone")
        for cell in row
    )


def _entry(number: int, row: list[str]) -> Entry:
    cells = [cell for cell in row if cell]
    email = next((cell for cell in cells if "@" in cell), "")
    phone = next((cell for cell in cells if _PHONE.fullmatch(cell) and sum(map(str.isdigit, cell)) > 6), "")
    name = next((cell for cell in cells if cell not in (email, phone)), "")
    known = {"name": name, "email": email, "phone": phone}
    profile = {key: value[:200] for key, value in known.items() if value}
    if not name:
        return Entry(number, profile, "list.no_name")
    if name.isdigit():
        return Entry(number, profile, "list.bad_phone")
    return Entry(number, profile, "list.bad_email" if email and not _EMAIL.fullmatch(email) else "")


def _marked(entries: Iterator[Entry]) -> Iterator[Entry]:
    """Mark who stands there twice."""
    seen: set[str] = set()
    for entry in entries:
        who = (
            entry.profile.get("email") or entry.profile.get("phone") or entry.profile.get("name", "")
        ).casefold()
        yield Entry(entry.line, entry.profile, "list.twice") if not entry.wrong and who in seen else entry
        seen.add(who)


def invite_list(wish: Wish) -> Drawn:
    """Show what a list would do, or do it when it was confirmed."""
    if wish.args[:1] == ("go",):
        return _go(wish, wish.args[1:2])
    job = wish.args[0] if wish.args else ""
    if job not in wish.titles():
        return [
            wish.text(
                "list.usage", jobs="\n".join(f"{key} · {title}" for key, title in wish.titles().items())
            )
        ]
    return look_at(wish, job, read_text(wish.words))


def look_at(wish: Wish, job: str, rows: list[list[str]]) -> Drawn:
    """Show who would be invited, and name every line that cannot be used."""
    check(wish.person, "invite", job)
    entries = read_people(rows)
    if not entries:
        return [wish.text("list.empty")]
    if len(entries) > MOST:
        return [wish.text("list.too_long", most=str(MOST))]
    known = Known(wish.more.admin.people_of(job))
    entries = [_marked_known(known, one) for one in entries]
    good, bad = [one for one in entries if not one.wrong], [one for one in entries if one.wrong]
    said = texts(wish.language)
    shown: Drawn = [wish.text("list.look", title=wish.titles()[job], good=str(len(good)), bad=str(len(bad)))]
    if bad:
        lines = [wish.views.tell("list.line", line=str(one.line), why=said[one.wrong]) for one in bad]
        shown += [{"block": "text", "text": piece} for piece in _pieces(lines)]
    if not good:
        return shown
    rows_shown = [[one.profile.get(k, "–") for k in ("name", "email", "phone")] for one in good]
    content = msgspec.json.encode(Kept(job, good, wish.views.now))
    number = wish.more.admin.keep(wish.desk, wish.effect.key, content)
    go = wish.button("invite_list", "go", str(number), said=wish.views.tell("list.go", count=str(len(good))))
    drop = wish.button("invite_list", "go", "0", said=said["list.drop"])
    return [*shown, table(said["list.columns"], rows_shown, about=0), buttons(go, drop)]


class Known:
    """Who has been invited for a job: the same e-mail or phone is the same person; without either, the same name."""

    def __init__(self, people: list[tuple[int, float, dict[str, str]]]) -> None:
        self._by = {
            (key, profile[key].casefold()): (conversation, at)
            for conversation, at, profile in people
            for key in ("email", "phone", "name")
            if profile.get(key)
        }

    def find(self, profile: dict[str, str]) -> tuple[int, float] | None:
        """Return (conversation, when it was created)."""
        ways = [way for way in ("email", "phone") if profile.get(way)] or ["name"]
        return next((found for way in ways if (found := self._by.get((way, profile[way].casefold())))), None)


def _marked_known(known: Known, one: Entry) -> Entry:
    return one if one.wrong or known.find(one.profile) is None else Entry(one.line, one.profile, "list.known")


def _go(wish: Wish, args: tuple[str, ...]) -> Drawn:
    number = int(args[0]) if args and args[0].isdigit() else 0
    content = wish.more.admin.kept(wish.desk, number) if number else None
    if content is None:
        return [wish.text("list.gone" if number else "list.dropped")]
    kept = _kept.decode(content)
    check(wish.person, "invite", kept.job)
    known = Known(wish.more.admin.people_of(kept.job))
    lines = [f"{one.profile['name']}: {_invite(wish, kept, one, known)}" for one in kept.people]
    wish.more.admin.drop(wish.desk, number)
    done = wish.text("list.done", count=str(len(lines)))
    return [done, *({"block": "text", "text": piece} for piece in _pieces(lines))]


def _invite(wish: Wish, kept: Kept, one: Entry, known: Known) -> str:
    """Return a link for one person; who was invited before a crash is not invited again."""
    same = known.find(one.profile)
    if same is not None and same[1] >= kept.at:
        links = wish.more.links(wish.more.admin.token(same[0]))
        return "\n".join(links.values())
    application, link = wish.parts.office.invite(wish.person, kept.job, one.profile)
    wish.log("invited", application)
    return link


def _pieces(lines: list[str]) -> list[str]:
    pieces: list[str] = []
    for line in lines:
        if pieces and len(pieces[-1]) + len(line) < _LONGEST:
            pieces[-1] += "\n" + line
        else:
            pieces.append(line)
    return pieces
