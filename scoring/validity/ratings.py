"""Reads files of human-rated answers: one JSON object a line, as `colloquy eval scores` takes them.

Whatever can be understood is taken; the first line that cannot is named in one sentence. Nothing is scored here.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from scoring.rubric.model import Exemplar, KeyPoint, Kind, Rubric, rubric_text

_HAN = re.compile(r"[\u3400-\u9fff]")
_RATER = re.compile(r"(?:rater|grader|human)[_ -]?\w+")
_STEP_SIZES = (1.0, 0.5, 0.25)
# A scale of shares, or one without regular steps, is read in tenths.
_TENTHS = 11
# The level of the one reference answer of a row.
_REFERENCE_LEVEL = 10.0

_A_RATER = "a rater's score"

Row = dict[str, Any]


class Unreadable(ValueError):
    """A file of ratings that cannot be used; the message is one sentence with the line and the way out."""


class Rating(Struct, frozen=True):
    """An answer and what people gave it, on 0-10. `raters`: single people's, None where one did not rate."""

    id: str
    language: str
    question_id: str
    rubric: Rubric
    answer: str
    level: float
    raters: tuple[float | None, ...] = ()


class Ratings(Struct, frozen=True):
    """A file's answers. `steps` is how many values its scale has."""

    rows: tuple[Rating, ...]
    steps: int


def parse_ratings(lines: Iterable[str]) -> Ratings:
    """Return the rated answers; `Unreadable` says in one sentence which line is wrong and how."""
    rows, scales = [], []
    for number, line in enumerate(lines, 1):
        text = line.strip().lstrip("\ufeff")
        if text:
            row = _load(text, number)
            low, high, score = _scale(row, number)
            rows.append(_rating(row, number, low, high, score))
            scales.append((low, high, score))
    if not rows:
        raise Unreadable("the file holds no answers; write one JSON object a line")
    return Ratings(_beside_each_other(rows), _steps(scales))


def _beside_each_other(rows: Sequence[Rating]) -> tuple[Rating, ...]:
    """Return the rows with every rubric knowing the file's other questions of its language, as in a pack."""
    texts: dict[str, dict[str, str]] = {}
    for row in rows:
        known = texts.setdefault(row.language, {})
        if row.rubric.version not in known:
            known[row.rubric.version] = rubric_text(row.rubric, row.language)
    around = {language: {language: tuple(known.values())} for language, known in texts.items()}
    places = {version: place for known in texts.values() for place, version in enumerate(known)}
    rubrics = {
        row.rubric.version: replace(row.rubric, around=around[row.language], place=places[row.rubric.version])
        for row in rows
    }
    return tuple(replace(row, rubric=rubrics[row.rubric.version]) for row in rows)


def _load(text: str, number: int) -> Row:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable(f"line {number} is not JSON; write one JSON object a line") from None
    if not isinstance(row, dict):
        raise Unreadable(
            f'line {number} is not a JSON object; write one such as {{"question": "…", "reference": "…", '
            '"answer": "…", "score": 4, "score_min": 0, "score_max": 5}'
        )
    return row


def _scale(row: Row, number: int) -> tuple[float, float, float]:
    low = _number(row, "score_min", number, 0.0)
    high = _number(row, "score_max", number, None)
    score = _number(row, "score", number, None)
    if not low < high:
        raise Unreadable(f"line {number}: score_max ({high:g}) must be above score_min ({low:g})")
    _check_within(score, low, high, "score", number)
    return low, high, score


def _rating(row: Row, number: int, low: float, high: float, score: float) -> Rating:
    answer = _text(row, "answer", number)
    question = _text(row, "question", number) if row.get("question") is not None else ""
    language = str(row.get("lang") or row.get("language") or _guess_language(question or answer))
    points, references = _measure(row, number, language)
    question_id = str(question if row.get("question_id") is None else row["question_id"])
    raters = _raters(row, number)
    given = [None if r is None else _number({_A_RATER: r}, _A_RATER, number, None, low, high) for r in raters]
    return Rating(
        id=str(row.get("id", number)),
        language=language,
        question_id=question_id or _digest(*references, *points),
        rubric=_rubric(question, language, points, references),
        answer=answer,
        level=10 * (score - low) / (high - low),
        raters=tuple(None if r is None else 10 * (r - low) / (high - low) for r in given),
    )


