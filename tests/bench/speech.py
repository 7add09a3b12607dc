"""How well, how fast and how modestly recordings are heard: human speech as each messenger packs it, and sounds without any.

Needs a model (`COLLOQUY_ASR_MODEL`, or the one of `colloquy speech install`) and the clips of `tests.bench.clips`.
Errors are counted as the field does: no punctuation, digits read out, no hesitations, spelling of one kind.
"""

from __future__ import annotations

import os
import re
import resource
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scoring.speech.install import is_model
from tests.bench.clips import spoken

if TYPE_CHECKING:
    from scoring.speech.whisper import Whisper

_MODEL = "var/models/whisper-base"
_MARKS = re.compile(r"[\W_]+")
_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
_HESITATION = re.compile(r"\b(?:um+|uh+|er+m?|h?mm+)\b")
_SPELT = (("yknow", "you know"), ("alright", "all right"), ("colour", "color"), ("’", "'"))


def model() -> str:
    """Return the model to measure with, "" when there is none."""
    named = os.environ.get("COLLOQUY_ASR_MODEL") or _MODEL
    return named if is_model(Path(named)) else ""


def measure(*, quick: bool) -> dict[str, Any]:
    """Return error rates by format and language, processor seconds a second, peak MB, words invented for no speech."""
    if not model():
        return {"missing": "no model; run colloquy speech install"}
    from scoring.speech.whisper import Whisper

    whisper = Whisper(model())
    found: dict[str, Any] = {"model": model()} | _heard(whisper, quick)
    found["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return found | _invented(whisper, quick)


def _heard(whisper: Whisper, quick: bool) -> dict[str, Any]:
    from scoring.speech.decode import decode
    from scoring.speech.model import RATE, NotHeard
    from tests.bench.recorded import FORMATS, pack

    errors: dict[str, dict[str, list[int]]] = {}
    unheard, seconds, used = [], 0.0, 0.0
    for name in FORMATS[:1] if quick else FORMATS:
        for clip in spoken():
            recording = pack(decode(clip.content), name)
            began = time.process_time()
            samples = decode(recording)
            try:
                text = whisper.hear(samples, ("zh", "en")).text
            except NotHeard as error:
                unheard.append(f"{clip.name}, {name}: {error.trouble}")
                text = ""
            used += time.process_time() - began
            seconds += len(samples) / RATE
            wanted = units(clip.text, clip.language)
            of = errors.setdefault(name, {}).setdefault(clip.language, [0, 0])
            of[0] += edits(wanted, units(text, clip.language))
            of[1] += len(wanted)
    rates = {
        name: {tongue: round(wrong / of, 3) for tongue, (wrong, of) in counted.items()}
        for name, counted in errors.items()
    }
    sizes = next(({tongue: of for tongue, (_, of) in one.items()} for one in errors.values()), {})
    return {
        "error": rates,
        "units": sizes,
        "asked_again": unheard,
        "cpu_per_second": round(used / seconds, 3) if seconds else None,
        "audio_seconds": round(seconds),
    }


def _invented(whisper: Whisper, quick: bool) -> dict[str, Any]:
    from scoring.speech.model import NotHeard
    from tests.bench.speechless import LANGUAGES, speechless

    invented, clips = [], list(speechless())
    for name, sound in clips[::6] if quick else clips:
        for languages in LANGUAGES:
            try:
                invented.append(f"{name}: {whisper.hear(sound, languages).text[:40]}")
            except NotHeard:
                continue
    return {"speechless": len(clips), "languages": len(LANGUAGES), "invented": invented}


def units(text: str, language: str) -> list[str]:
    """Return what errors are counted in: words, or characters in Chinese."""
    said = text.lower()
    if language == "zh":
        return list(_MARKS.sub("", said).translate(_DIGITS))
    for one, other in _SPELT:
        said = said.replace(one, other)
    return _MARKS.sub(" ", _HESITATION.sub(" ", said)).split()


def edits(wanted: list[str], heard: list[str]) -> int:
    """Return the fewest insertions, deletions and replacements between the two."""
    row = list(range(len(heard) + 1))
    for number, one in enumerate(wanted, 1):
        before, row[0] = row[0], number
        for place, other in enumerate(heard, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (one != other))
    return row[-1]
