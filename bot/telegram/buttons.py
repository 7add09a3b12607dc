"""What stands behind our buttons: whose interview, which turn, which choice. Pressed data is outside input."""

from __future__ import annotations

import hashlib
import re

from msgspec import Struct

MOST = 64
"""Bytes that Telegram lets a button carry."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LISTEN = re.compile(r"l\|([0-9a-z]{1,13})\|([0-9a-z]{1,6})")
_INTERVIEW = re.compile(r"c\|([0-9a-z]{1,13})\|([0-9a-z]{1,6})\|(.{1,60})", re.DOTALL)


class Choice(Struct, frozen=True):
    """A candidate's button."""

    conversation: int
    turn: int
    value: str


class DeskChoice(Struct, frozen=True):
    """A button of a person of HR: `command:application:...`."""

    value: str


class Listen(Struct, frozen=True):
    """Hear the question that this message of an interview asks."""

    conversation: int
    message: int


class Switch(Struct, frozen=True):
    """Speak in another interview from now on; 0 is one's desk."""

    conversation: int


class Buttons:
    """Writes and reads what buttons carry. Values that are too long are kept here while the process lives."""

    def __init__(self) -> None:
        self._long: dict[str, str] = {}

    def choice(self, conversation: int, turn: int, value: str) -> str:
        """Return what a candidate's button carries."""
        return self._fit(f"c|{_to36(conversation)}|{_to36(turn)}|{value}")

    def desk(self, value: str) -> str:
        """Return what a button of HR's carries."""
        return self._fit(f"h|{value}")

    def listen(self, conversation: int, message: int) -> str:
        """Return what a button carries that reads a question out."""
        return f"l|{_to36(conversation)}|{_to36(message)}"

    def switch(self, conversation: int) -> str:
        """Return what a button carries that leads to another interview."""
        return f"s|{_to36(conversation)}"

    def _fit(self, value: str) -> str:
        if len(value.encode()) <= MOST:
            return value
        name = f"x|{hashlib.blake2b(value.encode(), digest_size=16).hexdigest()}"
        self._long[name] = value
        return name

    def read(self, carried: str) -> Choice | DeskChoice | Listen | Switch | None:
        """Return what was pressed; None for what is none of ours, or from before a restart."""
        carried = self._long.get(carried, carried)
        if (found := _INTERVIEW.fullmatch(carried)) is not None:
            return Choice(int(found[1], 36), int(found[2], 36), found[3])
        if carried.startswith("h|"):
            return DeskChoice(carried[2:])
        if (found := _LISTEN.fullmatch(carried)) is not None:
            return Listen(int(found[1], 36), int(found[2], 36))
        if re.fullmatch(r"s\|[0-9a-z]{1,13}", carried):
            return Switch(int(carried[2:], 36))
        return None


def _to36(number: int) -> str:
    written = ""
    while number:
        number, digit = divmod(number, 36)
        written = _DIGITS[digit] + written
    return written or "0"
