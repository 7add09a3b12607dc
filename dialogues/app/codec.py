"""How events, effects and states are written down. A person's words are split off and never stand in these bytes."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from dialogues.app.upcasters import lift
from dialogues.core.desk import Desk
from dialogues.core.effects import Effect
from dialogues.core.events import PRIVATE, Event
from dialogues.core.interview import SCHEMA_VERSION, Interview

_encode = msgspec.json.Encoder().encode
_events: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_effects: msgspec.json.Decoder[Effect] = msgspec.json.Decoder(Effect)
_interviews = msgspec.json.Decoder(Interview)
_desks = msgspec.json.Decoder(Desk)


def split_event(event: Event) -> tuple[str, bytes, str]:
    """Return (kind, the event without a person's words, those words)."""
    kind = type(event).__name__
    field = PRIVATE.get(type(event))
    if field is None:
        return kind, _encode(event), ""
    words = getattr(event, field)
    return kind, _encode(replace(event, **{field: ""})), words


def join_event(body: bytes, words: str) -> Event:
    """Return the event; the words are "" when they were erased or never kept."""
    event = _events.decode(body)
    field = PRIVATE.get(type(event))
    return replace(event, **{field: words}) if field is not None and words else event


def encode_effect(effect: Effect) -> bytes:
    """Write an effect down. `Say` is never written so: its rendered text is (see `dialogues.app.batch`)."""
    return _encode(effect)


def decode_effect(body: bytes) -> Effect:
    """Read an effect back."""
    return _effects.decode(body)


def encode_state(state: Interview | Desk) -> bytes:
    """Write a state down."""
    return _encode(state)


def decode_interview(body: bytes) -> Interview:
    """Read an interview's state, of this or an earlier release; NewerState for a later one's."""
    try:
        state = _interviews.decode(body)
    except msgspec.ValidationError:
        return _lifted(body)  # an earlier release's form; one of this release's own fails there again
    return state if state.schema_version == SCHEMA_VERSION else _lifted(body)


def _lifted(body: bytes) -> Interview:
    return msgspec.convert(lift(msgspec.json.decode(body)), Interview)


def decode_desk(body: bytes) -> Desk:
    """Read the state of a conversation with a person of HR."""
    return _desks.decode(body)


def say_body(labels: list[tuple[str, str]], kind: str, turn: int, progress: tuple[int, int] | None) -> bytes:
    """Write down all of a message but its text: button labels and values, kind, turn and progress."""
    return _encode({"buttons": labels, "kind": kind, "turn": turn, "progress": progress})
