"""The last seven days in figures: who came, who finished, what was decided, how long people waited."""

from __future__ import annotations

from statistics import median

from bot.hr.commands import texts
from bot.hr.managing import Drawn, Wish, table
from dialogues.ports import Listed

_WEEK = 7 * 86_400.0


def show_week(wish: Wish) -> Drawn:
    """Return a row a job, of the jobs this person may see."""
    office, since = wish.parts.office, wish.views.now - _WEEK
    finished = office.ranked(wish.person)
    everyone = [*finished, *office.unfinished(wish.person)]
    rows = [
        _row(title, [one for one in everyone if one.job == job], since)
        for job, title in sorted(wish.titles().items())
    ]
    rows = [row for row in rows if any(cell not in ("0", "–") for cell in row[1:])]
    if not rows:
        return [wish.text("week.nothing")]
    return [wish.text("week.intro"), table(texts(wish.language)["week.columns"], rows)]


def _row(title: str, people: list[Listed], since: float) -> list[str]:
    new = [one for one in people if one.created_at >= since]
    done = [one for one in people if one.finished_at >= since]
    totals = [one.total for one in done if one.total is not None]
    return [
        title,
        str(len(new)),
        str(len(done)),
        str(sum(one.passed for one in done)),
        str(sum(bool(one.outcome) for one in done)),
        str(sum(not one.outcome for one in people if one.finished_at)),
        f"{median(totals):.1f}" if totals else "–",
    ]
