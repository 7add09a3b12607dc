"""What goes to a chat: texts, pictures, files and voice messages with their buttons, and its menu, as plain values."""

from __future__ import annotations

from msgspec import Struct


class Key(Struct, frozen=True):
    """A button: `value` comes back when it is pressed (at most 64 bytes), `url` is opened instead.

    `apart` begins a new row: what follows is of another kind than the buttons before.
    """

    label: str
    value: str = ""
    url: str = ""
    apart: bool = False


Keys = tuple[Key, ...]


class Text(Struct, frozen=True):
    """A text. `html` says that it is Telegram's HTML; otherwise it is shown as it is."""

    text: str
    keys: Keys = ()
    html: bool = False


class Picture(Struct, frozen=True):
    """A PNG with a caption in HTML, at most 1024 units."""

    content: bytes
    caption: str
    keys: Keys = ()


class File(Struct, frozen=True):
    """A document."""

    content: bytes
    name: str


class Voice(Struct, frozen=True):
    """A voice message, as OGG/Opus."""

    content: bytes


class Menu(Struct, frozen=True):
    """The commands that are listed in this chat instead of the bot's common ones, and what each does."""

    commands: tuple[tuple[str, str], ...]


Part = Text | Picture | File | Voice | Menu


class Post(Struct):
    """What is sent to a chat in one go. `id` is the stored message it delivers, 0 for what is not stored."""

    chat: int
    parts: tuple[Part, ...]
    id: int = 0
    conversation: int = 0
    turn: int = 0


_ROW = 24
"""Letters of the labels that fit beside each other on a phone."""
_IN_A_ROW = 3


def keyboard(keys: Keys) -> list[list[Key]]:
    """Return the buttons in rows: short labels beside each other, long ones alone."""
    rows: list[list[Key]] = []
    for key in keys:
        last = rows[-1] if rows else []
        together = sum(map(_width, [*last, key]))
        if last and not key.apart and len(last) < _IN_A_ROW and together <= _ROW:
            last.append(key)
        else:
            rows.append([key])
    return rows


def _width(key: Key) -> int:
    return sum(2 if letter > "\u2e7f" else 1 for letter in key.label) + 2
