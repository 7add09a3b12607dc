"""The last seven days in figures: who came, who finished, what was decided, how long people waited."""

from __future__ import annotations

from statistics import median

from msgspec import Struct

from bot.hr.commands import texts
from bot.hr.managing import Drawn, Wish, chart, table
from dialogues.ports import Listed, Office, Person

_WEEK = 7 * 86_400.0


class Week(Struct, frozen=True):
    """One job's week; `counts` are in the order of the table's columns, `median` is of those who finished."""

    title: str
    counts: tuple[int, ...]
    median: float | None


def weeks(office: Office, person: Person, now: float) -> list[Week]:
    """Return the jobs this person may see in which something happened."""
    everyone = [*office.ranked(person), *office.unfinished(person)]
    titles = {job: title for job, (title, _) in office.jobs(person).items()}
    found = [
        _week(title, [one for one in everyone if one.job == job], now - _WEEK)
        for job, title in sorted(titles.items())
    ]
    return [week for week in found if any(week.counts)]


def show_week(wish: Wish) -> Drawn:
    """Return a picture, and a row a job, of the jobs this person may see."""
    found = weeks(wish.parts.office, wish.person, wish.views.now)
    if not found:
        return [wish.text("week.nothing")]
    columns = texts(wish.language)["week.columns"]
    rows = [
        [week.title, *map(str, week.counts), "–" if week.median is None else f"{week.median:.1f}"]
        for week in found
    ]
    return [chart("week", wish.views.tell("week.intro")), table(columns, rows, about=0)]


def _week(title: str, people: list[Listed], since: float) -> Week:
    done = [one for one in people if one.finished_at >= since]
    totals = [one.total for one in done if one.total is not None]
    counts = (
        sum(one.created_at >= since for one in people),
        len(done),
        sum(one.passed for one in done),
        sum(bool(one.outcome) for one in done),
        sum(not one.outcome for one in people if one.finished_at),
    )
    return Week(title, counts, median(totals) if totals else None)
