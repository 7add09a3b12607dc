"""HR's commands: one table for every messenger. Reads a message into (command, arguments, text); acts on nothing."""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import cache
from importlib import resources
from typing import Any

import yaml
from msgspec import Struct


class About(Enum):
    """What a command is followed by."""

    NOTHING = auto()
    CANDIDATE = auto()
    """A candidate, and nothing else."""
    CANDIDATE_AND_WORDS = auto()
    LEVEL = auto()
    """A candidate, a competency, a level, and the reason."""
    JOB = auto()
    WORDS = auto()
    NOTICES = auto()
    """Which results to be told, and quiet hours."""
    LANGUAGE = auto()


class Spec(Struct, frozen=True):
    """A command. Who may use it stands in `dialogues.app.rights`; `shown` ones are in the menu and the help."""

    name: str
    about: About = About.NOTHING
    shown: bool = True


COMMANDS = (
    Spec("today"),
    Spec("queue", About.WORDS),
    Spec("compare", About.WORDS),
    Spec("invite", About.JOB),
    Spec("invite_list", About.JOB),
    Spec("link", About.CANDIDATE),
    Spec("revoke", About.CANDIDATE),
    Spec("bookings", About.WORDS),
    Spec("move", About.CANDIDATE_AND_WORDS),
    Spec("block", About.WORDS),
    Spec("unblock", About.WORDS),
    Spec("capacity", About.JOB),
    Spec("interviewers", About.JOB),
    Spec("calendar", About.WORDS),
    Spec("card", About.CANDIDATE),
    Spec("transcript", About.CANDIDATE),
    Spec("code", About.CANDIDATE),
    Spec("report", About.CANDIDATE),
    Spec("approve", About.CANDIDATE_AND_WORDS),
    Spec("second_round", About.CANDIDATE_AND_WORDS),
    Spec("hold", About.CANDIDATE_AND_WORDS),
    Spec("decline", About.CANDIDATE_AND_WORDS),
    Spec("override", About.LEVEL),
    Spec("message", About.CANDIDATE_AND_WORDS),
    Spec("relay", About.CANDIDATE),
    Spec("close"),
    Spec("feedback", About.CANDIDATE_AND_WORDS),
    Spec("feedback_all", About.WORDS),
    Spec("jobs"),
    Spec("pack", About.WORDS),
    Spec("versions", About.JOB),
    Spec("activate", About.WORDS, shown=False),
    Spec("preview", About.JOB),
    Spec("pause", About.JOB),
    Spec("resume", About.JOB),
    Spec("week"),
    Spec("audit", About.CANDIDATE),
    Spec("log", About.WORDS),
    Spec("team"),
    Spec("colleague", About.WORDS),
    Spec("remove", About.WORDS),
    Spec("file", About.WORDS, shown=False),
    Spec("deliveries", About.CANDIDATE),
    Spec("retry", About.CANDIDATE),
    Spec("calibration"),
    Spec("calibrate", shown=False),
    Spec("notify", About.NOTICES),
    Spec("language", About.LANGUAGE),
    Spec("help", About.WORDS),
    Spec("cancel", shown=False),
)
BY_NAME = {spec.name: spec for spec in COMMANDS}
ABOUT_ONE = frozenset({About.CANDIDATE, About.CANDIDATE_AND_WORDS, About.LEVEL})
"""What a command is followed by that is about one candidate."""
LANGUAGES = {"zh": "中文", "en": "English"}
"""Languages of this channel, by the name each calls itself."""


@cache
def texts(language: str) -> dict[str, Any]:
    """Return HR's texts in a language, in English when there is no such file."""
    folder = resources.files("bot.hr.texts")
    entry = folder.joinpath(f"{language}.yaml")
    chosen = entry if entry.is_file() else folder.joinpath("en.yaml")
    loaded: dict[str, Any] = yaml.safe_load(chosen.read_text(encoding="utf-8"))
    return loaded


def tell(language: str, phrase: str, /, **args: str) -> str:
    """Return one of HR's texts with its arguments."""
    said = str(texts(language)[phrase])
    return said.format_map(args) if args else said


def label(language: str, command: str) -> str:
    """Return a command's button label."""
    return str(texts(language)[f"command.{command}"]["label"])


def helped(language: str, command: str) -> str:
    """Return what a command does, without the command itself."""
    told = str(texts(language)[f"command.{command}"]["help"])
    return told.removeprefix(f"/{command} ")


@cache
def _spoken() -> dict[str, str]:
    words = {}
    for language in LANGUAGES:
        for name, entry in texts(language).items():
            if name.startswith("command."):
                words.update({str(word).casefold(): name.removeprefix("command.") for word in entry["words"]})
    return words


def parse_message(text: str) -> tuple[str, str]:
    """Return (command or "", the rest). A word of the language alone is a command too."""
    stripped = text.strip()
    slashed = re.fullmatch(r"/(\w+)(?:@\w+)?\s*(.*)", stripped, re.DOTALL)
    if slashed is not None:
        return slashed[1].casefold(), slashed[2]
    spoken = _spoken().get(stripped.casefold().rstrip("。.！!"))
    return (spoken, "") if spoken else ("", stripped)
