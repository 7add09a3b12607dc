"""HR's commands: one table for every messenger. Reads a message into (command, arguments, text); acts on nothing."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any

import yaml
from msgspec import Struct

READERS = frozenset({"owner", "recruiter", "manager", "auditor", "reader"})
DECIDERS = frozenset({"owner", "recruiter", "manager"})
RECRUITERS = frozenset({"owner", "recruiter"})


class Spec(Struct, frozen=True):
    """A command: who may use it, and how many arguments stand before the free text."""

    name: str
    roles: frozenset[str]
    args: int = 0
    shown: bool = True


COMMANDS = (
    Spec("today", READERS),
    Spec("queue", READERS),
    Spec("card", READERS, 1),
    Spec("transcript", READERS, 1),
    Spec("report", READERS, 1),
    Spec("approve", DECIDERS, 1),
    Spec("second_round", DECIDERS, 1),
    Spec("hold", DECIDERS, 1),
    Spec("decline", DECIDERS, 1),
    Spec("override", DECIDERS, 3),
    Spec("message", DECIDERS, 1),
    Spec("invite", RECRUITERS, 1),
    Spec("jobs", READERS),
    Spec("audit", frozenset({"owner", "auditor"}), 1),
    Spec("help", READERS),
    Spec("cancel", READERS, shown=False),
)
BY_NAME = {spec.name: spec for spec in COMMANDS}


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


@cache
def _spoken() -> dict[str, str]:
    words = {}
    for language in ("zh", "en"):
        for name, entry in texts(language).items():
            if name.startswith("command."):
                words.update({str(word).casefold(): name.removeprefix("command.") for word in entry["words"]})
    return words


def parse_message(text: str) -> tuple[str, tuple[str, ...], str]:
    """Return (command or "", its arguments, the free text that follows)."""
    stripped = text.strip()
    slashed = re.fullmatch(r"/(\w+)(?:@\w+)?\s*(.*)", stripped, re.DOTALL)
    if slashed is not None:
        return _split(slashed[1].casefold(), slashed[2])
    spoken = _spoken().get(stripped.casefold().rstrip("。.！!"))
    return (spoken, (), "") if spoken else ("", (), stripped)


def parse_button(value: str) -> tuple[str, tuple[str, ...], str]:
    """Return what a button asks for; its value is `command:argument:...`."""
    name, *args = value.split(":")
    return name, tuple(args), ""


def _split(name: str, rest: str) -> tuple[str, tuple[str, ...], str]:
    spec = BY_NAME.get(name)
    if spec is None:
        return name, (), rest
    pieces = rest.split(None, spec.args)
    return name, tuple(pieces[: spec.args]), pieces[spec.args] if len(pieces) > spec.args else ""


def allowed(role: str, command: str) -> bool:
    """Say whether a role may use a command."""
    spec = BY_NAME.get(command)
    return spec is not None and role in spec.roles
