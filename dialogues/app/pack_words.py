"""How a mistake in a job pack is named to its author: where it is, which language, what was probably meant.

Shared by the parts that find mistakes. Must not look for any itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from msgspec import Struct

Path = tuple[str | int, ...]

LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")

_LANGUAGES = {
    "zh": "Chinese", "en": "English", "ja": "Japanese", "ko": "Korean", "fr": "French", "de": "German",
    "es": "Spanish", "pt": "Portuguese", "ru": "Russian", "it": "Italian", "ar": "Arabic", "hi": "Hindi",
    "vi": "Vietnamese", "th": "Thai", "id": "Indonesian", "ms": "Malay", "nl": "Dutch", "tr": "Turkish",
}  # fmt: skip

# A value below one of these paths is spoken of as a part of that thing; None stands for anything.
_OWNERS: tuple[tuple[tuple[str | None, ...], str], ...] = (
    (("questions", None, "key_points", None), "key point"),
    (("questions", None, "exemplars", None), "exemplar"),
    (("questions", None), "question"),
    (("competencies", None), "competency"),
    (("faq", None, None), "FAQ entry"),
)

_LONGEST_NAME = 60


class Complaint(Struct, frozen=True):
    """A mistake before it has a line: `message` continues "Question x: " and ends without a full stop."""

    path: Path
    message: str
    serious: bool = True


class Problem(Struct, frozen=True):
    """A mistake in a pack. `line` and `column` count from 1; a pack with a serious one cannot be used."""

    line: int
    column: int
    message: str
    serious: bool = True


def table(value: object) -> dict[str, object]:
    """Return `value` if it is a mapping, else an empty one, so that checks can go on past other mistakes."""
    return value if isinstance(value, dict) else {}


def rows(value: object) -> list[object]:
    """Return `value` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def at(value: object, path: Path) -> object:
    """Return what stands at `path` below `value`; None when there is nothing."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def tables(part: dict[str, object], name: str) -> Iterator[tuple[Path, dict[str, object]]]:
    """Yield the mappings in the list `name` of a mapping, with their paths below it."""
    for index, value in enumerate(rows(part.get(name))):
        if isinstance(value, dict):
            yield (name, index), value


def key_points(question: dict[str, object], path: Path) -> Iterator[tuple[Path, dict[str, object]]]:
    """Yield the key points of the question at `path`, with their paths."""
    for inner, point in tables(question, "key_points"):
        yield (*path, *inner), point


def number(value: object) -> float | None:
    """Return `value` if it is a number (true and false are none), else None."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def shorten(value: object) -> str:
    """Return `value` for quoting in a sentence, on one line and at most 60 characters."""
    text = " ".join(str(value).split()) if isinstance(value, str) else f"{value!s:.{_LONGEST_NAME + 1}}"
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…"


def language_name(code: str) -> str:
    """Return the English name of a language, or the code in quotes for one that is not known here."""
    return _LANGUAGES.get(code, f'"{shorten(code)}"')


def meant(wrong: str, known: Sequence[str]) -> str | None:
    """Return the known name that `wrong` was probably meant to be; None when none is near."""
    if len(wrong) > _LONGEST_NAME:
        return None
    near = get_close_matches(wrong.lower(), {name.lower(): name for name in known}, n=1, cutoff=0.6)
    return next((name for name in known if near and name.lower() == near[0]), None)


def subject(pack: object, path: Path) -> str:
    """Return what the value at `path` belongs to, such as `Question "cf_1", key point "listens"`."""
    parts = []
    for end in range(1, len(path) + 1):
        kind = _owner_kind(path[:end])
        if kind is not None:
            if path[0] == "faq":
                kind = f"{language_name(str(path[1]))} {kind}"
            parts.append(_named(kind, at(pack, path[:end]), path[end - 1]))
    text = ", ".join(parts) or "the pack"
    return text[0].upper() + text[1:]


def field(path: Path) -> str:
    """Return the part of `path` that its subject leaves open, such as `text.zh` in backticks."""
    inner = path[_owned(path) :]
    if not inner:
        return "this"
    last = inner[-1]
    if isinstance(last, int) and len(inner) > 1:
        return f"item {last + 1} of `{_dotted(inner[:-1])}`"
    return f"`{_dotted(inner)}`"


def _dotted(path: Path) -> str:
    return ".".join(str(step + 1) if isinstance(step, int) else shorten(step) for step in path)


def _owner_kind(path: Path) -> str | None:
    for shape, kind in _OWNERS:
        if len(shape) == len(path) and all(
            want in (None, have) for want, have in zip(shape, path, strict=True)
        ):
            return kind
    return None


def _owned(path: Path) -> int:
    """Return how many steps of `path` its subject names."""
    return next((end for end in range(len(path), 0, -1) if _owner_kind(path[:end])), 0)


def _named(kind: str, value: object, place: str | int) -> str:
    name = table(value).get("id")
    if isinstance(name, str) and name:
        return f'{kind} "{shorten(name)}"'
    return f"{kind} {place + 1}" if isinstance(place, int) else kind
