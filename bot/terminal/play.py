"""The terminal: shows messages, reads answers from a person or a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import click

from bot.terminal.local import LocalInterview
from dialogues.app.outcome import Message
from dialogues.core.interview import Ask, Phase

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
    shown = opening
    while True:
        for message in shown:
            show(message)
        if interview.state.phase in (Phase.FINISHED, Phase.REFUSED, Phase.ERASED):
            return
        try:
            text = input("> ")
        except EOFError:
            return
        buttons = shown[-1].buttons if shown else []
        if text.strip().isdigit() and 0 < int(text) <= len(buttons):
            shown = interview.press(buttons[int(text) - 1][1])
        else:
            shown = interview.say(text)


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
