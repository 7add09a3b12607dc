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


_MARKS = re.compile(r"[\W_]+")
_LONGEST_WHOLE = 60
"""Characters. Longer messages say more than one thing."""


class Cue(StrEnum):
    """Something heard in what is said. Never scored, never kept."""

    NERVOUS = "nervous"
    RESTART = "restart"
    CLARIFY = "clarify"
    DONT_KNOW = "dont_know"
    NO_MORE = "no_more"
    INSULT = "insult"
    INJECTION = "injection"
    ASKS = "asks"
    ABOUT_US = "about_us"
    TELLS = "tells"
    YES = "yes"
    NO = "no"
    BEGIN = "begin"
    THANKS = "thanks"


class Ear(Struct, frozen=True):
    """How a cue is heard. `says` are its wordings, `around` what may stand beside them.

    With `around`, a message is the cue only when nothing else is left of it: inside a story the same words
    are part of the story. Without, the words count wherever they stand. Every wording holds one of `needs`,
    where there are any: most messages hold none, and looking for those is a twentieth of the work.
    """

    says: re.Pattern[str]
    around: re.Pattern[str] | None = None
    needs: tuple[str, ...] = ()

    def hears(self, text: str) -> bool:
        """Say whether the cue is in the text, which is in lower case."""
        if self.around is None:
            return self._possible(text) and self.says.search(text) is not None
        if len(text) > _LONGEST_WHOLE:
            return False
        left, times = self.says.subn(" ", text)
        return times > 0 and not _MARKS.sub("", self.around.sub("", left))

    def _possible(self, text: str) -> bool:
        for word in self.needs:  # a loop, not any(): this is the hot path
            if word in text:
                return True
        return not self.needs


class Dates(Struct, frozen=True):
    """How a language writes days and times, and asks to move, cancel or begin. Without a file's word for it: plainly."""

    weekdays: tuple[str, ...] = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months: tuple[str, ...] = tuple(str(month) for month in range(1, 13))
    day: str = "{weekday} {date}/{month}"
    slot: str = "{day} {start}–{end} ({zone})"
    zone: str = "{city}"
    zones: dict[str, str] = {}
    wishes: dict[str, re.Pattern[str]] = {}


class Foreseen(Struct, frozen=True, array_like=True, gc=False):
    """What sort of message a text is, found out before its step by `dialogues.core.reading.foresee`.

    It holds for these `tongues`, by code, the conversation's own first.
    """

    tongues: tuple[str, ...]
    sort: str
    language: str
    nervous: bool


class Structure(Protocol):
    """What the core asks of a language about the make-up of an answer."""

    def foreseen(self, text: str) -> Foreseen | None:
        """Return what was found out of this text beforehand."""
        ...

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
    """One language. `letters` matches one unit of writing; `called` are its names in every language.

    `introduces` is what stands before a name ("my name is"). `comma` stands between the members of a list. Where several languages share their letters, `function_words` prove this one and `foreign_words` another.
    """

    code: str
    name: str
    called: frozenset[str]
    letters: re.Pattern[str]
    function_words: frozenset[str]
    foreign_words: frozenset[str]
    polite: re.Pattern[str]
    introduces: re.Pattern[str]
    comma: str
    commands: dict[str, Command]
    cues: dict[Cue, Ear]
    structure: Structure
    dates: Dates = Dates()


_SLASH = {command.value: command for command in Command} | {
    "start": Command.CONTINUE,
    "resume": Command.CONTINUE,
    "lang": Command.LANGUAGE,
}
_LONGEST_COMMAND = 40
_UNIT = re.compile(
    r"[\u3400-\u9fff]|[\u3040-\u30ff]|[\uac00-\ud7a3]|[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+"
)
_FEW_UNITS = 4
_MANY_UNITS = 20


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


def named_language(text: str, tongues: tuple[Tongue, ...]) -> str:
    """Return the code of the language that a short message names, "" for none."""
    low = text.casefold()
    if len(low) > _LONGEST_COMMAND:
        return ""
    last = {tongue.code: max(low.rfind(name) for name in tongue.called) for tongue in tongues}
    code = max(last, key=lambda code: last[code])
    return code if last[code] >= 0 else ""


def heard(cue: Cue, text: str, tongues: tuple[Tongue, ...]) -> bool:
    """Say whether the cue is in the text, in any of the languages."""
    low = text.casefold().replace("’", "'")
    return any(tongue.cues[cue].hears(low) for tongue in tongues)


def _own(units: list[str], tongue: Tongue) -> list[str]:
    return list(filter(tongue.letters.match, units))


def _fluent(own: list[str], tongue: Tongue) -> bool:
    """Say whether units in a language's letters make that language, not another of the same letters."""
    if not tongue.function_words:
        return True
    words = [unit.casefold() for unit in own]
    ours = sum(word in tongue.function_words for word in words)
    foreign = sum(word in tongue.foreign_words for word in words)
    if foreign > 1 and foreign > ours:
        return False
    return len(own) < _MANY_UNITS or 12 * ours >= len(own)


def language_of(text: str, current: Tongue, tongues: tuple[Tongue, ...]) -> str:
    """Return the code of the language the text is in, "" for none of these.

    A text of a few words counts as being in the current language, and so does one that mixes it with others
    we know: names and technical terms are foreign in every language. Only the first 400 characters are read.
    """
    head = text[:400]
    if not current.function_words and 4 * len(current.letters.findall(head)) >= 3 * len(head):
        return (
            current.code
        )  # hardly anything but our own letters, and nobody shares them; the usual case, quickly
    units = _UNIT.findall(head)
    if len(units) < _FEW_UNITS:
        return current.code
    mine = _own(units, current)
    if len(mine) == len(units) and _fluent(mine, current):
        return current.code
    owned = {tongue.code: _own(units, tongue) for tongue in tongues}
    if 4 * sum(map(len, owned.values())) < 3 * len(units):
        return ""  # a quarter in letters of none of these: kana among Chinese characters, Cyrillic, Arabic
    if 7 * len(mine) >= len(units) and (2 * len(mine) < len(units) or _fluent(mine, current)):
        return current.code
    # languages that share their letters own the same words: then the one that is spoken fluently
    best = max(tongues, key=lambda tongue: (len(owned[tongue.code]), _fluent(owned[tongue.code], tongue)))
    return best.code if _fluent(owned[best.code], best) else ""
