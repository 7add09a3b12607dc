"""Which candidates a list is about: read from words or from a button, and applied. Shows nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from bot.hr.commands import LANGUAGES, texts
from dialogues.core.events import Outcome
from dialogues.ports import Listed

UNDECIDED, TOP, MEETS = "undecided", "top", "meets"
_STAGES = (UNDECIDED, *(outcome.value for outcome in Outcome))
_NONE = "-"
_LOOSE = " ,，、;；"


class Filter(Struct, frozen=True):
    """What somebody wants to see; "" leaves it open. `only` is `top` or `meets`, `name` a part of a name."""

    job: str = ""
    stage: str = ""
    only: str = ""
    name: str = ""

    @property
    def pieces(self) -> tuple[str, str, str]:
        """Return what a button carries; a name never travels in one."""
        return (self.job or _NONE, self.stage or _NONE, self.only or _NONE)


def read_filter(words: str, jobs: Mapping[str, str]) -> Filter:
    """Return what these words ask for; `jobs` is job -> title. What is no filter is part of a name."""
    rest = words.casefold().strip()
    job, rest = _found(rest, [(key, {key, title}) for key, title in jobs.items()])
    stage, rest = _found(rest, [(stage, _said(f"filter.{stage}")) for stage in _STAGES])
    only, rest = _found(rest, [(only, _said(f"filter.{only}")) for only in (TOP, MEETS)])
    return Filter(job, stage, only, rest.strip(_LOOSE))


def pressed_filter(args: Sequence[str], jobs: Iterable[str]) -> Filter:
    """Return the filter a button carries; what does not exist is left open."""
    job, stage, only = (*args, _NONE, _NONE, _NONE)[:3]
    return Filter(
        job if job in jobs else "",
        stage if stage in _STAGES else "",
        only if only in (TOP, MEETS) else "",
    )


def chosen(shown: Sequence[Listed], wanted: Filter, is_top: Callable[[Listed], bool]) -> list[Listed]:
    """Return those that fit, in their order."""
    return [one for one in shown if _fits(one, wanted, is_top)]


def _fits(one: Listed, wanted: Filter, is_top: Callable[[Listed], bool]) -> bool:
    return (
        (not wanted.job or one.job == wanted.job)
        and (not wanted.stage or (one.outcome or UNDECIDED) == wanted.stage)
        and (wanted.only != MEETS or one.passed)
        and (wanted.only != TOP or is_top(one))
        and (not wanted.name or wanted.name in one.name.casefold() or wanted.name == one.application)
    )


def stamp(shown: Iterable[Listed]) -> str:
    """Return a short name for exactly these people: a confirmation is good only for what was looked at."""
    names = ",".join(sorted(one.application for one in shown))
    return hashlib.sha256(names.encode()).hexdigest()[:8]


def _said(name: str) -> set[str]:
    return {str(word).casefold() for language in LANGUAGES for word in texts(language)[name]}


def _found(text: str, choices: list[tuple[str, set[str]]]) -> tuple[str, str]:
    """Return (what is named in the text, the text without it), the longest name first; ("", text) for none."""
    named = [(key, word.casefold()) for key, words in choices for word in words]
    for key, word in sorted(named, key=lambda pair: -len(pair[1])):
        pattern = rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])" if word.isascii() else re.escape(word)
        if re.search(pattern, text):
            return key, re.sub(pattern, " ", text, count=1)
    return "", text
