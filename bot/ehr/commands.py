"""`colloquy ehr …`: the connector by hand. Parses, calls one part, prints; decides nothing."""

from __future__ import annotations

import asyncio
import csv
import io
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.ehr.intake import read_review
from bot.ehr.parts import Ehr, load_config
from bot.ehr.pushing import NEXT
from bot.fix import Fix
from bot.hr.deliveries import explain
from bot.opening import house
from bot.printing import Printer
from ehr_connector.delivery.ports import Push
from ehr_connector.delivery.preview import preview
from ehr_connector.delivery.steps import FAILED, Status, plan_steps
from ehr_connector.faults import EhrFault
from ehr_connector.mapping.check import check_mapping, models_of
from ehr_connector.mapping.first import first_mapping
from ehr_connector.mapping.read import WrongConfig
from storage.inbound import SCOPES, ApiKeys, Inbound

if TYPE_CHECKING:
    from bot.house import House
    from dialogues.ports import Listed

_DONE_BY_HAND = 1 << 30
"""Pushes by hand are numbered by the clock, after every push of an interview."""


@click.group("ehr")
def ehr() -> None:
    """Connect HR systems: check, preview, push, dead letters, keys of the API."""


def _run(work: Callable[[Ehr], Coroutine[Any, Any, None]], *, needed: bool = True) -> None:
    """Do something with the connector, in a house of its own."""
    with house() as built:
        printer = Printer(built.settings.timezone)
        try:
            asyncio.run(_with_parts(built, printer, work, needed))
        except WrongConfig as wrong:
            raise Fix(_mistakes(built.settings.ehr_config, wrong)) from None
        except EhrFault as fault:
            about = f" ({fault.field})" if fault.field else ""
            raise Fix(f"the HR system: {fault.code}{about}") from None
        finally:
            printer.close()


async def _with_parts(
    built: House, printer: Printer, work: Callable[[Ehr], Coroutine[Any, Any, None]], needed: bool
) -> None:
    config = load_config(built.settings.ehr_config)
    if needed and not config.connections:
        raise Fix("no HR system is connected; set COLLOQUY_EHR_CONFIG to a file (see docs/ehr.md)")
    parts = Ehr(built, printer, config)
    try:
        await work(parts)
    finally:
        await parts.stop()


def _mistakes(path: str, wrong: WrongConfig) -> str:
    return "\n".join(
        f"{path}{f':{one.line}' if one.line else ''}: {one.path}: {one.text}" for one in wrong.mistakes
    )


def _application(built: House, name: str) -> Listed:
    found = built.applications.find(name)
    if found is None:
        raise Fix(f"there is no application “{name}”; its id looks like a_1b2c3d4e5f")
    return found


@ehr.command()
@click.option("--offline", is_flag=True, help="Only read the file; ask no system.")
def check(offline: bool) -> None:
    """Say everything that is wrong with COLLOQUY_EHR_CONFIG, line by line, and whether each system answers."""
    _run(_check_file if offline else _check_all)


async def _check_file(parts: Ehr) -> None:
    click.echo(f"{parts.house.settings.ehr_config}: good, {len(parts.config.connections)} connections")


async def _check_all(parts: Ehr) -> None:
    wrong = 0
    for name, connection in parts.connections.items():
        adapter = parts.adapters[name]
        try:
            click.echo(f"{name}: {await adapter.health()}")
            described = await adapter.describe(models_of(connection.mapping))
        except EhrFault as fault:
            click.echo(f"{name}: does not answer as it should: {fault.code} {fault.field}".rstrip())
            wrong += 1
            continue
        for remark in described.remarks:
            click.echo(f"{name}: note: {remark}")
        for path, said in check_mapping(connection, described, adapter.capabilities):
            click.echo(f"{parts.house.settings.ehr_config}:{_line(parts, name, path)}: {path}: {said}")
            wrong += 1
        lacking = sorted(set(type(next(iter(adapter.capabilities)))) - adapter.capabilities)
        click.echo(f"{name}: cannot do: {', '.join(lacking) or 'nothing is missing'}")
    if wrong:
        raise Fix(f"{wrong} to mend")


