"""The pictures that compare: every figure is said in words, nothing is drawn outside, equal charts are equal bytes."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.hr.charts import compare_chart, week_chart
from scoring.report.charts import Bar, Chart, Group, render_chart_png, render_chart_svg
from scoring.report.frame import WIDTH
from tests.report.compared import sample_rivals, sample_weeks
from tests.report.sample import NASTY

SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart: Chart) -> ET.Element:
    return ET.fromstring(render_chart_svg(chart))


def said(root: ET.Element) -> str:
    return " ".join("".join(one.itertext()) for one in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_figure_of_the_week_is_said(language: str) -> None:
    weeks = sample_weeks(language)
    text = said(drawn(week_chart(weeks, language)))
    for week in weeks:
        assert all(str(count) in text for count in week.counts)
    assert "61.5" in text


def test_the_busiest_job_comes_first_and_the_rest_is_left_to_the_table() -> None:
    weeks = [*sample_weeks("en")] * 3
    chart = week_chart(weeks, "en")
    assert chart.groups[0].name == "Retail store associate"
    assert len(chart.groups) == 6


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_level_that_is_missing_is_no_bar_and_no_zero(language: str) -> None:
    chart = compare_chart(sample_rivals(language), language)
    resilience = chart.groups[3]
    assert [bar.said for bar in resilience.bars] == ["8.1", "–", "9.3"]
    assert resilience.bars[1].value is None
    assert chart.groups[0].mark == 6.0


def test_rivals_for_different_marks_have_no_common_one() -> None:
    pairs = sample_rivals("en")
    other = replace(pairs[0][1], total=replace(pairs[0][1].total, pass_mark=75.0))
    assert compare_chart([(pairs[0][0], other), pairs[1]], "en").groups[0].mark is None


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.text(max_size=60), st.one_of(st.none(), st.floats(0, 2e6))), min_size=1, max_size=12
    )
)
def test_whatever_is_compared_stays_on_the_paper(bars: list[tuple[str, float | None]]) -> None:
    group = Group(NASTY, tuple(Bar(name, value, "9") for name, value in bars), NASTY[:20], mark=4.0)
    root = drawn(Chart(NASTY, (group, group), 10.0, 0.0, apart=True))
    for one in root.iter(f"{SVG}rect"):
        assert float(one.get("x", 0)) + float(one.get("width", 0)) <= WIDTH
        assert float(one.get("y", 0)) + float(one.get("height", 0)) <= float(root.get("height", 0))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_chart_is_the_same_picture_each_time(language: str) -> None:
    chart = compare_chart(sample_rivals(language)[:2], language)
    first = render_chart_png(chart, language)
    assert first == render_chart_png(chart, language)
    assert first.startswith(b"\x89PNG")
    assert len(first) < 500_000
