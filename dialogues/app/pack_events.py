"""Parses the YAML text of a job pack into events, and says in plain words when it is no YAML.

The parser speaks of tokens, blocks and streams, which its reader, a recruiter, has never heard of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol, TypeGuard

import yaml

from dialogues.app.pack_words import Problem

# libyaml reads some twenty times faster, and takes a bare `?` in braces, which the parser in Python refuses.
_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

_MOST_BYTES = 1_000_000

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")

_COLUMN = "let it begin in the same column as the lines it belongs with"
_ENDS_EARLY = (
    f"this line begins in the wrong column, or a quotation mark ends its text too early; {_COLUMN},"
    " and write ' twice inside single quotes"
)
_COLON = (
    "a colon followed by a space is not expected here; put the whole text in double quotes,"
    " or let this line begin in the same column as the lines it belongs with"
)
_TAB = "a tab stands at the beginning of this line; use spaces instead"
_QUOTE_OPEN = "a quotation mark that is opened here is not closed where the text ends; add the closing one"
_LIST_OPEN = "a list that is opened here with [ is not closed properly; add the missing ] or comma"
_SET_OPEN = (
    "a set that is opened here with { is not closed properly; add the missing } or comma,"
    " and put a text that has a comma or colon in double quotes"
)
_BACKSLASH = "a backslash in double quotes has a special meaning; write it twice, or use single quotes"
_BEGINNING = "a text cannot begin with this character; put the text in double quotes"
_ITEM = f"this line begins in the wrong column, or `- ` is missing before it; {_COLUMN}"
_OUTSIDE = f"this line begins in the wrong column, or a bracket is closed too often; {_COLUMN}"

# Part of the parser's own sentence -> what it means to someone who does not know YAML. First match wins.
_PLAIN = (
    ("mapping values are not allowed", _COLON),
    ("end of stream", _QUOTE_OPEN),
    ("expected ',' or ']'", _LIST_OPEN),
    ("expected ',' or '}'", _SET_OPEN),
    ("unknown escape", _BACKSLASH),
    ("cannot start any token", _BEGINNING),
    ("'-' indicator", _ITEM),
    ("expected <document start>", _OUTSIDE),
    ("expected key", _ENDS_EARLY),
    ("expected <block end>", _ENDS_EARLY),
    ("expected ':'", "a name is followed by no colon; write `name: value`"),
)
# These are noticed at the end of a text but made where it begins.
_MADE_EARLIER = (_QUOTE_OPEN, _LIST_OPEN, _SET_OPEN)


class Mark(Protocol):
    """A place in the text, counted from 0; the two parsers have a class of their own each."""

    line: int
    column: int


class Unreadable(Exception):
    """There is no going on after this mistake."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.problem = Problem(line, column, message)


def parse_events(text: str) -> Iterator[yaml.Event]:
    """Yield the parser's events; `Unreadable` for a text that is too large, unfit for storing or no YAML."""
    _refuse_unfit(text)
    last: yaml.Event | None = None
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            last = event
            yield event
    except yaml.MarkedYAMLError as error:
        raise _explained(error, text, last) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # The parser in Python lets the ValueError of an impossible character escape pass through.
        raise Unreadable("The file is not valid YAML text; save it as UTF-8 and try again.") from error


def _refuse_unfit(text: str) -> None:
    if len(text.encode("utf-8", "surrogatepass")) > _MOST_BYTES:
        raise Unreadable("The file is larger than 1 MB; a job pack is text for one job, so shorten it.")
    odd = UNPRINTABLE.search(text)
    if odd:
        before = text[: odd.start()].split("\n")
        name = f"U+{ord(odd[0]):04X}"
        sentence = (
            f"An invisible control character ({name}) stands here; delete it, or save the file as UTF-8."
        )
        raise Unreadable(sentence, len(before), len(before[-1]) + 1)


def _explained(error: yaml.MarkedYAMLError, text: str, last: yaml.Event | None) -> Unreadable:
    """Return the parser's complaint in plain words; `last` is the event before it."""
    theirs = str(error.problem)
    fault = next(
        (ours for part, ours in _PLAIN if part in theirs), f"this is no valid YAML ({theirs}); mend it"
    )
    line, column = place_of(error.problem_mark)
    if "\t" in _indent(text, line):
        fault = _TAB
    elif fault in _MADE_EARLIER:
        line, column = place_of(error.context_mark)
    elif fault == _ENDS_EARLY and _swallowed_lines(last):
        fault = _QUOTE_OPEN
        line, column = place_of(last.start_mark)
    return Unreadable(f"{fault[0].upper()}{fault[1:]}.", line, column)


def _swallowed_lines(event: yaml.Event | None) -> TypeGuard[yaml.ScalarEvent]:
    """Return whether it is a text in quotes that goes on over lines, as when its end is forgotten."""
    if not isinstance(event, yaml.ScalarEvent) or event.style not in ("'", '"'):
        return False
    return place_of(event.start_mark)[0] != place_of(event.end_mark)[0]


def _indent(text: str, line: int) -> str:
    """Return the blanks at the beginning of a line; lines count from 1 and need not exist."""
    whole = "".join(text.split("\n")[line - 1 : line])
    return whole[: len(whole) - len(whole.lstrip())]


def place_of(mark: Mark | None) -> tuple[int, int]:
    """Return line and column, counted from 1."""
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
