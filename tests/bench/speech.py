"""How well, how fast and how modestly recordings are heard: human speech as each messenger packs it, and sounds without any.

Needs a model (`COLLOQUY_ASR_MODEL`, or the one of `colloquy speech install`) and the clips of `tests.bench.clips`.
The figure reported is of recordings whose wording others published; with those whose wording only we wrote down it
stands beside it.
"""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scoring.speech.install import is_model
from tests.bench.clips import spoken
from tests.bench.speech_errors import edits, units

if TYPE_CHECKING:
    from scoring.speech.whisper import Whisper

_MODEL = "var/models/whisper-base"
_Counts = dict[str, dict[str, list[int]]]


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

    published: _Counts = {}
    everything: _Counts = {}
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
            wrong = edits(wanted, units(text, clip.language))
            for counts in (everything,) if clip.ours else (everything, published):
                of = counts.setdefault(name, {}).setdefault(clip.language, [0, 0])
                of[0] += wrong
                of[1] += len(wanted)
    return {
        "error": _rates(published),
        "units": _sizes(published),
        "error_with_our_wordings": _rates(everything),
        "units_with_our_wordings": _sizes(everything),
        "asked_again": unheard,
        "cpu_per_second": round(used / seconds, 3) if seconds else None,
        "audio_seconds": round(seconds),
    }


def _rates(counts: _Counts) -> dict[str, dict[str, float]]:
    return {
        name: {tongue: round(wrong / of, 3) for tongue, (wrong, of) in counted.items()}
        for name, counted in counts.items()
    }


def _sizes(counts: _Counts) -> dict[str, int]:
    return next(({tongue: of for tongue, (_, of) in one.items()} for one in counts.values()), {})


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
