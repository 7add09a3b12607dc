"""The report's own words by language, read once from `texts/<language>.yaml`.

A language without a file, and a key that a file lacks, fall back to English, so that a half-translated
language never breaks a report.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import yaml

FOLDER: Final = Path(__file__).parent / "texts"
FALLBACK: Final = "en"

Texts = MappingProxyType[str, str]


def report_language(language: str) -> str:
    """Return the language whose labels serve for `language`: its base form if there is a file, else en."""
    base = language.replace("_", "-").split("-")[0].lower()
    return base if base in _languages() else FALLBACK


@cache
def load_texts(language: str) -> Texts:
    """Return every label in `language`."""
    own = _read(report_language(language))
    return MappingProxyType(_read(FALLBACK) | own)


@cache
def _languages() -> frozenset[str]:
    # From the folder, so that a name with slashes in it can never reach the file system.
    return frozenset(path.stem for path in FOLDER.glob("*.yaml"))


def _read(language: str) -> dict[str, str]:
    return dict(yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8")))
