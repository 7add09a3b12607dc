"""The picture of a result as bars, for one or two competencies or for more than a radar can hold."""

from __future__ import annotations

from typing import Final

from scoring.report.axes import Axis
from scoring.report.frame import FONT_SIZE, WIDTH, dashes, paint, value_line
from scoring.report.svg import element, label, number, wrap
from scoring.report.texts import Texts

_LEFT: Final = 20.0
_TRACK: Final = WIDTH - 2 * _LEFT
_ROW: Final = 54.0


def draw_bars(axes: tuple[Axis, ...], texts: Texts) -> tuple[float, str]:
    """Return the height and the drawing: a row per axis with its level, band and required mark."""
    rows = [_row(axis, 12 + _ROW * index, texts) for index, axis in enumerate(axes)]
    return _ROW * len(axes) + 12, "".join(rows)


def _row(axis: Axis, top: float, texts: Texts) -> str:
    names = wrap(axis.name, _TRACK - 80, FONT_SIZE, most=1)
    name = label("".join(names), _LEFT, top + 18, **paint("ink"))
    value = value_line(axis, texts, _LEFT + _TRACK, top + 18, "end")
    return name + value + _bar(axis, top + 30)


def _bar(axis: Axis, y: float) -> str:
    track = element("rect", x=_LEFT, y=y, width=_TRACK, height=8, rx=4, **paint("track"))
    return track + _reached(axis, y) + _required(axis, y)


def _reached(axis: Axis, y: float) -> str:
    if axis.level is None:
        return ""
    # Never narrower than its own round ends.
    width = max(8.0, _across(axis.level))
    reached = element("rect", x=_LEFT, y=y, width=width, height=8, rx=4, **paint("fill"))
    low, high = _across(axis.low), _across(axis.high)
    band = element(
        "rect", x=_LEFT + low, y=y - 4, width=high - low, height=16, **paint("fill"), fill_opacity="0.25"
    )
    return reached + band


def _required(axis: Axis, y: float) -> str:
    if axis.required is None:
        return ""
    return dashes(f"M{number(_LEFT + _across(axis.required))} {number(y - 7)}v22")


def _across(level: float) -> float:
    return _TRACK * level / 10
