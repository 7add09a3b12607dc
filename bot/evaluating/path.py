"""`colloquy eval path`: how many questions choosing them saves, on simulated candidates.

Two things are measured apart. A synthetic bank has parameters that are known exactly: what choosing can gain at
best. The packs have an author's guesses: what it gains before there is data.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from bot.evaluating import evaluating
from bot.evaluating.output import progress, write_text

if TYPE_CHECKING:
    from bot.evaluating.savings import Saving
    from dialogues.core.pack import Pack
    from scoring.validity.path import BankResult

_BANKS = ("graded", "two-parameter", "equal")


@evaluating.command("path")
@click.option("--pack", "packs", multiple=True, help="Name of a job pack or a YAML file; may be repeated.")
@click.option("--bank", type=click.Choice(_BANKS), help="A synthetic bank of 100 questions.")
@click.option(
    "--people",
    type=click.IntRange(20, 100_000),
    default=1000,
    show_default=True,
    help="Simulated candidates for each bank and each pack.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another one gives other people.")
@click.option(
    "--json",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the figures here, and a picture beside them (.svg).",
)
def path(packs: tuple[str, ...], bank: str | None, people: int, seed: int, target: Path | None) -> None:
    """Compare choosing the next question with a fixed order and with chance.

    Without --pack and --bank: the graded bank, then every pack that comes with Colloquy.
    """
    from bot.evaluating.packs import chosen_packs
    from bot.evaluating.path_text import bank_text, models_text, packs_text

    wanted = chosen_packs(packs) if packs or bank is None else []
    banks = [_bank(bank or _BANKS[0], people, seed)] if bank or not packs else []
    for result in banks:
        click.echo(bank_text(result))
    savings = [saving for pack in wanted for saving in _savings(pack, people, seed)]
    if savings:
        click.echo(packs_text(savings))
        click.echo(models_text(savings))
    if target is not None:
        _write(target, banks, savings)


def _bank(kind: str, people: int, seed: int) -> BankResult:
    from scoring.validity.banks import BankKind
    from scoring.validity.path import WAYS, measure_bank

    with progress(f"{kind} bank", len(WAYS) * people) as advance:
        return measure_bank(BankKind(kind), people, seed, advance)


def _savings(pack: Pack, people: int, seed: int) -> list[Saving]:
    from bot.evaluating.interviews import Truth
    from bot.evaluating.savings import measure_pack

    with progress(pack.name, people * len(Truth)) as advance:
        return [measure_pack(pack, people, seed, truth, advance) for truth in Truth]


def _write(target: Path, banks: list[BankResult], savings: list[Saving]) -> None:
    from bot.evaluating.path_text import panels
    from scoring.validity.curves import draw_panels

    figures = msgspec.to_builtins({"banks": banks, "packs": savings})
    picture = target.with_suffix(".svg")
    write_text(target, json.dumps(figures, ensure_ascii=False, indent=1) + "\n")
    write_text(picture, draw_panels(panels(banks, savings)))
    click.echo(f"figures: {target}, picture: {picture}")
