"""How evaluations show that they are at work and write their results to files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import click

from bot.fix import Fix


class Advance(Protocol):
    """Tells that so much more is done."""

    def __call__(self, more: int, /) -> None: ...


@contextmanager
def progress(what: str, total: int, *, quiet: bool = False) -> Iterator[Advance]:
    """Show how far long work is, on standard error: a bar on a terminal, elsewhere a line every tenth unless `quiet`."""
    if sys.stderr.isatty():
        with click.progressbar(length=total, label=what, file=sys.stderr) as bar:
            yield bar.update
        return
    done = 0

    def advance(more: int) -> None:
        nonlocal done
        before, done = done, done + more
        if not quiet and 10 * before // total < 10 * done // total:
            click.echo(f"{what}: {done} of {total}", err=True)

    yield advance


with_embeddings = click.option(
    "--embeddings", is_flag=True, help="Let the small model of meaning take part (extra `embeddings`)."
)


def write_text(target: Path, text: str) -> None:
    """Write a file of results, with its folder; Fix when that is not possible."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Fix(f"{target} cannot be written: {error.strerror}") from None
