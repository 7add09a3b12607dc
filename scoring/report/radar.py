"""The picture of a result: one axis per competency, what was reached against what the job asks for.

Drawn by hand as SVG for a telephone 360 points wide; three to eight competencies make a radar, fewer or more
make bars. A competency without a level leaves a gap in the polygon: it is never drawn as zero.
"""

from __future__ import annotations

from math import cos, pi, sin
from typing import Final

from msgspec import Struct

from ehr_connector.result import Result
from scoring.report.axes import Axis, result_axes
from scoring.report.bars import draw_bars
from scoring.report.frame import FONT_SIZE, LINE, WIDTH, dashes, draw_frame, paint, value_line
from scoring.report.svg import element, label, number, wrap
from scoring.report.texts import Texts, load_texts

RINGS: Final = (2.5, 5.0, 7.5, 10.0)
_MARGIN: Final = 12.0
_GAP: Final = 11.0

Point = tuple[float, float]


class _Spoke(Struct, frozen=True):
    """An axis in its place: the direction, and its name in lines around the end of it."""

    axis: Axis
    direction: Point
    lines: tuple[str, ...]

    def at(self, level: float, radius: float) -> Point:
        """Return where `level` lies, from the centre."""
        reach = radius * level / 10
        return self.direction[0] * reach, self.direction[1] * reach


def render_radar_svg(result: Result, language: str) -> str:
    """Return the picture as an SVG document, labelled in `language`; equal results give equal text."""
    axes, texts = result_axes(result), load_texts(language)
    if 3 <= len(axes) <= 8:
        height, drawing = _draw_radar(axes, texts)
    else:
        height, drawing = draw_bars(axes, texts)
    return draw_frame(drawing, height, result, language)


def _draw_radar(axes: tuple[Axis, ...], texts: Texts) -> tuple[float, str]:
    radius = 96.0 if len(axes) < 7 else 88.0
    spokes = _spokes(axes, radius)
    blocks = [_name_block(spoke, radius, texts) for spoke in spokes]
    top = min(top for top, _, _ in blocks)
    bottom = max(bottom for _, bottom, _ in blocks)
    drawing = _grid(spokes, radius) + _shapes(spokes, radius) + "".join(text for _, _, text in blocks)
    moved = element("g", drawing, transform=f"translate({number(WIDTH / 2)} {number(16 - top)})")
    return bottom - top + 24, moved


def _spokes(axes: tuple[Axis, ...], radius: float) -> tuple[_Spoke, ...]:
    # With four or eight axes, half a step of turn: a name beside a level axis would have no room.
    turn = pi / len(axes) if len(axes) % 4 == 0 else 0.0
    angles = [2 * pi * index / len(axes) - pi / 2 + turn for index in range(len(axes))]
    directions = [(cos(angle), sin(angle)) for angle in angles]
    return tuple(
        _Spoke(axis, direction, tuple(wrap(axis.name, _room(direction, radius), FONT_SIZE)))
        for axis, direction in zip(axes, directions, strict=True)
    )


def _room(direction: Point, radius: float) -> float:
    if abs(direction[0]) < 0.2:
        return 170.0
    return WIDTH / 2 - _MARGIN - abs(direction[0]) * (radius + _GAP)


def _name_block(spoke: _Spoke, radius: float, texts: Texts) -> tuple[float, float, str]:
    """Return the top, the bottom and the text elements of a spoke's name and value."""
    across, down = spoke.direction
    x, height = across * (radius + _GAP), LINE * (len(spoke.lines) + 1)
    top = down * (radius + _GAP) - height * (1 - down) / 2
    anchor = "middle" if abs(across) < 0.2 else "start" if across > 0 else "end"
    names = "".join(
        label(line, x, top + LINE * (index + 0.8), text_anchor=anchor, **paint("ink"))
        for index, line in enumerate(spoke.lines)
    )
    value = value_line(spoke.axis, texts, x, top + LINE * (len(spoke.lines) + 0.8), anchor)
    return top, top + height, names + value


def _grid(spokes: tuple[_Spoke, ...], radius: float) -> str:
    rings = (
        element(
            "path", d=_closed([spoke.at(ring, radius) for spoke in spokes]), fill="none", **_hairline(ring)
        )
        for ring in RINGS
    )
    rays = (element("path", d=_open([(0, 0), spoke.at(10, radius)]), **_hairline(0)) for spoke in spokes)
    return "".join((*rings, *rays))


def _hairline(ring: float) -> dict[str, str | float]:
    return {**paint("edge" if ring == RINGS[-1] else "grid"), "stroke_width": "1"}


def _shapes(spokes: tuple[_Spoke, ...], radius: float) -> str:
    pairs = [
        (one, other)
        for one, other in zip(spokes, (*spokes[1:], spokes[0]), strict=True)
        if one.axis.level is not None and other.axis.level is not None
    ]
    return _band(pairs, radius) + _required(spokes, radius) + _reached(pairs, radius) + _dots(spokes, radius)


def _band(pairs: list[tuple[_Spoke, _Spoke]], radius: float) -> str:
    # One path of neighbouring pieces: painted apart, their shared edges would show as seams.
    pieces = [
        _closed(
            [
                one.at(one.axis.high, radius),
                other.at(other.axis.high, radius),
                other.at(other.axis.low, radius),
                one.at(one.axis.low, radius),
            ]
        )
        for one, other in pairs
    ]
    return element("path", d="".join(pieces), **paint("fill"), fill_opacity="0.2") if pieces else ""


def _reached(pairs: list[tuple[_Spoke, _Spoke]], radius: float) -> str:
    if not pairs:
        return ""
    ends = [[spoke.at(spoke.axis.level or 0, radius) for spoke in pair] for pair in pairs]
    area = "".join(_closed([(0, 0), *pair]) for pair in ends)
    outline = "".join(_open(pair) for pair in ends)
    return element("path", d=area, **paint("fill"), fill_opacity="0.08") + element(
        "path", d=outline, fill="none", **paint("line"), stroke_width="2", stroke_linecap="round"
    )


def _required(spokes: tuple[_Spoke, ...], radius: float) -> str:
    points = [spoke.at(spoke.axis.required, radius) for spoke in spokes if spoke.axis.required is not None]
    return dashes(_closed(points)) if len(points) == len(spokes) else ""


def _dots(spokes: tuple[_Spoke, ...], radius: float) -> str:
    dots = []
    for spoke in spokes:
        if spoke.axis.level is not None:
            x, y = spoke.at(spoke.axis.level, radius)
            dots.append(_dot(x, y, spoke.axis.meets))
    return "".join(dots)


def _dot(x: float, y: float, meets: bool) -> str:
    if meets:
        return element("circle", cx=x, cy=y, r="3.6", **paint("fill"))
    return element("circle", cx=x, cy=y, r="3.6", **paint("hollow"), stroke_width="2")


def _closed(points: list[Point]) -> str:
    return _open(points) + "Z"


def _open(points: list[Point]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
