"""Makes the messengers that are switched on, from the settings; part of the composition root."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dialogues.app.worker import Worker
from dialogues.core.effects import Effect, FetchDocument
from dialogues.core.events import DocumentLost, Event
from dialogues.ports import Person
from ehr_connector.result import Result
from storage.desks import SqlDesks
from storage.uploads import Uploads

if TYPE_CHECKING:
    from bot.house import House
    from bot.hr.desk import Screens
    from bot.printing import Printer
    from bot.speaking.telling import Telling
    from bot.telegram.channel import Telegram
    from config.settings import Settings
    from scoring.report.charts import Chart

WEBHOOK = "/telegram/webhook"
Charted = Callable[[Person, str], "Chart | None"]
"""Gives a picture that compares, by its name, if this person may see what is in it."""
Allowed = Callable[[Person, str, str], Result | None]
"""Gives a result that this person may see, by the application's id, for an act such as `report`."""


def telegram_link(house: House, token: str) -> str:
    """Return the address in Telegram for a personal link's token; "" while nobody knows what the bot is called."""
    bot = house.settings.telegram_bot
    username = house.telegram.username(bot) if bot else ""
    return f"https://t.me/{username}?start={token}" if username else ""


def make_telegram(
    house: House, worker: Worker, printer: Printer, result: Allowed, chart: Charted, telling: Telling
) -> Telegram | None:
    """Return the Telegram channel; None when no token is set. ValueError says what is wrong with the settings."""
    settings = house.settings
    if not settings.telegram_token.get_secret_value():
        return None
    if trouble := telegram_trouble(settings):
        raise ValueError(trouble)
    # late: who has no bot need not load its client
    from bot.hr.reading import Reader
    from bot.telegram import ports
    from bot.telegram.channel import Telegram

    async def picture(person: Person, application: str) -> bytes | None:
        found = await asyncio.to_thread(result, person, application, "card")
        return await printer.card(found, person.language or settings.language) if found else None

    async def report(person: Person, application: str) -> bytes | None:
        found = await asyncio.to_thread(result, person, application, "report")
        return await printer.pdf(found) if found else None

    async def picture_of(person: Person, name: str) -> bytes | None:
        found = await asyncio.to_thread(chart, person, name)
        return await printer.chart(found, person.language or settings.language) if found else None

    parts = ports.Parts(
        memory=house.telegram,
        doors=house.applications,
        packs=house.packs,
        languages=house.languages,
        reader=Reader(house.office),
        person=house.people.by_conversation,
        submit=worker.submit,
        delivered=worker.delivered,
        keep=Uploads(house.engine, house.sealer).keep,
        picture=picture,
        report=report,
        chart=picture_of,
        claim=SqlDesks(
            house.engine, house.sealer, house.applications, house.packs, house.people
        ).claim_notice,
        telling=telling,
    )
    return Telegram(parts, _bot_settings(house), settings.timezone)


def _bot_settings(house: House) -> Any:
    from bot.telegram import ports
    from storage.engine import is_sqlite

    settings = house.settings
    by_webhook = settings.telegram_mode == "webhook"
    return ports.Settings(
        token=settings.telegram_token.get_secret_value(),
        language=settings.language,
        address=settings.address,
        api_base=settings.telegram_api_base,
        webhook=settings.address + WEBHOOK if by_webhook else "",
        secret=settings.telegram_webhook_secret.get_secret_value(),
        rate=settings.telegram_rate,
        chat_rate=settings.telegram_chat_rate,
        alone=is_sqlite(settings.database_url),
    )


def telegram_trouble(settings: Settings) -> str:
    """Return what is wrong with the Telegram settings, "" when nothing is."""
    if not settings.telegram_bot:
        return "COLLOQUY_TELEGRAM_TOKEN is not a token; copy it from @BotFather, it looks like 123456789:AAF…"
    if settings.telegram_mode == "polling":
        return ""
    if not settings.address.startswith("https://") and not settings.telegram_api_base:
        return (
            "COLLOQUY_TELEGRAM_MODE=webhook needs an address that Telegram reaches: set COLLOQUY_PUBLIC_URL to "
            "https://…, or use COLLOQUY_TELEGRAM_MODE=polling"
        )
    if not settings.telegram_webhook_secret.get_secret_value():
        return "COLLOQUY_TELEGRAM_WEBHOOK_SECRET is missing; make one with: openssl rand -hex 32"
    return ""


async def try_telegram(house: House) -> str:
    """Return the state of the bot as Telegram tells it: `ready: …` or `broken: …`."""
    # late: who has no bot need not load its client
    from bot.telegram.client import Client
    from bot.telegram.trying import try_bot

    settings = house.settings
    client = Client(settings.telegram_token.get_secret_value(), settings.telegram_api_base)
    try:
        state, username = await try_bot(client, _bot_settings(house))
    finally:
        await client.close()
    if username:
        house.telegram.start(settings.telegram_bot, username)
    return state


async def lose_document(conversation: int, _: Effect) -> tuple[int, Event]:
    """Give a document up: the messenger it came by is switched off."""
    return conversation, DocumentLost(at=time.time(), code="channel_off")


def fetcher(telegram: Telegram | None) -> dict[type[Effect], Any]:
    """Return what fetches documents."""
    return {FetchDocument: telegram.fetch if telegram is not None else lose_document}


class AllScreens:
    """The web pages and the chats of the people of HR, as one. Implements `bot.hr.desk.Screens`."""

    def __init__(self, *screens: Screens) -> None:
        self._screens = screens

    @property
    def conversations(self) -> list[int]:
        """The desks somebody is looking at."""
        return sorted({one for screens in self._screens for one in screens.conversations})

    def send(self, conversation: int, blocks: list[dict[str, Any]], *, to: str = "", key: str = "") -> bool:
        """Show blocks wherever the person is; say whether anybody was there."""
        shown = False
        for screens in self._screens:
            shown = screens.send(conversation, blocks, to=to, key=key) or shown
        return shown

    def renew(self, person: Person) -> None:
        """Draw the pages' own words afresh."""
        for screens in self._screens:
            screens.renew(person)
