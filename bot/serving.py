"""Runs the server process, and the demo on top of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import uvicorn

from bot.wiring import Server, demo_profile

if TYPE_CHECKING:
    from bot.wiring import House

DEMO_JOB = "sales-representative"


def run_server(house: House, *, demo: bool = False, free_scorer: bool = False) -> None:
    """Serve until interrupted."""
    server = Server(house, demo=demo, free_scorer=free_scorer)
    if server.lock is not None:
        server.lock.take()
    config = uvicorn.Config(
        server.app,
        host=house.settings.host,
        port=house.settings.port,
        log_level="warning",
        access_log=False,  # addresses hold personal links
        ws_per_message_deflate=False,
        ws_max_size=1 << 17,
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run()


def run_demo(house: House) -> None:
    """Serve with sample jobs and print the two addresses."""
    house.add_shipped_packs()
    person = house.people.ensure("web", "demo", "owner")
    link = house.new_interview(DEMO_JOB, house.settings.language, demo_profile(house.settings.language))
    code = house.people.sign_in_code(person.id)
    click.echo(f"Be interviewed:  {link}")
    click.echo(f"Be HR:           {house.settings.address}/hr#{code}")
    click.echo("Other jobs and English are on the first page of the same address. Ctrl-C ends the demo.")
    run_server(house, demo=True)
