"""The picture of an agreement: people's level across, ours upwards, a dot per answer, the bands' means as bars.

Equal figures give equal bytes. Answers in the same place are one larger dot, so that thousands stay readable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import fsum, sqrt
from typing import Final

from scoring.report.frame import FONTS, paint
from scoring.report.svg import element, label, number
from scoring.validity.agreement import BANDS
from scoring.validity.measure import Measurement

_SIDE: Final = 360.0
_LEFT, _TOP, _FOOT = 46.0, 54.0, 44.0
_SMALL: Final = 11.0
# Dots closer than this (levels) are one.
_GRAIN: Final = 0.25
_LARGEST: Final = 9.0


def draw_agreement(figures: Measurement, people: Sequence[float], ours: Sequence[float]) -> str:
    """Return an SVG document: the scatter with its diagonal, band means and the main figures above."""
    width, height = _LEFT + _SIDE + 18, _TOP + _SIDE + _FOOT
    paper = element("rect", x=0.5, y=0.5, width=width - 1, height=height - 1, rx=12, **paint("paper"))
    drawing = _heading(figures) + _axes() + _dots(people, ours) + _means(people, ours)
    return element(
        "svg",
        paper + drawing,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role="img",
        font_family=FONTS,
        font_size=12.0,
    )


def _heading(figures: Measurement) -> str:
    said = [
        f"{name} {value:.3f}"
        for name, value in (("r", figures.pearson), ("QWK", figures.qwk))
        if value is not None
    ]
    if figures.mae10 is not None:
        said.append(f"MAE {figures.mae10:.2f}")
    if figures.human is not None and figures.human.pearson is not None:
        said.append(f"two people: r {figures.human.pearson:.3f}")
    first = label(" · ".join(said), 16, 24, **paint("ink"))
    scorer = f"{figures.scorer.name} {figures.scorer.version}, {figures.n} answers, fit: {figures.fit}"
    return first + label(scorer, 16, 41, font_size=_SMALL, **paint("soft"))


def _axes() -> str:
    lines = [
        element("path", d=f"M{number(_x(0))} {number(_y(v))}H{number(_x(10))}", fill="none", **paint("grid"))
        + label(str(v), _LEFT - 8, _y(v) + 4, text_anchor="end", font_size=_SMALL, **paint("soft"))
        + label(str(v), _x(v), _y(0) + 16, text_anchor="middle", font_size=_SMALL, **paint("soft"))
        for v in range(0, 11, 2)
    ]
    diagonal = f"M{number(_x(0))} {number(_y(0))}L{number(_x(10))} {number(_y(10))}"
    middle = _TOP + _SIDE / 2
    turned = f"rotate(-90 14 {number(middle)})"
    names = label(
        "level by people", _x(5), _y(0) + 34, text_anchor="middle", font_size=_SMALL, **paint("ink")
    ) + label(
        "level computed", 14, middle, text_anchor="middle", font_size=_SMALL, transform=turned, **paint("ink")
    )
    line = element(
        "path", d=diagonal, fill="none", **paint("need"), stroke_width="1.2", stroke_dasharray="4 3"
    )
    return "".join(lines) + line + names


def _dots(people: Sequence[float], ours: Sequence[float]) -> str:
    places = Counter((_grain(p), _grain(o)) for p, o in zip(people, ours, strict=True))
    most = max(places.values(), default=1)
    return "".join(
        element(
            "circle",
            cx=_x(p),
            cy=_y(o),
            r=max(1.8, _LARGEST * sqrt(count / max(most, 16))),
            fill_opacity="0.3",
            **paint("fill"),
        )
        for (p, o), count in sorted(places.items())
    )


def _means(people: Sequence[float], ours: Sequence[float]) -> str:
    """Return a line per band at the mean level we gave there."""
    lines = []
    for name, low, high in BANDS:
        given = [o for p, o in zip(people, ours, strict=True) if low <= p < high or p == high == 10]
        if given:
            y = _y(fsum(given) / len(given))
            path = f"M{number(_x(low) + 3)} {number(y)}H{number(_x(high) - 3)}"
            lines.append(element("path", d=path, fill="none", **paint("line"), stroke_width="3"))
            lines.append(label(name, _x(low) + 5, y - 5, font_size=_SMALL, **paint("ink")))
    return "".join(lines)


def _grain(level: float) -> float:
    return round(level / _GRAIN) * _GRAIN


def _x(level: float) -> float:
    return _LEFT + _SIDE * level / 10


def _y(level: float) -> float:
    return _TOP + _SIDE * (1 - level / 10)