def _line(parts: Ehr, name: str, path: str) -> int:
    import yaml

    from ehr_connector.mapping.read import line_of

    node = yaml.compose(
        Path(parts.house.settings.ehr_config).read_text(encoding="utf-8"), Loader=yaml.SafeLoader
    )
    number = [one.name for one in parts.config.connections].index(name)
    return line_of(node, f"connections.{number}.{path}")


@ehr.command("first")
@click.argument("connection")
@click.argument("model")
def first(connection: str, model: str) -> None:
    """Print a first mapping for a MODEL (for Odoo: hr.applicant), made from what the system says it has."""

    async def work(parts: Ehr) -> None:
        adapter = parts.adapters.get(connection)
        if adapter is None:
            raise Fix(f"there is no connection “{connection}”; there are: {', '.join(parts.adapters)}")
        text = first_mapping(await adapter.describe([model]), model)
        click.echo(text)

    _run(work)


_cause = click.option(
    "--cause",
    type=click.Choice(["finished", "decided", "overridden"]),
    default=None,
    help="What the push follows: decided when there is a decision, else finished.",
)


def _reason(found: Listed) -> str:
    return "decided" if found.outcome else "finished"


@ehr.command("preview")
@click.argument("application")
@_cause
def show_preview(application: str, cause: str | None) -> None:
    """Show what a push would change in each HR system; nothing is written."""

    async def work(parts: Ehr) -> None:
        found = _application(parts.house, application)
        result = await parts.sources.result(found.conversation)
        if result is None:
            raise Fix("this candidate's record was erased")
        why = cause or _reason(found)
        for name, sender in parts.senders.items():
            lane = parts.ledger.peek(name, found.application, found.conversation)
            lines = await preview(sender, lane, result, why)
            click.echo(f"{name}: {'nothing would change' if not lines else ''}".rstrip())
            for one in lines:
                click.echo(f"  {one.key} · {one.field} {f'({one.remark})' if one.remark else ''}".rstrip())
                if one.there not in (None, False, ""):
                    click.echo(f"    - {one.there}")
                if one.ours not in (None, ""):
                    click.echo(f"    + {one.ours}")

    _run(work)


@ehr.command("push")
@click.argument("application")
@_cause
def push(application: str, cause: str | None) -> None:
    """Push a result now; what is there already is left as it is."""

    async def work(parts: Ehr) -> None:
        found = _application(parts.house, application)
        if found.phase == "erased":
            raise Fix("this candidate's record was erased")
        number, why = _DONE_BY_HAND + int(time.time()) % (1 << 30), cause or _reason(found)
        for name, connection in parts.connections.items():
            steps = plan_steps(connection.mapping, why)
            one = Push(name, found.application, found.conversation, number, why, steps)
            parts.ledger.add([one], time.time())
        parts.hire_couriers(_nobody, lambda _lane, _step: None)
        failed = 0
        for name in parts.connections:
            await parts.couriers[name].drain()
            lane = parts.ledger.peek(name, found.application, found.conversation)
            for step in sorted((s for s in lane.steps if s.push == number), key=lambda s: s.position):
                about = " ".join(filter(None, (step.code, step.field)))
                click.echo(f"{name}: {step.kind}: {step.status.name.lower()} {about}".rstrip())
                failed += step.status in FAILED or step.status is Status.WAITING
        if failed:
            raise Fix(f"{failed} steps did not go through; see colloquy ehr dead")

    _run(work)


async def _nobody(_: Any) -> None:
    """Stand in for a running server: by hand no next step is taken."""


