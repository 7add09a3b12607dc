"""The calls themselves, on aiogram as typed client. Imported late, by `bot.telegram.client`: it takes seconds.

No error of aiogram leaves this module and none is logged: an address in it would show the bot's token.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
)

from bot.telegram.client import LARGEST, Failed, Fault
from bot.telegram.parts import File, Key, Keys, Menu, Part, Picture, Text, Voice, keyboard
from bot.telegram.splitting import shorten

_CONNECTIONS = 100
_POLL_EXTRA = 15


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates, each update left as it came: one that cannot be read must not hide the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int
    timeout: int
    limit: int = 100
    allowed_updates: list[str]


class Calls:
    """Calls of one bot. Every method raises Failed and nothing else."""

    def __init__(self, token: str, base: str = "") -> None:
        api = TelegramAPIServer.from_base(base) if base else PRODUCTION
        self._bot = Bot(token, session=AiohttpSession(api=api, limit=_CONNECTIONS, timeout=30))

    @property
    def bot(self) -> Bot:
        """The typed client, for calls that are made once; wrap them in `failing`."""
        return self._bot

    async def close(self) -> None:
        """Close the connections."""
        await self._bot.session.close()

    @asynccontextmanager
    async def failing(self) -> AsyncIterator[None]:
        """Turn aiogram's errors into Failed."""
        try:
            yield
        except TelegramRetryAfter as error:
            raise Failed(Fault.WAIT, float(error.retry_after)) from None
        except (AiogramError, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Failed(_kind(error)) from None

    async def send(self, chat: int, part: Part) -> int:
        """Send one part; return Telegram's number of the message, 0 for what is none."""
        async with self.failing():
            if isinstance(part, Menu):
                listed = [BotCommand(command=name, description=told) for name, told in part.commands]
                await self._bot.set_my_commands(listed, scope=BotCommandScopeChat(chat_id=chat))
                return 0
            sent = await self._send(chat, part)
        return sent.message_id

    async def _send(self, chat: int, part: Text | Picture | File | Voice) -> Message:
        match part:
            case Text():
                return await self._bot.send_message(
                    chat,
                    part.text,
                    parse_mode="HTML" if part.html else None,
                    reply_markup=_markup(part.keys),
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                )
            case Picture():
                picture = BufferedInputFile(part.content, "card.png")
                keys = _markup(part.keys)
                return await self._bot.send_photo(
                    chat, picture, caption=part.caption, parse_mode="HTML", reply_markup=keys
                )
            case File():
                return await self._bot.send_document(chat, BufferedInputFile(part.content, part.name))
            case Voice():
                return await self._send_voice(chat, BufferedInputFile(part.content, "question.ogg"))

    async def _send_voice(self, chat: int, recording: BufferedInputFile) -> Message:
        """Send a voice message; to those who let nobody send them any, a file."""
        try:
            return await self._bot.send_voice(chat, recording)
        except TelegramBadRequest as error:
            if "voice_messages_forbidden" not in error.message.casefold().replace(" ", "_"):
                raise
            return await self._bot.send_document(chat, recording)

    async def updates(self, offset: int, seconds: int, kinds: list[str]) -> list[dict[str, Any]]:
        """Wait up to `seconds` for updates from `offset` on; everything below it is acknowledged by asking."""
        async with self.failing():
            method = RawUpdates(offset=offset, timeout=seconds, allowed_updates=kinds)
            return await self._bot(method, request_timeout=seconds + _POLL_EXTRA)

    async def answer(self, query: str, text: str = "") -> None:
        """Let the button go, with a word if there is one."""
        async with self.failing():
            await self._bot.answer_callback_query(query, text=shorten(text, 200) or None)

    async def clear_keys(self, chat: int, message: int) -> None:
        """Take the buttons off a message."""
        async with self.failing():
            await self._bot.edit_message_reply_markup(chat_id=chat, message_id=message, reply_markup=None)

    async def typing(self, chat: int) -> None:
        """Show for some seconds that an answer is being read."""
        async with self.failing():
            await self._bot.send_chat_action(chat, "typing")

    async def leave(self, chat: int) -> None:
        """Leave a group."""
        async with self.failing():
            await self._bot.leave_chat(chat)

    async def download(self, file: str) -> bytes:
        """Return a file's content; Failed TOO_BIG above 20 MB. Its address holds the token and is kept nowhere."""
        async with self.failing():
            found = await self._bot.get_file(file)
            if (found.file_size or 0) > LARGEST or not found.file_path:
                raise Failed(Fault.TOO_BIG)
            address = self._bot.session.api.file_url(self._bot.token, found.file_path)
            content = bytearray()
            async for piece in self._bot.session.stream_content(address, timeout=120):
                content += piece
                if len(content) > LARGEST:
                    raise Failed(Fault.TOO_BIG)
        return bytes(content)


def _kind(error: Exception) -> Fault:
    match error:
        case TelegramForbiddenError():
            return Fault.GONE
        case TelegramBadRequest() if "chat not found" in error.message.lower():
            return Fault.GONE
        case TelegramBadRequest() if "too big" in error.message.lower():
            return Fault.TOO_BIG
        case TelegramUnauthorizedError():
            return Fault.TOKEN
        case TelegramNotFound() if error.message.strip().lower() == "not found":
            return Fault.TOKEN  # an address without a valid token in it
        case TelegramConflictError():
            return Fault.CONFLICT
        case TelegramNetworkError() | TelegramServerError() if not isinstance(error, TelegramEntityTooLarge):
            return Fault.AWAY
        case TelegramAPIError():
            return Fault.REFUSED
    return Fault.AWAY


def _markup(keys: Keys) -> InlineKeyboardMarkup | None:
    if not keys:
        return None
    return InlineKeyboardMarkup(inline_keyboard=[[_key(key) for key in row] for row in keyboard(keys)])


def _key(key: Key) -> InlineKeyboardButton:
    if key.url:
        return InlineKeyboardButton(text=key.label, url=key.url)
    return InlineKeyboardButton(text=key.label, callback_data=key.value)
