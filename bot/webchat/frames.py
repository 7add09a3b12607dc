"""The frames of the web chat's socket, both ways. Outside input is validated and size-limited here."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from dialogues.app.outcome import Message
from dialogues.ports import StoryLine

MAX_FRAME = 64 * 1024
_Id = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[\w.:-]+$")]


class Hello(Struct, tag_field="type", tag="hello"):
    """The first frame: the number of the last message the page has, and the time zone of the device."""

    after: int = 0
    zone: str = ""


class Text(Struct, tag_field="type", tag="text"):
    """The candidate wrote something."""

    id: _Id
    text: str
    seen: int = 0


class Button(Struct, tag_field="type", tag="button"):
    """The candidate pressed a button."""

    id: _Id
    value: Annotated[str, Meta(min_length=1, max_length=64)]
    seen: int = 0


Incoming = Hello | Text | Button
_decoder: msgspec.json.Decoder[Incoming] = msgspec.json.Decoder(Incoming)
_encode = msgspec.json.encode


def parse_frame(raw: bytes) -> Incoming:
    """Return the frame; msgspec.ValidationError or DecodeError for anything else."""
    return _decoder.decode(raw)


def frame(type_: str, /, **fields: Any) -> bytes:
    """Return an outgoing frame."""
    return _encode({"type": type_, **fields})


def say_frame(message: Message) -> bytes:
    """Return the frame of a message that was just stored."""
    return frame(
        "say",
        seq=message.seq,
        turn=message.turn,
        kind=message.kind,
        text=message.text,
        buttons=[{"label": label, "value": value} for label, value in message.buttons],
        progress=message.progress,
        at=message.at,
    )


def story_frame(line: StoryLine, not_kept: str) -> bytes:
    """Return the frame of a message from the record; an own message whose words were not kept says so."""
    if line.mine:
        name = line.external_id.rsplit(":", 1)[-1]
        if line.spoken is not None:
            return frame("you", seq=line.seq, id=name, text="", voice=line.spoken, at=line.at)
        return frame("you", seq=line.seq, id=name, text=line.text or not_kept, at=line.at)
    return frame(
        "say",
        seq=line.seq,
        turn=line.turn,
        kind=line.kind,
        text=line.text,
        buttons=[{"label": label, "value": value} for label, value in line.buttons],
        progress=line.progress,
        at=line.at,
    )