@ehr.command("dead")
@click.option("--replay", is_flag=True, help="Try them again, all or those of APPLICATION.")
@click.argument("application", required=False, default="")
def dead(replay: bool, application: str) -> None:
    """List what did not arrive and why; --replay tries it again."""

    async def work(parts: Ehr) -> None:
        if application:
            _application(parts.house, application)
        for pause in (p for name in (*parts.connections, NEXT) for p in parts.ledger.pauses(name)):
            what = "everything" if pause.kind == "*" else pause.kind
            click.echo(f"{pause.connection}: {what} is paused: {pause.code} {pause.field}".rstrip())
        for one in parts.ledger.stuck():
            if application in ("", one.application):
                said = explain("en", one)
                click.echo(f"{one.application}: {one.connection}: {one.kind}: {said} ({one.attempts} tries)")
        if replay:
            count = parts.ledger.replay(time.time(), application=application)
            click.echo(f"{count} steps will be tried again by the running server")

    _run(work, needed=False)


@ehr.command("reconcile")
@click.option(
    "--repair",
    is_flag=True,
    help="Forget what we knew of drifted records, so that the next push writes them.",
)
def reconcile(repair: bool) -> None:
    """Compare each HR system with what we wrote; report what is missing or was changed there."""

    async def work(parts: Ehr) -> None:
        for name in parts.connections:
            drifted = await parts.reconcile(name)
            for one in drifted:
                click.echo(
                    f"{name}: {one.application}: {one.key}: {one.what} {', '.join(one.fields)}".rstrip()
                )
            if repair and drifted:
                parts.ledger.forget_link(name, [one.key for one in drifted])
                click.echo(f"{name}: {len(drifted)} records are written whole with their next push")
            elif not drifted:
                click.echo(f"{name}: nothing has drifted")

    _run(work)


@ehr.command("reviews")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def reviews(file: Path) -> None:
    """Import performance reviews from a CSV: id, application, period, rating, best, competency.NAME columns."""

    try:
        rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error):
        raise Fix(f"{file} is not a CSV in UTF-8; save it so") from None

    async def work(parts: Ehr) -> None:
        kept, wrong = 0, []
        for line, row in enumerate(rows, start=2):
            review = read_review("csv", str(row.get("id") or f"{file.name}:{line}"), dict(row))
            found = (
                parts.house.applications.find(review.application) if review and review.application else None
            )
            if review is None or found is None:
                wrong.append(line)
                continue
            Inbound(parts.house.engine, parts.house.sealer).keep_review(review)
            kept += 1
        click.echo(f"{kept} reviews imported")
        if wrong:
            lines = ", ".join(map(str, wrong[:10]))
            raise Fix(
                f"{file}: lines {lines}: give a known application and a rating from 0 to best (5 if not named)"
            )

    _run(work, needed=False)


@ehr.group("keys")
def keys() -> None:
    """Keys of the API that HR systems call."""


@keys.command("make")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(SCOPES),
    help="May be given several times; all if not.",
)
def keys_make(name: str, scopes: tuple[str, ...]) -> None:
    """Make a key and print it, this once."""

    async def work(parts: Ehr) -> None:
        click.echo(ApiKeys(parts.house.engine).make(name, scopes or SCOPES))

    _run(work, needed=False)


@keys.command("revoke")
@click.argument("name")
def keys_revoke(name: str) -> None:
    """Make a key worthless at once."""

    async def work(parts: Ehr) -> None:
        if not ApiKeys(parts.house.engine).revoke(name):
            raise Fix(f"there is no key “{name}”; list them with: colloquy ehr keys list")
        click.echo(f"{name} is revoked")

    _run(work, needed=False)


@keys.command("list")
def keys_list() -> None:
    """List the keys, without their secrets."""

    async def work(parts: Ehr) -> None:
        for key in ApiKeys(parts.house.engine).all():
            click.echo(f"{key.id}: {' '.join(key.scopes)}{' (revoked)' if key.revoked_at else ''}")

    _run(work, needed=False)
