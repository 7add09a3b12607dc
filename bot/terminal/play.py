"""The terminal: shows messages, reads answers from a person or a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click

from bot.terminal.local import LocalInterview
from dialogues.app.outcome import Message
from dialogues.core.effects import SayKind
from dialogues.core.interview import Ask, Phase
from scoring.code.source import MAX_SOURCE, NotText, fenced, language_of_file, read_source

_DEFAULTS = {
    Ask.CONSENT: "consent:yes",
    Ask.CONFIRM: "details:right",
    Ask.PRACTICE_OFFER: "practice:no",
    Ask.QUESTIONS: "questions:none",
    Ask.SURVEY: "do:skip",
    Ask.COMMENT: "survey:none",
    Ask.DETAIL: "do:skip",
}
"""What a script does where no answer is asked for: agree, go on, be brief."""
_MOST_TURNS = 200
_LONGEST_NAME = 250
_ASKING = (SayKind.QUESTION, SayKind.TASK, SayKind.FOLLOWUP)
_HINTS = {
    "zh": "（把代码存成文件，在这里输入文件名就行，比如 solution.py）",
    "en": "(save your program in a file and type its name here, such as solution.py)",
}
_UNREAD = {
    "zh": "{name} 里的代码没读出来：请存成 40 KB 以内的 UTF-8 文本，再输入一次文件名。",
    "en": "No program could be read from {name}: save it as UTF-8 text of up to 40 KB and type its name again.",
}


def show(message: Message) -> None:
    """Print one message, its buttons numbered."""
    progress = (
        click.style(f"  [{message.progress[0]}/{message.progress[1]}]", dim=True) if message.progress else ""
    )
    click.echo(click.style("AI ", fg="cyan", bold=True) + message.text.replace("\n", "\n   ") + progress)
    for number, (label, _) in enumerate(message.buttons, 1):
        click.echo(click.style(f"   {number}) {label}", fg="blue"))


def play_by_hand(interview: LocalInterview, opening: list[Message]) -> None:
    """Interview the person at the terminal until the end, or until end of input."""
    shown, coding = opening, False
    while True:
        for message in shown:
            show(message)
        coding = _asks_for_code(shown, coding)
        if interview.state.phase in (Phase.FINISHED, Phase.REFUSED, Phase.ERASED):
            return
        try:
            text = input("> ")
        except EOFError:
            return
        if coding and (path := _program_file(text)) is not None:
            shown = _send_file(interview, path)
            continue
        buttons = shown[-1].buttons if shown else []
        if text.strip().isdigit() and 0 < int(text) <= len(buttons):
            shown = interview.press(buttons[int(text) - 1][1])
        else:
            shown = interview.say(text)


def _asks_for_code(shown: list[Message], before: bool) -> bool:
    """Say whether what is open asks for a program, and how a file is sent when that is new."""
    asked = [one for one in shown if one.kind in _ASKING]
    if not asked:
        return before
    coding = asked[-1].kind == SayKind.TASK
    if coding:
        click.echo(click.style(f"   {_local(_HINTS, asked[-1].language)}", dim=True))
    return coding


def _local(texts: dict[str, str], language: str) -> str:
    return texts.get(language, texts["en"])


def _program_file(text: str) -> Path | None:
    """Return the file that a line names, if it is one that programs come in."""
    name = text.strip().strip("'\"")
    known = language_of_file(name) is not None or name.lower().endswith(".txt")
    path = Path(name)
    return path if known and len(name) < _LONGEST_NAME and path.is_file() else None


def _send_file(interview: LocalInterview, path: Path) -> list[Message]:
    """Send a file's program as the answer; say what is wrong where it cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_SOURCE + 1)
        source = read_source(content) if len(content) <= MAX_SOURCE else ""
    except (OSError, NotText):
        source = ""
    if not source.strip():
        click.echo(_local(_UNREAD, interview.state.language).format(name=path.name))
        return []
    return interview.say(fenced(source, language_of_file(path.name) or ""))


def play_script(
    interview: LocalInterview, opening: list[Message], lines: Iterator[str], tell: Callable[[str, str], None]
) -> None:
    """Answer each question with the next line. Choices take their default unless the line is one of them."""
    shown = opening
    waiting = next(lines, None)
    for _ in range(_MOST_TURNS):
        for message in shown:
            tell("AI", message.text)
        state = interview.state
        if state.phase in (Phase.FINISHED, Phase.REFUSED, Phase.ERASED):
            return
        ask = state.prompt.ask if state.prompt else None
        buttons = dict(shown[-1].buttons) if shown else {}
        if waiting is not None and (waiting in buttons or waiting.startswith("/")):
            tell("you", waiting)
            shown = interview.press(buttons[waiting]) if waiting in buttons else interview.say(waiting)
            waiting = next(lines, None)
        elif ask in _DEFAULTS:
            shown = interview.press(_DEFAULTS[ask])
        elif waiting is not None:
            tell("you", waiting)
            shown = interview.say(waiting)
            waiting = next(lines, None)
        else:
            shown = interview.press("do:skip")
