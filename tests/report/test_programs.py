"""A program in the reports: whole, as code, whatever is in it, with the candidate's words."""

from __future__ import annotations

import re

import pypdfium2
import pytest

from scoring.report.markdown import render_markdown
from scoring.report.pdf import render_pdf
from tests.report.sample import PROGRAM, sample_result


@pytest.mark.parametrize("language", ["zh", "en"])
def test_markdown_has_the_program_in_a_fence_that_holds(language: str) -> None:
    text = render_markdown(sample_result(language), language, "UTC")
    block = re.search(r"^(`{4,})python\n(.*?)\n\1$", text, re.MULTILINE | re.DOTALL)
    assert block is not None
    assert block[2].strip() == PROGRAM.strip()
    assert ("先合并" if language == "zh" else "Merged first") in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pdf_has_the_program_and_the_words(language: str) -> None:
    document = pypdfium2.PdfDocument(render_pdf(sample_result(language), language, "UTC"))
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "def merged(one: list[str]" in text
    assert "合并两份名单" in text
    assert ("先合并" if language == "zh" else "Merged first") in text
