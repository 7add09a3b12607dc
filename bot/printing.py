"""Prints reports in a process of their own: the typesetter takes 150 MB that the server should not keep."""

from __future__ import annotations

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from dialogues.app.orphans import belong_to_parent
from ehr_connector.result import Result, decode_result, encode_result
from scoring.report.charts import Chart


def _print(document: bytes, language: str, timezone: str) -> bytes:
    from scoring.report.pdf import render_pdf  # here: only the printing process pays for it

    return render_pdf(decode_result(document), language, timezone)


def _draw(document: bytes, language: str) -> bytes:
    from scoring.report.card import render_card_png  # here, as above

    return render_card_png(decode_result(document), language)


def _draw_chart(chart: Chart, language: str) -> bytes:
    from scoring.report.charts import render_chart_png  # here, as above

    return render_chart_png(chart, language)


class Printer:
    """Makes PDFs and cards one at a time; the process starts with the first and is renewed every 50."""

    def __init__(self, timezone: str) -> None:
        self._timezone = timezone
        self._pool: ProcessPoolExecutor | None = None

    async def pdf(self, result: Result) -> bytes:
        """Return the report of a result, in the interview's language."""
        given = (encode_result(result), result.candidate.language, self._timezone)
        return await asyncio.get_running_loop().run_in_executor(self._started(), _print, *given)

    async def card(self, result: Result, language: str) -> bytes:
        """Return the card of a result as a PNG."""
        given = (encode_result(result), language)
        return await asyncio.get_running_loop().run_in_executor(self._started(), _draw, *given)

    async def chart(self, chart: Chart, language: str) -> bytes:
        """Return a chart as a PNG."""
        return await asyncio.get_running_loop().run_in_executor(self._started(), _draw_chart, chart, language)

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(
                1, mp_context=context, initializer=belong_to_parent, max_tasks_per_child=50
            )
        return self._pool

    def close(self) -> None:
        """End the process."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
