"""How measurements are set as tables on a terminal. Formats figures; computes none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scoring.validity.agreement import Agreement
    from scoring.validity.families import Family
    from scoring.validity.measure import Measurement
    from scoring.validity.metamorphic import Case

_FITS = {
    "none": "nothing fitted",
    "new": "calibrated on other questions of the file",
    "seen": "calibrated on other answers, also to the same questions",
}


def agreement_table(figures: Measurement) -> str:
    """Return the figures as text: overall, by band, and how people agree among themselves."""
    folds = f", {figures.folds} folds" if figures.folds else ""
    lines = [
        f"{figures.n} answers to {len(figures.questions)} questions, {figures.abstained} abstained"
        f"{_reasons(figures)} · {figures.scorer.name} {figures.scorer.version} · "
        f"{_FITS[figures.fit]}{folds}",
        "",
        *columns([["", "Pearson", "Spearman", "QWK", "MAE (0-10)"], *_overall(figures)]),
        "",
        f"mean of each question's own r: {figure(figures.per_question_r)}    "
        f"on/off-topic AUC: {figure(figures.auc_on_off_topic)} (by the levels alone {figure(figures.auc_levels)})    "
        f"QWK on {figures.steps} steps",
        "",
        *columns(
            [["band", "answers", "r", "MAE", "bias", "within 2", *_people_head(figures)], *_bands(figures)]
        ),
    ]
    if figures.abstained:
        lines += ["", f"({figures.counted})"]
    return "\n".join(lines)


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the rows with the first column to the left and the others to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def figure(value: float | None, digits: int = 3) -> str:
    """Return a figure, or a dash where there is none."""
    return "-" if value is None else f"{value:.{digits}f}"


def _reasons(figures: Measurement) -> str:
    if not figures.reasons:
        return ""
    return f" ({', '.join(f'{count} {name}' for name, count in figures.reasons.items())})"


def _overall(figures: Measurement) -> list[list[str]]:
    rows = [_row("scorer and people", figures)]
    if figures.without_words is not None:
        rows.append(_row("without keeping anybody's words", figures.without_words))
    if figures.human is not None:
        rows.append(_row(f"two people ({figures.human.n} answers)", figures.human))
    return rows


def _row(name: str, found: Measurement | Agreement) -> list[str]:
    return [name, *map(figure, (found.pearson, found.spearman, found.qwk)), figure(found.mae10, 2)]


def _people_head(figures: Measurement) -> list[str]:
    return ["two people: r", "MAE"] if figures.human is not None else []


def _bands(figures: Measurement) -> list[list[str]]:
    rows = []
    for name, band in figures.bands.items():
        row = [name, str(band.n), figure(band.pearson), figure(band.mae10, 2), figure(band.bias10, 2)]
        row.append(figure(band.within_2, 2))
        if figures.human is not None:
            people = figures.human.bands[name]
            row += [figure(people.pearson), figure(people.mae10, 2)]
        rows.append(row)
    return rows


def stability_table(families: Sequence[Family], worst: int) -> str:
    """Return a row per family and, under it, the worst cases that break its rule: ids and levels only."""
    rows = [["family", "cases", "broken", "allowed", "furthest"]]
    rows += [
        [
            family.name,
            str(family.cases),
            str(len(family.broken)),
            f"{family.allowed:.0%}",
            f"{family.furthest:.1f}",
        ]
        for family in families
    ]
    lines = columns(rows)
    shown = [lines[0]]
    for line, family in zip(lines[1:], families, strict=True):
        shown.append(line if family.holds else f"{line}  <- broken")
        shown += [f"    {_case(case)}" for case in family.broken[:worst]]
    return "\n".join(shown)


def _case(case: Case) -> str:
    levels = f"{_level(case.before)} -> " if case.rule != "nothing" else "nothing -> "
    return f"{case.subject}, {case.variation}: {levels}{_level(case.after)}"


def _level(level: float | None) -> str:
    return "abstained" if level is None else f"{level:.1f}"
