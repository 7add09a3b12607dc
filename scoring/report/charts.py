"""Pictures that compare: groups of bars with their labels beside them, for a phone, drawn like the radar and the bars.

Knows figures and labels only. Every bar has its name and its value in words: colour never says anything alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import Struct

from scoring.report.frame import FONT_SIZE, LINE, SMALL, WIDTH, dashes, draw_document, paint
from scoring.report.svg import element, label, number, text_width, wrap
from scoring.report.texts import load_texts, report_language
from scoring.report.typesetting import typeset

_LEFT: Final = 18.0
_NAMES: Final = 104.0
"""Points for the names of the bars, at the left."""
_VALUES: Final = 44.0
_TRACK: Final = WIDTH - 2 * _LEFT - _NAMES - _VALUES
_THICK: Final = 9.0
_ROW: Final = 19.0
_BETWEEN: Final = 16.0
_COLOURS: Final = ("fill", "second", "third")


class Bar(Struct, frozen=True):
    """One bar: `value` None is drawn as nothing and said as `said`."""

    name: str
    value: float | None
    said: str


class Group(Struct, frozen=True):
    """Bars under one heading; `mark` is drawn across them where something is required."""

    name: str
    bars: tuple[Bar, ...]
    note: str = ""
    mark: float | None = None


class Chart(Struct, frozen=True):
    """A picture: `top` is where the scale ends, `apart` gives each bar of a group a colour of its own."""

    title: str
    groups: tuple[Group, ...]
    top: float
    made_at: float
    subtitle: str = ""
    note: str = ""
    apart: bool = False


def render_chart_svg(chart: Chart) -> str:
    """Return the picture as an SVG document without its title; equal charts give equal text."""
    y, drawn = 14.0, []
    for group in chart.groups:
        height, drawing = _draw_group(group, y, chart)
        drawn.append(drawing)
        y += height + _BETWEEN
    return draw_document("".join(drawn), y, _spoken(chart))


def render_chart_png(chart: Chart, language: str) -> bytes:
    """Return the picture with its title, 1080 pixels wide; equal charts give equal bytes."""
    content = {
        "language": report_language(language),
        "texts": dict(load_texts(language)),
        "title": chart.title,
        "subtitle": chart.subtitle,
        "note": chart.note,
    }
    made = datetime.fromtimestamp(chart.made_at).astimezone().isoformat()
    return typeset("chart.typ", content, {"picture": render_chart_svg(chart)}, "png", made)


def _draw_group(group: Group, top: float, chart: Chart) -> tuple[float, str]:
    """Return the height and the drawing of a group that begins at `top`."""
    note_width = text_width(group.note, SMALL) + 8 if group.note else 0.0
    lines = wrap(group.name, WIDTH - 2 * _LEFT - note_width, FONT_SIZE, most=2)
    heading = "".join(
        label(line, _LEFT, top + LINE * (index + 0.8), font_weight="600", **paint("ink"))
        for index, line in enumerate(lines)
    )
    if group.note:
        heading += label(
            group.note, WIDTH - _LEFT, top + LINE * 0.8, text_anchor="end", font_size=SMALL, **paint("soft")
        )
    first = top + LINE * len(lines) + 6
    bars = "".join(
        _draw_bar(bar, first + _ROW * index, _COLOURS[index % 3] if chart.apart else "fill", chart.top)
        for index, bar in enumerate(group.bars)
    )
    height = LINE * len(lines) + 6 + _ROW * len(group.bars)
    return height, heading + bars + _mark(group, first, chart.top)


def _draw_bar(bar: Bar, y: float, colour: str, top: float) -> str:
    name = "".join(wrap(bar.name, _NAMES - 8, SMALL, most=1))
    x, middle = _LEFT + _NAMES, y + _THICK / 2
    track = element("rect", x=x, y=y, width=_TRACK, height=_THICK, rx=_THICK / 2, **paint("track"))
    said = label(bar.said, WIDTH - _LEFT, middle + 4, text_anchor="end", font_size=SMALL, **paint("ink"))
    return (
        label(name, _LEFT, middle + 4, font_size=SMALL, **paint("soft"))
        + track
        + _reached(bar, x, y, colour, top)
        + said
    )


def _reached(bar: Bar, x: float, y: float, colour: str, top: float) -> str:
    if not bar.value:
        return ""
    width = max(_THICK, _TRACK * min(bar.value, top) / top)  # never narrower than its own round ends
    return element("rect", x=x, y=y, width=width, height=_THICK, rx=_THICK / 2, **paint(colour))


def _mark(group: Group, first: float, top: float) -> str:
    if group.mark is None:
        return ""
    x, height = _LEFT + _NAMES + _TRACK * group.mark / top, _ROW * len(group.bars) - _ROW + _THICK + 8
    return dashes(f"M{number(x)} {number(first - 4)}v{number(height)}")


def _spoken(chart: Chart) -> str:
    groups = (
        f"{group.name}: " + ", ".join(f"{bar.name} {bar.said}" for bar in group.bars)
        for group in chart.groups
    )
    return "; ".join((chart.title, *groups))
