"""Whether questions are read out here, in which languages, and how that is brought about."""

from __future__ import annotations

from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path

from config.settings import Settings

_EXTRA = "pip install 'colloquy[speaking]'"
_MAKE = "colloquy speech install-voices"


def voices_of(settings: Settings, languages: Collection[str]) -> dict[str, str]:
    """Return the languages that questions are read out in -> the voice."""
    if not settings.tts_model or find_spec("av") is None:
        return {}
    if settings.tts_base_url:
        return dict.fromkeys(languages, f"{settings.tts_model}/{settings.tts_voice}")
    from scoring.speaking.offline import languages_in  # here: who has no voice need not load the libraries

    found = languages_in(Path(settings.tts_model))
    return {language: voice for language, voice in found.items() if language in languages}


def say_voices(settings: Settings, languages: Collection[str]) -> str:
    """Return the state of the voices for the operator."""
    if settings.tts_base_url and not settings.tts_model:
        return "broken: name the model to ask at COLLOQUY_TTS_BASE_URL with COLLOQUY_TTS_MODEL"
    if not settings.tts_model:
        return "not configured: questions are written and not read out (docs/voice.md)"
    missing = [name for name in ("av", "hibari", "pypinyin") if find_spec(name) is None]
    if "av" in missing or (missing and not settings.tts_base_url):
        return f"broken: {', '.join(missing)} missing; {_EXTRA}"
    spoken = voices_of(settings, languages)
    if settings.tts_base_url:
        return f"ready: {', '.join(sorted(spoken))} by {settings.tts_model}/{settings.tts_voice} at {settings.tts_base_url}"
    if not spoken:
        return f"broken: there are no voices in {settings.tts_model}; {_MAKE}"
    told = ", ".join(f"{language} by {voice}" for language, voice in sorted(spoken.items()))
    silent = ", ".join(sorted(set(languages) - set(spoken)))
    return f"ready: {told}" + (f"; {silent} is not read out (docs/voice.md)" if silent else "")
