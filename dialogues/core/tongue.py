"""What a language knows of conversation: its commands in plain words and the cues to listen for.

Immutable values made by `dialogues.app.languages` from the files under `dialogues/phrases`; nothing is read here.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from scoring.rubric.model import Element


class Command(StrEnum):
    """What a candidate may ask for at any moment."""

    HELP = "help"
    REPEAT = "repeat"
    PAUSE = "pause"
    CONTINUE = "continue"
    SKIP = "skip"
    LANGUAGE = "language"
    WHY = "why"
    HUMAN = "human"
    STOP = "stop"
    DELETE = "delete"


class Cue(StrEnum):
    """Something heard in what is said. Never scored, never kept."""

    NERVOUS = "nervous"
    RESTART = "restart"
    DONT_KNOW = "dont_know"
    INSULT = "insult"
    INJECTION = "injection"
    YES = "yes"
    NO = "no"


class Structure(Protocol):
    """What the core asks of a language about the make-up of an answer."""

    def find_elements(self, text: str) -> frozenset[Element]:
        """Return the elements the text has."""
        ...

    def length(self, text: str) -> int:
        """Return the length in the language's unit: Chinese characters or words."""
        ...

    def brief(self, units: int) -> bool:
        """Say whether an answer of so many units is too short to be one."""
        ...


class Tongue(Struct, frozen=True):
    """One language. `letters` matches one unit of writing; `function_words` prove a Latin-script language."""

    code: str
    name: str
    letters: re.Pattern[str]
    function_words: frozenset[str]
    polite: re.Pattern[str]
    commands: dict[str, Command]
    cues: dict[Cue, re.Pattern[str]]
    structure: Structure


_SLASH = {command.value: command for command in Command} | {
    "start": Command.CONTINUE,
    "resume": Command.CONTINUE,
    "lang": Command.LANGUAGE,
}
_MARKS = re.compile(r"[\W_]+")
_LONGEST_COMMAND = 40
_UNIT = re.compile(
    r"[\u3400-\u9fff]|[\u3040-\u30ff]|[\uac00-\ud7a3]|[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+"
)
_FEW_UNITS = 4


def plain(text: str, tongue: Tongue) -> str:
    """Return the text without punctuation, spaces, case and polite words: the form commands are listed in."""
    return _MARKS.sub("", tongue.polite.sub("", text.casefold()))


def find_command(text: str, tongues: tuple[Tongue, ...]) -> Command | None:
    """Return the command a whole message is, in a slash or in plain words of any language; else None."""
    if len(text) > _LONGEST_COMMAND:
        return None
    stripped = text.strip()
    if stripped.startswith("/"):
        return _SLASH.get(stripped[1:].split("@")[0].split(" ")[0].casefold())
    for tongue in tongues:
        command = tongue.commands.get(plain(stripped, tongue))
        if command is not None:
            return command
    return None


def heard(cue: Cue, text: str, tongues: tuple[Tongue, ...]) -> bool:
    """Say whether the cue is in the text, in any of the languages."""
    return any(tongue.cues[cue].search(text) is not None for tongue in tongues if cue in tongue.cues)


def _share(units: list[str], tongue: Tongue) -> float:
    return sum(tongue.letters.match(unit) is not None for unit in units) / len(units)


def _fluent(units: list[str], tongue: Tongue) -> bool:
    own = [unit for unit in units if tongue.letters.match(unit)]
    if not tongue.function_words or len(own) < 2 * _FEW_UNITS:
        return True
    return 12 * sum(unit.casefold() in tongue.function_words for unit in own) >= len(own)


def language_of(text: str, current: Tongue, tongues: tuple[Tongue, ...]) -> str:
    """Return the code of the language the text is in, "" for none of these.

    A text of a few words counts as being in the current language, and so does one that mixes it with others
    we know: names and technical terms are foreign in every language. Only the first 400 characters are read.
    """
    units = _UNIT.findall(text[:400])
    if len(units) < _FEW_UNITS:
        return current.code
    shares = {tongue.code: _share(units, tongue) for tongue in tongues}
    own = shares[current.code]
    if own >= 0.5 and _fluent(units, current):
        return current.code
    if own >= 0.15 and sum(shares.values()) >= 0.9 and len(tongues) > 1 and own < 0.5:
        return current.code
    best = max(tongues, key=lambda tongue: shares[tongue.code])
    return best.code if shares[best.code] >= 0.5 and _fluent(units, best) else ""
