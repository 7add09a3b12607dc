"""Two or three candidates side by side: figures only, from the same results as their cards."""

from __future__ import annotations

import re

from bot.hr.commands import texts
from bot.hr.managing import Drawn, Wish, buttons, chart, table
from dialogues.app.rights import check
from dialogues.ports import Listed
from ehr_connector.result import Result

_LEAST, _MOST = 2, 3
_AND = re.compile(r"\s*(?:[,，、;；\n]|\band\b|\bvs\.?\b|和|与|跟)\s*", re.IGNORECASE)


def compare(wish: Wish) -> Drawn:
    """Return a table of two or three candidates, named in words or by a button."""
    names = list(dict.fromkeys(wish.args or filter(None, _AND.split(wish.words))))
    if not _LEAST <= len(names) <= _MOST:
        return [wish.text("compare.usage")]
    found = []
    for name in names:
        one = wish.parts.find(wish.person, name)
        if not isinstance(one, Listed):
            return one
        check(wish.person, "card", one.job)
        found.append(one)
    if len({one.application for one in found}) < _LEAST:
        return [wish.text("compare.usage")]
    return _side_by_side(wish, found)


def _side_by_side(wish: Wish, found: list[Listed]) -> Drawn:
    pairs = [(one, result) for one in found if (result := wish.parts.office.result(wish.person, one))]
    for one, _ in pairs:
        wish.log("read:compare", one.application)
    results = [result for _, result in pairs]
    columns = [texts(wish.language)["compare.what"], *(one.name or one.application for one, _ in pairs)]
    head = [] if len({one.job for one, _ in pairs}) == 1 else [wish.text("compare.jobs")]
    cards = [
        wish.button("card", one.application, said=one.name or one.application)
        for one, _ in pairs
        if wish.may("card", one.job)
    ]
    names = ", ".join(columns[1:])
    rows = [*_totals(wish, pairs), *_levels(results)]
    drawn = chart("-".join(("compare", *(one.application for one, _ in pairs))), names)
    return [*head, drawn, table(columns, rows, about=0), buttons(*cards)]


def _totals(wish: Wish, pairs: list[tuple[Listed, Result]]) -> list[list[str]]:
    said = texts(wish.language)
    ranks = wish.views.places(wish.parts.office.ranked(wish.person))
    totals = [
        said["unscored"] if one.total is None else f"{one.total:.1f} {'✓' if one.passed else ''}".strip()
        for one, _ in pairs
    ]
    places = [
        "{}/{}".format(*ranks[one.application][:2]) if one.application in ranks else "–" for one, _ in pairs
    ]
    states = [said[f"outcome.{one.outcome}" if one.outcome else f"phase.{one.phase}"] for one, _ in pairs]
    return [
        [said["compare.total"], *totals],
        [said["compare.rank"], *places],
        [said["compare.state"], *states],
    ]


def _levels(results: list[Result]) -> list[list[str]]:
    """Return a row a competency: the level, and a tick where it meets what is required."""
    by_name = [{score.name: score for score in result.scores} for result in results]
    names = dict.fromkeys(name for scores in by_name for name in scores)
    rows = []
    for name in names:
        known = [scores.get(name) for scores in by_name]
        required = next(score.required for score in known if score is not None)
        cells = [f"{one.level:.1f} {'✓' if one.meets else ''}".strip() if one else "–" for one in known]
        rows.append([f"{name} (≥ {required:g})", *cells])
    return rows
