"""What a language model made of an answer, after checking: degrees and places, and not one word of the candidate's.

This is what is kept, so that the same answer has the same score for ever; the level is computed from it.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from scoring.model import Degree
from scoring.rubric.model import Element


class Mark(Struct, frozen=True):
    """A key point that was found: `answer[start:end]` shows it."""

    point: str
    degree: Degree
    start: int
    end: int


class Reading(Struct, frozen=True):
    """Points and elements found. `dropped` are points claimed with a quote that the answer does not hold."""

    marks: tuple[Mark, ...] = ()
    elements: tuple[Element, ...] = ()
    dropped: tuple[str, ...] = ()


class Trouble(StrEnum):
    """Why a model's reading could not be had, so that the built-in scorer took over."""

    TIMEOUT = "timeout"
    BUSY = "busy"
    PAUSED = "paused"
    BUDGET = "budget"
    UNREACHABLE = "unreachable"
    SERVER_ERROR = "server_error"
    RATE_LIMITED = "rate_limited"
    MISCONFIGURED = "misconfigured"
    REFUSED = "refused"
    TOO_LONG = "too_long"
    TRUNCATED = "truncated"
    INVALID = "invalid"
    QUOTES = "quotes"


class Unread(Exception):
    """There is no reading. `tokens` were spent all the same; `pause` asks for that many seconds of rest."""

    def __init__(self, trouble: Trouble, *, tokens: int = 0, pause: float = 0.0) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble
        self.tokens = tokens
        self.pause = pause
