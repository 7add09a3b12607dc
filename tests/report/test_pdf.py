"""The PDF and the card hold what was said, as text, within the size, whatever a candidate wrote."""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pypdfium2  # type: ignore[import-untyped]
import pytest

from ehr_connector.result import Result
from scoring.report.card import render_card_png
from scoring.report.pdf import made_at, render_pdf
from tests.report.sample import NASTY, sample_result


def _text(pdf: bytes) -> str:
    """Return the text of a PDF without blanks: where a line breaks is not what is tested."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return "".join("".join(pages).replace("\u200b", "").split())


def _packed(words: str) -> str:
    return "".join(words.split())


def _chunks(png: bytes) -> dict[str, bytes]:
    found, place = {}, 8
    while place < len(png):
        length, name = int.from_bytes(png[place : place + 4]), png[place + 4 : place + 8]
        body = png[place + 8 : place + 8 + length]
        assert zlib.crc32(name + body) == int.from_bytes(png[place + 8 + length : place + 12 + length])
        found[name.decode()] = body
        place += 12 + length
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_quotes_the_candidate_in_selectable_text(language: str) -> None:
    result = sample_result(language)
    text = _text(render_pdf(result, language))
    for score in result.scores:
        assert _packed(score.name) in text
        assert all(_packed(evidence.quote) in text for evidence in score.evidence)
        assert all(_packed(point.text) in text for step in score.computation for point in step.missing)
    assert all(_packed(answer.asked) in text for answer in result.interview.answers)
    assert _packed(result.notice) in text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "zh",
            ["尚未作出决定", "签名", "对结果有异议怎么办", "/human", "/why", "未评分", "AI生成", "原为4.9"],
        ),
        ("en", ["Nodecisionhasbeenmade", "Signature", "Howtocontestthis", "/human", "/why", "AI-generated"]),
    ],
)
def test_the_report_says_what_the_law_asks(language: str, said: list[str]) -> None:
    text = _text(render_pdf(sample_result(language), language))
    assert [words for words in said if words not in text] == []


@pytest.mark.parametrize(("language", "said"), [("zh", "进入复试"), ("en", "Secondround")])
def test_a_decision_names_the_person(language: str, said: str) -> None:
    text = _text(render_pdf(sample_result(language, decided=True), language))
    assert said in text
    assert "AnnaKeller" in text


def test_markup_in_an_answer_stays_text() -> None:
    text = _text(render_pdf(sample_result("en", name=NASTY), "en"))
    shown = _packed(NASTY.split("😀")[0])
    assert text.count(shown) >= 2
    assert _packed('#import "x.typ"') in text
    assert "=Heading" in text


def test_characters_that_turn_the_text_around_are_left_out() -> None:
    assert "\u202e" not in _text(render_pdf(sample_result("en"), "en"))


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_is_small(language: str, long: bool) -> None:
    pdf = render_pdf(sample_result(language, competencies=8, decided=True, long=long), language)
    assert len(pdf) < 500_000


def test_a_run_without_blanks_stays_on_the_page() -> None:
    document = pypdfium2.PdfDocument(render_pdf(sample_result("en", long=True), "en"))
    for page in document:
        text = page.get_textpage()
        boxes = [text.get_charbox(index) for index in range(text.count_chars())]
        assert max(right for _, _, right, _ in boxes) < page.get_width() - 40
    document.close()


def test_the_label_is_in_the_metadata() -> None:
    result = sample_result("zh")
    document = pypdfium2.PdfDocument(render_pdf(result, "zh"))
    described = document.get_metadata_dict()
    document.close()
    assert described["Subject"] == result.notice
    assert described["CreationDate"] == "D:20261120081200Z"
    label = described["Keywords"].split(", ", 1)[1]
    assert json.loads(label)["AIGC"] == {"Label": "1", "ContentProducer": "Colloquy", "ProduceID": result.id}


def test_equal_results_give_equal_files() -> None:
    result = sample_result("zh", decided=True)
    assert render_pdf(result, "zh") == render_pdf(msgspec.structs.replace(result), "zh")
    assert render_card_png(result, "zh") == render_card_png(result, "zh")


def test_the_files_are_dated_by_the_newest_thing_in_them() -> None:
    assert made_at(sample_result("en")) == "2026-11-20T08:12:00Z"
    assert made_at(sample_result("en", decided=True)) == "2026-11-20T08:15:00Z"


def test_times_are_shown_in_the_zone_asked_for() -> None:
    text = _text(render_pdf(sample_result("en"), "en", "Asia/Shanghai"))
    assert "2026-11-2010:31(UTC+08:00)" in text
    assert "2026-11-2002:31(UTC)" in _text(render_pdf(sample_result("en"), "en"))


def test_two_threads_may_print_at_once() -> None:
    results = [sample_result("en", name=f"Candidate {number}") for number in range(8)]
    with ThreadPoolExecutor(4) as threads:
        printed = list(threads.map(lambda result: render_pdf(result, "en"), results))
    assert printed == [render_pdf(result, "en") for result in results]


def test_the_compiler_is_loaded_only_when_something_is_printed() -> None:
    code = "import sys, scoring.report.pdf, scoring.report.card; sys.exit('typst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "result",
    [
        sample_result("zh", competencies=5),
        sample_result("en", competencies=2, abstain=0),
        sample_result("en", competencies=3, abstain=3, name=NASTY),
        sample_result("zh", competencies=9),
    ],
)
def test_the_card_is_a_labelled_picture_for_a_phone(result: Result) -> None:
    png = render_card_png(result, result.candidate.language)
    chunks = _chunks(png)
    width, height = (int.from_bytes(chunks["IHDR"][place : place + 4]) for place in (0, 4))
    assert width == 1080
    # Telegram refuses a photo whose sides add up to more than 10,000 pixels.
    assert width + height < 10_000
    assert chunks["iTXt"].startswith(b"AIGC\0\0\0\0\0")
    assert json.loads(chunks["iTXt"].split(b"\0")[-1])["AIGC"]["ProduceID"] == result.id
    assert len(png) < 1_000_000


def _faces(pdf: bytes) -> set[str]:
    """Return the names of the faces that a document's letters are set in."""
    document, found = pypdfium2.PdfDocument(pdf), set()
    for page in document:
        text = page.get_textpage()
        for place in range(text.count_chars()):
            name, flags = ctypes.create_string_buffer(200), ctypes.c_int()
            pypdfium2.raw.FPDFText_GetFontInfo(text, place, name, len(name), flags)
            found.add(name.value.decode().partition("+")[2])
    document.close()
    return found


def test_what_people_write_is_never_an_empty_box() -> None:
    faces = " ".join(_faces(render_pdf(sample_result("zh", name="王 😀 ن ไ"), "zh")))
    for face in ("NotoEmoji", "NotoSansArabic", "NotoSansThai", "NotoSansCJK"):
        assert face in faces.replace("-", "")
