"""Turns what a person of HR typed or pressed into a command about one application.

Names are looked up here, among what the person may see, so that only ids travel on: a candidate's name must not
stay behind in HR's own conversation. Free text stays in the event's sealed words. Carries nothing out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from bot.hr.commands import ABOUT_ONE, BY_NAME, LANGUAGES, About, Spec, parse_message, texts
from dialogues.ports import Listed, Office, Person

_APPLICATION = re.compile(r"a_[0-9a-f]{4,32}")
_PIECE = re.compile(r"[\w.\-]{1,64}")


class Request(Struct, frozen=True):
    """What is asked for: `command` "" is free text."""

    command: str
    args: tuple[str, ...] = ()
    text: str = ""


class Reader:
    """Reads messages and buttons."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def message(self, person: Person, text: str) -> Request:
        """Return what a typed message asks for; a name that does not fit one candidate becomes a search."""
        command, rest = parse_message(text)
        if not command:
            return Request("", text=rest)
        spec = BY_NAME.get(command)
        if spec is None:
            return Request("help", text=command[:40])
        return self._about(person, spec, rest)

    def _about(self, person: Person, spec: Spec, rest: str) -> Request:
        match spec.about:
            case About.NOTHING:
                return Request(spec.name)
            case About.WORDS:
                return Request(spec.name, text=rest)
            case About.JOB:
                job, rest = _leading(rest, {key: title for key, (title, _) in self._jobs(person).items()})
                return Request(spec.name, (job,) if job else (), rest)
            case About.NOTICES:
                return Request(spec.name, _notices(rest))
            case About.LANGUAGE:
                language, _ = _leading(rest, LANGUAGES)
                return Request(spec.name, (language,) if language else ())
            case _:
                return self._about_candidate(person, spec, rest)

    def _about_candidate(self, person: Person, spec: Spec, rest: str) -> Request:
        if not rest:
            return Request(spec.name)
        found, words = self._candidate(person, rest, alone=spec.about is About.CANDIDATE)
        if found is None:
            return Request("", text=words)
        if spec.about is About.CANDIDATE:
            return Request(spec.name, (found.application,))
        if spec.about is About.LEVEL:
            return self._level(person, spec, found, words)
        return Request(spec.name, (found.application,), words)

    def _level(self, person: Person, spec: Spec, found: Listed, words: str) -> Request:
        competency, words = _leading(words, self._office.competencies(person, found))
        if not competency:
            return Request(spec.name, (found.application,))
        level, _, reason = words.partition(" ")
        if not re.fullmatch(r"\d{1,2}(\.\d+)?", level):
            return Request(spec.name, (found.application, competency))
        return Request(spec.name, (found.application, competency, level), reason.strip())

    def _candidate(self, person: Person, rest: str, *, alone: bool) -> tuple[Listed | None, str]:
        """Return (the one meant, the words after it); or (None, what to search for)."""
        first, _, after = rest.partition(" ")
        found = self._office.search(person, first)
        fitting = [one for one in found if _leads(rest, one.name)]
        name = max((one.name for one in fitting), key=len, default="")
        fitting = [one for one in fitting if len(one.name) == len(name)]
        if len(fitting) == 1:
            return fitting[0], rest[len(name) :].strip()
        if fitting:
            return None, name
        if len(found) == 1 and (not after if alone else _is_meant(first, found[0])):
            return found[0], after.strip()
        return None, rest if alone else first

    def _jobs(self, person: Person) -> dict[str, tuple[str, str]]:
        return self._office.jobs(person)

    def button(self, value: str) -> Request:
        """Return what a button asks for: `command:application:...`. One that is none of ours asks for help."""
        name, *args = value.split(":")
        spec = BY_NAME.get(name)
        if spec is None or not all(_PIECE.fullmatch(arg) for arg in args):
            return Request("help")
        if args and spec.about in ABOUT_ONE and not _APPLICATION.fullmatch(args[0]):
            return Request("help")
        if args and spec.about is About.LANGUAGE and args[0] not in LANGUAGES:
            return Request("help")
        return Request(name, tuple(args))


def _notices(words: str) -> tuple[str, ...]:
    """Return the choice that these words name, then "quiet" and the hours; either may be missing."""
    hours = re.search(r"(\d{1,2})(?::00)?\s*[点點]?\s*(?:-|–|—|~|至|到|to)\s*(\d{1,2})", words)
    quiet = ("quiet", f"{hours[1]}-{hours[2]}") if hours is not None else ()
    folded = words.casefold()
    said = {
        str(word): one
        for code in LANGUAGES
        for one, all_ in texts(code)["notify.words"].items()
        for word in all_
    }
    choice = next(((said[word],) for word in sorted(said, key=len, reverse=True) if word in folded), ())
    return (*choice, *quiet)


def _is_meant(word: str, found: Listed) -> bool:
    """Say whether one word is enough to act on a candidate: an id, a word of the name, or two characters of one."""
    folded, name = word.casefold(), found.name.casefold()
    by_id = folded not in name
    return by_id or folded in name.split() or (len(word) > 1 and not word.isascii())


def _leads(text: str, name: str) -> bool:
    """Say whether the text begins with this name as a whole word."""
    folded, wanted = text.casefold(), name.casefold()
    return bool(wanted) and (folded == wanted or folded.startswith(f"{wanted} "))


def _leading(text: str, names: Mapping[str, str]) -> tuple[str, str]:
    """Return (key, the words after it) of the longest key or name that the text begins with; ("", text) if none."""
    both = [(key, name) for key, shown in names.items() for name in (key, shown) if _leads(text, name)]
    key, name = max(both, key=lambda pair: len(pair[1]), default=("", ""))
    return key, text[len(name) :].strip()
