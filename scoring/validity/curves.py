"""Pictures of how something gets better with every question: lines over the number of questions, and single marks.

Equal figures give equal bytes. Nothing is computed here but places.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor
from typing import Final

from msgspec import Struct

from scoring.report.frame import FONTS, paint
from scoring.report.svg import element, label, number, text_width

_WIDTH: Final = 420.0
_LEFT, _TOP, _HEIGHT, _FOOT = 50.0, 44.0, 190.0, 46.0
_PANEL: Final = _TOP + _HEIGHT + _FOOT
_RIGHT: Final = 96.0
_SMALL: Final = 11.0
# Beside its colour every line has a pattern of its own, so that colour alone says nothing.
_PATTERNS: Final = ("", "6 4", "2 3", "8 3 2 3")


class Line(Struct, frozen=True):
    """A value after 1, 2, 3 ... questions."""

    name: str
    values: Sequence[float]


class Spot(Struct, frozen=True):
    """A single value after a mean number of questions."""

    name: str
    questions: float
    value: float


class Panel(Struct, frozen=True):
    """One picture: `upwards` names what the height is."""

    title: str
    upwards: str
    lines: tuple[Line, ...]
    spots: tuple[Spot, ...] = ()


def draw_panels(panels: Sequence[Panel]) -> str:
    """Return an SVG document with the panels below each other."""
    height = _PANEL * len(panels)
    paper = element("rect", x=0.5, y=0.5, width=_WIDTH - 1, height=height - 1, rx=12, **paint("paper"))
    drawn = [_Axes(panel, _PANEL * at).draw() for at, panel in enumerate(panels)]
    return element(
        "svg",
        paper + "".join(drawn),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(_WIDTH)} {number(height)}",
        width=_WIDTH,
        height=height,
        role="img",
        font_family=FONTS,
        font_size=12.0,
    )


class _Axes:
    """Where the values of one panel lie."""

    def __init__(self, panel: Panel, top: float) -> None:
        values = [value for line in panel.lines for value in line.values]
        values += [spot.value for spot in panel.spots]
        self._panel = panel
        self._top = top + _TOP
        self._low, self._high = floor(min(values) * 10) / 10, ceil(max(values) * 10) / 10
        self._most = max(len(line.values) for line in panel.lines)

    def draw(self) -> str:
        lines = "".join(self._line(at, line) for at, line in enumerate(self._panel.lines))
        return self._grid() + lines + "".join(map(self._spot, self._panel.spots))

    def _x(self, questions: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * questions / self._most

    def _y(self, value: float) -> float:
        return self._top + _HEIGHT * (self._high - value) / (self._high - self._low)

    def _grid(self) -> str:
        title = label(self._panel.title, 16, self._top - 24, **paint("ink"))
        steps = round((self._high - self._low) * 10)
        every = max(1, ceil(steps / 6))
        rows = [self._row(self._low + step / 10) for step in range(0, steps + 1, every)]
        marks = [self._mark(at) for at in range(0, self._most + 1, 5 if self._most > 10 else 2)]
        below = label(
            "questions",
            self._x(self._most / 2),
            self._top + _HEIGHT + 32,
            text_anchor="middle",
            font_size=_SMALL,
            **paint("soft"),
        )
        above = label(self._panel.upwards, 16, self._top - 6, font_size=_SMALL, **paint("soft"))
        return title + above + "".join(rows + marks) + below

    def _row(self, value: float) -> str:
        y = self._y(value)
        line = element(
            "path", d=f"M{number(_LEFT)} {number(y)}H{number(self._x(self._most))}", **paint("grid")
        )
        return line + label(
            f"{value:.1f}", _LEFT - 8, y + 4, text_anchor="end", font_size=_SMALL, **paint("soft")
        )

    def _mark(self, at: int) -> str:
        y = self._top + _HEIGHT + 16
        return label(str(at), self._x(at), y, text_anchor="middle", font_size=_SMALL, **paint("soft"))

    def _line(self, at: int, line: Line) -> str:
        places = [f"{number(self._x(n))} {number(self._y(v))}" for n, v in enumerate(line.values, 1)]
        colour = "line" if at == 0 else "need"
        drawn = element(
            "path",
            d="M" + "L".join(places),
            fill="none",
            stroke_width="2" if at == 0 else "1.3",
            stroke_dasharray=_PATTERNS[at % len(_PATTERNS)] or "none",
            **paint(colour),
        )
        return drawn + self._key(at, line.name, colour)

    def _key(self, at: int, name: str, colour: str) -> str:
        x, y = _WIDTH - _RIGHT + 8, self._top + 8 + 18 * at
        sample = element(
            "path",
            d=f"M{number(x)} {number(y)}h18",
            stroke_dasharray=_PATTERNS[at % len(_PATTERNS)] or "none",
            stroke_width="2",
            **paint(colour),
        )
        return sample + label(name, x + 22, y + 4, font_size=_SMALL, **paint("ink"))

    def _spot(self, spot: Spot) -> str:
        x, y = self._x(spot.questions), self._y(spot.value)
        dot = element("circle", cx=x, cy=y, r=4.5, **paint("fill"))
        start = x - 8 - text_width(spot.name, _SMALL)
        place = (x - 8, "end") if start > _LEFT else (x + 8, "start")
        return dot + label(spot.name, place[0], y - 7, text_anchor=place[1], font_size=_SMALL, **paint("ink"))
