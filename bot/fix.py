"""What the command line raises when the operator must mend something: one sentence, no traceback."""

from __future__ import annotations

import click


class Fix(click.ClickException):
    """Something the operator must fix: one sentence on standard error, exit code 1."""

    def show(self, file: object = None) -> None:  # noqa: ARG002  the signature is click's
        click.echo(f"colloquy: {self.format_message()}", err=True)
