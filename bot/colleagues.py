"""The commands about people and links: who may come in, and who may no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.fix import Fix
from bot.opening import house
from config.settings import ROLES

if TYPE_CHECKING:
    pass


@click.command("hr-link")
@click.argument("name")
def hr_link(name: str) -> None:
    """Print a sign-in link for a person of HR, for example anna (of COLLOQUY_HR_USERS=web:anna:owner)."""
    with house() as built:
        built.add_people()
        person = built.people.by_id(name if ":" in name else f"web:{name}")
        if person is None:
            raise Fix(
                f"nobody called “{name}”; name them in COLLOQUY_HR_USERS, for example web:{name}:recruiter"
            )
        click.echo(f"{built.settings.address}/hr#{built.people.sign_in_code(person.id)}")


@click.command("hr-invite")
@click.option("--name", required=True, help="The name that candidates and colleagues read.")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--jobs", default="*", help="Jobs they may see, comma-separated; all by default.")
def hr_invite(name: str, role: str, jobs: str) -> None:
    """Print a link that makes a colleague a person of HR in Telegram; good for a week, for one person."""
    from bot.inviting import invite_colleague

    with house() as built:
        click.echo(f"telegram: {invite_colleague(built, name, role, jobs)}")


@click.command("revoke-link")
@click.argument("application")
def revoke_link(application: str) -> None:
    """Make every link of an application stop working; what was said is kept."""
    from bot.terminal.administering import revoke_links

    with house() as built:
        revoke_links(built, application)
        click.echo("its links no longer work; colloquy invite with its --external-id makes a new one")


@click.command("remove-person")
@click.argument("name")
def remove_person(name: str) -> None:
    """Take a person of HR's access away at once, for example web:anna; what they did stays in the audit log."""
    from bot.terminal.administering import remove_person as remove

    with house() as built:
        click.echo(f"{remove(built, name)} has no access any more; take them out of COLLOQUY_HR_USERS, too")
