"""The commands that look after what is stored: schema, backup, restore."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.fix import Fix
from bot.opening import house
from storage.seal import UnreadableText

if TYPE_CHECKING:
    pass


@click.group()
def db() -> None:
    """Look after the database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the schema up to date."""
    with house():
        click.echo("the schema is up to date")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write everything stored to a file; people's words stay encrypted in it."""
    from storage.backup import write_backup

    started = time.monotonic()
    with house() as built:
        rows = write_backup(built.engine, file)
        click.echo(
            f"{rows} rows in {time.monotonic() - started:.1f} s; keep the data keys apart from this file"
        )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Read a backup into an empty database."""
    from storage.backup import read_backup

    with house() as built:
        rows = read_backup(built.engine, file)
        try:
            built.applications.ranked(None, 1)
            built.applications.unfinished(None, 1)
        except UnreadableText:
            raise Fix(
                f"{rows} rows are restored, but their words are sealed with another key: set COLLOQUY_DATA_KEYS "
                "to the keys of the place the backup was made at"
            ) from None
        click.echo(f"{rows} rows restored")