def _rubric(question: str, language: str, points: Sequence[KeyPoint], references: Sequence[str]) -> Rubric:
    said = [repr(point) for point in points]
    return Rubric(
        version=f"eval@1#{_digest(language, question, *references, *said)}",
        question=_digest(question),
        competency="rated",
        kind=Kind.TECHNICAL,
        text={language: question},
        key_points=tuple(points),
        exemplars=tuple(Exemplar(language, _REFERENCE_LEVEL, text) for text in references),
    )


def _measure(row: Row, number: int, language: str) -> tuple[list[KeyPoint], list[str]]:
    """Return what the answer is measured against: key points, or reference answers; one of them is needed."""
    references = [
        text for text in _listed(row.get("reference", row.get("references"))) if isinstance(text, str)
    ]
    rubric = row.get("rubric", row.get("key_points"))
    if isinstance(rubric, dict):
        rubric = rubric.get("key_points", list(rubric.values()))
    points = [_point(part, at, number, language) for at, part in enumerate(_listed(rubric), 1)]
    if not points and not any(text.strip() for text in references):
        raise Unreadable(
            f"line {number} has neither a reference answer nor key points; write one as `reference` or `rubric`"
        )
    return points, [text for text in references if text.strip()]


def _point(part: Any, at: int, number: int, language: str) -> KeyPoint:
    if isinstance(part, str) and part.strip():
        return KeyPoint(str(at), {language: part})
    text = part.get("text", part.get(language)) if isinstance(part, dict) else None
    if isinstance(text, dict):
        text = text.get(language)
    if not isinstance(text, str) or not text.strip():
        raise Unreadable(f"line {number}: key point {at} has no text; write it as a sentence")
    synonyms = part.get("synonyms", ())
    if isinstance(synonyms, dict):
        synonyms = synonyms.get(language, ())
    words = tuple(word for word in _listed(synonyms) if isinstance(word, str))
    weight = _number(part, "weight", number, 1.0, 0.0, math.inf)
    return KeyPoint(str(at), {language: text}, weight or 1.0, {language: words})


def _raters(row: Row, number: int) -> list[Any]:
    raters = row.get("raters")
    if raters is None:
        return [row[key] for key in sorted(row) if _RATER.fullmatch(key)]
    if isinstance(raters, dict):
        return [raters[key] for key in sorted(raters)]
    if not isinstance(raters, list):
        raise Unreadable(
            f"line {number}: `raters` is not a list; write each person's score, for example [4, 5]"
        )
    return raters


def _number(
    row: Row, key: str, number: int, default: float | None, low: float = -math.inf, high: float = math.inf
) -> float:
    value = row.get(key, default)
    if value is None and default is not None:
        return default
    if value is None:
        raise Unreadable(f"line {number} has no `{key}`; every line needs one")
    try:
        found = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        raise Unreadable(f"line {number}: {key} is not a number; write it in digits")
    _check_within(found, low, high, key, number)
    return found


def _check_within(value: float, low: float, high: float, key: str, number: int) -> None:
    if not low <= value <= high:
        raise Unreadable(f"line {number}: {key} {value:g} is outside {low:g} to {high:g}")


def _text(row: Row, key: str, number: int) -> str:
    value = row.get(key)
    if value is None and key in row:
        return ""  # somebody who wrote nothing
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise Unreadable(f"line {number} has no `{key}` in words; write it as a text")
    return value


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _guess_language(text: str) -> str:
    return "zh" if _HAN.search(text) else "en"


def _digest(*parts: object) -> str:
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _steps(scales: Sequence[tuple[float, float, float]]) -> int:
    """Return how many values the scale has: whole, half or quarter points where scores keep to them."""
    low, high = scales[0][:2]
    if high - low < 2 or any((one[0], one[1]) != (low, high) for one in scales):
        return _TENTHS
    for size in _STEP_SIZES:
        if _on(high - low, size) and all(_on(score - low, size) for _, _, score in scales):
            return round((high - low) / size) + 1
    return _TENTHS


def _on(value: float, size: float) -> bool:
    return abs(value / size - round(value / size)) < 1e-6
