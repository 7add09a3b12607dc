"""What the radar and the bars share: the canvas with its colours for light and dark, the legend, the values.

Colours are attributes for every renderer, and classes that a viewer in the dark restyles. Colour never says
anything alone: a level below what is required also has a hollow mark.
"""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

from ehr_connector.result import Result
from scoring.report.axes import Axis, result_axes
from scoring.report.svg import clean, element, label, number, text_width
from scoring.report.texts import Texts, load_texts

WIDTH: Final = 360.0
FONT_SIZE: Final = 12.0
SMALL: Final = 11.0
LINE: Final = 15.0
FONTS: Final = "Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, system-ui, sans-serif"

Paint = dict[str, str]

_LIGHT: Final[dict[str, Paint]] = {
    "paper": {"fill": "#ffffff", "stroke": "#e4e8eb"},
    "ink": {"fill": "#1f2933"},
    "soft": {"fill": "#5b6672"},
    "short": {"fill": "#a8480f"},
    "grid": {"stroke": "#e4e8eb"},
    "edge": {"stroke": "#c3cad1"},
    "need": {"stroke": "#5b6672"},
    "track": {"fill": "#e9edf0"},
    "fill": {"fill": "#17696a"},
    "second": {"fill": "#d08a2e"},
    "third": {"fill": "#6b7fb3"},
    "line": {"stroke": "#17696a"},
    "hollow": {"fill": "#ffffff", "stroke": "#a8480f"},
}
_DARK: Final[dict[str, Paint]] = {
    "paper": {"fill": "#1b2026", "stroke": "#303841"},
    "ink": {"fill": "#e6eaee"},
    "soft": {"fill": "#a3adb8"},
    "short": {"fill": "#f0a36b"},
    "grid": {"stroke": "#2d353d"},
    "edge": {"stroke": "#4a5561"},
    "need": {"stroke": "#a3adb8"},
    "track": {"fill": "#2d353d"},
    "fill": {"fill": "#4fb3ad"},
    "second": {"fill": "#e0a85a"},
    "third": {"fill": "#93a5d6"},
    "line": {"stroke": "#4fb3ad"},
    "hollow": {"fill": "#1b2026", "stroke": "#f0a36b"},
}


def paint(name: str) -> dict[str, str | float]:
    """Return the attributes that paint something as `name`, in the light and in the dark."""
    return {"class_": f"clq-{name}", **_LIGHT[name]}


def dashes(path: str) -> str:
    """Return `path` drawn as everything that is required is drawn."""
    return element("path", d=path, fill="none", **paint("need"), stroke_width="1.2", stroke_dasharray="4 3")


def draw_frame(drawing: str, height: float, result: Result, language: str) -> str:
    """Return the whole SVG document: paper, `drawing`, the legend under it, and the levels in words."""
    texts, whole = load_texts(language), height + 34
    return draw_document(drawing + _legend(whole - 20, texts), whole, _spoken(result_axes(result), texts))


def draw_document(drawing: str, whole: float, said: str) -> str:
    """Return the whole SVG document, `whole` points high: paper and `drawing`, and what it shows in words."""
    paper = element("rect", x=0.5, y=0.5, width=WIDTH - 1, height=whole - 1, rx=12, **paint("paper"))
    title = element("title", escape(clean(said)))
    return element(
        "svg",
        title + element("style", _dark_style()) + paper + drawing,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(WIDTH)} {number(whole)}",
        width=WIDTH,
        height=whole,
        role="img",
        font_family=FONTS,
        font_size=FONT_SIZE,
    )


def value_line(axis: Axis, texts: Texts, x: float, y: float, anchor: str) -> str:
    """Return the level beside what is required, as text."""
    if axis.level is None:
        said, colour = texts["no_level"], "soft"
    else:
        need = "" if axis.required is None else f" / {axis.required:g}"
        said, colour = f"{axis.level:.1f}{need}", "soft" if axis.meets else "short"
    return label(said, x, y, text_anchor=anchor, font_size=SMALL, **paint(colour))


def _dark_style() -> str:
    rules = (
        f".clq-{name}{{{';'.join(f'{key}:{value}' for key, value in colours.items())}}}"
        for name, colours in _DARK.items()
    )
    return f"@media (prefers-color-scheme: dark) {{{''.join(rules)}}}"


def _spoken(axes: tuple[Axis, ...], texts: Texts) -> str:
    return "; ".join(
        f"{axis.name}: {texts['no_level'] if axis.level is None else format(axis.level, '.1f')}"
        + ("" if axis.required is None else f" ({texts['required']} {axis.required:g})")
        for axis in axes
    )


def _legend(y: float, texts: Texts) -> str:
    keys = [(_line_key, texts["level"]), (_band_key, texts["band"]), (_need_key, texts["required"])]
    widths = [26 + text_width(words, SMALL) for _, words in keys]
    x = (WIDTH - sum(widths) - 14 * (len(keys) - 1)) / 2
    drawn = []
    for (key, words), width in zip(keys, widths, strict=True):
        drawn.append(key(x, y) + label(words, x + 24, y + 4, font_size=SMALL, **paint("soft")))
        x += width + 14
    return "".join(drawn)


def _line_key(x: float, y: float) -> str:
    line = element("path", d=f"M{number(x)} {number(y)}h18", **paint("line"), stroke_width="2")
    return line + element("circle", cx=x + 9, cy=y, r="3.2", **paint("fill"))


def _band_key(x: float, y: float) -> str:
    return element("rect", x=x, y=y - 5, width=18, height=10, **paint("fill"), fill_opacity="0.25")


def _need_key(x: float, y: float) -> str:
    return dashes(f"M{number(x)} {number(y)}h18")
