"""For `colloquy doctor`: asks Telegram about the bot and says what it finds. Changes nothing there."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from bot.telegram.client import Client, Failed
from bot.telegram.ports import Settings
from bot.telegram.setting_up import introduce
from bot.telegram.troubles import explain

_PATIENCE = 8.0
_PORTS = (443, 80, 88, 8443)


async def try_bot(client: Client, settings: Settings) -> tuple[str, str]:
    """Return (state, the bot's user name or ""); the state begins with `ready` or `broken`."""
    await client.load()
    try:
        async with asyncio.timeout(_PATIENCE):
            _, username = await introduce(client)
            trouble = await _webhook_trouble(client, settings)
    except Failed as error:
        return f"broken: {explain(error.kind)}", ""
    except TimeoutError:
        return "broken: Telegram does not answer; check the network or COLLOQUY_TELEGRAM_API_BASE", ""
    if not username:
        return "broken: the bot has no user name; give it one with @BotFather", ""
    way = "webhook" if settings.webhook else "polling"
    return (f"broken: {trouble}" if trouble else f"ready: @{username}, {way}"), username


async def _webhook_trouble(client: Client, settings: Settings) -> str:
    port = urlsplit(settings.webhook).port or 443
    if settings.webhook and not settings.api_base and port not in _PORTS:
        return f"Telegram calls webhooks on ports 443, 80, 88 and 8443 only, not {port}; change COLLOQUY_PUBLIC_URL"
    calls = await client.load()
    async with calls.failing():
        found = await calls.bot.get_webhook_info()
    if not settings.webhook and found.url:
        return ""  # polling takes the webhook away when the server starts
    if settings.webhook and found.url == settings.webhook and found.last_error_message:
        return f"Telegram cannot reach the webhook ({found.last_error_message}); check the proxy and its certificate"
    return ""
