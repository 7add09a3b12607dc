"""Where the words of an answer stand in the conversation: a part of an answer may be several messages."""

from __future__ import annotations

from msgspec import Struct

from dialogues.app.result import Material
from dialogues.core.events import Answered, Transcribed


class Place(Struct, frozen=True):
    """A message holds the characters `[start:start + length]` of the part of an answer whose id is `part`."""

    part: str
    start: int
    length: int


def find_places(material: Material) -> dict[int, Place]:
    """Return number of the message -> its place; messages that are part of no answer are left out."""
    places = {}
    for reply in material.state.replies:
        ends: dict[int, int] = {}
        for event, number in zip(reply.events, reply.rounds, strict=True):
            found = material.events.get(event)
            if not isinstance(found, Answered | Transcribed) or not found.text:
                continue
            start = ends.get(number, -1) + 1  # the messages of a part are joined by one line break
            ends[number] = start + len(found.text)
            part = f"{reply.id}.{number}" if number else reply.id
            places[event] = Place(part=part, start=start, length=len(found.text))
    return places
