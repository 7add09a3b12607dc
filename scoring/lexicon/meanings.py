"""What matching knows of words: which mean much the same, how telling each is, which are ordinary. Nothing else uses it.

These are text files, one a language. A wording may stand in several groups of near-synonyms; groups do not join
through it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

# A language that has no such file is matched by its own words alone.
_SUFFIX = ".txt"


def load_groups(folder: Path, language: str) -> tuple[tuple[str, ...], ...]:
    """Return the groups of a language, none when there is no file."""
    path = folder / f"{language}{_SUFFIX}"
    return tuple(_groups(path.read_text(encoding="utf-8"))) if path.exists() else ()


def load_telling(folder: Path, language: str) -> dict[str, int]:
    """Return how telling a language's common terms are, 1-9 where a rare term is 10; none without a file."""
    path = folder / f"{language}{_SUFFIX}"
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    parted = [line.partition(":") for line in lines if not line.startswith("#")]
    return {term: int(weight) for weight, _, terms in parted for term in terms.split()}


def load_ordinary(folder: Path, language: str) -> str:
    """Return the stems of a language's ordinary words, each between blanks; "" without a file."""
    path = folder / f"{language}-ordinary{_SUFFIX}"
    if not path.exists():
        return ""
    lines = path.read_text(encoding="utf-8").splitlines()
    return f" {' '.join(line.strip() for line in lines if not line.startswith('#'))} "


def _groups(text: str) -> Iterator[tuple[str, ...]]:
    for line in text.splitlines():
        words = line.split("#")[0].replace(",", " ").split()
        if len(words) > 1:
            yield tuple(words)
