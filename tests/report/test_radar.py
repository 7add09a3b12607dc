"""The picture is well-formed, says everything in text, and never draws a missing level as zero."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import msgspec
import pytest

from ehr_connector.result import Result
from scoring.report.axes import Axis, result_axes
from scoring.report.radar import render_radar_svg
from scoring.report.svg import number, text_width, wrap
from tests.report.sample import NASTY, sample_result

SVG = "{http://www.w3.org/2000/svg}"


def _drawn(result: Result, language: str = "en") -> ET.Element:
    return ET.fromstring(render_radar_svg(result, language))


def _texts(svg: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


def _shape(svg: ET.Element, class_: str) -> list[ET.Element]:
    return [shape for shape in svg.iter() if shape.get("class") == f"clq-{class_}"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("competencies", range(1, 10))
def test_every_competency_is_named_with_its_level(language: str, competencies: int) -> None:
    result = sample_result(language, competencies=competencies, abstain=0)
    said = "".join(_texts(_drawn(result, language))).replace(" ", "")
    for axis in result_axes(result):
        assert axis.name.replace(" ", "") in said
        assert f"{axis.level}/{axis.required:g}" in said


@pytest.mark.parametrize("competencies", range(1, 10))
def test_all_text_lies_on_the_paper(competencies: int) -> None:
    svg = _drawn(sample_result("en", competencies=competencies, abstain=0))
    moved = next((group.get("transform", "") for group in svg.iter(f"{SVG}g")), "translate(0 0)")
    across, down = (float(part) for part in re.findall(r"-?[\d.]+", moved))
    in_group = {id(text) for group in svg.iter(f"{SVG}g") for text in group.iter(f"{SVG}text")}
    for text in svg.iter(f"{SVG}text"):
        dx, dy = (across, down) if id(text) in in_group else (0.0, 0.0)
        x, y = float(text.get("x", "")) + dx, float(text.get("y", "")) + dy
        width = text_width(text.text or "", float(text.get("font-size", "12")))
        left = {"end": x - width, "middle": x - width / 2}.get(text.get("text-anchor", ""), x)
        assert left >= 0, text.text
        assert left + width <= 360, text.text
        assert 8 < y < float(svg.get("height", "")), text.text


def test_a_competency_without_a_level_leaves_a_gap() -> None:
    whole, gapped = (
        _shape(_drawn(sample_result("en", competencies=5, abstain=abstain)), "line")[0] for abstain in (0, 1)
    )
    assert whole.get("d", "").count("M") == 5
    assert gapped.get("d", "").count("M") == 3
    assert "No level" in _texts(_drawn(sample_result("en", competencies=5, abstain=1)))


def test_below_what_is_required_is_marked_without_colour() -> None:
    svg = _drawn(sample_result("en", competencies=5, abstain=0))
    below = [axis for axis in result_axes(sample_result("en", competencies=5, abstain=0)) if not axis.meets]
    assert len(_shape(svg, "hollow")) == len(below) == 1


def test_nothing_scored_still_gives_a_picture() -> None:
    svg = _drawn(sample_result("zh", competencies=3, abstain=3), "zh")
    assert _texts(svg).count("未评分") == 3


def test_names_cannot_break_the_picture() -> None:
    result = sample_result("en")
    scores = tuple(msgspec.structs.replace(score, name=NASTY + "\x00\ud83d") for score in result.scores)
    svg = _drawn(msgspec.structs.replace(result, scores=scores))
    assert not list(svg.iter(f"{SVG}script"))


def test_equal_results_give_equal_pictures() -> None:
    assert render_radar_svg(sample_result("zh"), "zh") == render_radar_svg(sample_result("zh"), "zh")


def test_the_band_stays_on_the_scale() -> None:
    axis = Axis(name="x", level=9.6, standard_error=0.9, required=5, meets=True)
    assert axis.low == pytest.approx(8.7)
    assert axis.high == 10.0
    assert Axis(name="x", level=0.2, standard_error=0.9, required=5, meets=False).low == 0.0


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("Planning and review", ["Planning and", "review"]),
        ("follow-through-and-on", ["follow-", "through-and-", "on"]),
        ("说服与谈判能力强", ["说服与谈判能", "力强"]),
        ("", [""]),
        ("a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h", None),
        ("Unbreakablewordthatneverends", None),
    ],
)
def test_names_are_broken_to_the_width(words: str, lines: list[str] | None) -> None:
    broken = wrap(words, 80, 12)
    if lines is not None:
        assert broken == lines
    else:
        assert broken[-1].endswith("…")
    assert all(text_width(line, 12) <= 86 for line in broken)


@pytest.mark.parametrize(("value", "written"), [(-0.01, "0"), (3.0, "3"), (-12.34, "-12.3"), (0.06, "0.1")])
def test_coordinates_are_short(value: float, written: str) -> None:
    assert number(value) == written
