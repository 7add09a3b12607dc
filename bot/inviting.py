"""Personal links made on the command line that need to know what the Telegram bot is called."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.messengers import telegram_link, telegram_trouble

if TYPE_CHECKING:
    from bot.house import House

_PATIENCE = 8.0


def remember_bot(house: House) -> str:
    """Ask Telegram what the bot is called, unless that is known; return what is wrong, "" when nothing is."""
    settings = house.settings
    if not settings.telegram_token.get_secret_value():
        return "no Telegram bot is set up; set COLLOQUY_TELEGRAM_TOKEN (docs/telegram.md)"
    if trouble := telegram_trouble(settings):
        return trouble
    if house.telegram.username(settings.telegram_bot):
        return ""
    return asyncio.run(_ask_who(house))


async def _ask_who(house: House) -> str:
    # late: who has no bot need not load its client
    from bot.telegram.client import Client, Failed
    from bot.telegram.setting_up import introduce
    from bot.telegram.troubles import explain

    settings = house.settings
    client = Client(settings.telegram_token.get_secret_value(), settings.telegram_api_base)
    await client.load()
    try:
        bot, username = await asyncio.wait_for(introduce(client), _PATIENCE)
        house.telegram.start(bot, username)
    except Failed as error:
        return explain(error.kind)
    except TimeoutError:
        return "Telegram does not answer; check the network or COLLOQUY_TELEGRAM_API_BASE"
    finally:
        await client.close()
    return ""


def invite_colleague(house: House, name: str, role: str, jobs: str) -> str:
    """Return a link for a colleague; ValueError says why there can be none."""
    known = house.packs.names()
    unknown = [job for job in jobs.split(",") if job != "*" and job not in known]
    if unknown:
        raise ValueError(
            f"there is no job “{unknown[0]}”; there are: {', '.join(sorted(known)) or 'none yet'}"
        )
    if trouble := remember_bot(house):
        raise ValueError(trouble)
    return telegram_link(house, house.telegram.invite_colleague(name.strip(), role, jobs))
