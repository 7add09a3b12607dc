"""`colloquy eval scores`: agreement with human ratings, on any file of rated answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.evaluating import evaluating
from bot.evaluating.output import progress, with_embeddings, write_text
from bot.evaluating.table import agreement_table
from bot.fix import Fix

if TYPE_CHECKING:
    from scoring.calibration.fits import Fitted
    from scoring.rubric.model import Rubric
    from scoring.validity.measure import Measured, Measurement
    from scoring.validity.ratings import Rating, Ratings

    Pair = tuple[Rating, Rubric | None]

# From so many answers on a second process repays its start.
_MANY, _CHUNK = 3000, 250
_FOLDS = 10
# Fits on fewer answers than this are over before anybody wonders.
_SOME = 1000


@evaluating.command("scores")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--fit",
    type=click.Choice(["none", "new", "seen"]),
    default="none",
    show_default=True,
    help="Calibrate on nothing, on other questions of the file, or on other answers.",
)
@click.option(
    "--folds", type=click.IntRange(2, 50), default=_FOLDS, show_default=True, help="Parts held out in turn."
)
@click.option(
    "--json",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the figures here, and a picture beside them (.svg).",
)
@with_embeddings
def scores(file: Path, fit: str, folds: int, target: Path | None, embeddings: bool) -> None:
    """Say how well the scorer agrees with human ratings.

    FILE has one JSON object a line: id, lang, question_id, question, reference or rubric (key points), answer,
    score, score_min, score_max, and raters ([4, 4.5]) or rater_1, rater_2, ... if there are any.
    """
    from bot.llm import scorer_here
    from scoring.validity.measure import summarise

    scorer = scorer_here(embeddings=embeddings).id
    ratings = _read(file)
    measured = _measure(ratings, embeddings=embeddings)
    fitted = _fitted(ratings, measured, fit, folds)
    figures = summarise(ratings, measured, fitted, scorer, fit)
    click.echo(agreement_table(figures))
    if target is not None:
        _write(target, figures, ratings, fitted.levels)


def _write(target: Path, figures: Measurement, ratings: Ratings, levels: Sequence[float]) -> None:
    from scoring.validity.measure import as_json
    from scoring.validity.picture import draw_agreement

    write_text(target, json.dumps(as_json(figures), ensure_ascii=False, indent=1) + "\n")
    picture = target.with_suffix(".svg")
    write_text(picture, draw_agreement(figures, [row.level for row in ratings.rows], levels))
    click.echo(f"\n{target} and {picture} are written")


def _read(file: Path) -> Ratings:
    from scoring.validity.ratings import Unreadable, parse_ratings

    try:
        with file.open(encoding="utf-8") as lines:
            return parse_ratings(lines)
    except UnicodeDecodeError:
        raise Fix(f"{file} is not a text in UTF-8; save it so") from None
    except Unreadable as error:
        raise Fix(f"{file}: {error}") from None
    except OSError as error:
        raise Fix(f"{file}: {error.strerror}") from None


def _measure(ratings: Ratings, *, embeddings: bool) -> list[Measured]:
    from scoring.validity.measure import other_rubrics

    pairs = list(zip(ratings.rows, other_rubrics(ratings.rows), strict=True))
    chunks = [pairs[at : at + _CHUNK] for at in range(0, len(pairs), _CHUNK)]
    found: list[Measured] = []
    with progress("scoring", len(pairs), quiet=len(pairs) < _MANY) as advance:
        measure = partial(measure_pairs, embeddings=embeddings)
        for part in _in_processes(measure, chunks) if len(pairs) >= _MANY else map(measure, chunks):
            found += part
            advance(len(part))
    return found


def _in_processes(
    measure: Callable[[list[Pair]], list[Measured]], chunks: list[list[Pair]]
) -> Iterator[list[Measured]]:
    with ProcessPoolExecutor(max_workers=2) as pool:
        yield from pool.map(measure, chunks)


def measure_pairs(pairs: list[Pair], *, embeddings: bool) -> list[Measured]:
    """Return the answers scored; also called in a process of its own."""
    from bot.llm import scorer_here
    from scoring.validity.measure import measure_one

    scorer = scorer_here(embeddings=embeddings)
    return [measure_one(scorer, rating, other) for rating, other in pairs]


def _fitted(ratings: Ratings, measured: Sequence[Measured], fit: str, folds: int) -> Fitted:
    from scoring.calibration.fits import Fitted, fit_new, fit_seen
    from scoring.calibration.rated import labelled
    from scoring.lexicon import load_lexicons

    if fit == "none":
        return Fitted(tuple(one.level for one in measured), 0)
    rows = labelled(ratings.rows, measured, load_lexicons())
    turns = len(rows) * (1 if fit == "new" else 2)
    try:
        with progress("fitting", turns, quiet=len(rows) < _SOME) as advance:
            return fit_new(rows, folds, advance) if fit == "new" else fit_seen(rows, folds, advance)
    except ValueError as error:
        raise Fix(str(error)) from None
