"""Reads the language files. The only place of this package that touches a disk; called once, at the start."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from scoring.lexicon.meanings import load_groups, load_ordinary, load_telling
from scoring.lexicon.model import MIXED_UP, Cues, Lexicon, Script, Unit, keys_of
from scoring.rubric.model import Element

_HERE = Path(__file__).parent
# Found by their own rules, not by a list of cues.
_BY_RULE = frozenset({Element.OWN_PART, Element.NUMBER})

# Where a language does not say how parts of a reference answer end.
_ANY_MARK = r"[;,.，。；、\n]+"
_NEVER = r"(?!)"


def load_lexicons(folder: Path = _HERE) -> dict[str, Lexicon]:
    """Return every language of `folder`, by its code.

    ValueError names the file when one lacks a key or an element.
    """
    found = (_parse_file(path) for path in sorted(folder.glob("*.yaml")))
    return {lexicon.language: lexicon for lexicon in found}


def _parse_file(path: Path) -> Lexicon:
    try:
        text = path.read_text(encoding="utf-8")
        return _parse(yaml.safe_load(text.translate(MIXED_UP)))
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise ValueError(f"{path.name} is not a complete language file: {error!r}") from error


def _parse(raw: dict[str, Any]) -> Lexicon:
    spaced = Unit(raw["unit"]) is Unit.WORDS
    return Lexicon(
        language=raw["language"],
        unit=Unit(raw["unit"]),
        script=Script(raw["script"]),
        brief=raw["brief"],
        too_short=raw["too_short"],
        stop=_as_typed(raw["stop"].split()) | _as_typed(w for w in raw["negations"] if spaced or len(w) == 1),
        negation=_any_of(_as_typed(raw["negations"]), spaced),
        not_negation=_any_of(raw["not_negations"], spaced, raw.get("not_negation_patterns", ())),
        clause_break=_any_of(raw["clause_breaks"], spaced),
        negation_reach=raw["negation_reach"],
        irregular=dict(raw.get("irregular", {})),
        filler=tuple(sorted(raw["filler"], key=lambda phrase: (-len(phrase), phrase))),
        to_the_scorer=tuple(raw["to_the_scorer"]),
        hopes=_cues(raw["hopes"], spaced),
        hypothetical=_cues(raw["hypothetical"], spaced),
        own_part=re.compile(raw["own_part"]["mine"]),
        shared=_cues(raw["own_part"]["shared"], spaced),
        number=re.compile(raw["number"]),
        elements=tuple((e, _cues(raw["elements"][e], spaced)) for e in Element if e not in _BY_RULE),
        patterns=_patterns(raw.get("patterns", {})),
        unless_opening=_patterns(raw.get("unless_opening", {})),
        aftermath=re.compile(raw.get("aftermath", _NEVER), re.IGNORECASE),
        groups=load_groups(_HERE / "synonyms", raw["language"]),
        part_break=re.compile(raw.get("part_breaks") or _ANY_MARK, re.IGNORECASE),
        no_answer=frozenset(raw.get("no_answer", ())),
        beside=re.compile("|".join(raw.get("beside") or [_NEVER])),
        telling=load_telling(_HERE / "words", raw["language"]),
        ordinary=load_ordinary(_HERE / "words", raw["language"]),
    )


def _patterns(raw: dict[str, str]) -> tuple[tuple[Element, re.Pattern[str]], ...]:
    return tuple((Element(name), re.compile(pattern, re.IGNORECASE)) for name, pattern in raw.items())


def _as_typed(words: Iterable[str]) -> frozenset[str]:
    """Return the words, and those with an apostrophe without it, as many type them."""
    words = frozenset(words)
    return words | {word.replace("'", "") for word in words}


def _any_of(wordings: Iterable[str], spaced: bool, patterns: Iterable[str] = ()) -> re.Pattern[str]:
    """Return a pattern for any of the patterns and wordings, longest first, whole words where there are words."""
    escaped = [re.escape(w) for w in sorted(wordings, key=lambda w: (-len(w), w))]
    alternatives = "|".join([*patterns, *escaped])
    return re.compile(rf"\b(?:{alternatives})\b" if spaced else alternatives, re.IGNORECASE)


def _cues(wordings: Iterable[str], spaced: bool) -> Cues:
    wordings = list(wordings)
    if spaced:
        return _spaced_cues(wordings)
    words = frozenset(w for w in wordings if len(w) <= 2)
    # A pair's key set also holds its two characters: only the longest one stands for it.
    keys = frozenset(max(key for key in keys_of(w, spaced) if isinstance(key, int)) for w in words)
    pieces = tuple(w for w in wordings if w not in words)
    return Cues(tuple(sorted(words)), keys, pieces, pieces)


def _spaced_cues(wordings: list[str]) -> Cues:
    words = frozenset(w for w in wordings if " " not in w and "*" not in w)
    phrases: dict[str, tuple[str, ...]] = {}
    for wording in wordings:
        if " " in wording and "*" not in wording:
            head = wording.split(" ", 1)[0]
            phrases[head] = (*phrases.get(head, ()), _piece(wording))
    return Cues(
        words=tuple(sorted(words)),
        keys=words,
        pieces=tuple(_piece(w) for w in wordings if w not in words),
        loose=tuple(_piece(w) for w in wordings if "*" in w),
        phrases=phrases,
        heads=frozenset(phrases),
    )


def _piece(wording: str) -> str:
    """Return a cue as it stands in folded text: a blank on either side that has no star."""
    start, end = ("" if wording[0] == "*" else " "), ("" if wording[-1] == "*" else " ")
    return start + wording.strip("*") + end
