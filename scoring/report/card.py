"""The card: one picture of a result that fits a messenger, for a recruiter with half a minute."""

from __future__ import annotations

import struct
import zlib
from itertools import islice
from typing import Any, Final

from ehr_connector.result import Result, Score
from scoring.report.pdf import made_at
from scoring.report.radar import render_radar_svg
from scoring.report.svg import ELLIPSIS, text_width
from scoring.report.typesetting import typeset
from scoring.report.view import aigc_label, report_view

_QUOTES: Final = 2
_QUOTE_EMS: Final = 44.0
_HEADER_BYTES: Final = 33  # the signature and the IHDR chunk, which must come first


def render_card_png(result: Result, language: str) -> bytes:
    """Return the card, 1080 pixels wide; equal results give equal bytes."""
    content = report_view(result, language) | {"quotes": _short_quotes(result)}
    verbatim = {"picture": render_radar_svg(result, language), "aigc": aigc_label(result)}
    png = typeset("card.typ", content, verbatim, "png", made_at(result))
    return _with_text(png, "AIGC", verbatim["aigc"])


def _short_quotes(result: Result) -> list[dict[str, Any]]:
    """Return one quote from each of the strongest competencies, none twice."""
    quotes: dict[str, str] = {}
    for score in sorted(result.scores, key=_strength):
        fresh = (short for evidence in score.evidence if (short := _shortened(evidence.quote)) not in quotes)
        quotes |= dict.fromkeys(islice(fresh, 1), score.name or score.competency)
    return [{"quote": quote, "name": name} for quote, name in islice(quotes.items(), _QUOTES)]


def _strength(score: Score) -> float:
    return -(score.level - score.required)


def _shortened(quote: str) -> str:
    line = " ".join(quote.split())
    if text_width(line, 1) <= _QUOTE_EMS:
        return line
    while text_width(line, 1) > _QUOTE_EMS - 1:
        line = line[:-1]
    return line + ELLIPSIS


def _with_text(png: bytes, keyword: str, words: str) -> bytes:
    """Return `png` with a text chunk: the label travels inside the file, too (PNG specification, iTXt)."""
    body = b"iTXt" + keyword.encode("latin-1") + b"\0\0\0\0\0" + words.encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:_HEADER_BYTES] + chunk + png[_HEADER_BYTES:]
