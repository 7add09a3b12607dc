"""How well the voices of this machine are understood: `python -m tests.speaking [QUESTIONS]`.

Questions of the shipped packs are read out and heard back by whisper base, as candidates' answers are. A character that
is another one of the same sound is the listener's choice, not the speaker's fault: syllables are counted beside them.
"""

from __future__ import annotations

import random
import re
import resource
import sys
import time
from pathlib import Path

import yaml
from pypinyin import lazy_pinyin

from scoring.speaking.offline import Offline
from scoring.speech.decode import decode
from scoring.speech.model import RATE, NotHeard
from scoring.speech.whisper import Whisper
from tests.bench.speech import edits, units
from tests.scoring.speech.ears import model
from tests.speaking.sounds import MADE

_PACKS = Path(__file__).parents[2] / "config" / "packs"
_SEED = 11


def _questions(language: str, count: int) -> list[str]:
    packs = [yaml.safe_load(path.read_text("utf-8")) for path in sorted(_PACKS.glob("*.yaml"))]
    found = [question["text"][language] for pack in packs for question in pack["questions"]]
    left_out = re.compile("[A-Za-z]" if language == "zh" else "```")
    kept = [text for text in found if not left_out.search(text)]
    random.Random(_SEED).shuffle(kept)
    return kept[:count]


def _measure(voices: Offline, ears: Whisper, language: str, count: int) -> dict[str, object]:
    wrong = total = wrong_sounds = sounds = 0
    used = seconds = 0.0
    for text in _questions(language, count):
        began = time.process_time()
        recording = voices.speak(text, language)
        used += time.process_time() - began
        samples = decode(recording)
        seconds += len(samples) / RATE
        try:
            heard = ears.hear(samples, (language,)).text
        except NotHeard:
            heard = ""
        wanted, got = units(text, language), units(heard, language)
        wrong, total = wrong + edits(wanted, got), total + len(wanted)
        spelt = lazy_pinyin("".join(wanted))
        wrong_sounds += edits(spelt, lazy_pinyin("".join(got)))
        sounds += len(spelt)
    found: dict[str, object] = {
        "units": total,
        "error": round(wrong / total, 3),
        "cpu_per_second": round(used / seconds, 3),
        "audio_seconds": round(seconds),
    }
    return found | ({"syllable_error": round(wrong_sounds / sounds, 3)} if language == "zh" else {})


def main(count: int) -> None:
    """Print the figures of each language."""
    voices = Offline(MADE)
    voices.speak("Hello there.", "en")
    ears = Whisper(model())
    for language in ("en", "zh"):
        print(language, _measure(voices, ears, language, count), flush=True)
    print("peak MB, with the listener", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 24)
