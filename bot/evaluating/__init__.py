"""`colloquy eval`: the instruments by which others judge the scores and the path of questions.

One module per command; each registers itself with the group below and loads what it measures only when it
runs, so that `--help` stays quick. Nothing here may change a score or touch the database.
"""

from __future__ import annotations

import click


@click.group("eval")
def evaluating() -> None:
    """Measure the scores and the choice of questions."""
