"""Checks the texts of a job pack: each in every language, none in vain, no two questions nearly alike.

Works on values that may be wrong in any way, and leaves to the schema what the schema says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain

from dialogues.app.pack_words import (
    LANGUAGE_CODE,
    Complaint,
    Path,
    field,
    key_points,
    language_name,
    number,
    rows,
    shorten,
    table,
    tables,
)

_POINT_FIELDS = frozenset({"id", "weight", "synonyms"})

# How a map from language to text is spoken of: the noun, and the verb that goes with it.
_NOUNS = {
    "title": ("title", "is"),
    "company": ("company name", "is"),
    "notices": ("notice", "is"),
    "faq": ("FAQ", "is"),
    "name": ("name", "is"),
    "anchors": ("anchors", "are"),
    "advice": ("advice", "is"),
    "text": ("text", "is"),
    "followups": ("follow-ups", "are"),
}
# These may be left out, and an empty one counts as left out.
_OPTIONAL = frozenset({"company", "notices", "faq", "advice", "followups"})

# (from, below, what to call it, what to write)
_BANDS = ((0.0, 4.0, "weak", "2 or 3"), (4.0, 7.0, "middling", "5 or 6"), (7.0, 10.1, "strong", "8 or 9"))

_WORD = re.compile(r"[^\W_]+")
_NEARLY_SAME = 0.6
_MOST_COMPARED = 300


def check_texts(pack: dict[str, object]) -> Iterator[Complaint]:
    """Yield what is missing from the texts of a pack, and what in them has no use."""
    yield from _check_languages(pack)
    yield from _check_exemplars(pack)
    yield from _check_followups(pack)
    yield from _check_synonyms(pack)
    yield from _check_near_copies(pack)


def _languages(pack: dict[str, object]) -> list[str]:
    codes = [code for code in rows(pack.get("languages")) if isinstance(code, str)]
    return [code for code in dict.fromkeys(codes) if LANGUAGE_CODE.fullmatch(code)]


def _text_maps(pack: dict[str, object]) -> Iterator[tuple[Path, dict[str, object]]]:
    """Yield every map from language to text, with its path."""
    for name in ("title", "company", "notices", "faq"):
        yield from _map_at(pack, (), name)
    for path, competency in tables(pack, "competencies"):
        for name in ("name", "anchors", "advice"):
            yield from _map_at(competency, path, name)
    for path, question in tables(pack, "questions"):
        yield from _map_at(question, path, "text")
        yield from _map_at(question, path, "followups")
        for inner, point in key_points(question, path):
            yield inner, {key: value for key, value in point.items() if key not in _POINT_FIELDS}


def _map_at(part: dict[str, object], path: Path, name: str) -> Iterator[tuple[Path, dict[str, object]]]:
    value = part.get(name)
    if isinstance(value, dict) and (value or name not in _OPTIONAL):
        yield (*path, name), value


def _check_languages(pack: dict[str, object]) -> Iterator[Complaint]:
    languages = _languages(pack)
    if not languages:
        return
    for path, texts in _text_maps(pack):
        noun, verb = _NOUNS.get(str(path[-1]), ("wording", "is"))
        for code in languages:
            if code not in texts:
                missing = f"the {language_name(code)} {noun} {verb} missing"
                yield Complaint(path, f"{missing}; add {field((*path, code))}")
        for code in texts:
            if code not in languages and LANGUAGE_CODE.fullmatch(code):
                yield _foreign((*path, code), code)


def _foreign(path: Path, code: str) -> Complaint:
    mend = f"add {code} to `languages`, or delete this"
    return Complaint(
        path, f"{field(path)} is never used, because {code} is not in `languages`; {mend}", serious=False
    )


def _check_exemplars(pack: dict[str, object]) -> Iterator[Complaint]:
    languages = _languages(pack)
    for path, question in tables(pack, "questions"):
        exemplars = [exemplar for _, exemplar in tables(question, "exemplars")]
        for code in languages if exemplars else ():
            yield from _missing_levels(exemplars, code, (*path, "exemplars"))
        for inner, exemplar in tables(question, "exemplars"):
            code = str(exemplar.get("lang"))
            if languages and code not in languages and LANGUAGE_CODE.fullmatch(code):
                yield _foreign((*path, *inner, "lang"), code)


def _missing_levels(exemplars: list[dict[str, object]], code: str, path: Path) -> Iterator[Complaint]:
    levels = [number(one.get("level")) for one in exemplars if one.get("lang") == code]
    for low, high, kind, wanted in _BANDS:
        if not any(level is not None and low <= level < high for level in levels):
            message = f"no {language_name(code)} exemplar shows a {kind} answer; add one of level {wanted}"
            yield Complaint(path, message)


def _check_followups(pack: dict[str, object]) -> Iterator[Complaint]:
    for path, question in tables(pack, "questions"):
        by_language = {code: table(asked) for code, asked in table(question.get("followups")).items()}
        everything = dict.fromkeys(chain.from_iterable(by_language.values()))
        for code in by_language.keys() & set(_languages(pack)):
            lacking = [f"`{shorten(one)}`" for one in everything if one not in by_language[code]]
            if lacking:
                message = f"the {language_name(code)} follow-ups lack {', '.join(lacking)}"
                mend = "add what another language has, so that everyone is asked the same"
                yield Complaint((*path, "followups", code), f"{message}; {mend}", serious=False)


def _bare(text: str) -> str:
    """Return the words of a text alone, in one case and one width, with single spaces around them."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return f" {' '.join(_WORD.findall(plain))} "


