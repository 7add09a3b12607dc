"""Recordings and voices for tests of speaking."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scoring.speaking.offline import languages_in

MADE = Path("var/models/voices")
"""Where `colloquy speech install-voices` puts them."""


def tone(seconds: float, loud: float = 0.3) -> Any:
    """Return a sound that is not silent."""
    at = np.arange(int(seconds * 24_000), dtype=np.float32) / 24_000
    return (loud * np.sin(2 * np.pi * 220 * at)).astype(np.float32)


def wave(seconds: float) -> bytes:
    """Return a tone as a WAV file."""
    import wave as files

    out = io.BytesIO()
    with files.open(out, "wb") as file:
        file.setparams((1, 2, 24_000, 0, "NONE", ""))
        file.writeframes((tone(seconds) * 32767).astype("<i2").tobytes())
    return out.getvalue()


def seconds_of(recording: bytes) -> float:
    """Return how long a recording lasts."""
    from scoring.speaking.sound import RATE, read_sound

    return len(read_sound(recording)) / RATE


def mandarin() -> Path:
    """Return the folder with the Chinese voice; skip where it is not installed."""
    if "zh" not in languages_in(MADE):
        pytest.skip("needs the Chinese voice: colloquy speech install-voices --chinese (docs/voice.md)")
    return MADE
