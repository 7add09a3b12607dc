"""Whether this machine has ears, and how it gets them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from config.settings import Settings

_LIBRARIES = ("faster_whisper", "av", "pysilk", "opencc")
INSTALL = "pip install 'colloquy[speech]' and run: colloquy speech install"


def model_of(settings: Settings) -> str:
    """Return the model that recordings are heard with, here or at an endpoint; "" when they cannot be."""
    if not settings.asr_model or any(find_spec(name) is None for name in _LIBRARIES):
        return ""
    return settings.asr_model


def say_ears(settings: Settings) -> str:
    """Return the state of the ears for the operator."""
    missing = [name for name in _LIBRARIES if find_spec(name) is None]
    if settings.asr_base_url and not settings.asr_model:
        return "broken: name the model to ask at COLLOQUY_ASR_BASE_URL with COLLOQUY_ASR_MODEL"
    if not settings.asr_model:
        return (
            f"not configured: voice answers are asked for in writing; {INSTALL}, then set COLLOQUY_ASR_MODEL"
        )
    if missing:
        return f"broken: {', '.join(missing)} missing; {INSTALL}"
    if settings.asr_base_url:
        return f"ready: {settings.asr_model} at {settings.asr_base_url}"
    folder = Path(settings.asr_model)
    if ("/" in settings.asr_model and folder.parent.is_dir()) and not (folder / "model.bin").is_file():
        return f"broken: there is no model in {folder}; {INSTALL}"
    return f"ready: {settings.asr_model}"
