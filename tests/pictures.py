"""`make pictures`: the card, the charts and the report's pages in both languages as PNG files, to be looked at by eye."""

from __future__ import annotations

from pathlib import Path

from bot.hr.charts import compare_chart, week_chart
from scoring.report.card import render_card_png
from scoring.report.charts import render_chart_png
from scoring.report.pdf import render_pdf
from tests.report.compared import sample_rivals, sample_weeks
from tests.report.sample import sample_result

FOLDER = Path("var/pictures")


def main() -> None:
    """Draw everything and say where it is."""
    import pypdfium2

    FOLDER.mkdir(parents=True, exist_ok=True)
    for language in ("zh", "en"):
        result = sample_result(language)
        (FOLDER / f"card-{language}.png").write_bytes(render_card_png(result, language))
        week = week_chart(sample_weeks(language), language)
        (FOLDER / f"week-{language}.png").write_bytes(render_chart_png(week, language))
        compared = compare_chart(sample_rivals(language), language)
        (FOLDER / f"compare-{language}.png").write_bytes(render_chart_png(compared, language))
        document = pypdfium2.PdfDocument(render_pdf(result, language, "Asia/Shanghai"))
        for number in range(len(document)):
            page = document[number].render(scale=1.5).to_pil()
            page.save(FOLDER / f"report-{language}-{number + 1}.png")
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}")


if __name__ == "__main__":
    main()
