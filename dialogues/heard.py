"""What HR's channel is told of a recording."""

from __future__ import annotations

from msgspec import Struct

from ehr_connector.result import Delivery


class Recorded(Struct, frozen=True):
    """What was heard of a recording: the number and text of the event, and how it was said where HR may see that."""

    event: int
    text: str
    delivery: Delivery | None = None
