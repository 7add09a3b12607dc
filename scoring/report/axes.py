"""The competencies of a result, scored or not, as the pictures and tables show them: one axis each."""

from __future__ import annotations

from msgspec import Struct

from ehr_connector.result import Result


class Axis(Struct, frozen=True):
    """One competency. `level` is None when none was given; then `meets` means nothing."""

    name: str
    level: float | None
    standard_error: float
    required: float | None
    meets: bool

    @property
    def low(self) -> float:
        """The lower end of the band of one standard error, within the scale."""
        return max(0.0, (self.level or 0.0) - self.standard_error)

    @property
    def high(self) -> float:
        """The upper end of the band of one standard error, within the scale."""
        return min(10.0, (self.level or 0.0) + self.standard_error)


def result_axes(result: Result) -> tuple[Axis, ...]:
    """Return the scored competencies in their order, then those without a level."""
    scored = tuple(
        Axis(score.name or score.competency, score.level, score.standard_error, score.required, score.meets)
        for score in result.scores
    )
    without = tuple(
        Axis(missing.name or missing.competency, None, 0.0, missing.required, False)
        for missing in result.abstained
    )
    return scored + without
