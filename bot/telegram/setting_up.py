"""Tells Telegram how this bot is reached and what it can do, at every start and only where it differs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import structlog

from bot.telegram.client import Client
from bot.telegram.incoming import KINDS
from bot.telegram.ports import Settings
from bot.telegram.words import LANGUAGES, tell
from dialogues.app.languages import Language
from dialogues.core.tongue import Command

if TYPE_CHECKING:
    from aiogram import Bot

log = structlog.get_logger()

_CONNECTIONS = 40
"""Updates of different chats that Telegram may hand over at the same time."""


async def introduce(client: Client) -> tuple[int, str]:
    """Return (the bot's number, its user name); Failed says why not."""
    calls = await client.load()
    async with calls.failing():
        me = await calls.bot.get_me()
    return me.id, me.username or ""


async def choose_way(client: Client, settings: Settings) -> None:
    """Have updates sent to the webhook, or kept for polling; nothing that waits is dropped."""
    calls = await client.load()
    async with calls.failing():
        if settings.webhook:
            await calls.bot.set_webhook(
                settings.webhook,
                secret_token=settings.secret,
                allowed_updates=KINDS,
                max_connections=_CONNECTIONS,
                drop_pending_updates=False,
            )
        else:
            await calls.bot.delete_webhook(drop_pending_updates=False)
    log.info("telegram_ready", way="webhook" if settings.webhook else "polling")


async def describe(client: Client, languages: dict[str, Language], company: str) -> None:
    """Set the list of commands and the bot's descriptions, in every language."""
    default = company if company in LANGUAGES else "en"
    calls = await client.load()
    async with calls.failing():
        for code, language in [("", default), *((one, one) for one in LANGUAGES)]:
            await _describe(calls.bot, code, language, list(commands(languages[language], language)))


def commands(spoken: Language, language: str) -> Iterator[tuple[str, str]]:
    """Return the commands of a candidate, and what each does."""
    for command in Command:
        yield command.value, spoken.catalog.phrase(f"command.{command}")
    for own in ("web", "switch"):
        yield own, tell(language, f"command.{own}")


async def _describe(bot: Bot, code: str, language: str, listed: list[tuple[str, str]]) -> None:
    from aiogram.types import BotCommand  # here: imported with the client, not with the server

    spoken = code or None
    known = await bot.get_my_commands(language_code=spoken)
    if [(one.command, one.description) for one in known] != listed:
        commands = [BotCommand(command=name, description=told) for name, told in listed]
        await bot.set_my_commands(commands, language_code=spoken)
    short, about = tell(language, "short"), tell(language, "about").strip()
    if (await bot.get_my_short_description(language_code=spoken)).short_description != short:
        await bot.set_my_short_description(short, language_code=spoken)
    if (await bot.get_my_description(language_code=spoken)).description != about:
        await bot.set_my_description(about, language_code=spoken)
