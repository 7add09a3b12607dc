"""Programs that come as files: which files they are, and their text. Runs and stores nothing."""

from __future__ import annotations

import codecs
import re

from scoring.code.model import Language

MAX_SOURCE = 40 << 10
"""Bytes of a program, however it comes: as a file, a message, or from the page's editor (whose frames are larger)."""
LANGUAGES = {
    "py": Language.PYTHON,
    "js": Language.JAVASCRIPT,
    "mjs": Language.JAVASCRIPT,
    "java": Language.JAVA,
    "cpp": Language.CPP,
    "cc": Language.CPP,
    "cxx": Language.CPP,
    "sql": Language.SQL,
}
"""The ending of a file's name -> its language; a `.txt` may hold any."""
ENDINGS = {language.value: ending for ending, language in reversed(LANGUAGES.items())}
"""A language -> what its files usually end in."""
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CODES = ("utf-8", "gb18030")
"""Without a mark: what everybody writes today, and what older Chinese editors do."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


class NotText(ValueError):
    """These bytes are no text in any code that programs are written in."""


def language_of_file(name: str) -> Language | None:
    """Return the language that a file's name tells."""
    return LANGUAGES.get(name.rpartition(".")[2].lower()) if "." in name else None


def read_source(content: bytes) -> str:
    """Return the text of a program's file; NotText when it is none. Its size is for the caller to look at first."""
    marked = next((code for mark, code in _MARKS if content.startswith(mark)), "")
    for code in (marked,) if marked else _CODES:
        try:
            text = content.decode(code)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text) is None:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise NotText


def fenced(source: str, language: str) -> str:
    """Return a program as the message that a person would send."""
    return f"```{language}\n{source.rstrip()}\n```"
