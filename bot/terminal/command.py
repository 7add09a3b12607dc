"""`colloquy interview` and `colloquy result`: what they do once the house is built."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.judging.alone import Programs
from bot.judging.carrier import code_tools
from bot.llm import terminal_scorer
from bot.terminal.local import LocalInterview
from bot.terminal.play import play_by_hand, play_script
from dialogues.app.batch import Batch
from dialogues.core.pack import Pack
from ehr_connector.result import Result, encode_result
from storage.ids import new_id

if TYPE_CHECKING:
    from bot.house import House


def local_interview(house: House, conversation: int) -> LocalInterview:
    """Return an interview driven by hand, on this house's record."""
    batch = Batch(house.record, house.packs, house.languages, new_id)
    return LocalInterview(
        step=batch.run,
        words_of=house.record.words_of,
        interview=house.applications.interview,
        scorer=terminal_scorer(house, conversation),
        rubric_of=lambda state, question: house.packs.pack(state.pack, state.pack_version).rubric(question),
        conversation=conversation,
        clock=time.time,
        program=Programs(house.record, house.packs, conversation).run,
        tools=code_tools(),
    )


def read_pack(path: Path) -> str:
    """Return the text of a job pack; ValueError when it is not in UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not in UTF-8; save it as UTF-8") from None


def spoken_language(house: House, pack: Pack, wanted: str) -> str:
    """Return the language to begin in; ValueError when the one asked for is not among the pack's."""
    if wanted and wanted not in pack.languages:
        raise ValueError(f"{pack.name} is not in “{wanted}”; it has: {', '.join(pack.languages)}")
    usual = house.settings.language
    return wanted or (usual if usual in pack.languages else pack.languages[0])


def run_interview(house: House, pack: str, language: str, lines: list[str] | None) -> None:
    """Interview in the terminal; after a script, print the result document. `language` "" is the usual one."""
    house.add_shipped_packs()
    path = Path(pack)
    if path.suffix in (".yaml", ".yml") and path.is_file():
        chosen = house.packs.add(read_pack(path), activate=True)
    else:
        chosen = house.packs.active(pack)
    spoken = spoken_language(house, chosen, language)
    _, conversation = house.applications.create(chosen, spoken, {})
    interview = local_interview(house, conversation)
    opening = interview.open(spoken)
    if lines is None:
        play_by_hand(interview, opening)
        return
    play_script(interview, opening, iter(lines), lambda who, text: click.echo(f"{who}: {text}", err=True))
    document = house.result_of(conversation)
    assert document is not None
    click.echo(encode_result(document).decode())


def print_result(document: Result, form: str, timezone: str) -> bytes:
    """Return the document as JSON, Markdown or PDF, in the interview's language."""
    language = document.candidate.language
    if form == "md":
        from scoring.report.markdown import render_markdown

        return render_markdown(document, language, timezone).encode()
    if form == "pdf":
        from scoring.report.pdf import render_pdf

        return render_pdf(document, language, timezone)
    return encode_result(document) + b"\n"
