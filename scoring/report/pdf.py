"""The report as a PDF, for reading, signing and filing."""

from __future__ import annotations

from ehr_connector.result import Result
from scoring.report.radar import render_radar_svg
from scoring.report.typesetting import typeset
from scoring.report.view import aigc_label, report_view


def render_pdf(result: Result, language: str, timezone: str = "UTC") -> bytes:
    """Return the report as a PDF with selectable text; equal results give equal bytes."""
    content = report_view(result, language, timezone)
    verbatim = {"picture": render_radar_svg(result, language), "aigc": aigc_label(result)}
    return typeset("report.typ", content, verbatim, "pdf", made_at(result))


def made_at(result: Result) -> str:
    """Return the time of the newest thing in `result`: the date that its files carry."""
    times = [
        result.interview.started_at,
        result.interview.finished_at,
        result.feedback.sent_at,
        result.decision.at if result.decision else None,
        *(score.override.at for score in result.scores if score.override),
    ]
    return max(filter(None, times))
