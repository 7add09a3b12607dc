"""Reads the language files. The only place of this package that touches a disk; called once, at the start."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from scoring.lexicon.model import Cues, Lexicon, Script, Unit, keys_of
from scoring.rubric.model import Element

_HERE = Path(__file__).parent
# Found by their own rules, not by a list of cues.
_BY_RULE = frozenset({Element.OWN_PART, Element.NUMBER})


def load_lexicons(folder: Path = _HERE) -> dict[str, Lexicon]:
    """Return every language of `folder`, by its code.

    ValueError names the file when one lacks a key or an element.
    """
    found = (_parse_file(path) for path in sorted(folder.glob("*.yaml")))
    return {lexicon.language: lexicon for lexicon in found}


def _parse_file(path: Path) -> Lexicon:
    try:
        return _parse(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (KeyError, TypeError, re.error) as error:
        raise ValueError(f"{path.name} is not a complete language file: {error!r}") from error


def _parse(raw: dict[str, Any]) -> Lexicon:
    spaced = Unit(raw["unit"]) is Unit.WORDS
    return Lexicon(
        language=raw["language"],
        unit=Unit(raw["unit"]),
        script=Script(raw["script"]),
        brief=raw["brief"],
        too_short=raw["too_short"],
        stop=frozenset(raw["stop"].split()) | {w for w in raw["negations"] if spaced or len(w) == 1},
        negation=_any_of(raw["negations"], spaced),
        not_negation=_any_of(raw["not_negations"], spaced),
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
    )


def _any_of(wordings: Iterable[str], spaced: bool) -> re.Pattern[str]:
    """Return a pattern for any of the wordings, longest first, whole words where there are words."""
    alternatives = "|".join(re.escape(w) for w in sorted(wordings, key=lambda w: (-len(w), w)))
    return re.compile(rf"\b(?:{alternatives})\b" if spaced else alternatives, re.IGNORECASE)


def _cues(wordings: Iterable[str], spaced: bool) -> Cues:
    wordings = list(wordings)
    if spaced:
        words = frozenset(w for w in wordings if " " not in w and "*" not in w)
        return Cues(tuple(sorted(words)), words, tuple(_piece(w) for w in wordings if w not in words))
    words = frozenset(w for w in wordings if len(w) <= 2)
    # A pair's key set also holds its two characters: only the longest one stands for it.
    keys = frozenset(max(key for key in keys_of(w, spaced) if isinstance(key, int)) for w in words)
    return Cues(tuple(sorted(words)), keys, tuple(w for w in wordings if w not in words))


def _piece(wording: str) -> str:
    """Return a cue as it stands in folded text: a blank on either side that has no star."""
    start, end = ("" if wording[0] == "*" else " "), ("" if wording[-1] == "*" else " ")
    return start + wording.strip("*") + end
