"""`colloquy eval stable`: what must not move a level and what must, on any job pack."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.evaluating import evaluating
from bot.evaluating.output import progress, with_embeddings, write_text
from bot.fix import Fix

if TYPE_CHECKING:
    from dialogues.core.pack import Pack
    from scoring.validity.families import Family
    from scoring.validity.metamorphic import Case

    Part = tuple[Pack, str]

_PROCESSES = 2
# Processes that order sets differently: what depends on that shows in the fingerprint.
_HASH_SEEDS = ("0", "1", "2")


@evaluating.command("stable")
@click.option(
    "--pack", "packs", multiple=True, help="Name of a job pack or a YAML file; all shipped ones if left out."
)
@click.option("--lang", "languages", multiple=True, help="Only this language; may be repeated.")
@click.option(
    "--repeats",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="Scorings per pack and language, in each of three processes, that must agree to the bit.",
)
@click.option(
    "--worst", type=click.IntRange(0), default=3, show_default=True, help="Worst cases to print per family."
)
@click.option(
    "--json",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write every family and every broken case here.",
)
@with_embeddings
def stable(
    packs: tuple[str, ...],
    languages: tuple[str, ...],
    repeats: int,
    worst: int,
    target: Path | None,
    embeddings: bool,
) -> None:
    """Say what moves a level that must not, and what does not that must.

    Answers are the packs' own exemplars, varied: padded, repeated, reordered, respelt, injected with orders to
    the scorer, given to other questions, with a key point more or less. Exit code 1 when a bound is broken.
    """
    from bot.evaluating.packs import chosen_packs
    from bot.evaluating.table import stability_table
    from bot.llm import scorer_here
    from scoring.validity.families import families_of

    parts = _parts(chosen_packs(packs), languages)
    scorer_here(embeddings=embeddings)
    cases = _run(parts, embeddings=embeddings)
    families = families_of(cases)
    prints = _fingerprints(parts, repeats, embeddings=embeddings)
    click.echo(stability_table(families, worst))
    same = len(set(prints)) == 1
    click.echo(f"\n{repeats * len(parts)} scorings in each of {len(prints)} processes: {_verdict(prints)}")
    if target is not None:
        write_text(target, json.dumps(_plain(families, prints), ensure_ascii=False, indent=1) + "\n")
    broken = [family.name for family in families if not family.holds]
    if broken or not same:
        raise Fix(f"not stable: {', '.join(broken + ([] if same else ['bit-identical repeats']))}")


def _verdict(prints: Sequence[str]) -> str:
    if len(set(prints)) == 1:
        return f"identical to the bit, fingerprint {prints[0]}"
    return f"they differ ({', '.join(prints)})"


def _parts(packs: Sequence[Pack], languages: tuple[str, ...]) -> list[Part]:
    """Return each pack with each of its languages that there is material for."""
    from scoring.validity.variations import load_material

    known = load_material()
    for language in languages:
        if language not in known:
            raise Fix(f"there is no material in “{language}”; there is: {', '.join(sorted(known))}")
    parts = [(p, code) for p in packs for code in p.languages if code in (languages or known)]
    if not parts:
        raise Fix("none of these packs is in a language there is material for")
    return parts


def _run(parts: Sequence[Part], *, embeddings: bool) -> list[Case]:
    cases: list[Case] = []
    with progress("varying answers", len(parts)) as advance:
        for found in _side_by_side(parts, embeddings=embeddings):
            cases += found
            advance(1)
    return cases


def _side_by_side(parts: Sequence[Part], *, embeddings: bool) -> Iterator[list[Case]]:
    if len(parts) == 1:
        yield suite_of(parts[0], embeddings=embeddings)
        return
    with ProcessPoolExecutor(max_workers=_PROCESSES) as pool:
        yield from pool.map(partial(suite_of, embeddings=embeddings), parts)


def suite_of(part: Part, *, embeddings: bool) -> list[Case]:
    """Return every comparison for a pack in a language; also called in a process of its own."""
    from bot.llm import scorer_here
    from scoring.validity.metamorphic import run_suite
    from scoring.validity.variations import load_material

    pack, language = part
    rubrics = [pack.rubric(question.id) for question in pack.questions]
    scorer = scorer_here(embeddings=embeddings)
    return list(run_suite(scorer, rubrics, load_material()[language]))


def _fingerprints(parts: Sequence[Part], repeats: int, *, embeddings: bool) -> list[str]:
    """Return one digest of all scores from each of several fresh processes."""
    found = []
    for seed in _HASH_SEEDS:
        with _hash_seed(seed), ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
            turn = partial(fingerprint_of, list(parts), repeats, embeddings=embeddings)
            found.append(pool.submit(turn).result())
    return found


def fingerprint_of(parts: list[Part], repeats: int, *, embeddings: bool) -> str:
    """Return the digest of all parts' scores; called in a process of its own."""
    from bot.llm import scorer_here
    from scoring.validity.metamorphic import bases_of, fingerprint

    scorer, prints = scorer_here(embeddings=embeddings), []
    for pack, language in parts:
        bases = bases_of([pack.rubric(question.id) for question in pack.questions], language)
        prints.append(fingerprint(scorer, bases, language, repeats))
    return prints[0] if len(prints) == 1 else _joined(prints)


def _joined(prints: Sequence[str]) -> str:
    import hashlib

    return hashlib.blake2b("".join(prints).encode(), digest_size=12).hexdigest()


@contextmanager
def _hash_seed(seed: str) -> Iterator[None]:
    """Let processes that start meanwhile hash strings with this seed."""
    before = os.environ.get("PYTHONHASHSEED")
    os.environ["PYTHONHASHSEED"] = seed
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONHASHSEED"]
        else:
            os.environ["PYTHONHASHSEED"] = before


def _plain(families: Sequence[Family], prints: Sequence[str]) -> dict[str, object]:
    from msgspec import to_builtins

    return {
        "holds": all(family.holds for family in families) and len(set(prints)) == 1,
        "fingerprints": list(prints),
        "families": to_builtins(list(families)),
    }
