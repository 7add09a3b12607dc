"""What a batch brought about, for the event loop: acknowledgements, messages to show, work to start."""

from __future__ import annotations

from msgspec import Struct

from dialogues.core.effects import Effect
from dialogues.ports import Arrival


class Message(Struct):
    """A message to a candidate, as stored: ready to be shown.

    `id` is its row; `channel` is where it is to be delivered, "" where the page asks for it itself.
    """

    conversation: int
    seq: int
    turn: int
    kind: str
    text: str
    buttons: list[tuple[str, str]]
    progress: tuple[int, int] | None
    at: float
    language: str
    id: int = 0
    channel: str = ""


PUSHED = frozenset({"telegram"})
"""Channels whose messages are delivered by us, one after the other; the others pull (decision 0003)."""


class Work(Struct):
    """An effect to be carried out now that it is stored."""

    id: int
    conversation: int
    effect: Effect


class Outcome(Struct):
    """What became of a batch."""

    acknowledged: list[tuple[Arrival, int]] = []
    messages: list[Message] = []
    work: list[Work] = []
    waiting: int = 0
    versions: dict[int, int] = {}
