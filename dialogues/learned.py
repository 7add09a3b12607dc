"""What HR is shown of what its corrections teach."""

from __future__ import annotations

from msgspec import Struct

from scoring.calibration.people import Calibration


class Learned(Struct, frozen=True):
    """What HR's corrections teach about a competency's levels.

    `labels` are corrections so far; `fresh` is what they teach now, None while there are too few; `active` is used
    for new interviews.
    """

    job: str
    competency: str
    name: str
    labels: int
    fresh: Calibration | None
    active: Calibration | None
