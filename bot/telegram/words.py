"""The channel's own texts, by language. People whose Telegram speaks neither Chinese nor English read English."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml

LANGUAGES = ("zh", "en")


@cache
def texts(language: str) -> dict[str, str]:
    """Return the texts of a language, the English ones when there is no such file."""
    folder = resources.files("bot.telegram.texts")
    entry = folder.joinpath(f"{language}.yaml")
    chosen = entry if language in LANGUAGES else folder.joinpath("en.yaml")
    loaded: dict[str, str] = yaml.safe_load(chosen.read_text(encoding="utf-8"))
    return loaded


def tell(language: str, phrase: str, /, **args: str) -> str:
    """Return a text with its arguments."""
    said = texts(language)[phrase]
    return said.format_map(args) if args else said


def spoken(telegram: str, company: str) -> str:
    """Return which of our languages a person reads whose Telegram is set to this one ("" unknown)."""
    if not telegram:
        return company if company in LANGUAGES else "en"
    return "zh" if telegram.startswith("zh") else "en"
