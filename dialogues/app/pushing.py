"""What became of messages that are pushed to a messenger, and who sits where: values shared by channel and storage."""

from __future__ import annotations

from msgspec import Struct

from dialogues.app.outcome import Message


class Delivery(Struct, frozen=True):
    """What became of a stored message: `sent_as` is the messenger's number for it; `code` why it was given up."""

    id: int
    sent_as: int = 0
    code: str = ""


class Pending(Struct, frozen=True):
    """A stored message that nobody has delivered yet, and the chat it goes to (0: there is none any more)."""

    message: Message
    chat: int


class Seat(Struct, frozen=True):
    """Who is in a private chat: the interview spoken to now (0: none) and the desk of a person of HR (0: none)."""

    chat: int
    interview: int = 0
    desk: int = 0
    started: bool = False
    blocked: bool = False


class Colleague(Struct, frozen=True):
    """What became of a colleague's invitation: the person's id and role, or `problem` "", "unknown", "expired" or "taken"."""

    person: str
    problem: str
    role: str = ""
