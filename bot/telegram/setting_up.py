"""Tells Telegram how this bot is reached and what it can do, at every start and only where it differs."""

from __future__ import annotations

from collections.abc import Iterator

import structlog
from aiogram import Bot
from aiogram.types import BotCommand

from bot.telegram.client import Client
from bot.telegram.incoming import KINDS
from bot.telegram.ports import Settings
from bot.telegram.words import LANGUAGES, tell
from dialogues.app.languages import Language
from dialogues.core.tongue import Command

log = structlog.get_logger()

_CONNECTIONS = 40
"""Updates of different chats that Telegram may hand over at the same time."""


async def introduce(client: Client) -> tuple[int, str]:
    """Return (the bot's number, its user name); Failed says why not."""
    async with client.failing():
        me = await client.bot.get_me()
    return me.id, me.username or ""


async def choose_way(client: Client, settings: Settings) -> None:
    """Have updates sent to the webhook, or kept for polling; nothing that waits is dropped."""
    async with client.failing():
        if settings.webhook:
            await client.bot.set_webhook(
                settings.webhook,
                secret_token=settings.secret,
                allowed_updates=KINDS,
                max_connections=_CONNECTIONS,
                drop_pending_updates=False,
            )
        else:
            await client.bot.delete_webhook(drop_pending_updates=False)
    log.info("telegram_ready", way="webhook" if settings.webhook else "polling")


async def describe(client: Client, languages: dict[str, Language], company: str) -> None:
    """Set the list of commands and the bot's descriptions, in every language."""
    default = company if company in LANGUAGES else "en"
    async with client.failing():
        for code, language in [("", default), *((one, one) for one in LANGUAGES)]:
            await _describe(client.bot, code, language, list(commands(languages[language], language)))


def commands(spoken: Language, language: str) -> Iterator[BotCommand]:
    """Return the commands of a candidate, and what each does."""
    for command in Command:
        yield BotCommand(command=command.value, description=spoken.catalog.phrase(f"command.{command}"))
    for own in ("web", "switch"):
        yield BotCommand(command=own, description=tell(language, f"command.{own}"))


async def _describe(bot: Bot, code: str, language: str, listed: list[BotCommand]) -> None:
    spoken = code or None
    known = await bot.get_my_commands(language_code=spoken)
    if _told(known) != _told(listed):
        await bot.set_my_commands(listed, language_code=spoken)
    short, about = tell(language, "short"), tell(language, "about").strip()
    if (await bot.get_my_short_description(language_code=spoken)).short_description != short:
        await bot.set_my_short_description(short, language_code=spoken)
    if (await bot.get_my_description(language_code=spoken)).description != about:
        await bot.set_my_description(about, language_code=spoken)


def _told(listed: list[BotCommand]) -> list[tuple[str, str]]:
    return [(one.command, one.description) for one in listed]
