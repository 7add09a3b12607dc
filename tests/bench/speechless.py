"""Thirty-odd sounds in which nobody speaks: silence, noises, machines, music, a telephone in a pocket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from scoring.speech.model import RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scoring.speech.decode import Samples

_SECONDS = 6
LANGUAGES = (("zh",), ("en",), ("zh", "en"))
"""Language settings that every one of them is heard in."""


def speechless() -> Iterator[tuple[str, Samples]]:
    """Yield names and samples, the same ones each time."""
    at = np.arange(RATE * _SECONDS) / RATE
    for name, sound in (*_noises(at), *_music(at), *_pockets(at)):
        yield name, sound.astype(np.float32)


def _noises(at: NDArray[np.float64]) -> Iterator[tuple[str, NDArray[np.float64]]]:
    white = np.random.default_rng(7).standard_normal(len(at))
    brown = np.cumsum(white)
    brown /= abs(brown).max()
    yield "silence", white * 0
    for gain in (1e-4, 0.003, 0.03, 0.1):
        yield f"white noise {gain}", white * gain
        yield f"traffic {gain}", brown * gain * 3
    for tone in (50, 100, 220, 440, 1000, 3000):
        yield f"tone {tone} Hz", 0.3 * np.sin(2 * np.pi * tone * at)


def _music(at: NDArray[np.float64]) -> Iterator[tuple[str, NDArray[np.float64]]]:
    white = np.random.default_rng(8).standard_normal(len(at))
    for root in (110, 196, 262, 330):
        chord = sum(np.sin(2 * np.pi * root * step * at) for step in (1, 1.25, 1.5, 2)) / 8
        yield f"chord {root} Hz", chord
        yield f"melody {root} Hz", chord * (np.sin(2 * np.pi * 2 * at) > 0)
    for beat in (1, 2, 4):
        yield f"drum {beat} Hz", white * 0.3 * np.exp(-((at * beat) % 1) * 30)


def _pockets(at: NDArray[np.float64]) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Cloth on a microphone while somebody walks: muffled bursts in the rhythm of steps."""
    for seed, steps in enumerate((1.5, 1.8, 2.1, 2.4)):
        white = np.random.default_rng(seed).standard_normal(len(at))
        muffled = np.convolve(white, np.hanning(120) / 60, "same")
        yield f"pocket {steps} steps/s", muffled * 0.4 * abs(np.sin(np.pi * steps * at)) ** 6
        yield f"rustle {steps} Hz", white * 0.1 * abs(np.sin(2 * np.pi * steps * 0.35 * at)) ** 8
