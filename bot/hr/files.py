"""A file that a person of HR handed in: a job pack, or a list of people to invite."""

from __future__ import annotations

from bot.hr.lists import NoList, look_at, read_file
from bot.hr.managing import Drawn, Wish, buttons
from bot.hr.packing import look_at_pack


def take_file(wish: Wish) -> Drawn:
    """Look at a kept file: `args` is its number and, for a list, the job it is for."""
    number = int(wish.args[0]) if wish.args and wish.args[0].isdigit() else 0
    content = wish.more.admin.kept(wish.desk, number) if number else None
    if content is None:
        return [wish.text("file.gone")]
    pack = _pack_text(content)
    if pack:
        wish.more.admin.drop(wish.desk, number)
        return look_at_pack(wish, pack)
    try:
        rows = read_file(content)
    except NoList as error:
        return [
            wish.text("list.too_long" if error.args == ("list.too_long",) else "list.unreadable", most="200")
        ]
    jobs, job = wish.titles(), wish.args[1] if len(wish.args) > 1 else ""
    if len(jobs) == 1:
        job = next(iter(jobs))
    if job in jobs:
        wish.more.admin.drop(wish.desk, number)
        return look_at(wish, job, rows)
    which = [wish.button("file", str(number), key, said=title) for key, title in sorted(jobs.items())]
    return [wish.text("file.which"), buttons(*which)]


def _pack_text(content: bytes) -> str:
    """Return the text of a file that is meant to be a job pack; "" for any other."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
    return text if "competencies:" in text or "questions:" in text else ""
