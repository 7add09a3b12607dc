"""How well, how fast and how modestly recordings are heard, on human speech that packages ship; and what silence becomes.

Needs a model (`COLLOQUY_ASR_MODEL`, or the one of `colloquy speech install`) and a folder of clips with their texts
(`name.wav`, `name.txt`, `name.lang`), named by COLLOQUY_BENCH_SPEECH; without clips only speechless ones are heard.
"""

from __future__ import annotations

import os
import re
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scoring.speech.install import is_model

_MODEL = "var/models/whisper-base"
_LANGUAGES = (("zh",), ("en",), ("zh", "en"))
_MARKS = re.compile(r"[\W_]+")


def _errors(wanted: list[str], heard: list[str]) -> int:
    row = list(range(len(heard) + 1))
    for number, one in enumerate(wanted, 1):
        before, row[0] = row[0], number
        for place, other in enumerate(heard, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (one != other))
    return row[-1]


def _units(text: str, language: str) -> list[str]:
    plain = _MARKS.sub(" ", text.lower()).split()
    return list("".join(plain)) if language == "zh" else plain


def _speechless() -> Iterator[tuple[str, Any]]:
    """Yield 30 clips without speech: silence, noises, hums, tones, clicks, chords, beats."""
    import numpy as np

    chance, at = np.random.default_rng(7), np.arange(16_000 * 6) / 16_000
    white = chance.standard_normal(len(at))
    brown = np.cumsum(white)
    brown /= abs(brown).max()
    for number, gain in enumerate((0.0, 1e-4, 0.003, 0.03, 0.1)):
        yield f"white {number}", white * gain
        yield f"brown {number}", brown * gain * 3
    for tone in (50, 100, 220, 440, 1000, 3000):
        yield f"tone {tone}", 0.3 * np.sin(2 * np.pi * tone * at)
    for root in (110, 196, 262, 330):
        chord = sum(np.sin(2 * np.pi * root * step * at) for step in (1, 1.25, 1.5, 2)) / 8
        yield f"chord {root}", chord
        yield f"melody {root}", chord * (np.sin(2 * np.pi * 2 * at) > 0)
    for beat in (1, 2, 4):
        yield f"beat {beat}", white * 0.3 * np.exp(-((at * beat) % 1) * 30)
        yield f"rustle {beat}", white * 0.1 * abs(np.sin(2 * np.pi * beat * 0.7 * at)) ** 8


def measure() -> dict[str, Any]:
    """Return error rates by language, processor seconds a second, peak MB, and the words invented for no speech."""
    if not is_model(Path(os.environ.get("COLLOQUY_ASR_MODEL") or _MODEL)):
        return {"missing": "no model; run colloquy speech install"}
    import numpy as np

    from scoring.speech.decode import decode
    from scoring.speech.model import RATE, NotHeard
    from scoring.speech.whisper import Whisper

    whisper = Whisper(os.environ.get("COLLOQUY_ASR_MODEL") or _MODEL)
    errors: dict[str, list[int]] = {}
    unheard, seconds, used = [], 0.0, 0.0
    for clip in sorted(Path(os.environ.get("COLLOQUY_BENCH_SPEECH") or "var/speech").glob("*.wav")):
        samples, language = decode(clip.read_bytes()), clip.with_suffix(".lang").read_text().strip()
        began = time.process_time()
        try:
            text = whisper.hear(samples, (language, "en" if language == "zh" else "zh")).text
        except NotHeard:
            unheard.append(clip.stem)
            continue
        finally:
            used += time.process_time() - began
            seconds += len(samples) / RATE
        wanted = _units(clip.with_suffix(".txt").read_text(encoding="utf-8"), language)
        found = errors.setdefault(language, [0, 0])
        found[0] += _errors(wanted, _units(text, language))
        found[1] += len(wanted)
    invented, clips = [], 0
    for name, sound in _speechless():
        for languages in _LANGUAGES:
            clips += 1
            try:
                invented.append(f"{name}: {whisper.hear(sound.astype(np.float32), languages).text[:40]}")
            except NotHeard:
                continue
    return {
        "error": {language: round(wrong / of, 3) for language, (wrong, of) in errors.items()},
        "units": {language: of for language, (_, of) in errors.items()},
        "asked_again": unheard,
        "cpu_per_second": round(used / seconds, 3) if seconds else None,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "speechless": clips,
        "invented": invented,
    }
