"""Rated answers made ready for a fit: what each says beside its reference, as numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scoring.builtin.level import said_share
from scoring.calibration.features import Reading, compare, model_answer, rarity, read_text
from scoring.calibration.fits import Labelled
from scoring.lexicon import Lexicon
from scoring.validity.measure import Measured
from scoring.validity.ratings import Rating


def labelled(
    rows: Sequence[Rating], measured: Sequence[Measured], lexicons: Mapping[str, Lexicon]
) -> list[Labelled]:
    """Return the rows with their features; how telling a word is comes from the references of the file alone."""
    read = _Reader(lexicons)
    references = {row.rubric.version: read(model_answer(row.rubric, row.language), row) for row in rows}
    telling = rarity(references.values())
    return [
        Labelled(
            row.question_id,
            _features(row, one, references[row.rubric.version], telling, read),
            read(row.answer, row),
            row.level,
        )
        for row, one in zip(rows, measured, strict=True)
    ]


def _features(
    row: Rating, measured: Measured, reference: Reading, telling: Mapping[str, float], read: _Reader
) -> tuple[float, ...]:
    question = read(row.rubric.text.get(row.language, ""), row)
    said = said_share(measured.features)
    return compare(measured.level, said, read(row.answer, row), reference, question, telling)


class _Reader:
    """Reads texts in their rows' languages; one without a lexicon is read as English."""

    def __init__(self, lexicons: Mapping[str, Lexicon]) -> None:
        self._lexicons = lexicons
        self._read: dict[tuple[str, str], Reading] = {}

    def __call__(self, text: str, row: Rating) -> Reading:
        key = (row.language, text)
        if key not in self._read:
            known = self._lexicons
            lexicon = known.get(row.language) or known.get(row.language[:2].lower()) or known["en"]
            self._read[key] = read_text(text, lexicon)
        return self._read[key]
