"""Files that programs come in: read in the codes people save them in, and nothing that is no text."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogues.core.phases.coding import source_of
from scoring.code.source import NotText, fenced, language_of_file, read_source

_TEXT = "# 求和\nprint(input())\n"
_LINES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")))


@pytest.mark.parametrize(
    "content",
    [
        _TEXT.encode(),
        codecs.BOM_UTF8 + _TEXT.encode(),
        _TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + _TEXT.encode("utf-16-be"),
        _TEXT.encode("gb18030"),
        _TEXT.replace("\n", "\r\n").encode(),
    ],
)
def test_a_program_is_read_as_people_save_it(content: bytes) -> None:
    assert read_source(content) == _TEXT


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\x00", b"\xff\xfe\x00", b"PK\x03\x04", b"\x7fELF\x02"]
)
def test_what_is_no_text_is_not_read(content: bytes) -> None:
    with pytest.raises(NotText):
        read_source(content)


@given(content=st.binary(max_size=200))
def test_any_bytes_are_text_or_not_text(content: bytes) -> None:
    try:
        text = read_source(content)
    except NotText:
        return
    assert "\0" not in text
    assert "\r" not in text


@given(lines=st.lists(_LINES, min_size=1, max_size=6), language=st.sampled_from(["python", "sql", ""]))
def test_a_fence_comes_off_as_it_was_put_on(lines: list[str], language: str) -> None:
    source = "\n".join(lines).rstrip()
    if not source.strip():
        return
    assert source_of(fenced(source, language)) == (source, language)


@pytest.mark.parametrize(
    ("name", "language"),
    [("a.py", "python"), ("B.JAVA", "java"), ("x.tar.cc", "cpp"), ("py", None), ("cv.pdf", None), ("", None)],
)
def test_a_files_name_tells_its_language(name: str, language: str | None) -> None:
    assert language_of_file(name) == language