def _check_synonyms(pack: dict[str, object]) -> Iterator[Complaint]:
    for path, question in tables(pack, "questions"):
        asked = {
            code: _bare(text) for code, text in table(question.get("text")).items() if isinstance(text, str)
        }
        for inner, point in key_points(question, path):
            for code, phrases in table(point.get("synonyms")).items():
                yield from _echoes(phrases, asked.get(code, ""), (*inner, "synonyms", code))


def _echoes(phrases: object, asked: str, path: Path) -> Iterator[Complaint]:
    for index, phrase in enumerate(rows(phrases)):
        if not isinstance(phrase, str):
            continue
        wanted = _bare(phrase)
        # Chinese has no spaces between words, so there a phrase may begin within a run of characters.
        if wanted.strip() and (wanted if wanted.isascii() else wanted.strip()) in asked:
            message = f'the synonym "{shorten(phrase)}" is also in the question, so saying it earns nothing'
            yield Complaint((*path, index), f"{message}; choose words that only an answer has", serious=False)


def _shingles(text: str) -> frozenset[str]:
    bare = _bare(text)
    return frozenset(bare[i : i + 3] for i in range(len(bare) - 2))


def _check_near_copies(pack: dict[str, object]) -> Iterator[Complaint]:
    questions = list(tables(pack, "questions"))[:_MOST_COMPARED]
    told: set[tuple[Path, Path]] = set()
    for code in _languages(pack):
        texts = [(path, question, table(question.get("text")).get(code)) for path, question in questions]
        parts = [(path, question, _shingles(text)) for path, question, text in texts if isinstance(text, str)]
        for index, (path, _, mine) in enumerate(parts):
            for other, question, theirs in parts[:index]:
                if (path, other) not in told and _alike(mine, theirs):
                    told.add((path, other))
                    yield _near_copy(path, code, question.get("id"))


def nearly_same(one: object, other: object) -> bool:
    """Say whether two texts share most of their characters."""
    return isinstance(one, str) and isinstance(other, str) and _alike(_shingles(one), _shingles(other))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    smaller, larger = sorted((len(one), len(other)))
    if smaller < _NEARLY_SAME * larger or not smaller:
        return False
    shared = len(one & other)
    return shared >= _NEARLY_SAME * (smaller + larger - shared)


def _near_copy(path: Path, code: str, twin: object) -> Complaint:
    message = f'the {language_name(code)} text is nearly the same as that of question "{shorten(twin)}"'
    return Complaint((*path, "text", code), f"{message}; ask something else, or delete one", serious=False)
