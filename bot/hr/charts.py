"""What is shown as a picture beside its table: the week, and two or three candidates side by side.

A picture has an address that names what is in it; it is made from the record when it is looked at, for the person who
looks, and not kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.hr.commands import tell, texts
from bot.hr.weekly import Week, weeks
from dialogues.app.rights import may
from dialogues.ports import Listed, Person
from ehr_connector.result import Result
from scoring.report.charts import Bar, Chart, Group
from scoring.report.texts import load_texts

if TYPE_CHECKING:
    from bot.hr.desk import Parts

_JOBS = 6
"""Jobs in the picture of the week, the busiest; the table has them all."""
_NAMED = re.compile(r"week|compare(?:-a_[0-9a-f]{4,32}){2,3}")


def make_chart(parts: Parts, person: Person, name: str) -> Chart | None:
    """Return a chart by its name, as far as this person may see what is in it; None when they may not."""
    if _NAMED.fullmatch(name) is None or not may(person, name.partition("-")[0]):
        return None
    language = person.language or parts.language
    if name == "week":
        return week_chart(weeks(parts.office, person, parts.views(person).now), language)
    return _compared(parts, person, name.split("-")[1:], language)


def week_chart(shown: list[Week], language: str, now: float = 0.0) -> Chart:
    """Return the picture of the week: bars for each job, the busiest first."""
    said = texts(language)
    columns = [str(column) for column in said["week.columns"]]
    busiest = sorted(shown, key=lambda week: -sum(week.counts))[:_JOBS]
    groups = tuple(
        Group(
            name=week.title,
            bars=tuple(
                Bar(column, float(count), str(count))
                for column, count in zip(columns[1:], week.counts, strict=False)
            ),
            note="" if week.median is None else f"{columns[-1]} {week.median:.1f}",
        )
        for week in busiest
    )
    top = max([count for week in shown for count in week.counts], default=1)
    return Chart(tell(language, "chart.week"), groups, float(max(top, 1)), now)


def _compared(parts: Parts, person: Person, applications: list[str], language: str) -> Chart | None:
    pairs = []
    for application in applications:
        found = parts.find(person, application)
        if not isinstance(found, Listed) or not may(person, "card", found.job):
            return None
        result = parts.office.result(person, found)
        if result is None:
            return None
        pairs.append((found, result))
    return compare_chart(pairs, language)


def compare_chart(pairs: list[tuple[Listed, Result]], language: str) -> Chart:
    """Return the picture of two or three candidates: total and levels, a bar each."""
    names = [one.name or one.application for one, _ in pairs]
    results = [result for _, result in pairs]
    known = dict.fromkeys(score.name for result in results for score in result.scores)
    groups = (_total(names, results, language), *(_level(name, names, results, language) for name in known))
    jobs = dict.fromkeys(result.pack.title or result.application.job for result in results)
    return Chart(
        title=tell(language, "chart.compare"),
        subtitle=" · ".join(jobs),
        groups=groups,
        top=10.0,
        made_at=0.0,
        note=f"{load_texts(language)['ai_label']} · {results[0].notice}",
        apart=True,
    )


def _total(names: list[str], results: list[Result], language: str) -> Group:
    totals = [result.total.score for result in results]
    bars = tuple(
        Bar(name, None, texts(language)["unscored"])
        if total is None
        else Bar(name, total / 10, f"{total:.1f}")
        for name, total in zip(names, totals, strict=True)
    )
    marks = {result.total.pass_mark for result in results}
    mark = marks.pop() if len(marks) == 1 else None
    note = "" if mark is None else tell(language, "chart.mark", mark=f"{mark:g}")
    return Group(tell(language, "compare.total"), bars, note, None if mark is None else mark / 10)


def _level(competency: str, names: list[str], results: list[Result], language: str) -> Group:
    scores = [next((one for one in result.scores if one.name == competency), None) for result in results]
    bars = tuple(
        Bar(name, None, "–") if score is None else Bar(name, score.level, f"{score.level:.1f}")
        for name, score in zip(names, scores, strict=True)
    )
    needed = next(score.required for score in scores if score is not None)
    return Group(competency, bars, tell(language, "chart.mark", mark=f"{needed:g}"), needed)
