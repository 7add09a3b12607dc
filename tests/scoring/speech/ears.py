"""Recordings and the packaged model, for tests of listening. A clean clone has both; without the packages they step aside."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import gettempdir

import pytest

from scoring.speech.install import PACKAGES, install_base, is_model

_FOLDER = Path(__file__).parent / "recordings"
_MADE = Path("var/models/whisper-base")


def recording(language: str) -> bytes:
    """Return somebody speaking this language."""
    return (_FOLDER / f"{language}.ogg").read_bytes()


@cache
def model() -> str:
    """Return the folder of the packaged model, put together once on a machine; skip where its packages are missing."""
    if is_model(_MADE):
        return str(_MADE)
    if any(find_spec(name.replace("-", "_")) is None for name in PACKAGES):
        pytest.skip(f"needs the packages {' and '.join(PACKAGES)}")
    return str(install_base(Path(gettempdir()) / "colloquy-tests" / "whisper-base"))
