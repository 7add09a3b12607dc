"""What is heard of a recording, as plain values."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

RATE = 16_000
"""Samples a second of everything that is listened to."""
MAX_SECONDS = 300.0
MAX_BYTES = 20 << 20


class Trouble(StrEnum):
    """Why there are no words: never the candidate's fault, always asked again."""

    SILENT = "silent"
    UNCLEAR = "unclear"
    TOO_LONG = "too_long"
    TOO_BIG = "too_big"
    UNREADABLE = "unreadable"


class NotHeard(Exception):
    """A recording could not be turned into words."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class Spell(Struct, frozen=True):
    """A stretch of speech, seconds from the beginning of the recording."""

    start: float
    end: float


class Word(Struct, frozen=True):
    """One word as it was heard, with its place in time and how sure the model is (0-1)."""

    text: str
    start: float
    end: float
    sure: float


class Manner(Struct, frozen=True):
    """How something was spoken; see `dialogues.core.events.Delivery`."""

    seconds: float
    speech: float
    rate: float
    pauses: int
    long_pauses: int
    fillers: float | None = None


class Heard(Struct, frozen=True):
    """A transcript; `doubtful` are the places (start, end) in `text` that are uncertain."""

    text: str
    language: str
    doubtful: tuple[tuple[int, int], ...]
    manner: Manner
