"""The figures of `colloquy eval path` as sentences and tables, and what its picture shows. Computes no figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import fmean

from bot.evaluating.interviews import ANSWER_OFF, DIFFICULTY_OFF, DISCRIMINATION_OFF, Truth
from bot.evaluating.savings import MODELS, Reading, Saving
from bot.evaluating.table import columns, figure
from scoring.difficulty.model import TYPICAL_ERROR
from scoring.validity.banks import BankKind
from scoring.validity.curves import Line, Panel, Spot
from scoring.validity.path import BankResult

_SHOWN = (5, 10, 15, 20)
_BANKS = {
    BankKind.GRADED: "answers in five categories, discrimination log-normal(0, 0.5) and known",
    BankKind.TWO_PARAMETER: "answers right or wrong, discrimination log-normal(0, 0.5) and known",
    BankKind.EQUAL: "answers in five categories, all questions equally discriminating",
}
_TRUTHS = {Truth.CONTINUOUS: "numbers", Truth.GRADED: "categories"}


def bank_text(result: BankResult) -> str:
    """Return how exact every way of asking is after some numbers of questions, and what choosing saves."""
    head = [f"after {n}" for n in _SHOWN]
    rows = [["", *head, "right side", "most asked", f"as exact as fixed {result.questions}"]]
    for name, course in result.courses.items():
        match = result.to_match[name]
        rows.append(
            [
                name,
                *(figure(course.rmse[n - 1]) for n in _SHOWN),
                f"{course.accuracy[-1]:.1%}",
                f"{course.exposure[-1]:.0%}",
                "never" if match is None else f"{match:.1f}",
            ]
        )
    return "\n".join(
        [
            f"{result.kind} bank: {result.size} questions, {result.people} simulated people; {_BANKS[result.kind]}",
            "error of ability (RMSE, logits) after so many questions; right side of a required level of 6,"
            f" and how many people met the most asked question, after {result.questions};",
            "as exact: by the error expected from the posteriors, in which there is less luck",
            "",
            *columns(rows),
            "",
            f"{_saved(result)}\n",
        ]
    )


def _saved(result: BankResult) -> str:
    match = result.to_match["adaptive"]
    if match is None:
        return f"choosing never gets as exact as {result.questions} questions in a fixed order: it saves nothing here"
    share = 1 - match / result.questions
    verb = f"saves {share:.0%}" if share >= 0 else f"costs {-share:.0%} more"
    exposure = result.courses["adaptive"].exposure[-1]
    return (
        f"choosing is as exact after {match:.1f} questions as a fixed order after {result.questions}: it {verb};"
        f" no question reached more than {exposure:.0%} of the people"
    )


def packs_text(savings: Sequence[Saving]) -> str:
    """Return a row for each pack and kind of answers, and the mean of what is saved."""
    rows = [
        [
            "pack, answers",
            "asked",
            "right side",
            "fixed plan",
            "right side",
            "fixed for the same",
            "saved",
            "RMSE",
            "fixed",
            "mean level",
        ]
    ]
    rows += [_pack_row(saving) for saving in savings]
    return "\n".join(
        [
            f"job packs: {savings[0].people} simulated people each; true difficulties Normal(author's,"
            f" {DIFFICULTY_OFF:g}), true discriminations log-normal({DISCRIMINATION_OFF:g}) around the author's;",
            f"answers as numbers (off by {ANSWER_OFF:g} levels) or in graded categories, scored with an error of"
            f" {TYPICAL_ERROR:g} levels",
            "right side: of the required level, of all competencies. Fixed: the same list for all, in turn by"
            " competency, medium questions first",
            "",
            *columns(rows),
            "",
            f"{_mean_saved(savings)}\n",
        ]
    )


def _pack_row(saving: Saving) -> list[str]:
    equal = f"> {len(saving.fixed_accuracy)}" if saving.equal_at is None else f"{saving.equal_at:.1f}"
    return [
        f"{saving.pack}, {_TRUTHS[saving.truth]}",
        f"{saving.questions:.1f} ({saving.shortest}-{saving.longest})",
        f"{saving.accuracy:.1%}",
        str(saving.plan),
        f"{saving.fixed_accuracy[saving.plan - 1]:.1%}",
        equal,
        f"{saving.saved:+.0%} ± {saving.saved_error:.0%}",
        figure(saving.rmse),
        figure(saving.fixed_rmse),
        f"{saving.mean_level:.1f}",
    ]


def _mean_saved(savings: Sequence[Saving]) -> str:
    saved = fmean(saving.saved for saving in savings)
    fewer = fmean(1 - saving.questions / saving.plan for saving in savings)
    lost = fmean(saving.fixed_accuracy[saving.plan - 1] - saving.accuracy for saving in savings)
    verb = f"saves {saved:.0%}" if saved >= 0 else f"costs {-saved:.0%} more"
    return (
        f"at equal accuracy choosing {verb} of the questions on average; it asks {fewer:.0%} fewer than the plan"
        f" allows, and is right {100 * abs(lost):.1f} points {'less' if lost > 0 else 'more'} often than the whole"
        " plan in a fixed order"
    )


def models_text(savings: Sequence[Saving]) -> str:
    """Return how well the two response models read the same answers to the fixed plan."""
    rows = [["same answers, read as", "answers", "right side", "RMSE", "within 1.96 errors"]]
    for truth, of_truth in _by_truth(savings):
        for name in MODELS:
            readings = [saving.models[name] for saving in of_truth]
            rows.append([name, _TRUTHS[truth], *_means(readings)])
    return "\n".join([*columns(rows), ""])


def _by_truth(savings: Sequence[Saving]) -> Iterator[tuple[Truth, list[Saving]]]:
    for truth in Truth:
        chosen = [saving for saving in savings if saving.truth is truth]
        if chosen:
            yield truth, chosen


def _means(readings: Sequence[Reading]) -> list[str]:
    return [
        f"{fmean(one.accuracy for one in readings):.1%}",
        figure(fmean(one.rmse for one in readings)),
        f"{fmean(one.covered for one in readings):.1%}",
    ]


def panels(banks: Sequence[BankResult], savings: Sequence[Saving]) -> list[Panel]:
    """Return what to draw: error over questions for a bank, accuracy over questions for a pack."""
    return [_bank_panel(result) for result in banks] + [_pack_panel(saving) for saving in savings]


def _bank_panel(result: BankResult) -> Panel:
    lines = tuple(Line(name, course.rmse) for name, course in result.courses.items())
    return Panel(f"{result.kind} bank, {result.people} people", "error of ability (RMSE, logits)", lines)


def _pack_panel(saving: Saving) -> Panel:
    return Panel(
        f"{saving.pack}, answers as {_TRUTHS[saving.truth]}",
        "on the right side of the required level (share)",
        (Line("fixed", saving.fixed_accuracy), Line("random", saving.random_accuracy)),
        (Spot("adaptive", saving.questions, saving.accuracy),),
    )
