"""What this machine has at hand for interviews: programming languages that can be run safely, and ears."""

from __future__ import annotations

from functools import cache

from bot.judging.carrier import code_tools
from bot.speech.ready import model_of
from config.settings import Settings


@cache
def tools_here() -> tuple[str, ...]:
    """Return the names that go into `Opened.tools`; what can be used is tried the first time."""
    voice = ("voice",) if model_of(Settings()) else ()
    return (*code_tools(), *voice)
